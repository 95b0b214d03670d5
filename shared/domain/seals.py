"""Texts that go out and come back: sealed, so that nobody can alter them or use them for something else."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

from shared.domain.links import digest


def url_text(data: bytes) -> str:
    """Return bytes as A-Z a-z 0-9 - _, as addresses and cookies take them."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def seal(secret: str, purpose: str, text: str) -> str:
    """Return a text with its seal; whoever has it can read it, and not change it."""
    payload = url_text(text.encode())
    return f"{payload}.{url_text(digest(secret, 'seal', purpose, payload))}"


def unseal(secret: str, purpose: str, sealed: str) -> str | None:
    """Return the text, or nothing where it was not sealed for this purpose."""
    payload = sealed.partition(".")[0]
    try:
        expected, given = f"{payload}.{url_text(digest(secret, 'seal', purpose, payload))}", sealed.encode("ascii")
        if hmac.compare_digest(expected.encode("ascii"), given):
            return urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
    except ValueError:
        pass
    return None
