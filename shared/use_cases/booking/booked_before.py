"""A booking whose decision is forgotten, and which is there all the same: found by its own rows."""

from shared.domain.appointments.appointment import Customer
from shared.domain.errors import KeyReused
from shared.records.keys import appointment_key
from shared.records.table import Rows
from shared.use_cases.booking.find_appointment import find_seat
from shared.use_cases.booking.result import outcome_of
from shared.use_cases.ports import Writes


def homes_of(rows: Rows, seat: str, index: str) -> list[str]:
    """Return where a seat may be already: where the customer's index has it, or an appointment in the way.

    The index row of a booking is never deleted; one that moves leaves it behind, pointing on.
    """
    values = rows.values(index)
    found = [str(values["appointment"])] if values else []
    own = [seat] if rows.values(appointment_key(seat)) else []
    return list(dict.fromkeys([*found, *own]))


def already_there(
    rows: Rows, seat: str, index: str, customer: Customer, service: str
) -> KeyReused | Writes | None:
    """Answer from the appointment itself where its decision row is gone but it exists.

    The key alone opens nothing: what is there must be what is asked for.
    """
    for home in homes_of(rows, seat, index):
        if found := find_seat(rows, home, seat):
            appointment, taken = found
            is_same = dict(taken.customer) == dict(customer) and appointment.service == service
            return Writes({}, outcome_of(appointment, taken)) if is_same else KeyReused()
    return None
