"""The sites that may embed the booking page: what people paste, cut to what browsers know a site by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from shared.domain.calendar.business import ORIGIN
from shared.domain.text.mail_domain import in_ascii


if TYPE_CHECKING:
    from gettext import NullTranslations

WEB = re.compile(r"https?://", re.IGNORECASE)
HOST = re.compile(r"(localhost|([a-z0-9-]+\.)+[a-z0-9-]{2,})(:[0-9]{1,5})?", re.IGNORECASE)


def origin_of(typed: str) -> str:
    """Return the origin of a web address, such as https://www.example.com; other texts as they are."""
    text = typed.strip()
    if not WEB.match(text):
        return text
    try:
        parts = urlsplit(text)
    except ValueError:  # a bracket without its other half, or characters that stand for a / or :
        return text
    host, colon, port = parts.netloc.rpartition("@")[2].partition(":")
    origin = f"{parts.scheme.lower()}://{in_ascii(host)}{colon}{port}"
    return origin if ORIGIN.fullmatch(origin) else text


def origin_problem(entry: str, texts: NullTranslations) -> str:
    """Return why an entry is no site, with the nearest that would be one; empty if it is one."""
    _ = texts.gettext
    if ORIGIN.fullmatch(entry):
        return ""
    if "*" in entry:
        return _("“%(entry)s” stands for many sites: enter each by itself") % {"entry": entry}
    if near := _nearest(entry):
        return _("“%(entry)s” is incomplete. Do you mean %(near)s?") % {"entry": entry, "near": near}
    return _("“%(entry)s” isn’t the address of a site, such as https://www.example.com") % {"entry": entry}


def _nearest(entry: str) -> str:
    bare = re.sub(r"^(\w+:/+|/+)", "", entry).partition("/")[0]
    if not HOST.fullmatch(bare):
        return ""
    return origin_of(f"{'http' if bare.startswith('localhost') else 'https'}://{bare}")
