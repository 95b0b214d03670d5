"""Renders the templates of a message; the HTML one is compiled from MJML when the app is built."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from shared.domain.calendar.words import Translated
from shared.presentation.rich_text import markdown_to_html, markdown_to_text, text_to_html


if TYPE_CHECKING:
    from jinja2 import Environment

    from shared.delivery.mail.view import View

INDENT = re.compile(r"(?<!\s)\s*\n\s*")
HERE = Path(__file__).parents[1]


def render(template: str, view: View) -> str:
    """Return a rendered template; HTML without indentation, which only makes mails larger."""
    text = _environment().get_template(template).render(view=view)
    return INDENT.sub("\n", text) if template.endswith(".html") else text


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape  # noqa: PLC0415 - heavy

    environment = Environment(
        loader=FileSystemLoader([HERE / "templates", HERE / "built"]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "own_words": own_words,
        "in_language": in_language,
        "markdown_to_text": markdown_to_text,
        "text_to_html": text_to_html,
    }
    return environment


def own_words(text: str) -> Markup:
    """Return a calendar's own text as HTML, with links to use within the mail."""
    return markdown_to_html(text, Markup())


def in_language(text: str, language: str, made_of: str = "") -> Markup:
    """Return a text, marked with its language if that is another than the message's.

    What was translated for the reader, or was `made_of` such a text, is not marked.
    """
    if isinstance(text, Translated) or isinstance(made_of, Translated):
        return escape(text)
    return Markup('<span lang="{}">{}</span>').format(language, text) if language and text else escape(text)
