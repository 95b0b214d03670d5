"""By what a provider names an SMS in its reports: sealed, so that no one else can report on it."""

from typing import NamedTuple

from shared.domain.signed_text import seal, unseal


PURPOSE = "sms"


class SmsReference(NamedTuple):
    """The calendar of an SMS, and the key of what is known of it."""

    business: str
    key: str


def reference_of(secret: str, business: str, key: str) -> str:
    """Return the reference of an SMS, as one segment of a path."""
    return seal(secret, PURPOSE, f"{business} {key}")


def read_reference(secret: str, reference: str) -> SmsReference | None:
    """Return what a reference says; None if it is not one of ours."""
    business, _, key = (unseal(secret, PURPOSE, reference) or "").partition(" ")
    return SmsReference(business, key) if key else None
