"""Recognises a booking that exists although its decision row is gone, by the booking's own rows."""

from shared.domain.appointments.appointment import Customer
from shared.domain.errors import KeyReused
from shared.records.keys import appointment_key
from shared.records.table import Rows
from shared.use_cases.booking.find_appointment import find_seat
from shared.use_cases.booking.result import outcome_of
from shared.use_cases.ports import Writes


def homes_of(rows: Rows, seat: str, index: str) -> list[str]:
    """Return the appointments that may hold a seat already, by the customer's index and by the seat's own id.

    The index row of a booking is never deleted; a booking that is moved leaves it behind, with its new place.
    """
    values = rows.values(index)
    found = [str(values["appointment"])] if values else []
    own = [seat] if rows.values(appointment_key(seat)) else []
    return list(dict.fromkeys([*found, *own]))


def already_there(
    rows: Rows, seat: str, index: str, customer: Customer, service: str
) -> KeyReused | Writes | None:
    """Return the outcome of a booking that exists without its decision row; None if there is none.

    Return KeyReused if customer or service differ: the key alone must not give access to another's booking.
    """
    for home in homes_of(rows, seat, index):
        if found := find_seat(rows, home, seat):
            appointment, taken = found
            is_same = dict(taken.customer) == dict(customer) and appointment.service == service
            return Writes({}, outcome_of(appointment, taken)) if is_same else KeyReused()
    return None
