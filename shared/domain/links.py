"""Signed links: who holds one may see or change one seat; nothing in it can be guessed or altered."""

import hmac
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Literal, NamedTuple


Scope = Literal["manage", "ics", "join", "host", "membership"]
LINK_LIFE = timedelta(days=400)  # after the start it was made for; a moved appointment's mails carry new ones


class Link(NamedTuple):
    """`link_version` revokes: a link older than its seat's is void.

    A host link names a person for the seat; one of a membership a person for the appointment, and the digest of
    their address for the seat.
    """

    scope: str
    business: str
    appointment: str
    seat: str
    link_version: int
    expires: int  # seconds since the epoch


def digest(secret: str, *parts: str) -> bytes:
    """Return the HMAC-SHA256 of parts, each told apart from the next by its length."""
    message = "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.digest(secret.encode(), message.encode(), "sha256")


def new_id(secret: str, *parts: str) -> str:
    """Return 128 bits derived from the parts, as 26 characters of a-z2-7."""
    return b32encode(digest(secret, "id", *parts)[:16]).decode().rstrip("=").lower()


def sign(secret: str, link: Link) -> str:
    """Return the link as one path segment of URL-safe characters."""
    return _token(secret, "~".join(str(part) for part in link))


def read_link(secret: str, token: str, scope: Scope, now: datetime) -> Link | None:
    """Return what a token says, or nothing where it is forged, expired or for something else.

    Only the one spelling that `sign` gives is a link: base64 has others for the same text.
    """
    payload = token.partition(".")[0]
    try:
        text, given = urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode(), token.encode()
    except ValueError:
        return None
    if not hmac.compare_digest(_token(secret, text).encode(), given):
        return None
    link = _parsed(text)
    return link if link and link.scope == scope and link.expires > now.timestamp() else None


def _parsed(text: str) -> Link | None:
    try:
        scope, business, appointment, seat, version, expires = text.split("~")
        return Link(scope, business, appointment, seat, int(version), int(expires))
    except ValueError:
        return None


def _token(secret: str, payload: str) -> str:
    return f"{_encode(payload.encode())}.{_encode(digest(secret, 'link', payload)[:16])}"


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
