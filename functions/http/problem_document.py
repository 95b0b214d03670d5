"""A refusal as JSON (RFC 9457)."""

from datetime import datetime

from shared.domain.model import Model


class SlotDocument(Model):
    """A start that can be booked. `staff` are those who are free, `seats` how many more customers it takes."""

    start: datetime
    end: datetime
    staff: list[str]
    seats: int


class FieldErrorDocument(Model):
    pointer: str
    detail: str


class ProblemDocument(Model):
    """A problem (RFC 9457). `errors` come with 422, `alternatives` with 409."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[FieldErrorDocument] | None = None
    alternatives: list[SlotDocument] | None = None
