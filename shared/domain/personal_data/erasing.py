"""What remains of a person in what is kept: that an appointment was there, when, and for which service."""

from shared.domain.appointments.appointment import Customer, Seat
from shared.domain.visits.visit import LobbyMessage, Participant, Timestamped, Visit


def erased_seat(seat: Seat, name: str) -> Seat:
    """Return a seat with `name` in place of its customer; links to it are void.

    Only what is no one's is carried over, so that a field that is added later goes too.
    """
    return Seat(
        id=seat.id,
        customer=Customer(name=name),
        status=seat.status,
        version=seat.version,
        link_version=seat.link_version + 1,
        moved_to=seat.moved_to,
        made_at=seat.made_at,
        made_by=seat.made_by,
        session_changes=seat.session_changes,
        listed=seat.listed,
    )


def erased_visit(visit: Visit, seat: str, name: str) -> Visit:
    """Return a visit with `name` in place of the customer of a seat and of whoever they brought along.

    What was written while they waited goes: their own messages, and those of staff to all who waited.
    """
    theirs = {one.id for one in visit.attendees if _is_of(one.id, seat)}
    parties = tuple(_erased(one, name) if one.id in theirs else one for one in visit.parties)
    messages = tuple(_kept(one) if one.party in theirs or one.is_by_staff else one for one in visit.messages)
    return visit.model_copy(update={"parties": parties, "messages": messages})


def _is_of(party: str, seat: str) -> bool:
    return party.removeprefix("a.").partition(".")[0] == seat


def _erased(party: Participant, name: str) -> Participant:
    said = Timestamped(at=party.name.at, value=name) if party.name else None
    return party.model_copy(update={"name": said, "session": None, "devices": None})


def _kept(message: LobbyMessage) -> LobbyMessage:
    return message.model_copy(update={"text": "", "language": ""})
