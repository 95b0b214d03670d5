"""The front page of the installation: the calendars that want to be listed, and the way in for staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.pages.boundary import OWN_ADDRESS, staff_sign_in
from functions.pages.message import message_page
from functions.pages.render import page
from functions.pages.rich_text import lang_of, said_in
from functions.pages.visitor import read_visitor
from functions.wiring import services
from shared.use_cases.calendars.find_businesses import find_listed


if TYPE_CHECKING:
    import azure.functions as func
    from markupsafe import Markup

    from functions.pages.visitor import Visitor
    from shared.use_cases.calendars.find_businesses import CalendarSummary

FEW, MOST = 12, 100  # with more calendars there is a search; no page shows more


class ListedCalendar(NamedTuple):
    """A calendar's line: its name, the `lang` attribute of that, and its page."""

    name: str
    own_lang: Markup | str
    href: str


async def front_page(req: func.HttpRequest) -> func.HttpResponse:
    """Return the page; `find` in the query limits the list to names that hold it."""
    visitor = read_visitor(req.params, req.headers.get("accept-language", ""), None)
    listed, _ = await find_listed(store=services().store), visitor.texts.gettext
    if not listed:
        heading, ways_on = _("Are you looking for a booking page?"), [staff_sign_in(visitor)]
        return message_page(visitor, heading, _(OWN_ADDRESS), ways_on=ways_on)
    wanted = req.params.get("find", "").strip()[:60]
    found = _found(listed, wanted.casefold(), visitor.language)
    return page(
        "site/front.html",
        visitor,
        None,
        here=((), {"find": wanted}),
        calendars=[_line(one, visitor) for one in found[:MOST]],
        left_out=max(len(found) - MOST, 0),
        find=wanted,
        has_search=len(listed) > FEW,
        sign_in=staff_sign_in(visitor),
    )


def _found(listed: list[CalendarSummary], wanted: str, language: str) -> list[CalendarSummary]:
    """Return the calendars whose name, the reader's or their own, holds what is wanted; by the reader's names."""
    named = [(one.name_in(language), one) for one in listed]
    found = [(name, one) for name, one in named if wanted in name.casefold() or wanted in one.name.casefold()]
    return [one for _, one in sorted(found, key=lambda pair: pair[0].casefold())]


def _line(one: CalendarSummary, visitor: Visitor) -> ListedCalendar:
    name = one.name_in(visitor.language)
    return ListedCalendar(name, lang_of(name, said_in(one.language, visitor)), visitor.link("book", one.slug))
