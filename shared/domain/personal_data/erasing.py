"""What remains of a person in what is kept: that an appointment was there, when, and for which service.

The registry in fields.py says which fields are about nobody. Only these are carried over, so that a field that is
added later goes too.
"""

from shared.domain.appointments.appointment import Appointment, Customer, Seat
from shared.domain.appointments.terms import Terms
from shared.domain.calendar.business import StaffMember
from shared.domain.personal_data.fields import SEAT, TERMS
from shared.domain.visits.visit import LobbyMessage, Participant, Timestamped, Visit


ERASED = "erased-"
"""Begins the name that stands in place of a customer's."""
KEPT_OF_SEAT, KEPT_OF_TERMS = SEAT.about_nobody(Seat), TERMS.about_nobody(Terms)


FORMER = "Former staff member"
"""Stands in place of the name of somebody who left the staff and was erased."""


def erased_staff(person: StaffMember, called: str = FORMER) -> StaffMember:
    """Return the entry of somebody who left with nothing of them but its id, which appointments name."""
    return StaffMember(
        id=person.id,
        name=called,
        is_listed=False,
        is_bookable=False,
        is_told_by_mail=False,
        notify_of_time_off=False,
        removed_at=person.removed_at,
        link_version=person.link_version + 1,
        elsewhere=person.elsewhere,
        is_settling=person.is_settling,
    )


def is_erased_staff(person: StaffMember) -> bool:
    """Return whether nothing of somebody who left is in their entry any more."""
    return person == erased_staff(person, person.name).model_copy(update={"link_version": person.link_version})


def erased_seat(seat: Seat, name: str) -> Seat:
    """Return a seat with `name` in place of its customer; links to it are void."""
    kept = {field: getattr(seat, field) for field in KEPT_OF_SEAT}
    return Seat.model_validate(kept | {"customer": Customer(name=name), "link_version": seat.link_version + 1})


def erased_appointment(appointment: Appointment, name: str) -> Appointment:
    """Return an appointment of one customer without them, and without what staff wrote in it for them."""
    assert appointment.seat is not None
    terms = appointment.terms and Terms(**{field: getattr(appointment.terms, field) for field in KEPT_OF_TERMS})
    return appointment.model_copy(
        update={"seat": erased_seat(appointment.seat, name), "terms": terms, "wish": None}
    )


def is_erased(seat: Seat) -> bool:
    """Return whether a seat's customer was erased."""
    return not seat.customer_id and seat.customer.name.startswith(ERASED)


def without_answers(seat: Seat) -> Seat:
    """Return a seat whose customer is who they were, without what they answered and noted."""
    return seat.model_copy(update={"answers": (), "customer": seat.customer.model_copy(update={"notes": ""})})


def without_messages(visit: Visit) -> Visit:
    """Return a visit without what was written in it."""
    return visit.model_copy(update={"messages": ()})


def erased_visit(visit: Visit, seat: str, name: str) -> Visit:
    """Return a visit with `name` in place of the customer of a seat and of whoever they brought along.

    What was written while they waited goes: their own messages, and those of staff to all who waited.
    """
    theirs = {one.id for one in visit.attendees if _is_of(one.id, seat)}
    parties = tuple(_erased(one, name) if one.id in theirs else one for one in visit.parties)
    messages = tuple(_kept(one) if one.party in theirs or one.is_by_staff else one for one in visit.messages)
    return visit.model_copy(update={"parties": parties, "messages": messages})


def erased_host(visit: Visit, person: str) -> Visit:
    """Return a visit without the name under which a member of staff was in it, and without what they wrote."""
    host = f"s.{person}"
    parties = tuple(_erased(one, "") if one.id == host else one for one in visit.parties)
    messages = tuple(_kept(one) if one.party == host else one for one in visit.messages)
    return visit.model_copy(update={"parties": parties, "messages": messages})


def _is_of(party: str, seat: str) -> bool:
    return party.removeprefix("a.").partition(".")[0] == seat


def _erased(party: Participant, name: str) -> Participant:
    said = Timestamped(at=party.name.at, value=name) if party.name and name else None
    return party.model_copy(update={"name": said, "session": None, "devices": None})


def _kept(message: LobbyMessage) -> LobbyMessage:
    return message.model_copy(update={"text": "", "language": ""})
