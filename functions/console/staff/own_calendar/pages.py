"""A person's own calendar: what we see of it for two weeks, how old that is, and the form that connects it."""

from __future__ import annotations

from asyncio import gather
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.problems import WrongFields
from functions.console.forms.save import show_or_save
from functions.console.staff.own_calendar.form import CAUSES, TypedCalendar, calendar_form
from functions.console.staff.person import person_in
from functions.console.staff.tabs import person_tabs
from functions.http.problems import BadRequest
from shared.domain.access.permissions import Permission
from shared.domain.errors import Forbidden
from shared.domain.timeline.ledger import busy_in
from shared.domain.timeline.ticks import Window, runs
from shared.i18n.marked import marked
from shared.records.free_busy.own_calendars import masks_of, own_of
from shared.storage.checks.basis import prove
from shared.use_cases.free_busy.connect import connect, disconnect, find_own, read_now
from shared.use_cases.free_busy.connect_link import mail_connect_link
from shared.use_cases.free_busy.outside import CalendarPlace
from shared.use_cases.free_busy.staff_feed import change_feed, feed_token, find_feed
from shared.use_cases.free_busy.workplaces import is_long_unread


if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext
    from functions.wiring import Services
    from shared.domain.calendar.business import StaffMember
    from shared.domain.free_busy.own_calendar import OwnCalendar
    from shared.records.free_busy.own_calendars import BusyMonths
    from shared.use_cases.free_busy.staff_feed import StaffFeed

SHOWN = timedelta(days=14)
TOLD = {
    "saved": marked("Connected. Busy times there block bookings now."),
    "disconnected": marked("Disconnected. It no longer blocks anything."),
    "read": marked("Read just now."),
    "opened": marked("The new address is ready. Earlier ones no longer work."),
    "closed": marked("The address no longer works."),
    "unread": marked("It couldn’t be read."),
    "mailed": marked("They get an email with a link to connect their calendar."),
    "no-microsoft": marked("Microsoft 365 doesn’t show when this address is busy. Nothing was changed."),
}
FEEDS = {"feed": (True, False), "feed-names": (True, True), "feed-off": (False, False)}
"""By the button, whether the feed is open, and whether it names customers."""
NOTES = {
    "unknown_zone": marked("The time zone “%(detail)s” is unknown; yours is used instead."),
    "floating": marked("Some times have no time zone; yours is used."),
    "finer_than_daily": marked(
        "An event repeats every hour or more often; its first day, %(detail)s, is busy as a whole."
    ),
    "unreadable": marked("An event couldn’t be understood: %(detail)s"),
}
KINDS = {
    "feed": marked("Feed at %(host)s"),
    "caldav": marked("CalDAV at %(host)s"),
    "graph": marked("Microsoft 365"),
}


class BusyDay(NamedTuple):
    """A day with the times at which a person is busy outside."""

    day: str
    times: Sequence[str]


@console_boundary
async def staff_own_calendar(req: func.HttpRequest) -> func.HttpResponse:
    """Show a person's own calendar to them and to administrators; connect one. Raises NotFound, Forbidden."""
    context, person = await _entered(req)
    store = context.app.store
    row, feed = await gather(find_own(person.email, store=store), find_feed(person.email, store=store))
    own, masks = (own_of(row), masks_of(row)) if row else (None, {})
    return await show_or_save(
        context,
        calendar_form(context),
        TypedCalendar(),
        lambda edit: _connect(context, person, edit),
        section="staff",
        heading=person.name,
        template="console/staff/own_calendar.html",
        submit=context.texts.gettext("Connect instead") if own else context.texts.gettext("Connect"),
        told=TOLD,
        tabs=person_tabs(context, person, "own-calendar"),
        person=person,
        own=own,
        feed=feed if feed and feed.is_open else None,
        feed_address=_feed_address(context, feed) if feed else "",
        back=context.here("staff"),
        may_mail=bool(person.email) and person.id not in context.access.people,
        may_ask_microsoft=bool(microsoft_place(context.app)) and not (own and own.kind == "graph"),
        act=context.here("staff", "person", person.id, "own-calendar", "act"),
        **(_about(context, own, masks) if own else {}),
    )


@console_boundary
async def staff_own_calendar_act(req: func.HttpRequest) -> func.HttpResponse:
    """Read or disconnect a person's own calendar; open or close their feed. Raises BadRequest."""
    context, person = await _entered(req)
    run, wanted = context.app.reading(), context.form.get("act")
    if wanted == "disconnect":
        await disconnect(person.email, run)
        news = "disconnected"
    elif wanted == "read":
        news = "read" if await read_now(person.email, run) else "unread"
    elif wanted == "mail" and person.email:
        await mail_connect_link(
            person.id,
            author=context.author,
            calendar=context.calendar,
            context=context.app.context,
        )
        news = "mailed"
    elif wanted == "microsoft" and person.email and (place := microsoft_place(context.app)):
        is_refused = await connect(person.email, place, run, context.author)
        news = "no-microsoft" if is_refused else "saved"
    elif wanted in FEEDS and person.email:
        is_open, has_names = FEEDS[wanted]
        await change_feed(person.email, is_open=is_open, has_names=has_names, store=context.app.store)
        news = "opened" if is_open else "closed"
    else:
        raise BadRequest
    return context.leave(context.here("staff", "person", person.id, "own-calendar", news=news))


async def _entered(req: func.HttpRequest) -> tuple[CalendarContext, StaffMember]:
    context = await enter(req, Permission.LIST_STAFF)
    person = person_in(context)
    if person.id not in context.access.people and not context.access.may(Permission.CHANGE_STAFF):
        raise Forbidden
    if context.is_sent:
        await prove()  # another server is asked next
    return context, person


def microsoft_place(app: Services) -> CalendarPlace | None:
    """Return the place of everybody's calendar at Microsoft 365; None where the app may not ask it."""
    schedules = app.settings.own_calendars.schedules
    return CalendarPlace("graph", schedules.application.graph) if schedules else None


async def _connect(
    context: CalendarContext, person: StaffMember, edit: Callable[[TypedCalendar], TypedCalendar]
) -> None:
    """Connect what was typed. Raises WrongFields with what is wrong with it."""
    _, typed = context.texts.gettext, edit(TypedCalendar())
    if not person.email:
        raise WrongFields({"url": _("They need an email address first.")})
    tentative = typed.tentative_is_busy
    run, author = context.app.reading(), context.author
    if cause := await connect(person.email, typed.place, run, author, tentative_is_busy=tentative):
        place = "password" if cause == "password_refused" and typed.kind == "caldav" else "url"
        raise WrongFields({place: _(CAUSES[cause])})


def _feed_address(context: CalendarContext, feed: StaffFeed) -> str:
    token = feed_token(feed, context.app.secret)
    return f"{context.app.settings.public_url}/feed/{token}/appointments.ics"


def _about(context: CalendarContext, own: OwnCalendar, masks: BusyMonths) -> dict[str, Any]:
    """Return what the page says of a calendar that is connected."""
    _, formats = context.texts.gettext, context.formats
    read = formats.when(own.read_at) if own.read_at else ""
    notes = [_(NOTES[one.kind]) % {"detail": one.detail} for one in own.notes if one.kind in NOTES]
    passed = context.texts.ngettext("%(num)s event was skipped.", "%(num)s events were skipped.", own.passed_over)
    return {
        "source": _(KINDS[own.kind]) % {"host": own.host},
        "read": read,
        "problem": _(CAUSES[own.cause]) if own.cause and own.is_failing else "",
        "blocks": "" if not is_long_unread(own, context.calendar, context.now) else context.business.when_unread,
        "since": formats.when(own.failing_since) if own.failing_since else "",
        "notes": [*notes, *([passed % {"num": own.passed_over}] if own.passed_over else [])],
        "days": _days(context, masks),
    }


def _days(context: CalendarContext, masks: BusyMonths) -> list[BusyDay]:
    """Return the busy times of the next two weeks, by day."""
    formats, window = context.formats, Window.around(context.now, context.now + SHOWN)
    found: dict[str, list[str]] = {}
    for first, last in runs(busy_in(window, masks)):
        start, end = window.moment(first), window.moment(last)
        found.setdefault(formats.day(formats.local(start).date()), []).append(formats.span(start, end))
    return [BusyDay(day, times) for day, times in found.items()]
