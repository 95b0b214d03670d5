"""The field of weekly hours: several intervals a day, copied from day to day; its text has a line for each day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from functions.console.forms.fields import Field
from shared.domain.timeline.hours import MINUTES_A_DAY


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from gettext import NullTranslations

    from functions.console.forms.sent import SentForm
    from shared.domain.timeline.hours import Intervals, WeeklyHours

MOST_INTERVALS = 6  # a day
CLOCK = re.compile(r"([0-9]{1,2})(?:[:.h]?([0-9]{2})(?::00)?|h)?", re.IGNORECASE)
SHOWN = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class TypedInterval(NamedTuple):
    """An interval as it was typed; `first` and `last` may be no times of a day."""

    first: str
    last: str

    @property
    def kinds(self) -> list[str]:
        """The kinds of the two controls: browsers show in one for times neither 24:00 nor what is no time."""
        return ["time" if not one or SHOWN.fullmatch(one) else "text" for one in self]


class TypedDay(NamedTuple):
    """A day on the page: its number (Monday is 0), name and intervals."""

    number: int
    name: str
    intervals: Sequence[TypedInterval]


@dataclass(frozen=True, kw_only=True)
class Hours(Field):
    """Hours of each of `days`, by their names. Controls are NAME-DAY-PLACE-from and -to.

    Mostly these are the days of the week, Monday first; a single one stands for several with the same hours. The
    page shows the week from `first_day` on, the reader's, where Monday is 0.
    """

    kind: str = "hours"
    none: str = ""  # what a day without hours is called, unless it is closed
    days: tuple[str, ...] = ()
    first_day: int = 0

    def read(self, form: SentForm) -> str:
        """Return a line for each day: its intervals as "09:00-12:00", in the order in which they were typed."""
        return "\n".join(
            " ".join(one for one in self._typed(form, day) if one != "-") for day in range(len(self.days))
        )

    def canonical(self, value: str) -> str:
        """Return the text as it is."""
        return value

    def _typed(self, form: SentForm, day: int) -> list[str]:
        """Return the intervals of a day as the page has them, "-" for one that is empty."""
        found: list[str] = []
        while (name := f"{self.name}-{day}-{len(found)}-from") in form:
            ends = (form.get(name), form.get(f"{name.removesuffix('from')}to"))
            found.append("-".join(map(_clock, ends)))
        return found

    def rearranged(self, value: str, order: Sequence[str], form: SentForm) -> str:
        """Return the hours after "add DAY", "remove DAY PLACE" or "copy DAY" (to the days that are ticked)."""
        days = self._lines(value)
        match order:
            case ["add", day] if self._is_day(day) and len(days[int(day)].split()) < MOST_INTERVALS:
                days[int(day)] = f"{days[int(day)]} -".strip()
            case ["remove", day, place] if self._is_day(day):
                typed = self._typed(form, int(day)) or days[int(day)].split()
                days[int(day)] = " ".join(one for at, one in enumerate(typed) if str(at) != place)
            case ["copy", day] if self._is_day(day):
                for other in form.all(f"{self.name}-{day}-copy"):
                    if self._is_day(other):
                        days[int(other)] = days[int(day)]
        return "\n".join(days)

    def week(self, value: str) -> list[TypedDay]:
        """Return the days as the page shows them."""
        lines = self._lines(value)
        return [
            TypedDay(day, self.days[day], [TypedInterval(*one.split("-")) for one in lines[day].split()])
            for day in self._in_order
        ]

    def others(self, day: int) -> list[tuple[int, str]]:
        """Return the number and the name of each other day."""
        return [(other, self.days[other]) for other in self._in_order if other != day]

    @property
    def _in_order(self) -> list[int]:
        return [(self.first_day + place) % len(self.days) for place in range(len(self.days))]

    def _lines(self, value: str) -> list[str]:
        return [*value.split("\n"), *[""] * len(self.days)][: len(self.days)]

    def _is_day(self, text: str) -> bool:
        return re.fullmatch("[0-9]", text) is not None and int(text) < len(self.days)

    def display(self, value: str) -> str:
        """Return the hours in one line."""
        return "; ".join(
            f"{one.name} {', '.join('–'.join(each) for each in one.intervals)}"
            for one in self.week(value)
            if one.intervals
        )

    def problems(self, value: str, texts: NullTranslations) -> Mapping[str, str]:
        """Return what is wrong with each day, by its fieldset."""
        errors = {}
        for day, line in enumerate(self._lines(value)):
            try:
                _day(line, texts)
            except ValueError as wrong:
                errors[f"{self.name}-{day}"] = str(wrong)
        return errors


def hours_text(hours: WeeklyHours) -> str:
    """Return the canonical text of weekly hours."""
    return "\n".join(map(intervals_text, hours))


def hours_in(text: str, texts: NullTranslations) -> WeeklyHours:
    """Return the hours of a checked canonical text, each day's in order."""
    return tuple(_day(line, texts) for line in _days(text))


def intervals_in(text: str, texts: NullTranslations) -> Intervals:
    """Return the hours of a checked canonical text of a single day, in order."""
    return _day(text, texts)


def intervals_text(intervals: Intervals) -> str:
    """Return the canonical text of a day's hours."""
    return " ".join("-".join(map(_said, one)) for one in intervals)


def _days(text: str) -> list[str]:
    return [*text.split("\n"), *[""] * 7][:7]


def _day(line: str, texts: NullTranslations) -> Intervals:
    """Return a day's intervals. Raises ValueError with what people are to change."""
    _ = texts.gettext
    found = sorted(_interval(one, texts) for one in line.split())
    for left, right in pairwise(found):
        if left[1] > right[0]:
            raise ValueError(
                _("%(first)s and %(second)s overlap: let one end before the other starts")
                % {"first": _span(left), "second": _span(right)}
            )
    return tuple(found)


def _interval(text: str, texts: NullTranslations) -> tuple[int, int]:
    _, (start, end) = texts.gettext, map(_minutes, text.split("-"))
    if start is None or end is None or start == MINUTES_A_DAY:
        raise ValueError(_("Enter when it opens and when it closes, such as 09:00 and 17:00"))
    if end == 0:
        end = MINUTES_A_DAY  # midnight as browsers write it
    if end < start:
        raise ValueError(
            _("%(span)s goes past midnight: let it end at 24:00, and start the next day at 00:00")
            % {"span": _span((start, end))}
        )
    if end == start:
        raise ValueError(_("%(span)s has no length: let it end later") % {"span": _span((start, end))})
    return start, end


def _minutes(text: str) -> int | None:
    """Return the minutes after midnight of a time, 24:00 included; None if it is none."""
    match = CLOCK.fullmatch(text)
    hours, minutes = (int(match[1]), int(match[2] or 0)) if match else (0, 60)
    total = hours * 60 + minutes
    return total if minutes < 60 and total <= MINUTES_A_DAY else None


def _said(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _span(interval: tuple[int, int]) -> str:
    return "–".join(map(_said, interval))


def _clock(text: str) -> str:
    """Return a typed time as 09:00, else without what would break the line that holds it."""
    plain = re.sub(r"[\s-]", "", text)[:8]
    return plain if (minutes := _minutes(plain)) is None else _said(minutes)
