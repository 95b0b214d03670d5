"""The app's secret while it rotates: one text with the newest secret first, then those before it, a line each.

The first one signs; each of them verifies. The last one makes names (ids of commands, appointments and customers),
so that a name stays the same until the older secret is removed.
"""

import re


SEPARATORS = re.compile(r"[\s,]+")
SHORTEST = 32


def read_secrets(text: str) -> str:
    """Return the secrets that a setting lists, with commas or white space between.

    A text whose parts are all shorter than a secret is one secret: a phrase.
    """
    parts = [part for part in SEPARATORS.split(text) if part]
    is_list = any(len(part) >= SHORTEST for part in parts)
    return "\n".join(parts) if is_list else " ".join(text.split("\n"))


def signing(secret: str) -> str:
    """Return the secret that signs: the newest."""
    return secret.partition("\n")[0]


def naming(secret: str) -> str:
    """Return the secret that makes names: the oldest, so that they stay the same during a rotation."""
    return secret.rpartition("\n")[2]


def verifying(secret: str) -> list[str]:
    """Return all secrets, the newest first."""
    return secret.split("\n")
