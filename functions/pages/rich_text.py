"""The limited Markdown of calendars' texts: paragraphs, links and emphasis; the rest is escaped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from shared.domain.calendar.words import Translated
from shared.i18n import own_tag
from shared.presentation.rich_text import markdown_to_html


if TYPE_CHECKING:
    from functions.pages.visitor import Visitor
    from shared.domain.calendar.business import Business


def rich_line(text: object) -> Markup:
    """Return a line with links and emphasis as HTML; what is Markup already stays as it is."""
    return text if isinstance(text, Markup) else markdown_to_html(str(text))


def isolate(text: str, lang: str = "") -> Markup:
    """Return a text in <bdi>, so that its direction does not affect the sentence; `lang` is an attribute."""
    return Markup("<bdi{}>{}</bdi>").format(lang, text)


def fill(sentence: str, **values: str) -> Markup:
    """Return a translated sentence with values in it, each escaped."""
    return escape(sentence) % values


def rich(text: str) -> Markup:
    """Return paragraphs as HTML, each with its own direction."""
    paragraphs = re.split(r"\n\s*\n", text.strip().replace("\r\n", "\n"))
    lines = ([rich_line(line) for line in paragraph.split("\n")] for paragraph in paragraphs)
    return Markup("\n").join(Markup('<p dir="auto">{}</p>').format(Markup("<br>\n").join(each)) for each in lines)


def own_language(business: Business | None, visitor: Visitor) -> Markup:
    """Return the `lang` attribute for a calendar's own texts, empty if that is the page's language."""
    return said_in(business.language if business else "", visitor)


def lang_of(text: str, own: Markup | str) -> Markup | str:
    """Return the `lang` attribute of a calendar's text: `own`, unless it is translated for its reader."""
    return "" if isinstance(text, Translated) else own


def own_name(business: Business, visitor: Visitor) -> Markup:
    """Return a calendar's name within a sentence of a page."""
    name = business.in_language(visitor.language).name
    return isolate(name, lang_of(name, own_language(business, visitor)))


def said_in(language: str, visitor: Visitor) -> Markup:
    """Return the `lang` attribute for texts in a language, empty if it is the page's or not known."""
    own = own_tag(language, visitor.language_tag) if language else ""
    return Markup(' lang="{}"').format(own) if own else Markup()
