"""All that a calendar keeps about a customer, as one document for them."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from shared.domain.appointments.customer import CustomerRecord
from shared.domain.appointments.messages import SentMessage
from shared.domain.calendar.business import Calendar
from shared.domain.personal_data.fields import CUSTOMER, SEAT, TERMS
from shared.domain.personal_data.personal_part import personal_part
from shared.domain.visits.visit import Participant, Visit
from shared.records.codec import load_row
from shared.records.keys import appointment_of_note, customer_key, sent_of
from shared.use_cases.customers.find_customer_appointments import (
    CustomerAppointment,
    find_customer_appointments,
)
from shared.use_cases.customers.find_customers import read_customer
from shared.use_cases.personal_data.export.waiting import (
    OfCustomer,
    find_texted,
    find_waiting,
    texted_about,
    waiting_about,
)
from shared.use_cases.ports import Store
from shared.use_cases.read_many import read_many


MOST = 100_000


async def export_customer(name: str, *, calendar: Calendar, store: Store) -> dict[str, Any]:
    """Return what is kept about a customer: details, appointments, visits, messages. Raise NotFound.

    `waiting` are the messages that are still to be sent or failed. Times are ISO 8601
    in UTC. Others who took part are not named in it.
    """
    business = calendar.business.id
    found, (listed, _more), waiting, texted = await asyncio.gather(
        read_customer(name, business=business, store=store),
        find_customer_appointments(name, 0, MOST, business=business, store=store),
        find_waiting(business, store=store),
        find_texted(business, store=store),
    )
    seats = {one.seat.id for one in listed}
    series = {one.seat.series or one.listed.appointment.series for one in listed} - {""}
    theirs = OfCustomer(seats, {one.listed.appointment.id for one in listed}, series)
    spans = {sent_of(one) for one in theirs.appointments}
    others = {customer_key(one) for one in found.record.also}
    rows = await read_many(spans | others, business=business, store=store)
    sent = defaultdict[str, list[SentMessage]](list)
    for key, row in sorted(rows.items()):
        if key not in others:
            sent[appointment_of_note(key)].append(load_row(SentMessage, row))
    return {
        "calendar": calendar.business.name,
        "customer": _details(found.record),
        "merged": [_details(load_row(CustomerRecord, rows[key])) for key in sorted(others & rows.keys())],
        "appointments": [_appointment(one, sent[one.listed.appointment.id], calendar) for one in listed],
        "waiting": waiting_about(waiting, theirs),
        "texted": texted_about(texted, seats),
    }


def _details(record: CustomerRecord) -> Mapping[str, Any]:
    return personal_part(record, CUSTOMER)


def _appointment(one: CustomerAppointment, sent: Sequence[SentMessage], calendar: Calendar) -> dict[str, Any]:
    appointment, seat = one.listed.appointment, one.seat
    service = appointment.service_of(calendar.services.get(appointment.service))
    return {
        "service": service.name if service else "",
        "start": appointment.start.isoformat(),
        "end": appointment.end.isoformat(),
        "status": "cancelled" if one.is_cancelled else one.listed.status,
        "booked": {"at": seat.made_at.isoformat(), "by": seat.made_by},
        "given": seat.customer.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        **personal_part(seat, SEAT, {"customer"}),
        "agreed": personal_part(appointment.terms, TERMS) if appointment.seat and appointment.terms else {},
        "askedToReassign": appointment.wish.message if appointment.seat and appointment.wish else "",
        "visit": _visit(one.listed.visit, seat.id),
        "messages": [
            {"at": one.at.isoformat(), "kind": one.kind, "failed": one.is_failed}
            for one in sent
            if one.recipient.kind == "customer" and one.seat in ("", seat.id)
        ],
    }


def _visit(visit: Visit | None, seat: str) -> dict[str, Any] | None:
    """Return when the customer came, waited and left, what they wrote and staff told; None if they never came."""
    party = visit.party(f"a.{seat}") if visit else None
    if visit is None or party is None:
        return None
    said = [(one, {"at": one.at.isoformat(), "text": one.text}) for one in visit.messages]
    written = [it for one, it in said if one.party == party.id]
    return {**_presence(party), "written": written, "told": [it for one, it in said if one.is_by_staff]}


def _presence(party: Participant) -> dict[str, Any]:
    moments = {"came": party.came, "admitted": party.let_in, "seen": party.seen, "left": party.left}
    return {
        "name": party.name.value if party.name else "",
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
        "inRoom": [[begin.isoformat(), end.isoformat()] for begin, end in party.room],
    }
