"""The texts of a calendar's own for its messages: by kind and language, for all services or for one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple, get_args

from pydantic import Field

from shared.domain.model import Model


TextKind = Literal[
    "confirmation",
    "change",
    "cancellation",
    "reminder",
    "follow_up",
    "new_link",
    "series",
    "code",
    "staff_confirmation",
    "staff_change",
    "staff_cancellation",
    "staff_reassigned",
    "staff_reminder",
    "staff_follow_up",
    "staff_new_link",
    "staff_series",
    "invitation",
    "report",
]
KINDS: tuple[TextKind, ...] = get_args(TextKind)
REMINDERS: tuple[TextKind, ...] = ("reminder", "staff_reminder")
WITH_SMS: tuple[TextKind, ...] = (
    "confirmation",
    "change",
    "cancellation",
    "reminder",
    "follow_up",
    "new_link",
    "series",
)
MOST_TEXTS = 300  # of a calendar: they are read with its settings
LONGEST_SUBJECT, LONGEST_BODY, LONGEST_SMS = 300, 4000, 640


class MessageText(Model):
    """What a calendar says in messages of one kind and language; an empty part is the default text.

    `language` is that of a catalogue, as en or pt_BR. With a `service` the text counts for its messages alone, and
    with `before` for that of its reminders which is sent so many minutes before the start. Each of its parts comes
    before those of wider texts.
    """

    kind: TextKind
    language: str = Field(max_length=20)
    service: str = Field(default="", max_length=60)
    before: int = Field(default=0, ge=0)
    subject: str = Field(default="", max_length=LONGEST_SUBJECT)
    body: str = Field(default="", max_length=LONGEST_BODY)
    sms: str = Field(default="", max_length=LONGEST_SMS)
    created_at: datetime | None = None
    changed_at: datetime | None = None

    @property
    def id(self) -> str:
        """Return what distinguishes it from the calendar's other texts."""
        return text_id(self.kind, self.language, self.service, self.before)

    @property
    def is_empty(self) -> bool:
        """Return whether it says nothing of its own."""
        return not (self.subject or self.body or self.sms)


Texts = Mapping[str, MessageText]
TextPart = Literal["subject", "body", "sms"]
PARTS: tuple[TextPart, ...] = get_args(TextPart)


class TextPlace(NamedTuple):
    """Which text it is: its kind, its language, and for which messages it counts."""

    kind: TextKind
    language: str
    service: str = ""
    before: int = 0

    @property
    def id(self) -> str:
        """Return the id of the text."""
        return text_id(*self)

    @property
    def wider(self) -> "list[TextPlace]":
        """Return the places whose texts count where this one says nothing, from the nearest on."""
        found = [self._replace(before=0)] if self.before else []
        return [*found, TextPlace(self.kind, self.language)] if self.service else found


def text_id(kind: str, language: str, service: str = "", before: int = 0) -> str:
    """Return the id of a text."""
    return f"{kind}~{language}~{service}" + (f"~{before}" if before else "")


def stored_text(texts: Texts, place: TextPlace) -> MessageText:
    """Return a text as it is stored; an empty one if there is none."""
    return texts.get(place.id) or MessageText(**place._asdict())


def own_text(texts: Texts, place: TextPlace) -> MessageText | None:
    """Return what counts for a message, part by part from the narrowest text that has it; None without any.

    What is said in another language never counts.
    """
    if not texts:
        return None
    found = [texts[one.id] for one in (place, *place.wider) if one.id in texts]
    if len(found) < 2:
        return found[0] if found else None
    parts: dict[str, str] = {part: next(filter(None, (getattr(one, part) for one in found)), "") for part in PARTS}
    return found[0].model_copy(update=parts)
