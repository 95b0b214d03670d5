"""Texts that go out and come back: sealed, so that nobody can alter them or use them for something else."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

from shared.domain.links import digest
from shared.domain.secrets import verifying


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
    if sealed_by(secret, purpose, sealed) is None:
        return None
    try:
        return urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
    except ValueError:
        return None


def sealed_by(secret: str, purpose: str, sealed: str) -> str | None:
    """Return which of the secrets sealed it for this purpose, or nothing where none did."""
    payload = sealed.partition(".")[0]
    if not sealed.isascii():
        return None
    seals = [(one, f"{payload}.{url_text(digest(one, 'seal', purpose, payload))}") for one in verifying(secret)]
    return next((one for one, seal in seals if hmac.compare_digest(seal.encode(), sealed.encode())), None)
