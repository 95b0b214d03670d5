"""Finds the visit of a join or host link, and what its holder may do there."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.visit_links import companion_in
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.calendar.meeting import MeetingRoom
from shared.domain.calendar.service import Service
from shared.domain.errors import NotFound
from shared.domain.links import SignedLink, new_id, read_link, start_of
from shared.domain.visits.rules import CLOSES_AFTER, OPENS_BEFORE
from shared.domain.visits.visit import Participant, Visit
from shared.records.codec import load
from shared.records.keys import APPOINTMENT, appointment_key, visit_key
from shared.records.meetings import address_of, meeting_key
from shared.records.table import Row, Rows
from shared.records.visits import load_visit
from shared.use_cases.booking.find_appointment import held_seat, seat_reads
from shared.use_cases.ports import Store


Side = Literal["join", "host"]
EntryState = Literal["early", "open", "late", "cancelled", "elsewhere"]


@dataclass(frozen=True, slots=True)
class VisitAccess:
    """A visit as one participant's link opens it. An attendee has a `seat`, a host is a `person` of the staff.

    A `companion` is somebody whom the customer of the seat, or a host, brings along.
    """

    calendar: Calendar
    service: Service | None
    appointment: Appointment
    visit: Visit
    row: Row | None
    seat: Seat | None = None
    person: StaffMember | None = None
    made: str = ""  # the address of a meeting that was created for it
    companion: str = ""

    @property
    def business(self) -> str:
        """Return the id of the calendar."""
        return self.calendar.business.id

    @property
    def is_host(self) -> bool:
        """Return whether the link is a host's."""
        return self.person is not None

    @property
    def party(self) -> str:
        """Return the participant's id in the visit: s. and a person's id, or a. and a seat's and a companion's."""
        if self.person:
            return f"s.{self.person.id}"
        seat = self.seat.id if self.seat else ""
        return f"a.{seat}.{self.companion}" if self.companion else f"a.{seat}"

    @property
    def name(self) -> str:
        """Return the participant's name as staff or booking have it; a companion's is known once they came."""
        if self.companion:
            return self.me.name.value if self.me.name else ""
        return self.person.name if self.person else self.seat.customer.name if self.seat else ""

    @property
    def me(self) -> Participant:
        """Return the participant; a new one if they have not come yet."""
        return self.visit.party(self.party) or Participant(id=self.party)

    @property
    def is_online(self) -> bool:
        """Return whether the appointment takes place online."""
        return self.service is not None and self.service.is_online

    @property
    def meeting(self) -> MeetingRoom:
        """Return where the visit is held: in the app's own room, or another provider's."""
        return self.calendar.meeting_of(self.service, self.appointment.hosts)

    def meeting_address(self, secret: str) -> str:
        """Return the address of a meeting elsewhere; empty if it is unknown or the participant may not enter."""
        if not self.may_enter_room:
            return ""
        return self.made or self.meeting.link(new_id(secret, "meeting", self.business, self.appointment.id))

    @property
    def is_live(self) -> bool:
        """Return whether neither the appointment nor the attendee's seat is cancelled."""
        return self.appointment.is_live and (self.seat is None or self.seat.status == "booked")

    @property
    def may_enter_room(self) -> bool:
        """Return whether the participant is admitted to a visit that is open."""
        return self.is_live and not self.visit.is_closed and self.visit.is_admitted(self.me)

    def entry_state(self, now: datetime) -> EntryState:
        """Return whether the participant may come in now: hosts also early, and everyone while the visit goes on.

        `elsewhere` is for attendees of a service that cannot be joined from a browser, however early they are. For
        attendees it is late too once staff have ended the visit, until they open it again.
        """
        if not self.is_live or not self.is_online:
            return "cancelled"
        is_on = bool(self.visit.parties) and not self.visit.is_closed
        if now > self.appointment.end + CLOSES_AFTER and not is_on:
            return "late"
        if self.is_host:
            return "open"
        if self.visit.was_ended:
            return "late"
        if self.service is None or not self.service.is_joinable:
            return "elsewhere"
        return "early" if now < self.appointment.start - OPENS_BEFORE else "open"


def read_visit_link(token: str, side: Side, *, secret: str, now: datetime) -> SignedLink:
    """Return what a link says. Raise NotFound for any text that is no link of this side."""
    link = read_link(secret, token, side, now)
    if link is None:
        raise NotFound
    return link


async def find_visit(link: SignedLink, *, store: Store, now: datetime) -> VisitAccess:
    """Return what the link opens; one round trip deep unless the appointment was moved. Raise NotFound."""
    calendar = await store.calendars.find_by_id(link.business)
    rows = Rows()

    async def read(key: str) -> None:
        rows.by_key[key] = await store.table.get("bookings", link.business, key)

    current = asyncio.ensure_future(store.calendars.current(calendar))
    try:
        made = [meeting_key(link.appointment)] if calendar.creates_meetings else []
        while wanted := [key for key in dict.fromkeys([*made, *_reads(rows, link)]) if not rows.has(key)]:
            await asyncio.gather(*(read(key) for key in wanted))
    finally:
        fresh = await current
    return entrance(rows, link, fresh, now)


def _reads(rows: Rows, link: SignedLink) -> Iterable[str]:
    """Yield the rows of the appointment, the seat and the visit, first where the link has the visit."""
    yield visit_key(start_of(link), link.appointment)
    if link.scope == "join":
        yield from seat_reads(rows, link.appointment, companion_in(link)[0])
    yield appointment_key(link.appointment)
    for key in [key for key in rows.by_key if key.startswith(APPOINTMENT)]:
        if values := rows.values(key):
            found = load(Appointment, values)
            yield visit_key(found.start, found.id)


def entrance(rows: Rows, link: SignedLink, calendar: Calendar, now: datetime) -> VisitAccess:
    """Return what the link opens, by the rows that were read. Raise NotFound if it is void."""
    seat, person, companion = None, None, ""
    if link.scope == "join":
        name, companion = companion_in(link)
        appointment, seat = held_seat(rows, link._replace(seat=name), now)
    else:
        appointment, person = _hosted(rows, link, calendar, now)
    key = visit_key(appointment.start, appointment.id)
    service = appointment.service_of(calendar.services.get(appointment.service))
    made = address_of(rows.values(meeting_key(appointment.id)))
    visit, row = load_visit(rows.values(key)), rows.find(key)[1]
    return VisitAccess(calendar, service, appointment, visit, row, seat, person, made, companion)


def _hosted(rows: Rows, link: SignedLink, calendar: Calendar, now: datetime) -> tuple[Appointment, StaffMember]:
    values = rows.values(appointment_key(link.appointment))
    appointment = load(Appointment, values) if values else None
    person = calendar.staff.get(link.seat)
    if appointment is None or person is None or person.id not in appointment.staff:
        raise NotFound
    if appointment.link_version + person.link_version > link.link_version or person.is_suspended:
        raise NotFound
    if appointment.links_are_over(now):
        raise NotFound
    return appointment, person
