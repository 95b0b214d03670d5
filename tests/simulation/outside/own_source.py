"""A person's own calendar outside, which changes, and is silent, slow or broken at times."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal

from shared.domain.appointments.appointment import Appointment
from shared.domain.free_busy.failures import CalendarUnreadable
from shared.domain.free_busy.reading import BusyReader, BusyTimes, Stretch, busy_mask
from shared.domain.timeline.ticks import Window
from shared.use_cases.free_busy.outside import CalendarPlace, KnownText, ReadCalendar
from tests.simulation.world.clinic import HALF


HOST = "book.example"  # ends the UIDs of our appointments
MOST = 2  # events of others at a time
MOST_OURS = 12
ALWAYS = datetime.min.replace(tzinfo=UTC)
Mood = Literal["fine", "slow", "silent", "broken"]
MOODS: tuple[Mood, ...] = ("fine", "fine", "fine", "slow", "silent", "broken")


class OwnSource:
    """One calendar. `whole` is the stretch of time in which it ever has something."""

    def __init__(
        self,
        person: str,
        whole: Window,
        dice: Random,
        clock: Callable[[], datetime],
        coming: Callable[[], datetime],
    ) -> None:
        self.person, self.whole, self.dice = person, whole, dice
        self._clock, self._coming = clock, coming
        self.mood: Mood = "fine"
        self.well_since: datetime | None = ALWAYS  # when it began to answer in time; None while it does not
        self.events: dict[str, tuple[Stretch, datetime]] = {}  # of others, each with the moment it came
        self.ours: dict[str, Stretch] = {}
        self.version, self.asked = 1, 0
        self.answered: dict[int, int] = {}  # the busy ticks of others, by the versions that were read

    async def live(
        self, until: Callable[[], bool], pause: float, ours: Callable[[str], Iterable[Appointment]]
    ) -> None:
        """Change now and then. `ours` gives the appointments that a person has with us."""
        while not until():
            await asyncio.sleep(self.dice.expovariate(1 / pause))
            ways = (self._appear, self._appear, self._move, self._go, self._turn, lambda: self._take_in(ours))
            self.dice.choice(ways)()
        self.turn("fine")

    def _appear(self) -> None:
        if len(self.events) < MOST:
            self._put(f"{self.version}@elsewhere.example")

    def _move(self) -> None:
        if self.events:
            self._put(self.dice.choice(sorted(self.events)))

    def _put(self, uid: str) -> None:
        start = self._coming() + timedelta(minutes=self.dice.choice((0, 0, 7, 15)))
        self.events[uid] = Stretch(start, start + HALF), self._clock()
        self.version += 1

    def _go(self) -> None:
        if self.events:
            del self.events[self.dice.choice(sorted(self.events))]
            self.version += 1

    def _take_in(self, ours: Callable[[str], Iterable[Appointment]]) -> None:
        """Take in the appointments that were mailed to the person; what was cancelled stays a while."""
        found = {f"{one.id}@{HOST}": Stretch(one.start, one.end) for one in ours(self.person)}
        kept = [one for one in self.ours if one not in found][-MOST_OURS:]
        self.ours = {**{one: self.ours[one] for one in kept}, **found}
        self.version += 1

    def _turn(self) -> None:
        self.turn(self.dice.choice(MOODS))

    def turn(self, mood: Mood) -> None:
        """Be well, or not."""
        is_well = mood == "fine"
        self.well_since = (self.well_since or self._clock()) if is_well else None
        self.mood = mood

    def busy(self) -> int:
        """Return the ticks at which others want the person now."""
        return busy_mask(self.whole, (one for one, _ in self.events.values()))

    def known_by(self, moment: datetime) -> int:
        """Return the ticks that whoever asks since a moment hears of; none if it has not answered in time since."""
        if self.well_since is None or self.well_since > moment:
            return 0
        return busy_mask(self.whole, (one for one, came in self.events.values() if came < moment))

    async def read(self, reader: BusyReader, known: KnownText, patience: float) -> ReadCalendar:
        """Answer as a server does: what is asked is looked up on the half of the way."""
        self.asked += 1
        mood, way = self.mood, self.dice.uniform(0.01, 0.2)
        if mood == "broken":
            await asyncio.sleep(way)
            raise CalendarUnreadable("server_error")
        way = self.dice.uniform(0.5, 4) if mood == "slow" else 2 * patience if mood == "silent" else way
        if way > patience:
            await asyncio.sleep(patience)
            raise CalendarUnreadable("too_slow")
        await asyncio.sleep(way / 2)
        answer = self._answer(reader, known)
        await asyncio.sleep(way / 2)
        return answer

    def _answer(self, reader: BusyReader, known: KnownText) -> ReadCalendar:
        now = KnownText(etag=str(self.version))
        if known.etag == now.etag:
            return ReadCalendar(None, now)
        self.answered[self.version] = self.busy()
        others = (one for one, _ in self.events.values())
        found = [*others, *(one for uid, one in self.ours.items() if not reader.is_own(uid))]
        return ReadCalendar(BusyTimes(busy_mask(reader.window, found), events=len(found)), now)


class OwnSources:
    """The sources of all people, as the product reads them."""

    def __init__(self, sources: Iterable[OwnSource]) -> None:
        self.by_person = {one.person: one for one in sources}

    def seal(self, place: CalendarPlace) -> str:
        return place.user

    async def read(self, sealed: str, reader: BusyReader, known: KnownText, patience: float) -> ReadCalendar:
        return await self.by_person[sealed].read(reader, known, patience)
