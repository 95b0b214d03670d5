"""A date and a time as staff type them, or as a link has them; also of an hour that comes twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from functions.console.appointments.forms import Select
from functions.pages.form_field import FormField
from shared.domain.errors import InvalidFields


if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.console.appointments.context import AppointmentContext

CLOCK = len("02:30")


def time_fields(context: AppointmentContext, start: datetime) -> list[FormField | Select]:
    """Return fields for a date and a time in the calendar's zone: as typed, else those of `start`.

    Where clocks show that time twice, one more says which of the two it is.
    """
    _, formats, typed = context.visitor.texts.gettext, context.formats, context.form
    shown = typed_as(formats.local(start))
    given = {"date": shown["date"], "time": shown["time"], **typed} if "time" in typed else {**shown, **typed}
    fields: list[FormField | Select] = [
        FormField("date", _("Date"), "date", given["date"], True, longest=10),
        FormField("time", f"{_('Time')} ({formats.city()})", "time", given["time"], True, longest=8),
    ]
    try:
        both = _moments(given, context.calendar.business.time_zone)
    except InvalidFields:
        return fields
    if len(both) > 1:
        chosen = moment_of(given, context.calendar.business.time_zone, context.now)
        options = [(_offset(formats.local(one)), formats.exact_time(one)) for one in both]
        fields.append(
            Select("offset", _("This time comes twice"), [("", options)], _offset(formats.local(chosen)))
        )
    return fields


def typed_as(local: datetime) -> dict[str, str]:
    """Return a local time as the fields of a form have it; with its offset if clocks show it twice."""
    typed = {"date": f"{local:%Y-%m-%d}", "time": f"{local:%H:%M}"}
    is_twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    return {**typed, "offset": _offset(local)} if is_twice else typed


def in_link(local: datetime) -> str:
    """Return a local time as one value of a link has it: 2027-10-31T10:30, or 2027-10-31T02:30+0100 of two."""
    typed = typed_as(local)
    return f"{typed['date']}T{typed['time']}{typed.get('offset', '')}"


def typed_in(link: str) -> dict[str, str]:
    """Return what such a value fills in; its offset may be missing."""
    day, _, clock = link.partition("T")
    return {"date": day, "time": clock[:CLOCK], "offset": clock[CLOCK:].replace(" ", "+")}


def typed_start(context: AppointmentContext) -> datetime:
    """Return the instant that is typed into the form, of two the first to come. Raises InvalidFields."""
    return moment_of(context.form, context.calendar.business.time_zone, context.now)


def moment_of(form: Mapping[str, str], zone: str, after: datetime) -> datetime:
    """Return the instant of a typed date and time.

    Of two, when clocks go back, it is that of the typed offset, else the first after `after`, else the first.
    Raises InvalidFields, also for a time that does not exist because clocks go forward.
    """
    both = _moments(form, zone)
    chosen = [one for one in both if _offset(one.astimezone(ZoneInfo(zone))) == form.get("offset")]
    return next(iter([*chosen, *(one for one in both if one > after), *both]))


def _moments(form: Mapping[str, str], zone: str) -> list[datetime]:
    """Return the instants of a typed date and time, one or two. Raises InvalidFields."""
    try:
        day = date.fromisoformat(form.get("date", ""))
    except ValueError:
        raise InvalidFields([("/date", "not a date")]) from None
    try:
        naive = datetime.combine(day, time.fromisoformat(form.get("time", "")))
        found = {naive.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
    except (ValueError, OverflowError):
        raise InvalidFields([("/time", "not a time")]) from None
    if not 1971 < day.year < 2200:
        raise InvalidFields([("/date", "out of reach")])
    # Python accepts a time in the gap; it only shows when converted there and back
    there = [one for one in sorted(found) if one.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == naive]
    if not there:
        raise InvalidFields([("/time", "the clocks leap over it")])
    return there


def _offset(local: datetime) -> str:
    return f"{local:%z}"
