"""The part of the booking form that repeats the appointment: how often, and until when."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from pydantic import ValidationError

from functions.console.appointments.forms import Select
from functions.http.boundary import invalid_fields
from functions.pages.form_field import FormField
from shared.domain.appointments.recurrence import DAYS_OF_WEEK, Frequency, Recurrence
from shared.domain.errors import InvalidFields
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.console.appointments.asked import AskedBooking
    from functions.console.appointments.context import AppointmentContext

ON = "on-"
FREQUENCIES: dict[Frequency, str] = {
    "weekly": marked("Weekly"),
    "daily": marked("Daily"),
    "monthly_by_date": marked("Monthly, on the same day of the month"),
    "monthly_by_weekday": marked("Monthly, on the same weekday, such as the second Tuesday"),
    "monthly_by_last_weekday": marked("Monthly, on the last such weekday"),
}
USUALLY = "8"
LONGEST_NUMBER, LONGEST_DATE = 4, 10


class WeekdayBox(NamedTuple):
    """A weekday to tick."""

    id: str
    label: str
    is_chosen: bool


class RepeatPart(NamedTuple):
    """The fields of the rule; the part is open when somebody comes back to it."""

    fields: Sequence[FormField | Select]
    weekdays: Sequence[WeekdayBox]
    is_open: bool


def repeat_part(asked: AskedBooking) -> RepeatPart:
    """Return the part of the form with what was typed, else a weekly series of eight."""
    _, form = asked.context.visitor.texts.gettext, asked.form
    options = [(name, _(label)) for name, label in FREQUENCIES.items()]
    count = form.get("count", "" if form.get("until") else USUALLY)
    every, until = form.get("every", "1"), form.get("until", "")
    fields: list[FormField | Select] = [
        Select("frequency", _("How often"), [("", options)], form.get("frequency", "weekly")),
        _number_field("every", _("Interval in days, weeks or months"), every, is_required=True),
        _number_field("count", _("How many appointments"), count),
        FormField("until", _("Or until this day"), "date", until, longest=LONGEST_DATE),
    ]
    return RepeatPart(fields, _weekdays(asked), "repeat" in asked.context.req.params)


def _number_field(name: str, label: str, value: str, *, is_required: bool = False) -> FormField:
    return FormField(name, label, "number", value, is_required, longest=LONGEST_NUMBER)


def _weekdays(asked: AskedBooking) -> list[WeekdayBox]:
    formats, first = asked.context.formats, asked.context.formats.first_weekday
    names = [full for _short, full in formats.weekdays()]
    numbers = [(first + place) % DAYS_OF_WEEK for place in range(DAYS_OF_WEEK)]
    return [
        WeekdayBox(f"{ON}{number}", name, bool(asked.form.get(f"{ON}{number}")))
        for number, name in zip(numbers, names, strict=True)
    ]


def series_address(context: AppointmentContext) -> str:
    """Return the address of the preview."""
    lang = context.visitor.carried.get("lang", "")
    path = f"/console/bookings/{context.calendar.business.id}/series"
    return path + (f"?{urlencode({'lang': lang})}" if lang else "")


def typed_rule(form: Mapping[str, str]) -> Recurrence:
    """Return the rule that was typed; a last day counts before a number. Raises InvalidFields."""
    until = form.get("until", "")
    weekdays = tuple(number for number in range(DAYS_OF_WEEK) if form.get(f"{ON}{number}"))
    try:
        return Recurrence(
            frequency=form.get("frequency", ""),
            every=_number(form, "every"),
            weekdays=weekdays,
            times=None if until else _number(form, "count"),
            until=_day(until) if until else None,
        )
    except ValidationError as wrong:
        raise invalid_fields(wrong) from None


def _number(form: Mapping[str, str], name: str) -> int:
    text = form.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise InvalidFields([(f"/{name}", "a whole number")])
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidFields([("/until", "not a date")]) from None
