"""A refusal as clients of the JSON API read it (RFC 9457)."""

from datetime import datetime

from shared.domain.model import Model


class SlotDocument(Model):
    """A start that can be booked; `staff` are those free, `seats` how many more parties it takes."""

    start: datetime
    end: datetime
    staff: list[str]
    seats: int


class FieldErrorDocument(Model):
    pointer: str
    detail: str


class ProblemDocument(Model):
    """RFC 9457; `errors` with 422, `alternatives` with 409."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[FieldErrorDocument] | None = None
    alternatives: list[SlotDocument] | None = None
