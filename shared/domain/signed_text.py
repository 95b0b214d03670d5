"""Texts that a client keeps and sends back: sealed against changes and against use for another purpose."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

from shared.domain.links import digest
from shared.domain.secrets import verifying


def url_text(data: bytes) -> str:
    """Return bytes as text of A-Z a-z 0-9 - _, which URLs and cookies accept."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def seal(secret: str, purpose: str, text: str) -> str:
    """Return a text with its seal: it can be read, but not changed."""
    payload = url_text(text.encode())
    return f"{payload}.{url_text(digest(secret, 'seal', purpose, payload))}"


def unseal(secret: str, purpose: str, sealed: str) -> str | None:
    """Return the text; None if it was not sealed for this purpose."""
    payload = sealed.partition(".")[0]
    if sealed_by(secret, purpose, sealed) is None:
        return None
    try:
        return urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode()
    except ValueError:
        return None


def sealed_by(secret: str, purpose: str, sealed: str) -> str | None:
    """Return the secret that sealed it for this purpose; None if none did."""
    payload = sealed.partition(".")[0]
    if not sealed.isascii():
        return None
    seals = [(one, f"{payload}.{url_text(digest(one, 'seal', purpose, payload))}") for one in verifying(secret)]
    return next((one for one, seal in seals if hmac.compare_digest(seal.encode(), sealed.encode())), None)
