"""A person of the organisation: the calendars they work on, what is coming there, and removing them from all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from functions.auth.access import require
from functions.auth.session import require_recent_sign_in
from functions.console.boundary import console_boundary
from functions.console.home import ROLES
from functions.console.organisation.context import (
    SECTION,
    enter_organisation,
    organisation_tabs,
    page_number,
    searched,
)
from functions.console.organisation.person_data import KEPT, end_sessions, erase_person, note_access, show_kept
from functions.console.retention.kept_lines import JSON, kept_file
from functions.console.shell import base_of
from functions.http.problems import BadRequest
from functions.pages.link import NavLink
from functions.pages.rich_text import own_language
from shared.domain.access.permissions import Permission, may
from shared.domain.calendar.administrators import is_last_administrator
from shared.domain.errors import NotFound
from shared.domain.text.addresses import folded
from shared.i18n.formats import Formats
from shared.i18n.marked import marked
from shared.use_cases.booking.check_form import is_email
from shared.use_cases.calendars.find_upcoming import LONGEST_LIST
from shared.use_cases.organisation.find_directory import find_others, find_people
from shared.use_cases.organisation.remove_person import find_places, remove_person
from shared.use_cases.personal_data.erasure_progress import find_unfinished
from shared.use_cases.personal_data.export.person import export_person
from shared.use_cases.personal_data.export.staff import export_entries, find_entries


if TYPE_CHECKING:
    import azure.functions as func
    from markupsafe import Markup

    from functions.console.context import ConsoleContext
    from shared.use_cases.organisation.find_directory import FoundPerson
    from shared.use_cases.organisation.remove_person import StaffPlace

PER_PAGE, MOST_COMING = 25, 10
NEWS = {
    "removed": marked("Removed from all calendars. The person can no longer be booked."),
    "erased": marked("Erased from the organisation and all its calendars."),
}
LONGEST_ADDRESS = 254


class ComingLine(NamedTuple):
    """A coming appointment, with the page where somebody else takes it over."""

    when: str
    service: str
    hand_over: str


class PlaceRow(NamedTuple):
    """A calendar where a person works, or worked while appointments are left; `number` counts these."""

    name: str
    own_lang: Markup
    href: str
    role: str
    is_left: bool
    is_suspended: bool
    is_last: bool
    coming: list[ComingLine]
    number: str


@console_boundary
async def organisation_people(req: func.HttpRequest) -> func.HttpResponse:
    """Show the people that a search finds, or the one that it names, whom a form removes from all calendars."""
    context = await enter_organisation(req, Permission.READ_DIRECTORY)
    if context.is_sent:
        require(context.caller, Permission.CHANGE_ORGANISATION)
        return await DEEDS.get(context.form.get("deed"), _remove)(context)
    text = searched(req, longest=LONGEST_ADDRESS)
    address = searched(req, "person", LONGEST_ADDRESS)
    if address and not is_email(address):
        raise NotFound
    if address and (req.params.get("format") == JSON or KEPT in req.params):
        require_recent_sign_in(req, context.now)
        require(context.caller, Permission.CHANGE_ORGANISATION)
        return await (show_kept(context, address) if KEPT in req.params else _file(context, address))
    shown = await _person(context, address) if address else await _found(context, text)
    return await _page(context, find=text or address, person=address, **shown)


async def _page(context: ConsoleContext, **shown: Any) -> func.HttpResponse:
    _ = context.texts.gettext
    news = NEWS.get(context.req.params.get("news", ""), "")
    return await context.page(
        "console/organisation/people.html",
        SECTION,
        heading=_("Organisation"),
        tabs=organisation_tabs(context, "people"),
        news=_(news) if news else "",
        **shown,
    )


async def _file(context: ConsoleContext, address: str) -> func.HttpResponse:
    """Return what all calendars keep about a person; each notes in its activity who looked."""
    store, now = context.app.store, context.now
    entries = await find_entries(address, store=store)
    kept, beside = await export_entries(entries, store=store, now=now), await export_person(address, store=store)
    await note_access(context, beside.calendars | {calendar.business.id for calendar, _person in entries})
    return kept_file([*kept, *([{"organisation": beside.document}] if beside.document else [])])


async def _remove(context: ConsoleContext) -> func.HttpResponse:
    address, app = context.form.get("person"), context.app
    if not is_email(address):
        raise BadRequest
    await remove_person(address, author=context.author, context=app.context)
    return context.leave(context.link(SECTION, "people", person=address, news="removed"))


DEEDS = {"erase": erase_person, "end": end_sessions}


async def _found(context: ConsoleContext, text: str) -> dict[str, Any]:
    """Return the page of those who are found; of everybody without a text."""
    found = await find_people(text, store=context.app.store)
    page = page_number(context.req)
    asked = {"find": text} if text else {}
    here = lambda number: context.link(SECTION, "people", **asked, page=str(number))  # noqa: E731 - used below
    others = await find_others(text, store=context.app.store)
    others += [text] if is_email(text) and not found and folded(text) not in others else []
    may_erase = not text and may(context.caller, None, Permission.CHANGE_ORGANISATION)
    unfinished = await find_unfinished(context=context.app.context) if may_erase else []
    return {
        "unfinished": [NavLink(one, _kept(context, one)) for one in unfinished],
        "others": [_other(context, one) for one in others],
        "people": [_line(context, one) for one in found[page * PER_PAGE : (page + 1) * PER_PAGE]],
        "total": len(found),
        "newer": here(page) if page else "",
        "older": here(page + 2) if (page + 1) * PER_PAGE < len(found) else "",
    }


def _line(context: ConsoleContext, one: FoundPerson) -> dict[str, Any]:
    count = context.texts.ngettext("%(num)s calendar", "%(num)s calendars", one.calendars) % {"num": one.calendars}
    href = context.link(SECTION, "people", person=one.email)
    return {"name": one.name, "email": one.email, "href": href, "count": count, "is_suspended": one.is_suspended}


def _other(context: ConsoleContext, address: str) -> NavLink:
    return NavLink(address, context.link(SECTION, "people", person=address))


def _kept(context: ConsoleContext, address: str) -> str:
    return context.link(SECTION, "people", person=address, kept="1")


async def _person(context: ConsoleContext, address: str) -> dict[str, Any]:
    found = await find_places(address, store=context.app.store, now=context.now, with_left=True)
    there = [one for one in found if not one.person.removed_at]
    latest = (there or found)[:1]
    return {
        "name": latest[0].person.name if latest else "",
        "places": [_place(context, one) for one in found],
        "works": bool(there),
        "kept": _kept(context, address),
        "is_oneself": folded(address) == folded(context.caller.email),
        "has_coming": any(one.coming for one in found),
    }


def _place(context: ConsoleContext, place: StaffPlace) -> PlaceRow:
    business, person = place.calendar.business, place.person
    formats = Formats(context.visitor.region_tag, business.time_zone, context.texts)
    coming = [
        ComingLine(formats.when(one.start), one.service, context.link("queue", business.id, one.id, "reassign"))
        for one in place.coming[:MOST_COMING]
    ]
    count = len(place.coming)
    return PlaceRow(
        business.name,
        own_language(business, context.visitor),
        base_of(business.id),
        context.texts.gettext(ROLES[person.role]),
        person.removed_at is not None,
        person.is_suspended,
        not person.removed_at and is_last_administrator(place.calendar, person),
        coming,
        f"{count}+" if count == LONGEST_LIST else str(count),
    )
