"""The account of what people's own calendars said: nobody is booked over what was read last, and nothing erases it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.appointments.appointment import Appointment
from shared.domain.timeline.ledger import Ledger, month_window
from shared.domain.timeline.ticks import ones
from shared.records.codec import load_row
from shared.records.free_busy.own_calendars import PARTITION, own_key, own_of, person_of
from shared.records.keys import APPOINTMENT, DECISION, LEDGER, id_of, month_of
from shared.records.organisation import ORGANISATION
from shared.records.table import Row
from tests.simulation.outside.own_source import OwnSource
from tests.simulation.world.service import Changes, Service


A_MOMENT = timedelta(seconds=2.5)  # what was read within the last two seconds is not read again


@dataclass(frozen=True, slots=True)
class Wish:
    """A command for people who were named, and when it was asked for."""

    began: datetime
    staff: tuple[str, ...]


class MaskAccount:
    """Compares ledgers and claims with the copies that were read. `works` says who works in which calendars.

    A copy is the version of a source that a reading got. It is `kept` once the reading has been saved: from then
    on no booking may take what it and all copies that were read since say is busy.
    """

    def __init__(
        self,
        service: Service,
        sources: Mapping[str, OwnSource],
        works: Callable[[str], Sequence[str]],
        problems: list[str],
    ) -> None:
        self.service, self.sources, self.works, self.problems = service, sources, works, problems
        self.kept = dict.fromkeys(sources, 0)
        self.connected: set[str] = set()
        self.wishes: dict[str, Wish] = {}
        self.readings = self.claims = 0
        self._people = {own_key(person_of(f"{one}@clinic.example")): one for one in sources}
        service.watchers.append(self.look)

    def look(self, table: str, partition: str, changes: Changes) -> None:
        found = ()
        if (table, partition) == (ORGANISATION, PARTITION):
            found = self._read(changes)
        elif table == "bookings":
            found = (*self._ledgers(partition, changes), *self._claims(partition, changes))
        self.problems += [f"{self.service.clock():%d %H:%M:%S} {one}" for one in found]

    def _read(self, changes: Changes) -> Iterator[str]:
        """A reading was saved: every calendar has what it found, or what was found since."""
        for key, (_, after) in changes.items():
            person = self._people.get(key)
            if person is None:
                continue
            own = own_of(after) if after else None
            if own is None and any(self.external(person, one) for one in self.works(person)):
                yield f"{person}'s own calendar was forgotten, and still blocks"
            if own is None or own.is_leaving or not own.etag:  # it is not connected, or going to be read
                self.connected.discard(person)
                continue
            self.connected.add(person)
            self.readings += 1
            if int(own.etag) < self.kept[person]:
                yield f"the copy of {person}'s calendar at {self.kept[person]} is replaced by an older one, {own.etag}"
            self.kept[person] = int(own.etag)
            for business in self.works(person):
                if self.external(person, business) not in self._copies(person):
                    yield f"{business} does not know of {person}'s calendar at {own.etag}, which was read"

    def _copies(self, person: str) -> list[int]:
        """Return the busy ticks of the copy that is kept, and of those that were read since."""
        return [mask for number, mask in self.sources[person].answered.items() if number >= self.kept[person]]

    def external(self, person: str, business: str) -> int:
        """Return what a person's ledgers in a calendar say of their own one."""
        whole, mask = self.sources[person].whole, 0
        for row in self.service.rows("bookings", business, LEDGER):
            if id_of(row.key) == person:
                mask |= whole.place(_external(row), month_window(month_of(row.key)).first)
        return mask

    def _ledgers(self, business: str, changes: Changes) -> Iterator[str]:
        """What is written of an own calendar is of a copy that is not older than what is kept."""
        for key, (before, after) in changes.items():
            if not key.startswith(LEDGER) or _external(before) == _external(after):
                continue
            person, month = id_of(key), month_window(month_of(key))
            if business not in self.works(person):
                continue
            read = {
                number: self._in_month(person, one, month.first, len(month))
                for number, one in self.sources[person].answered.items()
            }
            found = [number for number, one in read.items() if one == _external(after)]
            if not _external(after) and person not in self.connected:
                continue
            if not found:
                yield f"{key} of {business} is given what {person}'s calendar never said"
            elif max(found) < self.kept[person]:
                yield f"{key} of {business} is given the copy {max(found)} after {self.kept[person]} was read"

    def _in_month(self, person: str, mask: int, first: int, count: int) -> int:
        shift = self.sources[person].whole.first - first
        return (mask << shift if shift >= 0 else mask >> -shift) & ones(count)

    def _claims(self, business: str, changes: Changes) -> Iterator[str]:
        wish = next((self.wishes[key] for key in changes if key.startswith(DECISION) and key in self.wishes), None)
        for key, (before, after) in changes.items():
            if not key.startswith(APPOINTMENT) or not after:
                continue
            old, new = load_row(Appointment, before) if before else None, load_row(Appointment, after)
            for person in new.staff if new.is_live and not new.is_overbooked else ():
                if person in self.sources and (ticks := self._new_ticks(person, old, new)):
                    self.claims += 1
                    yield from self._claim(person, ticks, f"{new.id} of {business} at {new.start}", wish)

    def _new_ticks(self, person: str, old: Appointment | None, new: Appointment) -> int:
        whole = self.sources[person].whole
        had = whole.cut(*old.claim) if old and old.is_live and person in old.staff else 0
        return whole.cut(*new.claim) & ~had

    def _claim(self, person: str, ticks: int, what: str, wish: Wish | None) -> Iterator[str]:
        busy = ticks if person in self.connected else 0
        for one in self._copies(person):
            busy &= one
        if busy:
            yield f"{person} is claimed by {what}, though the last copy says that they are busy"
        if wish and person in wish.staff and ticks & self.sources[person].known_by(wish.began - A_MOMENT):
            yield f"{person} is claimed by {what}, though they were busy before anybody asked"

    def left(self) -> Iterator[str]:
        """Name the calendars that do not know, in the end, what a source says, or know what they should not."""
        for person, source in self.sources.items():
            for business in self.works(person):
                if self.external(person, business) != (source.busy() if person in self.connected else 0):
                    yield f"{business} knows something else than {person}'s own calendar says"


def _external(row: Row | None) -> int:
    return Ledger.from_row(row.values if row else None).external
