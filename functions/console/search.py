"""The search over the console: pages, calendars, services, people, customers and appointments."""

from __future__ import annotations

import unicodedata
from asyncio import gather
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from functions.auth.access import RIGHTS_LAST, access_to
from functions.console.booking_page.frame import FOUND as PAGE
from functions.console.boundary import console_boundary
from functions.console.context import enter_console
from functions.console.organisation.context import SECTION as ORGANISATION
from functions.console.organisation.context import TABS as ORGANISATION_TABS
from functions.console.settings.tabs import TABS as SETTINGS
from functions.console.shell import framed, items_of, own_calendars
from functions.console.toolkit.frame import TABS as TOOLKIT
from functions.http.boundary import json_response, wants_json
from functions.pages.rich_text import own_language, said_in
from shared.domain.access.permissions import Permission
from shared.domain.errors import NotFound
from shared.domain.timeline.hours import local_date
from shared.i18n.formats import Formats
from shared.i18n.marked import marked
from shared.use_cases.calendars.find_businesses import find_all
from shared.use_cases.customers.search_customers import search_customers
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.reports.find_listed import find_by_reference, search_listed
from shared.use_cases.visits.find_queue import day_of


if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    import azure.functions as func
    from markupsafe import Markup

    from functions.auth.access import Access
    from functions.console.context import ConsoleContext
    from functions.console.shell import NavItem
    from shared.domain.access.organisation import Organisation

LONGEST, MOST_AT_ONCE, MOST_ON_PAGE = 60, 6, 50
FEWEST_LETTERS = 3  # that are searched among customers and appointments
PAST = timedelta(days=14)  # that appointments are searched back
FEW_CALENDARS, MOST_CALENDARS = 5, 40
SHOWN = ("label", "kind", "href")  # in JSON
TABS: Mapping[str, Mapping[str, str]] = {"page": PAGE, "toolkit": TOOLKIT, "settings": SETTINGS}
"""By section the pages within it that are found by their own names: labels by the ends of their paths."""


FURTHER: Mapping[str, tuple[tuple[str, str, Permission], ...]] = {
    "services": (("services/questions", marked("Questions"), Permission.CHANGE_QUESTIONS),),
    "staff": (
        ("staff/groups", marked("Staff groups"), Permission.CHANGE_STAFF),
        ("staff/time-off", marked("Time off"), Permission.LIST_STAFF),
    ),
    "settings": (("audit", marked("Activity"), Permission.READ_AUDIT),),
}
"""By section those that stand elsewhere, or that not all who open the section may open."""


class SearchHit(NamedTuple):
    """What can be found: its name, what kind it is, and its address."""

    label: str
    kind: str
    href: str
    own_lang: Markup | str = ""


class HitGroup(NamedTuple):
    """What was found of one kind."""

    label: str
    found: Sequence[SearchHit]


@console_boundary
async def console_search(req: func.HttpRequest) -> func.HttpResponse:
    """Show what is found within the reader's rights; as JSON, for the script, only the best of each kind."""
    context = await enter_console(req)
    wanted, is_json = req.params.get("find", "")[:LONGEST].strip(), wants_json(req)
    own = await own_calendars(context.caller, store=context.app.store)
    about = await _about(context, own)
    # as one types, only a few calendars are searched: the page searches them all
    others = [one for one in own if about is None or one.calendar.business.id != about.calendar.business.id]
    beside = [] if is_json and len(others) > FEW_CALENDARS else others
    searched = [*([about] if about else []), *beside][:MOST_CALENDARS]
    groups = await _found(context, own, about, searched, wanted, MOST_AT_ONCE if is_json else MOST_ON_PAGE)
    if is_json:
        places = [one for group in groups for one in group.found]
        return json_response(
            {"found": [{"label": one.label, "kind": one.kind, "href": one.href} for one in places]}
        )
    return await framed(
        "console/search.html",
        req,
        context.caller,
        context.visitor,
        section="",
        access=about,
        heading=context.texts.gettext("Find"),
        find=wanted,
        groups=[one for one in groups if one.found],
    )


async def _found(
    context: ConsoleContext,
    own: Sequence[Access],
    about: Access | None,
    searched: Sequence[Access],
    wanted: str,
    most: int,
) -> list[HitGroup]:
    """Return what is found, by kind: pages of one calendar, and the rest of all that are searched."""
    _ = context.texts.gettext
    organisation, appointments, customers = await gather(
        find_organisation(store=context.app.store),
        _all_appointments(context, about, searched, wanted, most),
        _customers(context, about, searched, wanted, most),
    )
    named = [
        (_("Pages"), _pages(context, about, organisation, own)),
        (_("Calendars"), await _calendars(context, own) if wanted else []),
        (_("Services"), [one for access in searched for one in _services(context, access, about)]),
        (_("Staff"), [one for access in searched for one in _people(context, access, about)]),
    ]
    return [
        *(HitGroup(label, best(places, wanted)[:most]) for label, places in named),
        HitGroup(_("Customers"), customers),
        HitGroup(_("Appointments"), appointments),
    ]


async def _about(context: ConsoleContext, own: Sequence[Access]) -> Access | None:
    """Return the calendar whose pages, services and people are searched."""
    business = context.req.params.get("calendar", "")
    if not business:
        return own[0] if len(own) == 1 else None
    if known := next((one for one in own if one.calendar.business.id == business), None):
        return known
    try:
        return await access_to(context.caller, business, RIGHTS_LAST)
    except NotFound:
        return None


def _pages(
    context: ConsoleContext, about: Access | None, organisation: Organisation, own: Sequence[Access]
) -> list[SearchHit]:
    _, lang = context.texts.gettext, context.link().removeprefix("/console")
    found = []
    for item in items_of(context.caller, about, "", lang, organisation, own):
        found.append(SearchHit(_(item.label), _("Page"), item.href))
        address, query = item.href.partition("?")[::2]
        tail = f"?{query}" if query else ""
        within = [(label, f"{address}/{end}{tail}") for end, label in TABS.get(item.name, {}).items() if end]
        found += [
            SearchHit(_(label), _(item.label), href) for label, href in (*within, *_further(context, about, item))
        ]
    return found


def _further(context: ConsoleContext, about: Access | None, item: NavItem) -> Iterator[tuple[str, str]]:
    """Yield the labels and addresses of the section's other pages that the reader may open."""
    if item.name == ORGANISATION:
        yield from ((label, context.link(*path)) for name, (label, path) in ORGANISATION_TABS.items() if name)
    for path, label, permission in FURTHER.get(item.name, ()):
        if about and about.may(permission):
            yield label, context.link("calendars", about.calendar.business.id, *path.split("/"))


async def _calendars(context: ConsoleContext, own: Sequence[Access]) -> list[SearchHit]:
    kind, found = context.texts.gettext("Calendar"), {}
    if context.caller.is_organisation_administrator:
        for other in await find_all(store=context.app.store):
            if not other.deleted_at:
                found[other.id] = (other.name, said_in(other.language, context.visitor))
    for one in own:
        business = one.calendar.business
        found[business.id] = (business.name, own_language(business, context.visitor))
    return [SearchHit(name, kind, context.link("calendars", key), lang) for key, (name, lang) in found.items()]


def kind_in(kind: str, access: Access, about: Access | None) -> str:
    """Return what kind something is, with its calendar unless that is the one that the reader came from."""
    return kind if access is about else f"{kind} · {access.calendar.business.name}"


def _services(context: ConsoleContext, access: Access, about: Access | None) -> list[SearchHit]:
    if not access.may(Permission.LIST_SERVICES):
        return []
    business = access.calendar.business
    kind = kind_in(context.texts.gettext("Service"), access, about)
    there, lang = ("calendars", business.id, "services", "service"), own_language(business, context.visitor)
    end = () if access.may(Permission.CHANGE_SERVICES) else ("share",)
    return [
        SearchHit(one.name, kind, context.link(*there, one.id, *end), lang)
        for one in access.calendar.listed_services
    ]


def _people(context: ConsoleContext, access: Access, about: Access | None) -> list[SearchHit]:
    if not access.may(Permission.LIST_STAFF):
        return []
    there = ("calendars", access.calendar.business.id, "staff", "person")
    kind = kind_in(context.texts.gettext("Person"), access, about)
    people = [
        SearchHit(one.name, kind, context.link(*there, one.id))
        for one in access.calendar.staff.values()
        if one.removed_at is None
    ]
    return [*people, *_groups(context, access, about)]


def _groups(context: ConsoleContext, access: Access, about: Access | None) -> list[SearchHit]:
    """Return the groups of the staff; each leads to its calendar."""
    business = access.calendar.business
    if not access.may(Permission.VIEW_BOOKINGS):
        return []
    kind, lang = kind_in(context.texts.gettext("Group"), access, about), own_language(business, context.visitor)
    return [
        SearchHit(one.name, kind, context.link("calendars", business.id, "calendar", team=one.id), lang)
        for one in business.staff_groups
    ]


async def _customers(
    context: ConsoleContext, about: Access | None, searched: Sequence[Access], wanted: str, most: int
) -> list[SearchHit]:
    """Return customers by name, address or number, once enough was typed to mean one."""
    if len(wanted) < FEWEST_LETTERS:
        return []
    able = [one for one in searched if one.may(Permission.LIST_CUSTOMERS)]
    ids = [one.calendar.business.id for one in able]
    store = context.app.store
    pages = await gather(*(search_customers(wanted, 0, most, business=one, store=store) for one in ids))
    kinds = [kind_in(context.texts.gettext("Customer"), one, about) for one in able]
    return [
        SearchHit(one.record.name, kind, context.link("calendars", business, "customers", "customer", one.id))
        for business, kind, page in zip(ids, kinds, pages, strict=True)
        for one in page.shown
    ][:most]


async def _all_appointments(
    context: ConsoleContext, about: Access | None, searched: Sequence[Access], wanted: str, most: int
) -> list[SearchHit]:
    """Return appointments by their reference, their customer, or their RefID; the next ones first."""
    if len(wanted) < FEWEST_LETTERS:
        return []
    able = [one for one in searched if one.may(Permission.VIEW_BOOKINGS)]
    found = await gather(*(_appointments(context, one, wanted, most, about) for one in able))
    hits = sorted((one for each in found for one in each), key=lambda pair: pair[0])
    return [hit for _, hit in hits][:most]


async def _appointments(
    context: ConsoleContext, access: Access, wanted: str, most: int, about: Access | None
) -> list[tuple[datetime, SearchHit]]:
    calendar, store = access.calendar, context.app.store
    business = calendar.business
    formats = Formats(context.visitor.region_tag, business.time_zone, context.texts)
    since = day_of(calendar, local_date(context.now, business.time_zone))[0] - PAST
    named, listed = await gather(
        find_by_reference(wanted, business=business.id, store=store),
        search_listed(wanted, since, most, calendar=calendar, store=store),
    )
    known = {one.id: (one.start, one.seat.customer.name if one.seat else "", one.service) for one in named}
    known |= {one.id: (one.start, one.name, one.service) for one in listed}
    found = []
    for name, (start, who, what) in known.items():
        service = calendar.services.get(what)
        label = who or (service.name if service else "")
        kind = kind_in(formats.when(start), access, about)
        found.append((start, SearchHit(label, kind, context.link("queue", business.id, name))))
    return found


def best(places: Iterable[SearchHit], wanted: str) -> list[SearchHit]:
    """Return the places whose names have all words that are wanted, those first that begin with them."""
    words = folded(wanted).split()
    ranked = [(rank, one) for one in places if words and (rank := _rank(folded(one.label), words)) is not None]
    return [one for _, one in sorted(ranked, key=lambda pair: (pair[0], pair[1].label.casefold()))]


def _rank(label: str, words: Sequence[str]) -> int | None:
    if not all(word in label for word in words):
        return None
    if label.startswith(words[0]):
        return 0
    return 1 if all(any(part.startswith(word) for part in label.split()) for word in words) else 2


def folded(text: str) -> str:
    """Return a text as people type it in haste: without case and accents."""
    return "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
