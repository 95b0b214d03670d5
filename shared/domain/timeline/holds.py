"""Holds: how a person's appointment in one calendar keeps others in the calendars beside it from their time.

A claim first holds the same ticks on the person's ledgers in the other calendars, then commits at home. Every
write is conditional on what was read, so by induction over the writes a person's ticks are claimed once in all:

1. A ledger takes a hold, as it takes a claim, only where neither lies yet, unless the appointment is overbooked.
2. At home the appointment commits only after all its holds were written.
3. A hold goes only once its appointment can no longer commit (its command has another answer, which is recorded
   first), or has committed and no longer needs it (which the same transaction wrote).

Of two appointments that overlap, each holds at the other's home, or one does, where the other calendar has yet to
learn of it. Whichever comes first, there, to a ledger that both write is found by the other.

What an appointment holds never keeps itself from a time, and neither does what it held: a hold that is to go is
removed at once where a command is refused for nothing else, before the timer would.

Two that hold at once would each find the other. Then the one with the lower name wins: the other is refused by a
decision that is inserted in its name, if none was made before.

Time off is of its calendar alone: somebody who is away at one practice may work at another that week. So a hold
may lie over it, and leaves it as it is. What is to keep a person from being booked everywhere belongs into their
own calendar.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from shared.domain.appointments.appointment import Appointment
from shared.domain.calendar.business import Workplace


class Hold(NamedTuple):
    """The ticks [first, last) of a person, held in a calendar for an appointment at home in another one.

    `command` names the change that holds them, with its `aliases`, and `fingerprint` is that of its content.
    """

    calendar: str
    staff: str
    home: str
    appointment: str
    command: str
    first: int
    last: int
    fingerprint: str = ""
    aliases: tuple[str, ...] = ()

    def overlaps(self, first: int, last: int) -> bool:
        """Return whether it has ticks in [first, last)."""
        return self.first < last and first < self.last


def places_of(staff: Iterable[str], elsewhere: Mapping[str, Sequence[Workplace]]) -> list[Workplace]:
    """Return where the time of these people has to be held."""
    return [place for person in staff for place in elsewhere.get(person, ())]


def holds_time(appointment: Appointment) -> bool:
    """Return whether it claims its people's time; a visit without a booking does not."""
    return appointment.is_live and appointment.claim[0] < appointment.claim[1]


def is_first(mine: str, theirs: str) -> bool:
    """Return whether one command goes before another where both hold what only one can have."""
    return mine < theirs
