"""By what a provider names a message in its reports: sealed, so that no one else can report on it."""

from typing import Literal, NamedTuple

from shared.domain.signed_text import seal, unseal


ReportedChannel = Literal["sms", "mail"]


class MessageReference(NamedTuple):
    """The calendar of a message, the key of what is known of it, and which it is of those that had this key."""

    business: str
    key: str
    which: str = ""


def reference_of(secret: str, channel: ReportedChannel, about: MessageReference) -> str:
    """Return the reference of a message: one segment of a path, and no more than a Message-ID may have."""
    return seal(secret, channel, " ".join(filter(None, about)))


def read_reference(secret: str, channel: ReportedChannel, reference: str) -> MessageReference | None:
    """Return what a reference says; None if it is not one of ours."""
    business, key, which, *_ = [*(unseal(secret, channel, reference) or "").split(" "), "", ""]
    return MessageReference(business, key, which) if key else None
