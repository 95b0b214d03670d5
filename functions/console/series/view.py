"""The preview of a series as a page: a line for each appointment, and what can be ticked on it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from functions.console.appointments.hindrances import named_appointment, said_rules
from functions.console.forms.checks import WHOLE
from functions.console.series.form import series_address
from functions.http.boundary import status_of
from functions.pages.problem_texts import PROBLEMS
from shared.domain.access.permissions import Permission
from shared.domain.appointments.recurrence import MOST
from shared.domain.errors import InvalidFields
from shared.i18n.marked import marked
from shared.use_cases.appointments.find_near import find_seated
from shared.use_cases.series.book_series import series_id
from shared.use_cases.series.find_series import find_parts
from shared.use_cases.series.plan_series import PlannedOccurrence, plan_series


if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    import azure.functions as func

    from functions.console.appointments.asked import AskedBooking
    from functions.console.appointments.context import AppointmentContext
    from shared.domain.appointments.appointment import Appointment
    from shared.domain.calendar.service import Service
    from shared.domain.errors import Refusal
    from shared.use_cases.appointments.staff_request import StaffBooking
    from shared.use_cases.series.book_series import BookedSeries

TAKE, INSTEAD, BEYOND, OVER = "take-", "instead-", "beyond", "over "
DO, SHOWN, REFUSED_BEFORE, DONE = "do", "shown", "refused", "done"
OWN = ("csrf", "key", DO, SHOWN, REFUSED_BEFORE, DONE)
"""Fields of the preview itself, which are not among those of the form that it carries along."""
State = Literal["free", "beyond", "taken", "full", "seated", "booked", "unknown"]
STATES: dict[State, tuple[str, str, str]] = {
    "free": (marked("Free"), "check", "good"),
    "beyond": (marked("Outside the rules"), "alert", "caution"),
    "taken": (marked("Taken"), "cross", "danger"),
    "full": (marked("Full"), "cross", "danger"),
    "seated": (marked("Already has a place"), "alert", "caution"),
    "booked": (marked("Booked"), "check", "good"),
    "unknown": (marked("Not booked yet"), "clock", "caution"),
}
"""By state: its word, icon and tone."""


@dataclass(frozen=True)
class AskedSeries:
    """A series as it was typed: what to book at each of the starts."""

    asked: AskedBooking
    booking: StaffBooking
    service: Service
    starts: Sequence[datetime]

    @property
    def context(self) -> AppointmentContext:
        return self.asked.context

    @property
    def form(self) -> Mapping[str, str]:
        return self.context.form


class SeriesLine(NamedTuple):
    """An appointment of the series: its box with the `value` to send, and the box of its alternative.

    `why` says what stands against it. A line without a value has no box.
    """

    number: int
    when: str
    word: str
    icon: str
    tone: str
    why: str
    value: str
    is_ticked: bool
    instead: str = ""
    instead_value: str = ""
    is_instead: bool = False
    href: str = ""


async def series_page(
    series: AskedSeries, done: BookedSeries | None = None, refusal: Refusal | None = None
) -> func.HttpResponse:
    """Return the preview; after a try with what became of it, and what is left."""
    context = series.context
    about, store = (series.service, series.booking.staff, series.starts), context.app.store
    there, seated, planned = await asyncio.gather(
        _there(series),
        _seated(series),
        plan_series(*about, calendar=context.calendar, store=store, now=context.now),
    )
    lines = LineWriter(series, done, there, seated)
    shown = [lines.line(number + 1, one) for number, one in enumerate(planned)]
    return await context.page(
        "console/series/page.html",
        status=status_of(refusal) if refusal else 409 if done else 200,
        facts=_facts(series),
        lines=shown,
        count=sum(bool(one.is_ticked or one.is_instead) for one in shown),
        has_beyond=any(one.value.endswith(BEYOND) and not one.is_ticked for one in shown),
        notice=_notice(context, done, refusal),
        carried=[
            *((name, text) for name, text in series.form.items() if not _is_own(name)),
            *((SHOWN, "1"), (REFUSED_BEFORE, ",".join(lines.refused)), (DONE, ",".join(lines.done))),
        ],
        key=series.form.get("key", ""),
        action=series_address(context),
        form_action=series_address(context).replace("/series", "/new"),
    )


async def _there(series: AskedSeries) -> list[Appointment]:
    """Return what is there of the series, if the same form was sent before."""
    context, app = series.context, series.context.app
    business, name = context.calendar.business.id, context.access.editor().name
    series_name = series_id(app.secret, business, name, series.form.get("key", ""))
    parts = await find_parts(series_name, business=business, store=app.store)
    return [one.appointment for one in parts if one.is_live]


async def _seated(series: AskedSeries) -> Collection[str]:
    """Return the sessions, among others, in which the customer has a seat; of no group, none."""
    if not series.service.is_group:
        return ()
    context, app, (party,) = series.context, series.context.app, series.booking.parties
    business = context.calendar.business.id
    return await find_seated(party, series.starts, business=business, store=app.store, secret=app.secret)


def _is_own(name: str) -> bool:
    return name in OWN or name.startswith((TAKE, INSTEAD))


def _facts(series: AskedSeries) -> list[tuple[str, bool]]:
    """Return who comes, for what, and to whom; with whether it is in the calendar's own language."""
    context, (party,) = series.context, series.booking.parties
    _ = context.visitor.texts.gettext
    names = [person.name for one in series.booking.staff if (person := context.calendar.person(one))]
    whom = ", ".join(names) or _("Anyone available")
    return [(party.name, False), (series.service.name, True), (whom, False)]


def _notice(context: AppointmentContext, done: BookedSeries | None, refusal: Refusal | None) -> str:
    _ = context.visitor.texts.gettext
    if isinstance(refusal, InvalidFields):
        return _("Select at least one appointment.")
    if refusal:
        heading, text = PROBLEMS.get(refusal.code, PROBLEMS["refused"])
        return f"{_(heading)}. {_(text)}"
    if done is None:
        return ""
    count = {"booked": len(done.booked), "all": len(done.outcomes)}
    said = _("%(booked)s of %(all)s were booked. The others are below: try again, or leave them.")
    return said % count


class LineWriter:
    """Writes the lines, by what was ticked, booked and refused before.

    An appointment that was refused is asked for anew under its next number; one of which nothing is known keeps
    its number, so that it is not booked twice.
    """

    def __init__(
        self,
        series: AskedSeries,
        done: BookedSeries | None,
        there: Sequence[Appointment],
        seated: Collection[str],
    ) -> None:
        self.seated = seated
        self.series, self.context, form = series, series.context, series.form
        outcomes = done.outcomes if done else ()
        self.unknown = [one.occurrence.number for one in outcomes if not (one.appointment or one.refusal)]
        refused = [str(one.occurrence.number) for one in outcomes if one.refusal]
        self.refused = [*filter(WHOLE.fullmatch, form.get(REFUSED_BEFORE, "").split(",")), *refused]
        booked = [str(one.occurrence.number % MOST) for one in outcomes if one.appointment]
        self.done = [*filter(None, form.get(DONE, "").split(",")), *booked]
        self.at = {one.start: one for one in there}
        self.is_first = not form.get(SHOWN)

    def line(self, number: int, one: PlannedOccurrence) -> SeriesLine:
        """Return the line of the appointment with this number by the rule."""
        _, formats = self.context.visitor.texts.gettext, self.context.formats
        number += MOST * sum(int(each) % MOST == number % MOST for each in self.refused)
        state = self._state(number, one)
        word, icon, tone = STATES[state]
        day = formats.full_day(formats.local(one.start).date())
        line = SeriesLine(
            number,
            f"{day}, {formats.span(one.start, one.start + self.series.service.duration)}",
            _(word),
            icon,
            tone,
            self._why(state, one),
            self._value(state, one),
            is_ticked=self._is_ticked(number, state),
        )
        if state == "booked":
            return line._replace(href=self._page(one.start))
        return self._with_alternative(line, one) if one.instead else line

    def _state(self, number: int, one: PlannedOccurrence) -> State:
        if one.start in self.at or str(number % MOST) in self.done:
            return "booked"
        if number in self.unknown:
            return "unknown"
        if one.session and one.session.id in self.seated:
            return "seated"
        return "full" if one.full else one.finding

    def _value(self, state: State, one: PlannedOccurrence) -> str:
        if state == "taken" and self._may_be_over(one):
            return f"{one.start.isoformat()} {OVER}{','.join(each.id for each in one.over)}"
        if state in ("taken", "full", "booked"):
            return ""
        return f"{one.start.isoformat()} {BEYOND}" if one.finding == "beyond" else one.start.isoformat()

    def _may_be_over(self, one: PlannedOccurrence) -> bool:
        """Return whether it can be booked over the appointments that its line names."""
        return bool(one.over and self.series.booking.staff) and self.context.access.may(Permission.VIEW_BOOKINGS)

    def _is_ticked(self, number: int, state: State) -> bool:
        if state == "beyond" and self.series.form.get(DO) == BEYOND:
            return True
        return state in ("free", "unknown") if self.is_first else f"{TAKE}{number}" in self.series.form

    def _why(self, state: State, one: PlannedOccurrence) -> str:
        _, context = self.context.visitor.texts.gettext, self.context
        if state in ("free", "unknown"):
            return self._places(one)
        if state == "seated":
            return f"{_('This customer has a place in this session.')} {self._places(one)}"
        if state == "booked":
            return ""
        if state == "full" and context.access.may(Permission.VIEW_BOOKINGS):
            named = "; ".join(named_appointment(context, each) for each in one.full)
            return _("No place is left: %(appointments)s") % {"appointments": named}
        if one.over and context.access.may(Permission.VIEW_BOOKINGS):
            named = "; ".join(named_appointment(context, each) for each in one.over)
            text = _("There’s already an appointment at that time: %(appointments)s") % {"appointments": named}
            return f"{text}. {_('Select it to double-book.')}" if self._may_be_over(one) else text
        return said_rules(self.series.asked, self.series.service, one.start, one.rules)

    def _places(self, one: PlannedOccurrence) -> str:
        """Return how full the session is that is joined, or that it is a new one; empty if it is no group."""
        _ = self.context.visitor.texts.gettext
        if not self.series.service.is_group:
            return ""
        if one.session is None:
            return _("A new session")
        places = {"taken": one.session.filled, "seats": one.session.capacity}
        return _("%(taken)s of %(seats)s places") % places

    def _with_alternative(self, line: SeriesLine, one: PlannedOccurrence) -> SeriesLine:
        assert one.instead is not None
        start, formats = one.instead.start, self.context.formats
        same_day = formats.local(start).date() == formats.local(one.start).date()
        when = formats.time(start) if same_day else formats.when(start)
        texts = self.context.visitor.texts
        text = texts.gettext("Instead: %(time)s") % {"time": when}
        if count := one.instead.seats:
            text += f" ({texts.ngettext('%(num)s place left', '%(num)s places left', count) % {'num': count}})"
        value = f"{start.isoformat()} {BEYOND}" if one.instead.beyond else start.isoformat()
        ticked = f"{INSTEAD}{line.number}" in self.series.form and not line.is_ticked
        return line._replace(instead=text, instead_value=value, is_instead=ticked)

    def _page(self, start: datetime) -> str:
        found = self.at.get(start)
        return f"/console/queue/{self.context.calendar.business.id}/{found.id}" if found else ""
