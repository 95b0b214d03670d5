"""The texts of a calendar's own for its messages: by kind and language, for all services or for one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, get_args

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
]
KINDS: tuple[TextKind, ...] = get_args(TextKind)
WITH_SMS: tuple[TextKind, ...] = ("confirmation", "change", "cancellation", "reminder", "follow_up")
MOST_TEXTS = 300  # of a calendar: they are read with its settings
LONGEST_SUBJECT, LONGEST_BODY, LONGEST_SMS = 300, 4000, 640


class MessageText(Model):
    """What a calendar says in messages of one kind and language; an empty part is the default text.

    `language` is that of a catalogue, as en or pt_BR. With a `service` the text counts for its messages alone, and
    each of its parts comes before the calendar's.
    """

    kind: TextKind
    language: str = Field(max_length=20)
    service: str = Field(default="", max_length=60)
    subject: str = Field(default="", max_length=LONGEST_SUBJECT)
    body: str = Field(default="", max_length=LONGEST_BODY)
    sms: str = Field(default="", max_length=LONGEST_SMS)
    created_at: datetime | None = None
    changed_at: datetime | None = None

    @property
    def id(self) -> str:
        """Return what distinguishes it from the calendar's other texts."""
        return text_id(self.kind, self.language, self.service)

    @property
    def is_empty(self) -> bool:
        """Return whether it says nothing of its own."""
        return not (self.subject or self.body or self.sms)


Texts = Mapping[str, MessageText]
TextPart = Literal["subject", "body", "sms"]
PARTS: tuple[TextPart, ...] = get_args(TextPart)


def text_id(kind: str, language: str, service: str = "") -> str:
    """Return the id of a text."""
    return f"{kind}~{language}~{service}"


def stored_text(texts: Texts, kind: TextKind, language: str, service: str = "") -> MessageText:
    """Return a text as it is stored; an empty one if there is none."""
    found = texts.get(text_id(kind, language, service))
    return found or MessageText(kind=kind, language=language, service=service)


def own_text(texts: Texts, kind: TextKind, language: str, service: str = "") -> MessageText | None:
    """Return what counts for a message: the service's parts, else the calendar's; None without any.

    What is said in another language never counts.
    """
    if not texts:
        return None
    whole = texts.get(text_id(kind, language))
    own = texts.get(text_id(kind, language, service)) if service else None
    if whole is None or own is None:
        return own or whole
    return own.model_copy(update={part: getattr(own, part) or getattr(whole, part) for part in PARTS})
