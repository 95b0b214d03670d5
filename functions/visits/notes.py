"""The internal notes on an appointment, as its host reads and writes them during the visit."""

from functions.visits.context import VisitRequest, host_may
from shared.domain.access.permissions import Permission
from shared.domain.appointments.terms import TermsChange
from shared.domain.errors import Forbidden, InvalidFields
from shared.domain.links import new_id
from shared.domain.model import Model
from shared.domain.text.pasted import plain_text
from shared.records.calendars import etag_of
from shared.use_cases.appointments.change_by_staff import change_by_staff
from shared.use_cases.appointments.create_by_staff import LONGEST_NOTES
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.appointments.staff_request import AppointmentChange
from shared.use_cases.booking.check_form import text_problem
from shared.use_cases.commands import Etags
from shared.use_cases.visits.find_visit import VisitAccess


class NotesDocument(Model):
    """The notes, and the `etag` of the state that they are of. `type` and `title` are those of a refusal."""

    notes: str
    etag: str
    may_write: bool
    longest: int = LONGEST_NOTES
    type: str | None = None
    title: str | None = None
    status: int | None = None


def may_read_notes(entrance: VisitAccess) -> bool:
    """Return whether the host may read internal notes, by the same table as at the console."""
    return host_may(entrance, Permission.READ_NOTES)


def notes_of(entrance: VisitAccess) -> NotesDocument:
    """Return the notes as they are. Raise Forbidden for a host who may not read them."""
    if not may_read_notes(entrance):
        raise Forbidden
    one = entrance.appointment
    may_write = host_may(entrance, Permission.CHANGE_BOOKING)
    return NotesDocument(notes=one.terms.notes if one.terms else "", etag=etag_of(one), may_write=may_write)


async def write_notes(call: VisitRequest, text: str, etags: Etags) -> None:
    """Replace the notes. Raise Forbidden, InvalidFields, AlreadyCancelled; EditConflict for old etags."""
    entrance, person = call.entrance, call.entrance.person
    if person is None or not notes_of(entrance).may_write:
        raise Forbidden
    notes = plain_text(text.replace("\r\n", "\n"))
    if problem := text_problem(notes, LONGEST_NOTES, multiline=True):
        raise InvalidFields([problem.at("/notes")])
    await change_by_staff(
        entrance.appointment.id,
        AppointmentChange(terms=TermsChange(notes=notes)),
        editor=Actor(person.email or person.name, own=frozenset({person.id})),
        key=new_id(call.app.secret, "notes", entrance.party, call.now.isoformat(), notes),
        etags=etags,
        calendar=entrance.calendar,
        context=call.app.context,
    )
