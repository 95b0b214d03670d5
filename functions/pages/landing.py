"""A calendar's own page, with what can be booked; and how search engines know it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from functions.pages.details import TIMES
from functions.pages.render import page
from functions.pages.rich_text import rich
from functions.pages.summaries import about
from shared.domain.visits.on_demand import is_attended, on_demand_service


if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import azure.functions as func

    from functions.pages.visitor import Visitor
    from shared.domain.calendar.business import Calendar
    from shared.domain.calendar.service import Service

LONGEST_SUMMARY = 155


def landing_page(
    calendar: Calendar,
    visitor: Visitor,
    now: datetime,
    origin: str = "",
    date: str = "",
    typed: Sequence[tuple[str, str]] = (),
    template: str = "booking/landing.html",
    **more: Any,
) -> func.HttpResponse:
    """Return a calendar's own page. `origin` is this site's public URL; services open at `date`.

    Coming without a booking is offered while the calendar is attended. `typed` are the answers to carry along.
    Another `template` around the page may need `more`.
    """
    calendar = calendar.in_language(visitor.language)
    business, way = calendar.business, visitor.without_prefill() if typed else visitor
    query, link = {"date": date, **(TIMES if typed else {})}, partial(way.link, "book", business.slug)
    services = [about(one, business, visitor, href=link(one.id, **query)) for one in calendar.offered_services]
    here: tuple[tuple[str, ...], dict[str, str]] = (("book", business.slug), {"date": date})
    has_walk_ins = on_demand_service(calendar) is not None and is_attended(calendar, now)
    return page(
        template,
        visitor,
        business,
        is_public=True,
        here=here,
        typed=typed,
        typed_in="typed" if typed else "",
        action=way.link("book", business.slug),
        services=services,
        now=visitor.link("now", business.slug) if has_walk_ins else "",
        summary=summary_of(calendar),
        origin=origin,
        canonical=canonical(origin, visitor, "book", business.slug),
        **more,
    )


def summary_of(calendar: Calendar, service: Service | None = None) -> str:
    """Return what search engines and messengers show of the page: its header, or the names of its services.

    Of a service's page it is the description, possibly empty.
    """
    names = "" if service else ", ".join(one.name for one in calendar.offered_services)
    own = service.description if service else calendar.business.page.header
    return shorten(rich(own).striptags() or names, LONGEST_SUMMARY, placeholder=" …")


def canonical(origin: str, visitor: Visitor, *path: str) -> str:
    """Return the URL by which search engines know a page: of its query, only the language."""
    language = visitor.carried.get("lang", "")
    return origin + replace(visitor, carried={"lang": language}).link(*path)
