"""A page with one message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.pages.render import page


if TYPE_CHECKING:
    from collections.abc import Sequence

    import azure.functions as func

    from functions.pages.link import NavLink
    from functions.pages.visitor import Visitor


def message_page(
    visitor: Visitor, heading: str, *texts: str, status: int = 200, ways_on: Sequence[NavLink] = (), **more: Any
) -> func.HttpResponse:
    """Return a page with a heading, texts and links to go on; `button` may be one that posts."""
    business = more.pop("business", None)
    context = {"sign": "info", "event": "", "button": None, **more}
    return page(
        "shared/message.html",
        visitor,
        business,
        status,
        heading=heading,
        texts=texts,
        ways_on=list(ways_on),
        **context,
    )
