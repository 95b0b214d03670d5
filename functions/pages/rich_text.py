"""A calendar's own words on pages: their paragraphs, their direction, and their language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from shared.i18n import own_tag
from shared.presentation.rich_text import markdown_to_html


if TYPE_CHECKING:
    from functions.pages.visitor import Visitor
    from shared.domain.calendar.business import Business


def rich_line(text: object) -> Markup:
    """Return a line with its links and emphasis; what is already markup passes."""
    return text if isinstance(text, Markup) else markdown_to_html(str(text))


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
