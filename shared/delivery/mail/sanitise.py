"""Makes text that people wrote safe for a header, a calendar property or a paragraph."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from shared.domain.calendar.words import said_as
from shared.use_cases.mail_address import ascii_address
from shared.use_cases.ports import NotAccepted


LONGEST_LINE = 200
LONGEST_TEXT = 2000

BREAKS = re.compile(r"\r\n?|[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
CONTROLS = re.compile(r"[\x00-\x09\x0e-\x1f\x7f-\x9f]")
# Embeddings, overrides and isolates reorder the text around them; the others are invisible or cannot be encoded.
UNSEEN = re.compile(
    "[\u061c\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)


def one_line(text: str, longest: int = LONGEST_LINE) -> str:
    """Return the text on one line without invisible characters, cut with an ellipsis if it is too long."""
    return said_as(_cut(" ".join(lines(text, longest * 4).split()), longest), text)


def lines(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return the text with LF for line breaks and no other control characters."""
    whole = UNSEEN.sub("", CONTROLS.sub(" ", BREAKS.sub("\n", text)))
    return said_as(_cut(re.sub(r"\n{3,}", "\n\n", whole).strip(), longest), text)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def web_address(url: str) -> str:
    """Return the URL if it is http or https; otherwise an empty text: no script, no data, no file."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    is_safe = parts.scheme in ("http", "https") and parts.netloc and url == one_line(url, 1000) and " " not in url
    return url if is_safe else ""


def mail_address(text: str) -> str:
    """Return the address with its domain in ASCII. Raise NotAccepted unless the text is one address."""
    if found := ascii_address(text):
        return found
    raise NotAccepted("not a mail address")
