"""The list of a calendar's services: their order, their state, and what can be done with each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.download import KINDS, download, kind_of_file
from functions.console.services.prices import KINDS as PRICES
from shared.domain.access.permissions import Permission
from shared.i18n.marked import marked, marked_for


if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.service import Service

PER_PAGE, MINUTE = 50, timedelta(minutes=1)
NAMED = 2  # people that a line names; more are counted
NEWS = {
    "hidden": marked("Hidden: customers no longer see it. Existing appointments stay."),
    "shown": marked("Customers can see it again."),
    "removed": marked("Removed."),
}


class ServiceLine(NamedTuple):
    """A service in the list; texts are formatted. `place` counts from 1 among all services."""

    id: str
    name: str
    place: int
    state: str
    duration: str
    price: str
    people: str
    is_online: bool
    is_hidden: bool
    edit: str
    share: str
    remove: str


class PageLinks(NamedTuple):
    """The part of the list that is shown, counted from 1, and the pages beside it (empty if there is none)."""

    first: int
    last: int
    total: int
    before: str
    after: str


@console_boundary
async def services_list(req: func.HttpRequest) -> func.HttpResponse:
    """Show the services that the search finds, a page of them; or return all of them as a file."""
    context = await enter(req, Permission.LIST_SERVICES)
    listed = context.calendar.listed_services
    wanted = req.params.get("find", "")[:60].strip()
    found = [(place, one) for place, one in enumerate(listed, 1) if wanted.casefold() in one.name.casefold()]
    if kind := kind_of_file(req):
        return download(_table(context, found), "services", kind)
    number, shown = page_of(found, req.params.get("page", ""))
    news = NEWS.get(req.params.get("news", ""), "")
    return await context.page(
        "console/services/list.html",
        "services",
        heading=context.texts.gettext("Services"),
        lines=[_line(context, one, place) for place, one in shown],
        links=_links(context, number, len(found), wanted),
        count=len(listed),
        find=wanted,
        files={kind: _here(context, wanted, format=kind) for kind in KINDS},
        number=number,
        may_change=context.access.may(Permission.CHANGE_SERVICES),
        news=context.texts.gettext(news) if news else "",
        moved=req.params.get("moved", ""),
        way=req.params.get("way", ""),
    )


def page_of(found: Sequence[tuple[int, Service]], asked: str) -> tuple[int, Sequence[tuple[int, Service]]]:
    """Return the number of the page that is shown, which exists, and its services."""
    last = max((len(found) - 1) // PER_PAGE, 0) + 1
    number = min(max(int(asked), 1), last) if asked.isdecimal() and len(asked) < 5 else 1
    return number, found[(number - 1) * PER_PAGE : number * PER_PAGE]


def page_with(place: int) -> str:
    """Return the number of the page that has the service at a place, which counts from 0."""
    return str(max(place, 0) // PER_PAGE + 1)


def _line(context: CalendarContext, service: Service, place: int) -> ServiceLine:
    at = ("services", "service", service.id)
    return ServiceLine(
        id=service.id,
        name=service.name,
        place=place,
        state=_state(context, service),
        duration=context.formats.duration(service.duration),
        price=context.formats.price(service.price, context.business.currency),
        people=_people(context, service),
        is_online=service.is_online,
        is_hidden=service.is_hidden,
        edit=context.here(*at),
        share=context.here(*at, "share"),
        remove=context.here(*at, "remove"),
    )


def _state(context: CalendarContext, service: Service) -> str:
    """Return "hidden", "unserved" or "published"; "ready" while the booking page is not published."""
    if service.is_hidden:
        return "hidden"
    if not context.calendar.staff_of(service):
        return "unserved"
    return "published" if context.business.page.is_published else "ready"


def _people(context: CalendarContext, service: Service) -> str:
    people = context.calendar.people(service.staff)
    if len(people) <= NAMED:
        return ", ".join(one.name for one in people)
    text = context.texts.ngettext("%(num)s person", "%(num)s people", len(people))
    return text % {"num": len(people)}


def _links(context: CalendarContext, number: int, count: int, find: str) -> PageLinks:
    def link(page: int) -> str:
        is_there = 1 <= page <= max(count - 1, 0) // PER_PAGE + 1
        return _here(context, find, page=str(page)) if is_there else ""

    first = (number - 1) * PER_PAGE + 1
    return PageLinks(first, min(first + PER_PAGE - 1, count), count, link(number - 1), link(number + 1))


def _here(context: CalendarContext, find: str, **query: str) -> str:
    return context.here("services", **({"find": find} if find else {}), **query)


STATES = {
    "hidden": marked_for("service", "Hidden"),
    "unserved": marked_for("service", "No staff assigned"),
    "published": marked_for("service", "Published"),
    "ready": marked_for("service", "Ready"),
}


def _table(context: CalendarContext, found: Iterable[tuple[int, Service]]) -> Iterator[tuple[str, ...]]:
    """Yield the headings, and a row for each service; numbers are as spreadsheets read them anywhere."""
    _, calendar = context.texts.gettext, context.calendar
    price = _("Kind of price"), _("Amount"), _("Currency")
    minutes = context.texts.pgettext("unit", "Minutes")
    yield _("Service name"), minutes, *price, _("Where"), _("Seats"), _("State"), _("People"), _("Link")
    for _place, one in found:
        kind, amount = one.price.kind, one.price.amount
        yield (
            one.name,
            str(one.duration // MINUTE),
            _(PRICES[kind]),
            "" if amount is None else str(amount),
            context.business.currency,
            _("Online") if one.is_online else _("In person"),
            str(one.maximum_attendees),
            context.texts.pgettext("service", STATES[_state(context, one)]),
            ", ".join(person.name for person in calendar.people(one.staff)),
            f"{context.app.settings.public_url}/book/{context.business.slug}/{one.id}",
        )
