"""The outbox entry that invites people to join a calendar's staff."""

from collections.abc import Iterator

from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.notices import NewEntry
from shared.domain.appointments.recipients import staff_members
from shared.domain.calendar.business import Calendar


def invitations_due(before: Calendar | None, after: Calendar, version: str) -> Iterator[NewEntry]:
    """Yield one entry for all to invite: those newly pending, and pending ones whose address changed."""
    known = before.staff if before else {}
    asked = [
        person.id
        for person in after.staff.values()
        if person.membership == "pending"
        and person.email
        and ((was := known.get(person.id)) is None or (was.membership, was.email) != ("pending", person.email))
    ]
    if asked:
        recipients = tuple(staff_members(asked))
        work = OutboxEntry(kind="invitation", appointment="invitation", text=version, recipients=recipients)
        yield NewEntry(None, "invitation", version, work)
