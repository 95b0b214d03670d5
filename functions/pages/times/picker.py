"""The time picker as a page shows it: a month of days, one day's times, and links to go on."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from functions.pages.link import NavLink


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from functions.pages.visitor import Visitor
    from shared.domain.availability.slots import AvailableSlots, Slot

DAY = timedelta(days=1)
WIDEST = timedelta(days=61)  # beyond the first day: as much as storage returns at once
SOONEST = 3
OFFSET_BEHIND_SPACE = re.compile(r" (?=\d\d:?\d\d$)")
FEW = 7  # days left of a month below which the next one begins to show
AHEAD = timedelta(days=14)


class MonthQuery(NamedTuple):
    """The month or day that a URL asks for, within what can be booked; dates are in the visitor's time zone."""

    today: date
    limit: date
    month: date | None = None
    day: date | None = None

    @property
    def shown(self) -> date:
        """The first day of the month that is asked for."""
        return first_of(self.day or self.month or self.today)

    @property
    def window(self) -> tuple[date, date]:
        """The first and last day to read: two months, or as many days as one read may cover."""
        first = max(self.shown, self.today)
        return first, min(next_month(next_month(self.shown)) - DAY, first + WIDEST)

    @property
    def query(self) -> dict[str, str]:
        """The query values that show the same month or day again."""
        if self.day:
            return {"date": self.day.isoformat()}
        return {"month": f"{self.month:%Y-%m}"} if self.month else {}


def read_ask(query: Mapping[str, str], visitor: Visitor, now: datetime, advance: timedelta) -> MonthQuery:
    """Return what `month` and `date` ask for; a day outside the bookable range is moved to its edge."""
    today = now.astimezone(visitor.tzinfo).date()
    limit = (now + advance).astimezone(visitor.tzinfo).date()

    def within(found: date | None) -> date | None:
        return min(max(found, today), limit) if found else None

    return MonthQuery(
        today, limit, within(_date(query.get("month", "") + "-01")), within(_date(query.get("date", "")))
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def read_start(text: str) -> datetime | None:
    """Return an RFC 3339 instant in UTC, None if malformed. In an unescaped link its + arrives as a space."""
    try:
        found = datetime.fromisoformat(OFFSET_BEHIND_SPACE.sub("+", text))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo and 1971 < found.year < 2200 else None


def first_of(day: date) -> date:
    return day.replace(day=1)


def next_month(day: date) -> date:
    return first_of(first_of(day) + 31 * DAY)


class DayCell(NamedTuple):
    """A day of the grid. `name` is for screen readers; `href` is empty without times.

    `month` is the month's short name on the first day of the next month.
    """

    number: int
    iso: str
    name: str
    href: str
    is_today: bool
    is_chosen: bool
    month: str = ""


class Picker(NamedTuple):
    """The picker as its template reads it; all texts are in the visitor's language."""

    month: str
    weekdays: list[tuple[str, str]]
    weeks: list[list[DayCell | None]]
    previous: NavLink | None
    following: NavLink | None
    soonest: list[NavLink]
    day: str
    groups: list[tuple[str, list[NavLink]]]
    status: str
    empty: str
    way_on: NavLink | None


class Builder(NamedTuple):
    """Builds the picker of one page. `link` makes a URL from changed query values."""

    offer: AvailableSlots
    ask: MonthQuery
    visitor: Visitor
    link: Callable[..., str]

    def picker(self) -> Picker:
        """Return the picker for what was asked; without a day, for the first day that has times."""
        counts = self.offer.count_by_day(self.visitor.zone)
        shown = self._month_to_show(counts)
        day = self._day_to_show(counts, shown)
        groups = self._groups(day) if day else []
        formats = self.visitor.formats
        return Picker(
            month=formats.months(shown, self._end(shown) - DAY),
            weekdays=formats.weekdays(),
            weeks=self._weeks(shown, counts, day),
            previous=self._step(first_of(shown - DAY)) if shown > self.ask.today else None,
            following=self._step(next_month(shown)) if next_month(shown) <= self.ask.limit else None,
            soonest=self._soonest() if self.ask.shown == first_of(self.ask.today) else [],
            day=formats.day(day) if day else "",
            groups=groups,
            status=self._status(day, sum(len(links) for _, links in groups)),
            empty="" if groups else self._empty(shown, day),
            way_on=None if groups else self._way_on(counts, shown),
        )

    def _month_to_show(self, counts: Mapping[date, int]) -> date:
        """Return the month asked for; on a first visit in an empty month the next one, if that has times."""
        shown, after = self.ask.shown, next_month(self.ask.shown)
        if self.ask.month or self.ask.day or _has(counts, shown) or not _has(counts, after):
            return shown
        return after

    def _day_to_show(self, counts: Mapping[date, int], shown: date) -> date | None:
        if self.ask.day:
            return self.ask.day
        return min((day for day in counts if first_of(day) == shown), default=None)

    def _weeks(self, shown: date, counts: Mapping[date, int], chosen: date | None) -> list[list[DayCell | None]]:
        """Return the month's weeks from today's on, and towards its end the first weeks of the next month."""
        lead = (shown.weekday() - self.visitor.formats.first_weekday) % 7
        days = [shown + n * DAY for n in range((self._end(shown) - shown).days)]
        cells = [None] * lead + [self._cell(day, counts, chosen) for day in days]
        if (after := next_month(shown)) in days:
            cells[lead + days.index(after)] = self._cell(
                after, counts, chosen, self.visitor.formats.short_month(after)
            )
        cells += [None] * (-len(cells) % 7)
        past = (self.ask.today - shown).days + lead if first_of(self.ask.today) == shown else 0
        return [cells[at : at + 7] for at in range(past - past % 7, len(cells), 7)]

    def _end(self, shown: date) -> date:
        """Return the day after the grid's last. Near the end of a month it shows two weeks of the next."""
        after = next_month(shown)
        if after - self.ask.today >= FEW * DAY or after > self.ask.limit:
            return after
        last = after + AHEAD
        return last + (self.visitor.formats.first_weekday - last.weekday()) % 7 * DAY

    def _cell(self, day: date, counts: Mapping[date, int], chosen: date | None, month: str = "") -> DayCell:
        """Return the cell of a day.

        Its accessible name holds the date as it is shown, `1 Dec`, so that speech control finds it (WCAG 2.5.3).
        """
        _, count, formats = self.visitor.texts.gettext, counts.get(day, 0), self.visitor.formats
        many = self.visitor.texts.ngettext("%(num)s time", "%(num)s times", count) % {"num": count}
        written = f"{formats.weekday(day)} {day.day} {month}" if month else formats.day(day)
        parts = [written, many if count else _("no times available")]
        name = ", ".join([_("Today"), *parts] if day == self.ask.today else parts)
        href = self.link(date=day.isoformat()) if count else ""
        return DayCell(day.day, day.isoformat(), name, href, day == self.ask.today, day == chosen, month)

    def _step(self, month: date) -> NavLink:
        return NavLink(self.visitor.formats.month(month), self.link(month=f"{month:%Y-%m}"))

    def _soonest(self) -> list[NavLink]:
        formats = self.visitor.formats
        found = []
        for slot in self.offer.soonest(SOONEST):
            day = slot.start.astimezone(self.visitor.tzinfo).date()
            label = f"{self._near_day(day)}, {formats.time(slot.start)}"
            found.append(NavLink(label, self.slot_link(slot)))
        return found

    def _near_day(self, day: date) -> str:
        """Return today, tomorrow, or the weekday with its date."""
        away = (day - self.ask.today).days
        if away < 2:
            return self.visitor.texts.gettext("Tomorrow") if away else self.visitor.texts.gettext("Today")
        return self.visitor.formats.short_day(day)

    def _groups(self, day: date) -> list[tuple[str, list[NavLink]]]:
        groups: dict[str, list[NavLink]] = {}
        slots = self.offer.slots_of_day(day, self.visitor.zone)
        labels = [self.visitor.formats.time(slot.start) for slot in slots]
        for slot, label in zip(slots, labels, strict=True):
            # when clocks go back, an hour comes twice: its offset tells the two apart
            shown = label if labels.count(label) == 1 else f"{label} {self.visitor.formats.offset(slot.start)}"
            hour = slot.start.astimezone(self.visitor.tzinfo).hour
            groups.setdefault(self._part_of_day(hour), []).append(
                NavLink(shown, self.slot_link(slot), self._seats(slot))
            )
        return list(groups.items())

    def slot_link(self, slot: Slot) -> str:
        """Return the URL of the form for a slot."""
        return self.link(start=f"{slot.start.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")

    def _part_of_day(self, hour: int) -> str:
        _ = self.visitor.texts.gettext
        names = {0: _("Night"), 6: _("Morning"), 12: _("Afternoon"), 17: _("Evening")}
        return names[max(start for start in names if start <= hour)]

    def _seats(self, slot: Slot) -> str:
        if not self.offer.service.is_group:
            return ""
        return self.visitor.texts.ngettext("%(num)s place left", "%(num)s places left", slot.seats) % {
            "num": slot.seats
        }

    def _status(self, day: date | None, count: int) -> str:
        if day is None or not count:
            return self.visitor.texts.gettext("No times available")
        many = self.visitor.texts.ngettext("%(num)s time", "%(num)s times", count) % {"num": count}
        return f"{self.visitor.formats.day(day)}: {many}"

    def _empty(self, shown: date, day: date | None) -> str:
        _, formats = self.visitor.texts.gettext, self.visitor.formats
        if day:
            return _("No times available on %(day)s.") % {"day": formats.day(day)}
        after = next_month(shown)
        if after > self.ask.limit or self.ask.month:
            return _("No times available in %(month)s.") % {"month": formats.month(shown)}
        months = {"month": formats.month(shown), "next_month": formats.month(after)}
        return _("No times available in %(month)s or %(next_month)s.") % months

    def _way_on(self, counts: Mapping[date, int], shown: date) -> NavLink | None:
        """Return the link to the next day with times, or to the months that were not read yet."""
        _, formats = self.visitor.texts.gettext, self.visitor.formats
        later = min((day for day in counts if day >= (self.ask.day or shown)), default=None)
        if later:
            label = _("Next available: %(day)s") % {"day": formats.day(later)}
            return NavLink(label, self.link(date=later.isoformat()))
        beyond = next_month(next_month(shown))
        if beyond > self.ask.limit:
            return None
        return NavLink(_("See %(month)s") % {"month": formats.month(beyond)}, self.link(month=f"{beyond:%Y-%m}"))


def _has(counts: Mapping[date, int], month: date) -> bool:
    return any(first_of(day) == month for day in counts)
