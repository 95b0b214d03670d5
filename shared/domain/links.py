"""Signed links: who holds one may see or change one seat; nothing in it can be guessed or altered."""

import hmac
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from shared.domain.secrets import naming, signing, verifying


Scope = Literal["manage", "ics", "join", "host", "membership"]
LINK_LIFE = timedelta(days=30)  # after the end of an appointment


class SignedLink(NamedTuple):
    """`link_version` revokes: a link older than its seat's is void.

    A host link names a person for the seat; one of a membership a person for the appointment, and the digest of
    their address for the seat. Only a membership's ends when it `expires`: other links live as long as their
    appointment's end says, wherever it was moved to.
    """

    scope: str
    business: str
    appointment: str
    seat: str
    link_version: int
    expires: int  # seconds since the epoch


def stamp(start: datetime) -> int:
    """Return what the links of an appointment carry as `expires`: by it its rows are found at once."""
    return int((start + LINK_LIFE).timestamp())


def start_of(link: SignedLink) -> datetime:
    """Return when the appointment started as the link was made."""
    return datetime.fromtimestamp(link.expires, UTC) - LINK_LIFE


def digest(secret: str, *parts: str) -> bytes:
    """Return the HMAC-SHA256 of parts by the newest secret, each told apart from the next by its length."""
    message = "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.digest(signing(secret).encode(), message.encode(), "sha256")


def new_id(secret: str, *parts: str) -> str:
    """Return 128 bits derived from the parts, as 26 characters of a-z2-7."""
    return b32encode(digest(naming(secret), "id", *parts)[:16]).decode().rstrip("=").lower()


def sign(secret: str, link: SignedLink) -> str:
    """Return the link as one path segment of URL-safe characters."""
    return _token(secret, "~".join(str(part) for part in link))


def read_link(secret: str, token: str, scope: Scope, now: datetime) -> SignedLink | None:
    """Return what a token says, or nothing where it is forged, for something else, or an expired membership's.

    Only the one spelling that `sign` gives is a link: base64 has others for the same text.
    """
    payload = token.partition(".")[0]
    try:
        text, given = urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode(), token.encode()
    except ValueError:
        return None
    if not any(hmac.compare_digest(_token(one, text).encode(), given) for one in verifying(secret)):
        return None
    link = _parsed(text)
    if link is None or link.scope != scope:
        return None
    return link if scope != "membership" or link.expires > now.timestamp() else None


def _parsed(text: str) -> SignedLink | None:
    try:
        scope, business, appointment, seat, version, expires = text.split("~")
        return SignedLink(scope, business, appointment, seat, int(version), int(expires))
    except ValueError:
        return None


def _token(secret: str, payload: str) -> str:
    return f"{_encode(payload.encode())}.{_encode(digest(secret, 'link', payload)[:16])}"


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
