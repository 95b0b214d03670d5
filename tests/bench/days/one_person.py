"""A person with many appointments among those of others, all of them over, as rows of a calendar."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.domain.appointments.appointment import Appointment, Customer, Seat
from shared.domain.appointments.customer import CustomerRecord
from shared.domain.appointments.messages import SentMessage
from shared.domain.appointments.recipients import CUSTOMER
from shared.domain.visits.visit import Event, Visit, apply
from shared.records.appointments import appointment_rows, seat_rows
from shared.records.codec import dump
from shared.records.keys import customer_key, sent_key, visit_key
from shared.records.visits import dump_visit


if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.records.table import Values

PERSON, STAFF = "a" * 32, 20
HALF_HOUR = timedelta(minutes=30)


def rows_of_clinic(now: datetime, theirs: int, every: int) -> Iterator[tuple[str, Values]]:
    """Yield the rows of `every` appointment, of which so many are the person's; half of all were visits."""
    yield customer_key(PERSON), {**dump(CustomerRecord(name="Ana", email="ana@bench.example")), "lastSeen": ""}
    latest = now.replace(minute=0, second=0, microsecond=0)
    for number in range(every):
        customer = PERSON if number % (every // theirs) == 0 else f"{number:032d}"
        one = _appointment(number, customer, latest - HALF_HOUR * (number // STAFF + 2))
        assert one.seat
        yield from appointment_rows(one).items()  # type: ignore[misc]
        yield from seat_rows(one.seat, one).items()  # type: ignore[misc]
        if int(one.id, 16) % 2 == 0:
            yield visit_key(one.start, one.id), dump_visit(_visit(one))
        for work in ("confirmation", "reminder"):
            note = SentMessage(at=one.start, kind=work, recipient=CUSTOMER, seat=one.id)
            yield sent_key(one.id, work, CUSTOMER), dump(note)


def _appointment(number: int, customer: str, start: datetime) -> Appointment:
    name = hashlib.sha256(str(number).encode()).hexdigest()[:31] + str(number // 2 % 2)
    given = Customer(name="Ana", email=f"{customer}@bench.example", notes="sore knee")
    seat = Seat(id=name, customer=given, customer_id=customer, made_at=start)
    first = int(start.timestamp()) // 300
    return Appointment(
        id=name,
        service="visit",
        staff=(f"p{number % STAFF:04d}",),
        start=start,
        end=start + HALF_HOUR,
        claim=(first, first + 6),
        seat=seat,
    )


def _visit(one: Appointment) -> Visit:
    """Return a visit to which the customer came, and in whose room they were."""
    party = f"a.{one.id}"
    come = Event("come", one.start, party, text="Ana", devices="camera microphone")
    beats = [Event("beat", one.start + HALF_HOUR * part / 3, party, "room") for part in (1, 2)]
    over = Event("mark", one.end, status="completed")
    return apply(Visit(), [come, Event("admit", one.start, party), *beats, over])
