"""Settings for ranges of dates: their fields, how a page names one of them, and how one is added or changed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Protocol, TypeVar

from functions.console.forms.fields import Field
from functions.console.forms.hours import Hours, hours_in, hours_text, intervals_in, intervals_text
from functions.console.forms.problems import WrongFields
from functions.console.settings.choices import weekday_names
from shared.domain.calendar.business import SpecialDates
from shared.domain.errors import NotFound


if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from functions.console.context import CalendarContext
    from shared.domain.timeline.hours import Intervals, WeeklyHours
    from shared.i18n.formats import Formats

MOST = 400
EXAMPLE = ((540, 720),)  # 09:00 to 12:00


class DateRange(Protocol):
    """Dates first…last, both included, with hours of their own."""

    @property
    def first(self) -> date: ...

    @property
    def last(self) -> date: ...

    @property
    def hours(self) -> WeeklyHours: ...


Entry = TypeVar("Entry", bound=DateRange)


def key_of(entry: DateRange) -> str:
    """Return the part of a page's address that names a range."""
    return f"{entry.first.isoformat()}.{entry.last.isoformat()}"


def named(entries: Iterable[Entry], key: str) -> Entry:
    """Return the range that an address names. Raises NotFound."""
    found = next((one for one in entries if key_of(one) == key), None)
    if found is None:
        raise NotFound
    return found


def edited(
    context: CalendarContext, entries: Sequence[Entry], key: str, edit: Callable[[Entry], Entry]
) -> list[Entry]:
    """Return the ranges with the named one changed. Raises NotFound; WrongFields as `added`."""
    current = named(entries, key)
    others = [one for one in entries if one is not current]
    return added(context, others, edit(current))


def added(context: CalendarContext, entries: Sequence[Entry], new: Entry) -> list[Entry]:
    """Return the ranges with another one. Raises WrongFields for dates that are listed already, or too many."""
    _ = context.texts.gettext
    if any(key_of(one) == key_of(new) for one in entries):
        raise WrongFields({"first": _("These very dates are listed already: change that entry, or choose others")})
    if len(entries) >= MOST:
        raise WrongFields({"first": _("At most %(most)s entries: remove past ones first") % {"most": MOST}})
    return in_order([*entries, new])


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Return ranges in order of time; a short one follows the longer one around it, because later ones prevail."""
    return sorted(entries, key=lambda one: (one.first, -one.last.toordinal()))


def date_fields(context: CalendarContext) -> tuple[Field, Field]:
    """Return the fields of the first and the last date."""
    _ = context.texts.gettext
    wrong = _("Enter a date such as 2027-12-24")
    first = Field(name="first", label=_("First day"), kind="date", is_required=True, wrong=wrong, width="third")
    last = Field(
        name="last", label=_("Last day"), kind="date", wrong=wrong, hint=_("Empty for one day only"), width="third"
    )
    return first, last


def date_texts(entry: DateRange) -> Mapping[str, str]:
    """Return what the fields of dates show of a range."""
    last = "" if entry.last == entry.first else entry.last.isoformat()
    return {"first": entry.first.isoformat(), "last": last}


def dates_in(values: Mapping[str, str], context: CalendarContext) -> tuple[date, date]:
    """Return the first and the last date of a form. Raises WrongFields."""
    _ = context.texts.gettext
    found, wrong = {}, {}
    for name in ("first", "last"):
        try:
            found[name] = date.fromisoformat(values[name] or values["first"])
        except ValueError:
            wrong[name] = _("Enter a date such as 2027-12-24")
    if wrong:
        raise WrongFields(wrong)
    if found["last"] < found["first"]:
        latest = context.formats.full_day(found["first"])
        raise WrongFields({"last": _("This is before the first day: choose %(day)s or later") % {"day": latest}})
    if not 1971 <= found["first"].year <= found["last"].year <= 2200:
        raise WrongFields({"first": _("Enter dates between the years 1971 and 2200")})
    return found["first"], found["last"]


def hours_field(context: CalendarContext, entry: DateRange, label: str) -> Hours:
    """Return the field of a range's hours: one line for every day, unless these differ."""
    _ = context.texts.gettext
    days = weekday_names(context) if hours_of_each(entry) is None else (_("Each day"),)
    return Hours(name="hours", label=label, days=days, none=_("No hours yet"))


def hours_of_each(entry: DateRange) -> Intervals | None:
    """Return the hours that all days of a range have; None if they differ."""
    days = min((entry.last - entry.first).days + 1, 7)
    found = {entry.hours[(entry.first.weekday() + day) % 7] for day in range(days)}
    return found.pop() if len(found) == 1 else None


def hours_shown(entry: DateRange) -> str:
    """Return the canonical text of the field of hours; an example to start from if there are none yet."""
    each = hours_of_each(entry)
    return hours_text(entry.hours) if each is None else intervals_text(each or EXAMPLE)


def hours_typed(field: Hours, text: str, context: CalendarContext) -> WeeklyHours:
    """Return the hours of a checked text. Raises WrongFields if there are none."""
    is_one = len(field.days) == 1
    hours = (intervals_in(text, context.texts),) * 7 if is_one else hours_in(text, context.texts)
    if not any(hours):
        raise WrongFields({"hours": context.texts.gettext("Add the hours, such as 09:00 to 12:00")})
    return hours


def days_text(entry: DateRange, formats: Formats) -> str:
    """Return the dates of a range in words."""
    first, last = formats.full_day(entry.first), formats.full_day(entry.last)
    return first if first == last else f"{first} – {last}"


def replaced_said(entry: DateRange, entries: Sequence[DateRange], context: CalendarContext) -> str:
    """Return the dates on which entries that follow prevail over this one, in words; empty if there are none."""
    following = entries[entries.index(entry) + 1 :]
    shared = [
        SpecialDates(first=max(one.first, entry.first), last=min(one.last, entry.last))
        for one in following
        if one.first <= entry.last and entry.first <= one.last
    ]
    if not shared:
        return ""
    days = "; ".join(dict.fromkeys(days_text(one, context.formats) for one in shared))
    return context.texts.gettext("Another entry applies instead on: %(days)s") % {"days": days}


def hours_said(entry: DateRange, context: CalendarContext) -> str:
    """Return the hours of a range in one line: "09:00–12:00", by weekday where they differ; empty for none."""
    each = hours_of_each(entry)
    if each is None:
        return hours_field(context, entry, "").display(hours_text(entry.hours))
    return ", ".join(intervals_text((one,)).replace("-", "–") for one in each)
