"""By what a provider names a message in its reports: sealed, so that no one else can report on it."""

from typing import Literal, NamedTuple

from shared.domain.signed_text import seal, unseal


ReportedChannel = Literal["sms", "mail"]


class MessageReference(NamedTuple):
    """The calendar of a message, the key of what is known of it, and how often staff had it sent again."""

    business: str
    key: str
    resent: int = 0


def reference_of(secret: str, channel: ReportedChannel, about: MessageReference) -> str:
    """Return the reference of a message: one segment of a path, and no more than a Message-ID may have."""
    again = f" {about.resent}" if about.resent else ""
    return seal(secret, channel, f"{about.business} {about.key}{again}")


def read_reference(secret: str, channel: ReportedChannel, reference: str) -> MessageReference | None:
    """Return what a reference says; None if it is not one of ours."""
    business, key, again, *_ = [*(unseal(secret, channel, reference) or "").split(" "), "", ""]
    return MessageReference(business, key, int(again or 0)) if key else None
