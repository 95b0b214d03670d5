"""The report by mail: to whom and how often, when a report is due, and which days it is about."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field

from shared.domain.calendar.time_zone import TimeZone
from shared.domain.model import Line, Model
from shared.domain.reports.period import DAY, ReportPeriod
from shared.domain.text.addresses import folded


MOST_READERS, LONGEST_ADDRESS = 20, 254
AT = time(7)  # on Mondays, or on the first of the month
WEEK = 7 * DAY
Every = Literal["", "week", "month"]


class ReportMail(Model):
    """How often a calendar's report is mailed, empty for never, and to which addresses.

    It is `since` the moment at which it was set to be sent so often: what was due before is not sent.
    """

    every: Every = ""
    readers: tuple[Annotated[str, Field(max_length=LONGEST_ADDRESS)], ...] = Field((), max_length=MOST_READERS)
    since: datetime | None = None

    def is_read_by(self, email: str) -> bool:
        """Return whether an address is among the readers, in any spelling."""
        return bool(email) and folded(email) in map(folded, self.readers)

    def without(self, email: str) -> Self:
        """Return it without an address; no one is left to mail it to after the last one."""
        left = tuple(one for one in self.readers if folded(one) != folded(email))
        return self.model_copy(update={"readers": left})

    def due_by(self, moment: datetime, zone: str) -> "DueReport | None":
        """Return the latest report that is due up to a moment; None if that was before it was set."""
        if not self.every:
            return None
        found = _latest(self.every, moment, zone)
        return found if self.since is None or found.at > self.since else None


class OrganisationReportMail(ReportMail):
    """The same for the report of all calendars, by the clock of a zone and in one language."""

    time_zone: TimeZone = "Etc/UTC"
    language: Line = "en"


@dataclass(frozen=True, slots=True)
class DueReport:
    """A report that is due on a `day` of the calendar's clock, about the week or month before."""

    every: Every
    day: date
    zone: str

    @property
    def at(self) -> datetime:
        """Return when it is due, in UTC."""
        return datetime.combine(self.day, AT, ZoneInfo(self.zone)).astimezone(UTC)

    @property
    def name(self) -> str:
        """Return what distinguishes it from the calendar's other reports; later ones sort behind it."""
        return f"{self.day:%Y%m%d}{self.every}"

    @property
    def period(self) -> ReportPeriod:
        """Return the days that it is about."""
        last = self.day - DAY
        return ReportPeriod(self.day - WEEK if self.every == "week" else last.replace(day=1), last, self.zone)


def reader_id(email: str) -> str:
    """Return what names a reader in the outbox, in place of their address."""
    return hashlib.sha256(folded(email).encode()).hexdigest()[:16]


def reader_of(name: str, readers: Iterable[str]) -> str:
    """Return the address of a reader by that name; empty if they are not among these."""
    return next((one for one in readers if reader_id(one) == name), "")


def _latest(every: Every, moment: datetime, zone: str) -> DueReport:
    today = moment.astimezone(ZoneInfo(zone)).date()
    found = DueReport(every, _first(every, today), zone)
    return found if found.at <= moment else DueReport(every, _first(every, found.day - DAY), zone)


def _first(every: Every, day: date) -> date:
    """Return the Monday of a day's week, or the first of its month."""
    return day - timedelta(days=day.weekday()) if every == "week" else day.replace(day=1)
