"""What each person serves in some weeks, and evening it out: what would move is shown, chosen, then moved."""

from __future__ import annotations

from asyncio import gather
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from functions.console.appointments.forms import TELLING
from functions.console.boundary import console_boundary
from functions.console.forms.checks import whole_in
from functions.console.services.context import enter_service
from shared.domain.access.permissions import Permission
from shared.domain.timeline.hours import local_date
from shared.use_cases.appointments.rebalance import Rebalanced, loads_of, plan_rebalance, rebalance
from shared.use_cases.reports.find_listed import find_listed
from shared.use_cases.visits.find_queue import day_of


if TYPE_CHECKING:
    from collections.abc import Sequence

    import azure.functions as func

    from functions.console.services.context import ServiceContext
    from shared.domain.visits.queue import Planned
    from shared.use_cases.appointments.rebalance import Load, Moved

WEEK = timedelta(days=7)
WEEKS = (1, 2, 4, 8, 12)
USUAL = 4


class MoveLine(NamedTuple):
    """An appointment that changes hands, or did; texts are formatted. `name` is what its box sends."""

    name: str
    when: str
    customer: str
    before: str
    after: str
    href: str


class LoadLine(NamedTuple):
    """What a person has in the weeks: of this service, of all, and compared with the others."""

    name: str
    href: str
    own: int
    hours: str
    total: int
    total_hours: str
    side: str


@dataclass(frozen=True)
class Weeks:
    """The weeks that are looked at; days of the calendar's own clock, from a Monday on unless chosen otherwise."""

    first: date
    count: int

    @property
    def last(self) -> date:
        """Return the last day."""
        return self.first + WEEK * self.count - timedelta(days=1)


@console_boundary
async def service_balance(req: func.HttpRequest) -> func.HttpResponse:
    """Show what people serve and what would move; move what was chosen."""
    at = await enter_service(req, Permission.CHANGE_ANY_BOOKING)
    _, weeks = at.page.texts.gettext, _weeks(at)
    done = await _move(at, weeks) if at.page.is_sent else Rebalanced([], [])
    listed, moves = await gather(_listed(at, weeks), _plan(at, weeks))
    formats = at.page.formats
    return await at.page.page(
        "console/services/balance.html",
        "services",
        heading=_("Workload by person"),
        service=at.service,
        first=weeks.first.isoformat(),
        count=weeks.count,
        choices=WEEKS,
        span=f"{formats.day(weeks.first)} – {formats.day(weeks.last)}",
        loads=_loads(at, listed),
        lines=_lines(at, moves),
        done=_lines(at, done.moved),
        left=_lines(at, done.left),
        missed=len(at.page.form.all("move")) - len(done.moved) - len(done.left),
        is_done=at.page.is_sent,
        telling=[(name, _(text)) for name, text in TELLING.items()],
        back=at.here("people"),
        may_change=at.page.access.may(Permission.CHANGE_SERVICES),
    )


def _weeks(at: ServiceContext) -> Weeks:
    """Return the weeks that are asked for; from this week's Monday on where it is not said."""
    params, today = at.page.req.params, local_date(at.page.now, at.page.business.time_zone)
    count = whole_in(params.get("weeks", ""), USUAL)
    try:
        first = date.fromisoformat(params.get("from", "")[:10])
    except ValueError:
        first = today - timedelta(days=today.weekday())
    return Weeks(first if 1971 < first.year < 2200 else today, count if count in WEEKS else USUAL)


def _bounds(at: ServiceContext, weeks: Weeks) -> tuple[datetime, datetime]:
    calendar = at.page.calendar
    return day_of(calendar, weeks.first)[0], day_of(calendar, weeks.last)[1]


async def _listed(at: ServiceContext, weeks: Weeks) -> list[Planned]:
    """Return the appointments of the weeks, each week read by itself."""
    calendar, store = at.page.calendar, at.page.app.store
    starts = [day_of(calendar, weeks.first + WEEK * step)[0] for step in range(weeks.count)]
    spans = zip(starts, [*starts[1:], day_of(calendar, weeks.last)[1]], strict=True)
    found = await gather(*(find_listed(calendar, *span, store=store) for span in spans))
    return [one for each in found for one in each]


async def _plan(at: ServiceContext, weeks: Weeks) -> list[Moved]:
    first, last = _bounds(at, weeks)
    store, now = at.page.app.store, at.page.now
    return await plan_rebalance(at.service, last, calendar=at.page.calendar, store=store, now=now, first=first)


async def _move(at: ServiceContext, weeks: Weeks) -> Rebalanced:
    """Move what was chosen of what was shown, each by a command of its own."""
    app, form = at.page.app, at.page.form
    first, last = _bounds(at, weeks)
    pairs = [one.partition(".") for one in form.all("move")]
    return await rebalance(
        at.service,
        last,
        author=at.page.author,
        calendar=at.page.calendar,
        context=app.context,
        first=first,
        chosen={(one, person) for one, _, person in pairs},
        telling=next((name for name in TELLING if name == form.get("telling")), "later"),
        reading=app.reading,
    )


def _loads(at: ServiceContext, listed: Sequence[Planned]) -> list[LoadLine]:
    """Return what each person has who can serve the service, or did in these weeks; most to do first."""
    own = [one for one in listed if one.service == at.service.id]
    able = [one.id for one in at.page.calendar.staff_of(at.service)]
    people = list(dict.fromkeys([*able, *(person for one in own for person in one.staff)]))
    of_service, of_all = loads_of(own, people), loads_of(listed, people)
    middle = sum(of_all[one].minutes for one in able) / max(len(able), 1)
    ordered = sorted(people, key=lambda one: (-of_all[one].minutes, one))
    return [_load(at, one, of_service[one], of_all[one], middle, is_able=one in able) for one in ordered]


def _load(at: ServiceContext, person: str, own: Load, total: Load, middle: float, *, is_able: bool) -> LoadLine:
    _, formats, known = at.page.texts.gettext, at.page.formats, at.page.calendar.person(person)
    beyond = total.minutes - middle
    hours = formats.number(abs(beyond) / 60)
    side = _("%(num)s h above") if beyond > 0 else _("%(num)s h below")
    return LoadLine(
        name=known.name if known else "",
        href=at.page.here("staff", "person", person),
        own=own.appointments,
        hours=_("%(num)s h") % {"num": formats.number(own.minutes / 60)},
        total=total.appointments,
        total_hours=_("%(num)s h") % {"num": formats.number(total.minutes / 60)},
        side=""
        if not is_able
        else _("Same as the others")
        if hours == formats.number(0)
        else side % {"num": hours},
    )


def _lines(at: ServiceContext, moves: Sequence[Moved]) -> list[MoveLine]:
    staff, formats = at.page.calendar.staff, at.page.formats
    return [
        MoveLine(
            f"{one.appointment.id}.{one.after}",
            formats.when(one.appointment.start),
            one.appointment.seat.customer.name if one.appointment.seat else "",
            staff[one.before].name,
            staff[one.after].name,
            at.page.link("queue", at.page.business.id, one.appointment.id),
        )
        for one in moves
    ]
