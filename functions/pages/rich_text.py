"""The limited Markdown that calendars may use: paragraphs, links and emphasis; everything else stays text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from shared.i18n import own_tag


if TYPE_CHECKING:
    from functions.pages.visitor import Visitor
    from shared.domain.calendar.business import Business


LINK = re.compile(r"\[([^\[\]]{1,200})\]\(((?:https?://|mailto:|tel:)[^\s()<>\"']{1,500})\)")
STRONG = re.compile(r"\*\*([^*]{1,500})\*\*")
EMPHASIS = re.compile(r"\*([^*]{1,500})\*")


def rich_line(text: object) -> Markup:
    """Links and emphasis in one line; what is already markup passes."""
    if isinstance(text, Markup):
        return text
    pieces, at = [], 0
    for found in LINK.finditer(str(text)):
        label, target = found.groups()
        link = Markup('<a href="{}" rel="noopener nofollow" target="_blank">{}</a>').format(
            target, _emphasis(label)
        )
        pieces += [_emphasis(str(text)[at : found.start()]), link]
        at = found.end()
    return Markup("").join([*pieces, _emphasis(str(text)[at:])])


def _emphasis(text: str) -> Markup:
    safe = STRONG.sub(r"<strong>\1</strong>", str(escape(text)))
    return Markup(EMPHASIS.sub(r"<em>\1</em>", safe))  # noqa: S704 - escaped above; the patterns add no user text


def isolate(text: str, lang: str = "") -> Markup:
    """Somebody's text within a sentence of ours, its direction kept to itself, with `lang` where it has one."""
    return Markup("<bdi{}>{}</bdi>").format(lang, text)


def fill(sentence: str, **values: str) -> Markup:
    """A translated sentence with values in it, each escaped."""
    return escape(sentence) % values


def rich(text: str) -> Markup:
    """Paragraphs of such lines, isolated from the direction of the page around them."""
    paragraphs = re.split(r"\n\s*\n", text.strip().replace("\r\n", "\n"))
    lines = ([rich_line(line) for line in paragraph.split("\n")] for paragraph in paragraphs)
    return Markup("\n").join(Markup('<p dir="auto">{}</p>').format(Markup("<br>\n").join(each)) for each in lines)


def own_language(business: Business | None, visitor: Visitor) -> Markup:
    """The attribute for a calendar's own words, which are in its language and not always in the page's."""
    return said_in(business.language if business else "", visitor)


def said_in(language: str, visitor: Visitor) -> Markup:
    """The attribute for words in a language that is not the page's; none where it is not known."""
    own = own_tag(language, visitor.language_tag) if language else ""
    return Markup(' lang="{}"').format(own) if own else Markup()
