"""Fills the templates of a letter; the HTML one was compiled from MJML when the app was built."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from shared.delivery.details import LINK


if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

    from shared.delivery.view import View

INDENT = re.compile(r"\s*\n\s*")
HERE = Path(__file__).parent


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
    environment.filters |= {"rich": rich, "spelt": spelt}
    return environment


def rich(text: str) -> Markup:
    """A text as HTML: its line breaks, and its links written as [words](https://…)."""
    from markupsafe import Markup, escape  # noqa: PLC0415

    pieces, end = [], 0
    for match in LINK.finditer(text):
        pieces += [escape(text[end : match.start()]), Markup('<a href="{}">{}</a>').format(match[2], match[1])]
        end = match.end()
    return Markup().join([*pieces, escape(text[end:])]).replace("\n", Markup("<br>"))


def spelt(text: str) -> str:
    """The same for a plain text: words (https://…)."""
    return LINK.sub(r"\1 (\2)", text)
