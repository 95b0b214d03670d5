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
    return secret.partition("\n")[0]


def naming(secret: str) -> str:
    return secret.rpartition("\n")[2]


def verifying(secret: str) -> list[str]:
    """Return all of them, the newest first."""
    return secret.split("\n")
