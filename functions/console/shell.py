"""The frame of the console's pages: where one can go, in which calendar one is, and who one is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from functions.auth.access import remembered_access
from functions.auth.session import form_token
from functions.http.boundary import target_of
from functions.pages.form_field import new_key
from functions.pages.render import page
from functions.pages.rich_text import own_language
from functions.wiring import services
from shared.domain.access.permissions import Permission, can_see, may
from shared.i18n import LANGUAGES, html_tag
from shared.i18n.marked import marked
from shared.use_cases.calendars.find_businesses import find_readable
from shared.use_cases.organisation.settings import find_organisation


if TYPE_CHECKING:
    from collections.abc import Sequence

    import azure.functions as func
    from markupsafe import Markup

    from functions.auth.access import Access
    from functions.pages.visitor import Visitor
    from shared.domain.access.organisation import Organisation
    from shared.domain.access.permissions import Caller
    from shared.use_cases.calendars.find_businesses import UnreadCalendar
    from shared.use_cases.ports import Store

KNOWN_FOR = 60.0  # seconds that the list of one's calendars may be old
MOST_LISTED = 8  # in the switcher; beyond, it leads to the page with all of them
LONGEST_QUERY, NOT_KEPT = 1000, ("lang", "news")


class NavSection(NamedTuple):
    """A place in the navigation. `path` follows the calendar's address, or /console where it is `of_all`.

    One that `narrows` shows the present calendar alone where there is one, so that the navigation stays.
    """

    name: str
    label: str
    icon: str
    path: str
    permission: Permission
    of_all: bool = False
    narrows: bool = False


SECTIONS = (
    NavSection("home", marked("Home"), "home", "", Permission.READ_CALENDAR),
    NavSection(
        "all", marked("All appointments"), "calendar", "/appointments", Permission.VIEW_BOOKINGS, of_all=True
    ),
    NavSection("calendar", marked("Calendar"), "calendar", "/calendar", Permission.VIEW_BOOKINGS),
    NavSection("queue", marked("Queue"), "clock", "/queue", Permission.VIEW_QUEUE, of_all=True, narrows=True),
    NavSection("customers", marked("Customers"), "person", "/customers", Permission.LIST_CUSTOMERS),
    NavSection("services", marked("Services"), "tag", "/services", Permission.LIST_SERVICES),
    NavSection("staff", marked("Staff"), "people", "/staff", Permission.LIST_STAFF),
    NavSection("page", marked("Booking page"), "window", "/page", Permission.CHANGE_SETTINGS),
    NavSection("toolkit", marked("Help for customers"), "info", "/toolkit", Permission.CHANGE_SETTINGS),
    NavSection("settings", marked("Settings"), "gear", "/settings", Permission.CHANGE_SETTINGS),
    NavSection("reports", marked("Reports"), "chart", "/reports", Permission.READ_OWN_REPORT),
    NavSection(
        "organisation",
        marked("Organisation"),
        "building",
        "/organisation",
        Permission.READ_DIRECTORY,
        of_all=True,
    ),
)


OF_NO_CALENDAR = ("all",)
"""Places only for a reader of several calendars, while none of them is chosen."""


class NavItem(NamedTuple):
    """A link of the navigation; `label` is to be translated."""

    name: str
    label: str
    icon: str
    href: str
    is_current: bool


class CalendarLink(NamedTuple):
    """One of the reader's calendars in the switcher."""

    name: str
    own_lang: Markup
    href: str
    is_current: bool


class LanguageLink(NamedTuple):
    """A language of the console."""

    tag: str
    name: str
    href: str
    is_current: bool


class Shell(NamedTuple):
    """What the frame shows. `business` and `calendar` are the id and name of the one that it is about, or empty.

    `public_page` is the address of its booking page, empty where the reader cannot open it.
    """

    business: str
    calendar: str
    own_lang: Markup | str
    public_page: str
    items: list[NavItem]
    calendars: list[CalendarLink]
    has_more: bool
    who: str
    email: str
    languages: list[LanguageLink]
    token: str
    home: str
    search: str


class WorkingCalendars(NamedTuple):
    """The calendars that a person works on, and those of them that cannot be read."""

    own: list[Access]
    unread: Sequence[UnreadCalendar]


async def shell_of(
    req: func.HttpRequest, caller: Caller, visitor: Visitor, section: str, access: Access | None, here: str = ""
) -> Shell:
    """Return the frame of a page. Reads nothing while the reader's calendars are known from a minute ago.

    A page about no calendar shows the navigation of the reader's own, if they have just one. `here` is the address
    of the page in other languages, unless it is that of the request.
    """
    own = await own_calendars(caller, store=services().store)
    about = access or (own[0] if len(own) == 1 else None)
    business = about.calendar.business if about else None
    lang = f"?{urlencode({'lang': visitor.carried['lang']})}" if visitor.carried.get("lang") else ""
    return Shell(
        business=business.id if business else "",
        calendar=business.name if business else "",
        own_lang=own_language(business, visitor) if business else "",
        public_page=f"/book/{business.slug}" if about and business and about.opens_booking_page else "",
        items=items_of(caller, about, section, lang, await find_organisation(store=services().store), own),
        calendars=[_calendar_link(one, about, visitor, lang) for one in own[:MOST_LISTED]],
        has_more=len(own) > MOST_LISTED,
        who=caller.name or caller.email or caller.subject,
        email=caller.email,
        languages=_languages(here or target_of(req), visitor),
        token=form_token(req),
        home=f"/console{lang}",
        search=f"/console/search{lang}",
    )


async def own_calendars(caller: Caller, *, store: Store) -> list[Access]:
    """Return a person's access to the calendars that they work on, by name, as known from a minute ago.

    One that cannot be read is left out: the pages about the others must not fail with it.
    """
    return (await working_calendars(caller, store=store)).own


async def working_calendars(caller: Caller, *, store: Store) -> WorkingCalendars:
    """Return the same, and beside them those that cannot be read at present."""
    known = await find_readable(caller.email, store=store, within=KNOWN_FOR)
    found = [one for one in (remembered_access(caller, each) for each in known.read) if can_see(caller, one.role)]
    return WorkingCalendars(sorted(found, key=lambda one: one.calendar.business.name.casefold()), known.unread)


async def framed(
    template: str,
    req: func.HttpRequest,
    caller: Caller,
    visitor: Visitor,
    *,
    section: str,
    access: Access | None,
    status: int = 200,
    **context: Any,
) -> func.HttpResponse:
    """Return a page within the frame; its template extends console/shell.html."""
    shell = await shell_of(req, caller, visitor, section, access)
    shown = {"shell": shell, "form_token": form_token(req), "key": new_key(), **context}
    return page(template, visitor, None, status, **shown)


def base_of(business: str) -> str:
    """Return the path of the console's pages about a calendar."""
    return f"/console/calendars/{business}"


def items_of(
    caller: Caller,
    about: Access | None,
    section: str,
    lang: str,
    organisation: Organisation,
    own: Sequence[Access] = (),
) -> list[NavItem]:
    """Return the places that are open to the reader, as links."""
    named = organisation.reports_for(caller) if organisation.has_analytics else frozenset()
    reads = named is None or named or any(one.may(Permission.READ_OWN_REPORT) for one in own)
    also = {"reports"} if organisation.has_analytics and (reads or caller.is_organisation_administrator) else set()
    hidden = set() if organisation.has_analytics else {"reports"}
    sections = [
        one
        for one in SECTIONS
        if one.name not in hidden and (_is_open(one, caller, about) or (about is None and one.name in also))
    ]
    return [
        NavItem(one.name, one.label, one.icon, _address(one, about, lang), one.name == section) for one in sections
    ]


def _address(section: NavSection, about: Access | None, lang: str) -> str:
    if about is not None and section.narrows:
        return f"/console{section.path}?calendar={about.calendar.business.slug}{lang.replace('?', '&')}"
    base = base_of(about.calendar.business.id) if about and not section.of_all else "/console"
    return base + section.path + lang


def _is_open(section: NavSection, caller: Caller, about: Access | None) -> bool:
    if section.name in OF_NO_CALENDAR:
        return about is None
    if about is None:
        return section.name in ("home", "queue") or (section.of_all and may(caller, None, section.permission))
    return about.may(section.permission)


def _calendar_link(own: Access, about: Access | None, visitor: Visitor, lang: str) -> CalendarLink:
    business = own.calendar.business
    is_current = about is not None and about.calendar.business.id == business.id
    href = base_of(business.id) + lang
    return CalendarLink(business.name, own_language(business, visitor), href, is_current)


def _languages(here: str, visitor: Visitor) -> list[LanguageLink]:
    path, _, query = here.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query[:LONGEST_QUERY]) if name not in NOT_KEPT]
    return [
        LanguageLink(tag, name, f"{path}?{urlencode([*kept, ('lang', tag)], safe=',')}", one == visitor.language)
        for one, name in LANGUAGES.items()
        for tag in [html_tag(one)]
    ]
