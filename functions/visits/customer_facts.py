"""What the customers of a visit gave, as its host sees it: contact, notes and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.pages.summaries import Answered, answers_of
from shared.use_cases.appointments.find_appointments import read_appointment


if TYPE_CHECKING:
    from functions.pages.visitor import Visitor
    from functions.visits.context import VisitRequest
    from shared.domain.appointments.appointment import Seat


class CustomerFacts(NamedTuple):
    """What one customer gave. Their host has had the same by mail."""

    name: str
    email: str
    phone: str
    address: str
    notes: str
    answers: list[Answered]


async def customer_facts(call: VisitRequest, visitor: Visitor) -> list[CustomerFacts]:
    """Return what each customer gave; one round trip for a group, none for a single customer."""
    entrance = call.entrance
    one, calendar = entrance.appointment, entrance.calendar
    seats: tuple[Seat, ...] = (one.seat,) if one.seat else ()
    if one.is_group:
        seats = (await read_appointment(one.id, business=entrance.business, store=call.app.store)).seats
    return [
        CustomerFacts(
            name=seat.customer.name,
            email=seat.customer.email,
            phone=seat.customer.phone,
            address=seat.customer.address,
            notes=seat.customer.notes,
            answers=answers_of(seat, calendar, visitor.texts),
        )
        for seat in seats
    ]
