"""A clinic's day for the queue's bench: who waits, who talks, who was seen, and thousands who are still to come."""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from shared.domain.appointments.appointment import Appointment, Customer, Seat
from shared.domain.calendar.business import Business, Calendar, StaffMember
from shared.domain.calendar.service import Service
from shared.domain.links import new_id
from shared.domain.timeline.hours import ALWAYS
from shared.domain.visits.visit import Event, Visit, apply
from shared.records.appointments import projection
from shared.records.codec import dump
from shared.records.keys import appointment_key, day_key, visit_key
from shared.records.queue_keys import queue_key, version_bumps
from shared.records.table import Operation
from shared.records.visits import dump_visit
from shared.use_cases.calendars.save_calendar import save_calendar
from tests.bench.days.calendars import SECRET


if TYPE_CHECKING:
    from shared.storage.store import TableStore

SLUG, DESK, ZONE = "queue", "desk@bench.example", ZoneInfo("Europe/Paris")
FIRST_NAMES = re.findall(
    r"\S+",
    "Aisha Alice Ana Benoît Bob Boris Camille Chloé Clara Daniel Dario Dmitri Elena Elif Emma Farid Fatou Felix Georges "
    "Gina Grace Hanna Helena Hugo Igor Ines Ivana João Jonas Julien Karim Kofi Léa Lucia Marta Mehdi Nadia Nils Olga Oscar "
    "Paula Pavel Quentin Rafael Rosa Sonia Sven Tara Tomas Ulla Umar Vera Victor Wanda Wei Xavier Yara Yusuf Zeynep Zoé",
)
LAST_NAMES = re.findall(
    r"\S+",
    "Abreu Almeida Andersson Arnaud Barros Becker Berger Blanchard Carvalho Chevalier Correia Costa Delgado Diallo Duarte "
    "Dubois Eriksen Esposito Evans Faure Ferrari Fischer Fontaine Garcia Gauthier Girard Gomes Haddad Hernandez Hoffmann "
    "Ibrahim Ito Ivanova Jackson Janssen Jensen Keller Kim Kowalski Lambert Laurent Lopes Martin Mercier Moreau Nakamura "
    "Nguyen Novak Okafor Oliveira Ortega Pereira Petrov Popescu Quiroga Renaud Richter Rossi Santos Schmidt Silva Tanaka "
    "Teixeira Thomas Ueda Ulrich Urban Vargas Verma Vidal Wagner Walker Weber Xu Yamada Yilmaz Young Zanetti Ziegler",
)
SERVICES = tuple(f"video-{number}" for number in range(8))
BUSY = 5 * 60  # minutes before and after now that are full
HALF_HOUR, MINUTE = timedelta(minutes=30), timedelta(minutes=1)


class Day(NamedTuple):
    calendar: Calendar
    appointments: list[Appointment]
    visits: dict[str, Visit]


def a_day(people: int, appointments: int, now: datetime) -> Day:
    """Return today: from midnight to midnight, most of it in ten hours around now."""
    rng = random.Random(people)
    staff = [StaffMember(id=f"p{n:04d}", name=_name(rng), email=f"p{n}@bench.example") for n in range(people)]
    desk = StaffMember(id="desk", name="Desk", email=DESK, role="scheduler", is_bookable=False)
    services = [
        Service(
            id=name, name=f"Video {name}", duration=HALF_HOUR, is_online=True, staff=tuple(p.id for p in staff)
        )
        for name in SERVICES
    ]
    business = Business(id=f"b-{SLUG}", slug=SLUG, name="Bench", time_zone=ZONE.key, hours=ALWAYS)
    calendar = Calendar(business, {one.id: one for one in services}, {one.id: one for one in (*staff, desk)}, {})
    made = [_appointment(rng, number, people, now) for number in range(appointments)]
    return Day(calendar, made, {one.id: visit for one in made if (visit := _visit(rng, one, now))})


def _whole(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)


def _name(rng: random.Random) -> str:
    return f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"


def _appointment(rng: random.Random, number: int, people: int, now: datetime) -> Appointment:
    local = now.astimezone(ZONE)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    past = min(int((local - midnight) / MINUTE), BUSY)  # minutes of it that are over
    ahead = min(24 * 60 - int((local - midnight) / MINUTE), BUSY)
    start = _whole(local) + 5 * MINUTE * rng.randrange(-past // 5 + 1, ahead // 5)
    name = _name(rng)
    seat = Seat(
        id=new_id(
            SECRET, SLUG, str(number)
        ),  # made as the product makes them, since their length and chance weigh
        customer=Customer(name=name, email=f"c{number}@bench.example"),
        customer_id=f"c{number}",
        made_at=now,
    )
    first = int(start.timestamp()) // 300
    return Appointment(
        id=seat.id,
        service=rng.choice(SERVICES),
        staff=(f"p{number % people:04d}",),
        start=start,
        end=start + HALF_HOUR,
        claim=(first, first + 6),
        seat=seat,
    )


def _visit(rng: random.Random, one: Appointment, now: datetime) -> Visit | None:
    """Those that are over were seen, but for a few; of those who are due some wait and some talk."""
    party, name = f"a.{one.id}", one.seat.customer.name if one.seat else ""
    come = Event("come", one.start - rng.randrange(15) * MINUTE, party, text=name, devices="camera microphone")
    admit, beat = Event("admit", one.start, party), Event("beat", min(now, one.end), party, "room")
    if one.end < now:
        events = [come, admit, beat, Event("mark", one.end, status="completed")]
        return apply(Visit(), events if rng.random() < 0.9 else [Event("mark", one.end, status="no_show")])
    if one.start < now:
        return apply(Visit(), [come, admit, beat] if rng.random() < 0.7 else [come, Event("beat", now, party)])
    if come.at < now:
        return apply(Visit(), [come])
    return None


async def save_day(day: Day, store: TableStore) -> None:
    """Write it as the engine would have, thousands of commands ago."""
    business = day.calendar.business.id
    await save_calendar(day.calendar, key=f"bench-{business}-0000000", store=store, secret=SECRET)
    rows = []
    for one in day.appointments:
        rows.append(Operation("upsert", appointment_key(one.id), dump(one)))
        rows.append(Operation("upsert", day_key(one.start, one.id), projection(one)))
        if visit := day.visits.get(one.id):
            rows.append(Operation("upsert", visit_key(one.start, one.id), dump_visit(visit)))
    for index in range(0, len(rows), 99):
        await store.table.transact("bookings", business, rows[index : index + 99])
    marks = version_bumps(sorted({queue_key(one.start) for one in day.appointments}), "seeded")
    await store.table.transact("bookings", business, marks)
