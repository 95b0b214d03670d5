"""The search over the console: pages, calendars, services and people by a part of their name."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from functions.auth.access import RIGHTS_LAST, access_to
from functions.console.booking_page.frame import FOUND as PAGE
from functions.console.boundary import console_boundary
from functions.console.context import enter_console
from functions.console.organisation.context import SECTION as ORGANISATION
from functions.console.organisation.context import TABS as ORGANISATION_TABS
from functions.console.settings.tabs import TABS as SETTINGS
from functions.console.shell import framed, items_of, own_calendars
from functions.http.boundary import json_response, wants_json
from functions.pages.rich_text import own_language, said_in
from shared.domain.access.permissions import Permission
from shared.domain.errors import NotFound
from shared.i18n.marked import marked
from shared.use_cases.calendars.find_businesses import find_all
from shared.use_cases.customers.search_customers import search_customers
from shared.use_cases.organisation.settings import find_organisation


if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import azure.functions as func
    from markupsafe import Markup

    from functions.auth.access import Access
    from functions.console.context import ConsoleContext
    from functions.console.shell import NavItem
    from shared.domain.access.organisation import Organisation

LONGEST, MOST_AT_ONCE, MOST_ON_PAGE = 60, 6, 50
FEWEST_LETTERS = 3  # that are searched among customers
SHOWN = ("label", "kind", "href")  # in JSON
TABS: Mapping[str, Mapping[str, str]] = {"page": PAGE, "settings": SETTINGS}
"""By section the pages within it that are found by their own names: labels by the ends of their paths."""


FURTHER: Mapping[str, tuple[tuple[str, str, Permission], ...]] = {
    "services": (("services/questions", marked("Questions"), Permission.CHANGE_QUESTIONS),),
    "staff": (("staff/time-off", marked("Time off"), Permission.LIST_STAFF),),
    "settings": (("audit", marked("Activity"), Permission.READ_AUDIT),),
}
"""By section those that stand elsewhere, or that not all who open the section may open."""


class SearchHit(NamedTuple):
    """What can be found: its name, what kind it is, and its address."""

    label: str
    kind: str
    href: str
    own_lang: Markup | str = ""


@console_boundary
async def console_search(req: func.HttpRequest) -> func.HttpResponse:
    """Show what is found within the reader's rights; as JSON, for the script, only the best of each kind."""
    context = await enter_console(req)
    wanted, is_json = req.params.get("find", "")[:LONGEST].strip(), wants_json(req)
    about, groups = await _found(context, wanted, MOST_AT_ONCE if is_json else MOST_ON_PAGE)
    if is_json:
        places = [one for group in groups for one in group]
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
        groups=[one for one in groups if one],
    )


async def _found(context: ConsoleContext, wanted: str, most: int) -> tuple[Access | None, list[list[SearchHit]]]:
    """Return the calendar that the reader came from, and what is found, by kind."""
    own = await own_calendars(context.caller, store=context.app.store)
    about = await _about(context, own)
    kinds = [
        _pages(context, about, await find_organisation(store=context.app.store)),
        await _calendars(context, own) if wanted else [],
        _services(context, about),
        _people(context, about),
    ]
    groups = [best(places, wanted)[:most] for places in kinds]
    return about, [*groups, await _customers(context, about, wanted, most)]


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


def _pages(context: ConsoleContext, about: Access | None, organisation: Organisation) -> list[SearchHit]:
    _, lang = context.texts.gettext, context.link().removeprefix("/console")
    found = []
    for item in items_of(context.caller, about, "", lang, organisation):
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


def _services(context: ConsoleContext, about: Access | None) -> list[SearchHit]:
    if about is None or not about.may(Permission.LIST_SERVICES):
        return []
    business, kind = about.calendar.business, context.texts.gettext("Service")
    there, lang = ("calendars", business.id, "services", "service"), own_language(business, context.visitor)
    end = () if about.may(Permission.CHANGE_SERVICES) else ("share",)
    return [
        SearchHit(one.name, kind, context.link(*there, one.id, *end), lang)
        for one in about.calendar.listed_services
    ]


def _people(context: ConsoleContext, about: Access | None) -> list[SearchHit]:
    if about is None or not about.may(Permission.LIST_STAFF):
        return []
    there, kind = ("calendars", about.calendar.business.id, "staff", "person"), context.texts.gettext("Person")
    return [
        SearchHit(one.name, kind, context.link(*there, one.id))
        for one in about.calendar.staff.values()
        if one.removed_at is None
    ]


async def _customers(context: ConsoleContext, about: Access | None, wanted: str, most: int) -> list[SearchHit]:
    """Return customers by name, address or number, once enough was typed to mean one."""
    if about is None or not about.may(Permission.LIST_CUSTOMERS) or len(wanted) < FEWEST_LETTERS:
        return []
    business, kind = about.calendar.business.id, context.texts.gettext("Customer")
    page = await search_customers(wanted, 0, most, business=business, store=context.app.store)
    there = ("calendars", business, "customers", "customer")
    return [SearchHit(one.record.name, kind, context.link(*there, one.id)) for one in page.shown]


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
