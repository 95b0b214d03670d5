"""Books a series as staff: each appointment by a transaction and a key of its own, one after the other.

Wherever a run stops, what is booked is booked whole, and the same request goes on from there: the key of each
appointment follows from the series' id and its number, so that none is booked twice.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from pydantic import Field

from shared.domain.appointments.recurrence import MOST
from shared.domain.calendar.business import Calendar
from shared.domain.errors import Conflict, InvalidFields, KeyReused, Rejected, TryAgain
from shared.domain.links import new_id
from shared.domain.model import Instant, Line, Request
from shared.use_cases.appointments.create_by_staff import Made, create_by_staff
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.appointments.staff_request import StaffBooking, check_times
from shared.use_cases.context import Context
from shared.use_cases.free_busy.read_calendar import ReadingRun


MOST_ROUNDS = 100
MOST_OVER = 50  # appointments that one of a series is booked over


class Occurrence(Request):
    """One appointment to book: its number in the series and its start.

    The number is that of the rule, raised by MOST each time that those which were refused are tried again.
    One that goes `beyond` the rules was confirmed by somebody who has seen which rule that is, and one `over`
    other appointments by somebody who has seen these.
    """

    number: int = Field(ge=1, le=MOST * MOST_ROUNDS)
    start: Instant
    beyond: bool = False
    over: tuple[Line, ...] = Field(default=(), max_length=MOST_OVER)

    @property
    def is_bound(self) -> bool:
        """Return whether it has to keep to the rules."""
        return not (self.beyond or self.over)

    def of(self, request: StaffBooking) -> StaffBooking:
        """Return the request for this appointment."""
        over = {"overbook": True, "over": self.over} if self.over else {}
        return request.model_copy(update={"start": self.start, **over})


class SeriesOutcome(NamedTuple):
    """What became of one: the id of its appointment, or the refusal; neither if the server was too busy for it."""

    occurrence: Occurrence
    appointment: str = ""
    refusal: Conflict | Rejected | None = None


@dataclass(frozen=True, slots=True)
class BookedSeries:
    """The id of the series, and what became of each of its appointments."""

    id: str
    outcomes: Sequence[SeriesOutcome]

    @property
    def booked(self) -> list[SeriesOutcome]:
        """Those that are there."""
        return [one for one in self.outcomes if one.appointment]

    @property
    def is_complete(self) -> bool:
        """Whether all are there."""
        return len(self.booked) == len(self.outcomes)


async def book_series(
    request: StaffBooking,
    occurrences: Sequence[Occurrence],
    *,
    editor: Actor,
    key: str,
    calendar: Calendar,
    context: Context,
    reading: Callable[[], ReadingRun] | None = None,
) -> BookedSeries:
    """Book the request at the start of each occurrence, in place of its own.

    One that is refused leaves the others as they are. After TryAgain the rest is left: a repeated request goes on.
    Raise InvalidFields and Forbidden for what is wrong with all of them, and KeyReused if the key came with other
    content.
    """
    _check(request, occurrences, calendar, context.now)
    series = series_id(context.secret, calendar.business.id, editor.name, key)
    more = {"calendar": calendar, "context": context}
    outcomes: list[SeriesOutcome] = []
    for one in occurrences:
        if outcomes and not (outcomes[-1].appointment or outcomes[-1].refusal):
            outcomes.append(SeriesOutcome(one))
            continue
        booking = create_by_staff(
            one.of(request),
            editor=replace(editor, is_bound=one.is_bound),
            key=_key_of(series, one),
            said=f"{request.model_dump_json()} {one.model_dump_json()}",
            series=series,
            reading=reading,
            **more,  # type: ignore[arg-type]
        )
        outcomes.append(await _outcome(one, booking))
    return BookedSeries(series, outcomes)


async def _outcome(one: Occurrence, booking: Awaitable[Made]) -> SeriesOutcome:
    try:
        made = await booking
    except KeyReused:
        raise
    except (Conflict, Rejected) as refusal:
        return SeriesOutcome(one, refusal=refusal)
    except TryAgain:
        return SeriesOutcome(one)
    return SeriesOutcome(one, made.id)


def series_id(secret: str, business: str, actor: str, key: str) -> str:
    """Return the id of the series that an actor books with a key."""
    return new_id(secret, "series", business, actor, key)


def _check(request: StaffBooking, occurrences: Sequence[Occurrence], calendar: Calendar, now: datetime) -> None:
    numbers = [one.number for one in occurrences]
    if not 1 <= len(numbers) <= MOST or len(set(numbers)) < len(numbers):
        raise InvalidFields([("/occurrences", f"1 to {MOST}, each with a number of its own")])
    service = calendar.services.get(request.service)
    if service is None:
        raise InvalidFields([("/serviceId", "a service of this calendar")])
    if len(request.parties) != 1:
        raise InvalidFields([("/customers", "exactly one customer")])
    for one in occurrences:
        check_times(one.start, one.start + service.duration, now)


def _key_of(series: str, one: Occurrence) -> str:
    # At another start it is another appointment: somebody chose that after the first was refused.
    return hashlib.sha256(f"{series}\0{one.number}\0{one.start.isoformat()}".encode()).hexdigest()
