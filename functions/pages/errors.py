"""Refusals as pages: in place of what was requested, and at /problems/{code}."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.pages.link import NavLink
from functions.pages.message import message_page
from functions.pages.problem_texts import PROBLEMS


if TYPE_CHECKING:
    from collections.abc import Sequence

    import azure.functions as func

    from functions.pages.visitor import Visitor
    from shared.domain.calendar.business import Business


def error_page(
    code: str,
    status: int,
    visitor: Visitor,
    business: Business | None = None,
    *more: str,
    ways_on: Sequence[NavLink] = (),
    has_menu: bool = False,
) -> func.HttpResponse:
    """Return the page of a refusal, with links to go on. `has_menu`: with the choice of languages."""
    _ = visitor.texts.gettext
    heading, text = PROBLEMS.get(code, PROBLEMS["refused"])
    links = list(ways_on)
    if business:
        links.append(NavLink(_("See all services"), visitor.link("book", business.slug)))
    return message_page(
        visitor,
        _(heading),
        _(text),
        *more,
        status=status,
        ways_on=links,
        business=business,
        sign="alert",
        **({"here": ((), {})} if has_menu else {}),
    )
