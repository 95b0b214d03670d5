"""What the script of an open queue gets every few seconds: made and compressed once for all who see the same."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import azure.functions as func

from functions.auth.session import form_token
from functions.http.boundary import accepts, packed
from functions.pages.render import html_page, page_headers, render


if TYPE_CHECKING:
    from functions.pages.visitor import Visitor


@dataclass(frozen=True)
class PolledPart:
    """The parts of the page that change, without the token and the key of one reader's forms."""

    html: str

    @cached_property
    def packed(self) -> bytes:
        """Return it as gzip."""
        return packed(self.html.encode())


def part_response(req: func.HttpRequest, part: PolledPart, news: str, visitor: Visitor) -> func.HttpResponse:
    """Return the part, after the news of what the reader has just done; the token of their forms is a header."""
    if news:
        response = html_page(render("console/queue/news.html", visitor, None, news=news) + part.html, visitor)
    elif accepts(req, "gzip"):
        headers = {**page_headers(visitor), "Content-Encoding": "gzip"}
        response = func.HttpResponse(part.packed, mimetype="text/html", charset="utf-8", headers=headers)
    else:
        response = html_page(part.html, visitor)
    response.headers["X-CSRF-Token"] = form_token(req)
    return response
