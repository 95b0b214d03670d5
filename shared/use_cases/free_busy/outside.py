"""What use cases need to read people's own calendars: a reader, which alone knows addresses and passwords."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from shared.domain.free_busy.failures import CalendarUnreadable


if TYPE_CHECKING:
    from shared.domain.free_busy.own_calendar import Kind
    from shared.domain.free_busy.reading import BusyReader, BusyTimes

PATIENCE = 10.0  # seconds, of a timer
AT_BOOKING = 2.0  # seconds, of a customer who waits


@dataclass(frozen=True, slots=True)
class CalendarPlace:
    """Where a calendar is, as its owner typed it."""

    kind: Kind
    url: str
    user: str = ""
    password: str = field(default="", repr=False)


class KnownText(NamedTuple):
    """What is known of the text that was read last, by which its server can say that nothing changed."""

    etag: str = ""
    modified: str = ""
    digest: str = ""


class ReadCalendar(NamedTuple):
    """What a reading gave; `times` are None if nothing changed."""

    times: BusyTimes | None
    known: KnownText


class OwnCalendars(Protocol):
    """Reads calendars outside."""

    def seal(self, place: CalendarPlace) -> str:
        """Return a place as text that only this reader can open."""
        ...

    async def read(self, sealed: str, reader: BusyReader, known: KnownText, patience: float) -> ReadCalendar:
        """Return the busy times of a calendar. Raise CalendarUnreadable."""
        ...


class NoOwnCalendars:
    """Of an app that reads no calendars, as tools that only write."""

    def seal(self, place: CalendarPlace) -> str:  # noqa: ARG002 - the protocol's
        """Return nothing: no place can be read."""
        return ""

    async def read(self, sealed: str, reader: BusyReader, known: KnownText, patience: float) -> ReadCalendar:  # noqa: ARG002 - the protocol's
        """Raise CalendarUnreadable."""
        raise CalendarUnreadable("no_answer")


NONE = NoOwnCalendars()
