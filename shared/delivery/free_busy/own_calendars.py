"""Reads people's own calendars: opens what was sealed, asks by its kind, and has the text read in a thread."""

import asyncio
import hashlib
from collections.abc import Sequence

from shared.delivery.free_busy.caldav import DavAccount
from shared.delivery.free_busy.calendar_text.read import read_calendars
from shared.delivery.free_busy.feed import FoundTexts, read_feed
from shared.delivery.free_busy.schedules import Schedules
from shared.delivery.free_busy.sealing import seal_place, unseal_place
from shared.delivery.microsoft.account import ScheduleAccount
from shared.domain.free_busy.failures import CalendarUnreadable
from shared.domain.free_busy.reading import BusyReader, BusyTimes
from shared.use_cases.free_busy.outside import CalendarPlace, KnownText, ReadCalendar


class OutsideCalendars:
    """Reads by the settings of an installation; `allowed` are hosts of its own network."""

    def __init__(
        self, secret: str, allowed: frozenset[str] = frozenset(), schedules: ScheduleAccount | None = None
    ) -> None:
        self._secret, self._allowed = secret, allowed
        self._schedules = Schedules(schedules) if schedules else None

    def seal(self, place: CalendarPlace) -> str:
        """Return a place as text that only an app with this secret can open."""
        return seal_place(self._secret, place)

    async def read(self, sealed: str, reader: BusyReader, known: KnownText, patience: float) -> ReadCalendar:
        """Return the busy times of a calendar. Raise CalendarUnreadable."""
        place = unseal_place(self._secret, sealed)
        try:
            async with asyncio.timeout(patience):
                if place.kind == "graph":
                    return ReadCalendar(await self._scheduled(reader, patience), KnownText())
                found = await self._found(place, reader, known, patience)
                if found.texts is None:
                    return ReadCalendar(None, found.known)
                return await _understood(found.texts, found.known, reader, known)
        except TimeoutError:
            raise CalendarUnreadable("no_answer", "timeout") from None

    async def _scheduled(self, reader: BusyReader, patience: float) -> BusyTimes:
        if self._schedules is None:
            raise CalendarUnreadable("refused_address", "no application for Graph is set")
        return await self._schedules.read(reader, patience)

    async def _found(
        self, place: CalendarPlace, reader: BusyReader, known: KnownText, patience: float
    ) -> FoundTexts:
        if place.kind == "caldav":
            return await DavAccount(place, self._allowed, patience).read(known, reader.window)
        return await read_feed(place, known, self._allowed, patience)


async def _understood(
    texts: Sequence[bytes], now: KnownText, reader: BusyReader, known: KnownText
) -> ReadCalendar:
    """Return what texts say; nothing if they are what was read last."""
    digest = hashlib.sha256(b"\0".join(sorted(texts))).hexdigest()[:32]
    now = now._replace(digest=digest)
    if digest == known.digest:
        return ReadCalendar(None, now)
    # In a thread, with a deadline of CPU: a large calendar holds up nobody who books meanwhile.
    return ReadCalendar(await asyncio.to_thread(read_calendars, texts, reader), now)
