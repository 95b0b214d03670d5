"""Signed links: the holder of one may see or change one seat. They cannot be guessed or altered."""

import hmac
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from shared.domain.secrets import naming, signing, verifying


Scope = Literal["manage", "ics", "join", "host", "membership", "feed", "calendar", "report"]
ENDING = ("membership", "calendar", "report")
LINK_LIFE = timedelta(days=30)  # after the end of an appointment


class SignedLink(NamedTuple):
    """What a link says. It is void if its `link_version` is older than that of its seat.

    A host link has a person in place of the seat. Membership and calendar links have a person in place of the
    appointment and the digest of their address in place of the seat. A feed link has a person in place of the
    appointment, and a report link the digest of a reader's address. Membership, calendar and report links end at
    `expires`; those of appointments end LINK_LIFE after the appointment, also after it was moved.
    """

    scope: str
    business: str
    appointment: str
    seat: str
    link_version: int
    expires: int  # seconds since the epoch


def stamp(start: datetime) -> int:
    """Return what the links of an appointment carry as `expires`; the keys of its rows follow from it."""
    return int((start + LINK_LIFE).timestamp())


def start_of(link: SignedLink) -> datetime:
    """Return the start that the appointment had when the link was made."""
    return datetime.fromtimestamp(link.expires, UTC) - LINK_LIFE


def digest(secret: str, *parts: str) -> bytes:
    """Return the HMAC-SHA256 of parts by the newest secret; lengths separate them without ambiguity."""
    message = "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.digest(signing(secret).encode(), message.encode(), "sha256")


def new_id(secret: str, *parts: str) -> str:
    """Return 128 bits derived from the parts, as 26 characters of a-z2-7."""
    return b32encode(digest(naming(secret), "id", *parts)[:16]).decode().rstrip("=").lower()


def sign(secret: str, link: SignedLink) -> str:
    """Return the link as one path segment of URL-safe characters."""
    return _token(secret, "~".join(str(part) for part in link))


def read_link(secret: str, token: str, scope: Scope, now: datetime) -> SignedLink | None:
    """Return what a token says; None if it is forged, of another scope, or over.

    Only the exact spelling by `sign` counts: base64 has several for one text.
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
    return link if scope not in ENDING or link.expires > now.timestamp() else None


def _parsed(text: str) -> SignedLink | None:
    try:
        scope, business, appointment, seat, version, expires = text.split("~")
        return SignedLink(scope, business, appointment, seat, int(version), int(expires))
    except ValueError:
        return None


def _token(secret: str, payload: str) -> str:
    # 128 bits of the HMAC are safe, and keep links short.
    return f"{_encode(payload.encode())}.{_encode(digest(secret, 'link', payload)[:16])}"


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
