"""The form about time off, for one person or several."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from functions.console.forms.checks import number_in
from functions.console.forms.fields import Choices, Field, Group, NumberField, Option, Tick, lines_of, on
from functions.console.forms.form import SettingsForm
from functions.console.forms.problems import WrongFields
from functions.console.staff.states import in_order
from functions.console.staff.time_off.typed import WEEK
from shared.domain.access.permissions import Permission
from shared.use_cases.calendars.change_time_off import LONGEST, MOST_AT_ONCE


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.console.context import CalendarContext
    from functions.console.staff.time_off.typed import TypedTimeOff
    from shared.domain.calendar.business import StaffMember

MOST_PEOPLE = 100


def time_off_form(context: CalendarContext, *, is_new: bool) -> SettingsForm[TypedTimeOff]:
    """Return the form; a new time off can be of several people, and in several weeks."""
    _ = context.texts.gettext
    fields = [_title(context), *_when(context), *([_weeks(context)] if is_new else [])]
    clock = _("Times are by the clock of %(city)s.") % {"city": context.formats.city()}
    groups = [
        *([_who(context)] if is_new else []),
        Group(id="when", heading=_("When"), intro=clock, fields=tuple(fields)),
        Group(id="more", heading=_("Notes and email"), fields=_more(context)),
    ]

    def changed(before: TypedTimeOff, values: Mapping[str, str]) -> TypedTimeOff:
        return typed_in(before, values, context)

    pointers = {"end": ("end_day", _("Too long: at most %(days)s days") % {"days": LONGEST.days})}
    return SettingsForm(groups, values_of, changed, pointers=pointers)


def may_see(context: CalendarContext, person: str) -> bool:
    """Return whether the reader may read a person's time off: their own, or anybody's by right."""
    return person in context.access.people or context.access.may(Permission.CHANGE_ANY_TIME_OFF)


def may_manage(context: CalendarContext, person: str) -> bool:
    """Return whether the reader may change a person's time off."""
    return may_see(context, person) and context.access.may(Permission.CHANGE_TIME_OFF)


def manageable(context: CalendarContext) -> Sequence[StaffMember]:
    """Return the people whose time off the reader may change."""
    return in_order([one for one in context.calendar.staff.values() if may_manage(context, one.id)])


def _who(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    people = tuple(Option(one.id, one.name, one.email) for one in manageable(context))
    wrong = _("Choose who is away")
    return Group(
        id="who",
        heading=_("Who is away"),
        fields=(Choices(name="people", label=_("People"), options=people, is_required=True, wrong=wrong),),
    )


def _title(context: CalendarContext) -> Field:
    _ = context.texts.gettext
    hint = _("Only they and schedulers see it, never customers")
    return Field(name="title", label=_("Title"), hint=hint, is_required=True, longest=200)


def _when(context: CalendarContext) -> Sequence[Field]:
    _ = context.texts.gettext
    wrong = _("Enter a time such as 09:00")
    return (
        Tick(name="is_all_day", label=_("All day"), said=(_("Yes"), _("No"))),
        Field(name="start_day", label=_("First day"), kind="date", is_required=True, width="short"),
        Field(name="start_time", label=_("From"), kind="time", wrong=wrong, width="short"),
        Field(name="end_day", label=_("Last day"), kind="date", is_required=True, width="short"),
        Field(name="end_time", label=_("To"), kind="time", wrong=wrong, width="short"),
    )


def _weeks(context: CalendarContext) -> Field:
    _ = context.texts.gettext
    hint = _("The same every week, so many times; 1 is once. Each can be changed or deleted by itself.")
    wrong = _("Enter a number from 1 to %(most)s") % {"most": MOST_AT_ONCE}
    return NumberField(
        name="weeks",
        label=_("How many weeks"),
        least="1",
        most=str(MOST_AT_ONCE),
        hint=hint,
        wrong=wrong,
        is_required=True,
    )


def _more(context: CalendarContext) -> tuple[Field, ...]:
    _ = context.texts.gettext
    quiet = _("Otherwise they get one, unless their settings say they don’t want any")
    return (
        Field(name="notes", label=_("Notes"), kind="long", longest=4000),
        Tick(name="is_quiet", label=_("Don’t send an email this time"), hint=quiet, said=(_("Yes"), _("No"))),
    )


def values_of(typed: TypedTimeOff) -> Mapping[str, str]:
    """Return what the form shows."""
    (first, last), (start, end) = typed.days, typed.times
    return {
        "people": "\n".join(typed.people),
        "title": typed.title,
        "is_all_day": on(typed.is_all_day),
        "start_day": first.isoformat(),
        "start_time": f"{start:%H:%M}",
        "end_day": last.isoformat(),
        "end_time": f"{end:%H:%M}",
        "weeks": str(typed.weeks),
        "notes": typed.notes,
        "is_quiet": on(typed.is_quiet),
    }


def typed_in(before: TypedTimeOff, values: Mapping[str, str], context: CalendarContext) -> TypedTimeOff:
    """Return what was typed. Raises WrongFields."""
    _ = context.texts.gettext
    people = tuple(lines_of(values["people"])) if "people" in values else before.people
    if len(people) > MOST_PEOPLE:
        text = _("Choose at most %(most)s people; to close for everyone, set the calendar’s closed dates")
        raise WrongFields({"people": text % {"most": MOST_PEOPLE}})
    is_all_day = bool(values["is_all_day"])
    typed = replace(
        before,
        title=values["title"],
        days=(date.fromisoformat(values["start_day"]), date.fromisoformat(values["end_day"])),
        times=before.times
        if is_all_day
        else (_time(values, "start_time", context), _time(values, "end_time", context)),
        is_all_day=is_all_day,
        notes=values["notes"],
        people=people,
        weeks=int(number_in(values.get("weeks", "1"))),
        is_quiet=bool(values["is_quiet"]),
    )
    _check(typed, context)
    return typed


def _time(values: Mapping[str, str], name: str, context: CalendarContext) -> time:
    with suppress(ValueError):
        if (typed := time.fromisoformat(values[name])).tzinfo is None:
            return typed
    raise WrongFields({name: context.texts.gettext("Enter a time such as 09:00")})


def _check(typed: TypedTimeOff, context: CalendarContext) -> None:
    _ = context.texts.gettext
    if not all(1971 < day.year < 2200 for day in typed.days):
        raise WrongFields({"start_day": _("Enter a date closer to today")})
    if typed.days[0] > typed.days[1]:
        raise WrongFields({"end_day": _("The end is before the start. Choose a later day")})
    if typed.length <= timedelta():
        raise WrongFields({"end_time": _("The end is before the start. Choose a later time")})
    if not 1 <= typed.weeks <= MOST_AT_ONCE:  # what it would hit is shown beside values that no field has checked
        raise WrongFields({"weeks": _("Enter a number from 1 to %(most)s") % {"most": MOST_AT_ONCE}})
    if typed.weeks > 1 and typed.length > WEEK:
        raise WrongFields({"weeks": _("It’s longer than a week, so it can’t repeat every week. Enter 1")})
