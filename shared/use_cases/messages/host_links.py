"""New host links for staff whose mail address has changed: the links sent to the old address are void."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.notices import NewEntry, new_link
from shared.domain.appointments.recipients import LINK_VOID, staff_members
from shared.domain.calendar.business import Calendar, StaffMember
from shared.records.appointments import LONG
from shared.records.codec import load_row
from shared.records.keys import appointment_key, days_from, id_of
from shared.records.table import Ambiguous, Operation, Row, Stale
from shared.records.work import work_rows
from shared.use_cases.ports import Store


AT_ONCE = 40  # appointments of one transaction
PAUSE = 0.2
OVER = ("completed", "no_show", "not_admitted", "cancelled")


def host_links_due(before: Calendar | None, after: Calendar, version: str) -> Iterator[NewEntry]:
    """Yield one outbox entry for all staff whose links a change of the settings has voided."""
    moved = [one.id for one in after.staff.values() if before and one.email and _is_voided(before, one)]
    if moved:
        recipients = tuple(staff_members(moved))
        yield NewEntry(
            None, "address", version, OutboxEntry(kind="address", appointment="address", recipients=recipients)
        )


def _is_voided(before: Calendar, person: StaffMember) -> bool:
    known = before.person(person.id)
    return known is not None and known.link_version < person.link_version


async def file_host_links(
    person: str, *, calendar: Calendar, store: Store, now: datetime, may_go_on: Callable[[], bool]
) -> bool:
    """File a new link for each online appointment that the person will host; return false if the time was up.

    The entries' keys follow from the appointment and the link's version, so starting again files no duplicates.
    """
    served, business = calendar.staff.get(person), calendar.business.id
    if served is None:
        return True
    page = await store.table.range("bookings", business, *days_from(now - LONG), ("staff", "status"))
    names = [id_of(row.key) for row in page.rows if _may_hold(row, person)]
    while names and may_go_on():
        try:
            await _file(names[:AT_ONCE], served, calendar, store, now)
            names = names[AT_ONCE:]
        except (Ambiguous, Stale):
            await asyncio.sleep(PAUSE)  # one of them changed, or the outcome is unknown: they are read again
    return not names


def _may_hold(row: Row, person: str) -> bool:
    return person in str(row.values["staff"]).split(",") and row.values["status"] not in OVER


async def _file(
    names: Sequence[str], person: StaffMember, calendar: Calendar, store: Store, now: datetime
) -> None:
    """Write the entries of some appointments, on condition that the appointments are as they were read.

    A change in between files a notice of a newer version. If that is served first, this entry stays superseded,
    and no other entry will ever take over its recipients.
    """
    business = calendar.business.id
    rows = await asyncio.gather(*(store.table.get("bookings", business, appointment_key(one)) for one in names))
    operations: list[Operation] = []
    for row in rows:
        appointment = load_row(Appointment, row) if row else None
        if row and appointment and _is_to_be_held(appointment, person, calendar, now):
            # Written as it was read: only the condition on its version matters.
            operations.append(Operation("replace", row.key, row.values, row.etag))
            filed = work_rows([_link_due(appointment, person)])
            operations += [Operation("upsert", key, values or {}) for key, values in filed.items()]
    if operations:
        await store.markers.write(business, [None])
        await store.table.transact("bookings", business, operations)


def _is_to_be_held(appointment: Appointment, person: StaffMember, calendar: Calendar, now: datetime) -> bool:
    service = appointment.service_of(calendar.services.get(appointment.service))
    is_theirs = person.id in appointment.staff and appointment.status not in OVER and appointment.end > now
    return is_theirs and service is not None and service.is_online


def _link_due(appointment: Appointment, person: StaffMember) -> NewEntry:
    due = new_link(appointment, appointment.seat, staff_members([person.id], LINK_VOID))
    return replace(due, number=f"{due.number}{person.id}{person.link_version}")
