"""Text that people wrote, made safe to stand in a header, a calendar property or a paragraph."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from shared.use_cases.mail_address import ascii_address
from shared.use_cases.ports import NotAccepted


LONGEST_LINE = 200
LONGEST_TEXT = 2000

BREAKS = re.compile(r"\r\n?|[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
CONTROLS = re.compile(r"[\x00-\x09\x0e-\x1f\x7f-\x9f]")
# Embeddings, overrides and isolates reorder what stands around them; the rest cannot be seen or be encoded.
UNSEEN = re.compile(
    "[\u061c\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)


def one_line(text: str, longest: int = LONGEST_LINE) -> str:
    """The text on one line, without anything that is not to be seen, an ellipsis where it was cut."""
    return _cut(" ".join(lines(text, longest * 4).split()), longest)


def lines(text: str, longest: int = LONGEST_TEXT) -> str:
    """The text with its line breaks as LF and nothing else that steers a display."""
    whole = UNSEEN.sub("", CONTROLS.sub(" ", BREAKS.sub("\n", text)))
    return _cut(re.sub(r"\n{3,}", "\n\n", whole).strip(), longest)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def web_address(url: str) -> str:
    """The URL if it is one of the web, else nothing: no script, no data, no file."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    is_safe = parts.scheme in ("http", "https") and parts.netloc and url == one_line(url, 1000) and " " not in url
    return url if is_safe else ""


def mail_address(text: str) -> str:
    """The one address that `text` is, in ASCII; anything else is NotAccepted."""
    if found := ascii_address(text):
        return found
    raise NotAccepted("not a mail address")
