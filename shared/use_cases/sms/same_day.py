"""Several reminders by SMS that fall due on one day for one customer of a calendar are one SMS, the earliest."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.messages import Message, OutboxEntry, SentMessage, sent_entry
from shared.domain.appointments.notices import is_texted
from shared.domain.appointments.recipients import PHONE
from shared.domain.appointments.sent_sms import BesideTold, SentSms, quiet_until
from shared.domain.calendar.service import EARLIEST_REMINDER
from shared.records.codec import load_row
from shared.records.keys import appointment_key, appointments_near, id_of, seat_key, sent_key, sent_of, work_key
from shared.records.table import Row
from shared.use_cases.context import Context
from shared.use_cases.messages.compose import message_for
from shared.use_cases.messages.subject import Subject
from shared.use_cases.ports import Store


MOST = 20  # other appointments that are looked at
AGAIN_AFTER = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A reminder to a customer: `due` is when it may be sent, after a night if it falls into one."""

    appointment: Appointment
    seat: Seat
    due: datetime
    number: str
    keys: tuple[str, ...]  # where its outbox entry may be

    @property
    def rank(self) -> tuple[datetime, str, str]:
        """Return by what the first of a day is found."""
        return self.due, self.seat.id, self.number


@dataclass(frozen=True, slots=True)
class SameDay:
    """What to do with a reminder: wait for an earlier one, leave it to the SMS of a key, or send it.

    `message` tells of the other entries `also`, whose workers leave their SMS out then.
    """

    message: Message
    also: tuple[BesideTold, ...] = ()
    waits: bool = False
    covered_by: str = ""


async def with_same_day(
    message: Message, entry: OutboxEntry, number: str, *, business: str, context: Context
) -> SameDay:
    """Return what to do with an automatic reminder, by the number of its entry. Raise Ambiguous.

    Of two workers, the one with the later reminder waits until the earlier one's entry is gone; whether that SMS
    has told of both is noted in the transaction that removed it.
    """
    assert message.appointment is not None
    assert message.seat is not None
    own = _reminder(message.appointment, message.seat, entry.offset or timedelta(), number, message.time_zone)
    found = await _others(message, own, business=business, store=context.store, now=context.now)
    earlier, later = [it for it in found if it.rank < own.rank], [it for it in found if it.rank > own.rank]
    waiting = await asyncio.gather(*(_waiting(one, business, context.store) for one in earlier))
    if any(waiting):
        return SameDay(message, waits=True)
    # Read after it is known that their entries are gone: the notes are written with that.
    covers = await asyncio.gather(*(_covers(one, own, message, business, context.store) for one in earlier))
    if covered_by := next(filter(None, covers), ""):
        return SameDay(message, covered_by=covered_by)
    entries = await asyncio.gather(*(_waiting(one, business, context.store) for one in later))
    more, also = list[Message](), list[BesideTold]()
    for one, its in zip(later, entries, strict=True):
        about = Subject(message.calendar, one.appointment, one.seat)
        if its and (told := message_for(about, its, PHONE, context.secret, context.now)):
            more.append(told)
            also += _also_told(one, its)
    return SameDay(_joined(message, more), tuple(also))


def _also_told(one: DueReminder, entry: OutboxEntry) -> list[BesideTold]:
    """Return an entry for each key under which it may be served."""
    kept = sent_entry(entry, PHONE)
    return [BesideTold(entry=kept, work=key, note=sent_key(entry.appointment, key, PHONE)) for key in one.keys]


def _joined(message: Message, more: Sequence[Message]) -> Message:
    by_seat = {one.seat.id: one for one in (*more, message) if one.seat}
    if len(by_seat) < 2:
        return message
    ordered = sorted(by_seat.values(), key=lambda one: one.appointment.start.timestamp() if one.appointment else 0)
    return replace(message, series=tuple(ordered))


def _reminder(one: Appointment, seat: Seat, offset: timedelta, number: str, zone: str) -> DueReminder:
    due = one.start - offset
    shifted = quiet_until(due, zone) or due
    keys = tuple(dict.fromkeys(work_key(at, seat.id, number) for at in (due, shifted)))
    return DueReminder(one, seat, shifted, number, keys)


async def _others(
    message: Message, own: DueReminder, *, business: str, store: Store, now: datetime
) -> list[DueReminder]:
    """Return the customer's other reminders that are due on the same day of theirs."""
    if not own.seat.customer_id:
        return []
    coming = appointments_near(own.seat.customer_id, now, now + EARLIEST_REMINDER + timedelta(days=1))
    page = await store.table.range("bookings", business, *coming, limit=MOST)
    rows = [one for one in page.rows if one.values.get("status") == "booked"]
    read = await asyncio.gather(*(_read(row, business, store) for row in rows))
    zone = ZoneInfo(message.time_zone)
    day = own.due.astimezone(zone).date()
    found = []
    for appointment, seat in filter(None, read):
        service = appointment.service_of(message.calendar.services.get(appointment.service))
        if service is None or not is_texted(service, seat):
            continue
        for index, each in enumerate(service.reminders):
            one = _reminder(appointment, seat, each.offset, f"r{index}", message.time_zone)
            is_own = (seat.id, one.number) == (own.seat.id, own.number)
            if not is_own and each.recipients != "staff" and one.due.astimezone(zone).date() == day:
                found.append(one)
    return found


async def _read(row: Row, business: str, store: Store) -> tuple[Appointment, Seat] | None:
    name, seat_id = str(row.values["appointment"]), id_of(row.key)
    held = await store.table.get("bookings", business, appointment_key(name))
    if held is None:
        return None
    appointment = load_row(Appointment, held)
    seat = appointment.seat
    if seat is None and (own := await store.table.get("bookings", business, seat_key(name, seat_id))):
        seat = load_row(Seat, own)
    is_booked = seat is not None and seat.status == "booked" and appointment.is_live
    return (appointment, seat) if seat and is_booked else None


async def _waiting(one: DueReminder, business: str, store: Store) -> OutboxEntry | None:
    """Return the entry by which a reminder still waits to be sent by SMS; None if it does not."""
    for key in one.keys:
        row = await store.table.get("bookings", business, key)
        entry = load_row(OutboxEntry, row) if row else None
        if entry and entry.start == one.appointment.start and PHONE.who in {it.who for it in entry.recipients}:
            return entry
    return None


async def _covers(one: DueReminder, own: DueReminder, message: Message, business: str, store: Store) -> str:
    """Return the key of the SMS of an earlier reminder of the day that told of this one too, or nothing."""
    this, zone = (own.seat.id, own.appointment.start), ZoneInfo(message.time_zone)
    day = own.due.astimezone(zone).date()
    page = await store.table.range("bookings", business, *sent_of(one.appointment.id))
    keys = [note.sms for row in page.rows if (note := load_row(SentMessage, row)).sms]
    rows = await asyncio.gather(*(store.table.get("bookings", business, key) for key in keys))
    known = [(row.key, load_row(SentSms, row)) for row in rows if row]
    of_today = [it for it in known if it[1].kind == "reminder" and it[1].at.astimezone(zone).date() == day]
    return next((key for key, sms in of_today if this in sms.covers and sms.status != "failed"), "")
