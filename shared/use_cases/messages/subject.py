"""What an outbox entry is about, read as it stands when it is served."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from shared.domain.appointments.appointment import Appointment, Seat, TimeOff
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.recipients import READERS
from shared.domain.calendar.business import Calendar
from shared.domain.reports.mailed_report import MailedReport
from shared.records.codec import load_row
from shared.records.keys import appointment_key, seat_key
from shared.records.table import Row
from shared.use_cases.organisation.settings import with_sender
from shared.use_cases.people.serve_holds import HOLDS
from shared.use_cases.ports import Store
from shared.use_cases.reports.report_mail import find_report, find_report_of_all, is_of_all
from shared.use_cases.series.find_series import SeriesPart, find_parts
from shared.use_cases.staff_links.remind_unconfirmed import find_unconfirmed


@dataclass(frozen=True, slots=True)
class Subject:
    """What an outbox entry is about, as it stands: a seat, a whole session, or a series of appointments.

    Parts that do not exist are None.
    """

    calendar: Calendar
    appointment: Appointment | None = None
    seat: Seat | None = None
    time_off: TimeOff | None = None
    is_session: bool = False
    report: MailedReport | None = None
    series: tuple[SeriesPart, ...] = ()

    @property
    def is_there(self) -> bool:
        """Return whether a message can be about it: a seat that was moved has notices at its new place."""
        is_here = self.seat is not None and self.seat.status != "moved"
        return self.appointment is not None and (self.is_session or is_here)

    @property
    def is_cancelled(self) -> bool:
        """Return whether the recipients must read that nothing takes place: seat or session is cancelled."""
        is_taken = self.is_session or (self.seat is not None and self.seat.status == "booked")
        return not (is_taken and self.appointment and self.appointment.is_live)

    def has_left(self, work: OutboxEntry) -> bool:
        """Return whether this entry's move is the seat's last one from here; later ones have their own entries."""
        return self.seat is not None and self.seat.status == "moved" and self.seat.version == work.version

    def is_superseded(self, work: OutboxEntry) -> bool:
        """Return whether a newer version has a notice of its own, which takes over the recipients not yet served.

        A seat that lacks changes of its session gets such a notice as soon as these reach it.
        """
        if self.appointment is None or work.kind not in ("notify", "session"):
            return False
        if self.is_session:
            return self.appointment.session_changes > work.version
        return self.seat is not None and (
            self.seat.version > work.version or self.appointment.has_unseen_changes(self.seat)
        )


async def read_subject(
    work: OutboxEntry, business: str, store: Store, now: datetime, report: MailedReport | None = None
) -> Subject:
    """Read what an entry is about; one round trip deep, another for a seat of a group, and two for a report.

    A `report` that was read for an earlier recipient of the entry is not computed anew.
    """
    calendar = await store.calendars.find_by_id(business)
    is_of_calendar = work.kind in ("invitation", "address", "own_calendar", "connect_calendar", *HOLDS)
    if is_of_calendar or READERS in work.recipients:
        return Subject(await _current(calendar, store))
    if work.kind == "report":
        fresh = await _current(calendar, store)
        of_all = find_report_of_all(store=store, now=now, known=report) if is_of_all(work) else None
        return Subject(fresh, report=await (of_all or find_report(fresh, store=store, now=now, known=report)))
    if work.kind == "unconfirmed":
        waiting = find_unconfirmed(work, business=business, store=store, now=now)
        fresh, found = await asyncio.gather(_current(calendar, store), waiting)
        return Subject(fresh, series=tuple(found))
    if work.kind == "series":
        series = find_parts(work.appointment, business=business, store=store)
        fresh, found = await asyncio.gather(_current(calendar, store), series)
        return Subject(fresh, series=tuple(found))
    if work.kind == "time_off":
        fresh, row = await asyncio.gather(
            _current(calendar, store), store.table.get("bookings", business, work.appointment)
        )
        return Subject(fresh, time_off=load_row(TimeOff, row) if row else None)
    fresh, row = await asyncio.gather(
        _current(calendar, store), store.table.get("bookings", business, appointment_key(work.appointment))
    )
    appointment = load_row(Appointment, row) if row else None
    seat = appointment.seat if appointment else None
    if appointment and seat is None and (seat_row := await _seat_row(work, business, store)):
        seat = load_row(Seat, seat_row)
    return Subject(fresh, appointment, seat, is_session=not work.seat)


async def _current(calendar: Calendar, store: Store) -> Calendar:
    return await with_sender(await store.calendars.current(calendar), store=store)


async def _seat_row(work: OutboxEntry, business: str, store: Store) -> Row | None:
    """Return the row of a group's seat; None if the entry is about a whole session."""
    if not work.seat:
        return None
    return await store.table.get("bookings", business, seat_key(work.appointment, work.seat))
