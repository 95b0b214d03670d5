"""Signed links: who holds one may see or change one seat; nothing in it can be guessed or altered."""

import hashlib
import hmac
from base64 import b32encode, urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Literal, NamedTuple


Scope = Literal["manage", "ics"]
LINK_LIFE = timedelta(days=400)  # after the start it was made for; a moved appointment's mails carry new ones


class Link(NamedTuple):
    """`link_version` revokes: a link older than its seat's is void."""

    scope: str
    business: str
    appointment: str
    seat: str
    link_version: int
    expires: int  # seconds since the epoch


def digest(secret: str, *parts: str) -> bytes:
    """Return the HMAC-SHA256 of parts, each told apart from the next by its length."""
    message = "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).digest()


def new_id(secret: str, *parts: str) -> str:
    """Return 128 bits derived from the parts, as 26 characters of a-z2-7."""
    return b32encode(digest(secret, "id", *parts)[:16]).decode().rstrip("=").lower()


def sign(secret: str, link: Link) -> str:
    """Return the link as one path segment of URL-safe characters."""
    payload = "~".join(str(part) for part in link)
    return f"{_encode(payload.encode())}.{_encode(digest(secret, 'link', payload)[:16])}"


def read_link(secret: str, token: str, scope: Scope, now: datetime) -> Link | None:
    """Return what a token says, or nothing where it is forged, expired or for something else."""
    payload, _, tag = token.partition(".")
    try:
        text = urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
        given = urlsafe_b64decode(tag + "=" * (-len(tag) % 4))
    except ValueError:
        return None
    if not hmac.compare_digest(digest(secret, "link", text)[:16], given) or token != f"{payload}.{_encode(given)}":
        return None
    name, business, appointment, seat, version, expires = text.split("~")
    link = Link(name, business, appointment, seat, int(version), int(expires))
    return link if name == scope and link.expires > now.timestamp() else None


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
