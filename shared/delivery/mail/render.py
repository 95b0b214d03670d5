"""Fills the templates of a letter; the HTML one was compiled from MJML when the app was built."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from shared.delivery.calendar_files.details import EMPHASIS, LINK, STRONG, plain


if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from shared.delivery.mail.view import View

INDENT = re.compile(r"(?<!\s)\s*\n\s*")
HERE = Path(__file__).parents[1]


def render(template: str, view: View) -> str:
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
    )
    environment.filters |= {"rich": rich, "spelt": spelt, "typed": typed, "spoken": spoken}
    return environment


def rich(text: str) -> Markup:
    """A calendar's own text as HTML, by the same rules as on its page: emphasis, and links as [words](https://…).

    Never for what a customer typed: nobody writes links into mails that others receive from the calendar.
    """
    from markupsafe import Markup  # noqa: PLC0415

    pieces, end = [], 0
    for match in LINK.finditer(text):
        link = Markup('<a href="{}">{}</a>').format(match[2], _emphasis(match[1]))
        pieces += [_emphasis(text[end : match.start()]), link]
        end = match.end()
    return Markup().join([*pieces, _emphasis(text[end:])])


def _emphasis(text: str) -> Markup:
    from markupsafe import Markup  # noqa: PLC0415

    strong = STRONG.sub(r"<strong>\1</strong>", str(typed(text)))
    return Markup(EMPHASIS.sub(r"<em>\1</em>", strong))  # noqa: S704 - escaped by `typed`; the patterns add no text


def typed(text: str) -> Markup:
    """What somebody typed, as HTML: nothing in it means anything but its line breaks."""
    from markupsafe import Markup, escape  # noqa: PLC0415

    return escape(text).replace("\n", Markup("<br>"))


def spoken(text: str, language: str) -> Markup:
    """A text with its language, where it is another than the letter's."""
    from markupsafe import Markup, escape  # noqa: PLC0415

    return Markup('<span lang="{}">{}</span>').format(language, text) if language and text else escape(text)


def spelt(text: str) -> str:
    """A calendar's own text for a plain one: words (https://…)."""
    written = LINK.sub(lambda link: f"{link[1]} ({link[2].removeprefix('mailto:').removeprefix('tel:')})", text)
    return plain(written)
