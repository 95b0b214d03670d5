"""Plans the demo's appointments: the same plan for the same day, whoever asks and however often."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from infra.local.demo.diary import DAY, Diary
from shared.domain.appointments.appointment import TimeOff
from shared.use_cases.booking.create_appointment import AppointmentRequest


if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from infra.local.demo.customers import Customers
    from shared.domain.calendar.business import Calendar
    from shared.domain.calendar.service import Service

FIRST_DAY, LAST_DAY = -12, 24
BOOKED_AHEAD = 18 * DAY
CANCELLED, MOVED, ANYONE = 0.06, 0.05, 0.15
LAST = "~"  # the chain that runs when all others are done


@dataclass(frozen=True)
class Away:
    """A time off: how many days after today it begins, and how long it lasts; half a day is an afternoon."""

    staff: str
    after: int
    days: float
    title: str


@dataclass(frozen=True)
class Gathering:
    """A session of a group service, some days after today, and how many of its seats are taken."""

    service: str
    after: int
    seats: int


@dataclass(frozen=True)
class Demo:
    """A calendar and what fills it. `loads` is how many appointments a person has on a good day."""

    calendar: Calendar
    customers: Customers
    away: Sequence[Away]
    loads: Mapping[str, int]
    first_choice: Mapping[str, Sequence[str]]
    gatherings: Sequence[Gathering]
    together: tuple[str, Sequence[int]]
    full: Mapping[str, Sequence[int]]
    notes: Sequence[str]
    answers: Mapping[str, Sequence[str]]
    visitors: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Planned:
    """One booking, when it was made, and what became of it. Those of one chain are made in order."""

    chain: str
    request: AppointmentRequest
    made_at: datetime
    cancelled_at: datetime | None = None
    moved_at: datetime | None = None
    moved_to: datetime | None = None


@dataclass
class Plan:
    """The bookings of a demo as of the day it began, made up one after the other."""

    demo: Demo
    began: datetime
    planned: list[Planned] = field(default_factory=list)

    def __post_init__(self) -> None:
        calendar = self.demo.calendar
        self.diary = Diary(calendar, self.began)
        self.rng = random.Random(f"{calendar.business.slug} {self.diary.today}")
        self.time_off = [self._time_off(away) for away in self.demo.away]
        for off in self.time_off:
            self.diary.take([off.staff], off.start, off.end)

    def make(self) -> list[Planned]:
        for gathering in self.demo.gatherings:
            self._gather(gathering)
        service, days = self.demo.together
        for after in days:
            self._together(self.demo.calendar.services[service], after)
        full_days = self.diary.open_days(1, LAST_DAY)
        for person, numbers in self.demo.full.items():
            for number in numbers:
                self._fill(person, full_days[number - 1])
        for day in self.diary.open_days(FIRST_DAY, LAST_DAY):
            for person in self.demo.loads:
                self._usual_day(person, day)
        return self.planned

    def _time_off(self, away: Away) -> TimeOff:
        day = self.diary.open_days(away.after, away.after + 10)[0]
        is_all_day = away.days >= 1
        start = self.diary.local(day, 0 if is_all_day else 13)
        end = self.diary.local(day + int(away.days) * DAY, 0 if is_all_day else 19)
        return TimeOff(id="", staff=away.staff, title=away.title, start=start, end=end, is_all_day=is_all_day)

    def _gather(self, gathering: Gathering) -> None:
        service = self.demo.calendar.services[gathering.service]
        for day, person in self._days_and_people(service, gathering.after):
            if starts := self.diary.starts(service, day, person):
                start = self.rng.choice(starts)
                self.diary.book(service, [person], start)
                for _ in range(gathering.seats):
                    self._add(person, self._request(service, start, person))
                return

    def _days_and_people(self, service: Service, after: int) -> Iterator[tuple[date, str]]:
        for day in self.diary.open_days(after, after + 7):
            yield from ((day, person) for person in service.staff)

    def _together(self, service: Service, after: int) -> None:
        for day in self.diary.open_days(after, after + 7):
            if starts := self.diary.starts(service, day):
                self.diary.book(service, service.staff, starts[0])
                self._add(LAST, self._request(service, starts[0], None))
                return

    def _fill(self, person: str, day: date) -> None:
        """Leave no time free for anything that the person does alone."""
        services = [one for one in self.demo.calendar.services.values() if self._does_alone(person, one)]
        for service in sorted(services, key=lambda one: one.id not in self.demo.first_choice[person]):
            while starts := self.diary.starts(service, day, person):
                self.diary.book(service, [person], starts[0])
                self._add(person, self._request(service, starts[0], person))

    def _does_alone(self, person: str, service: Service) -> bool:
        return person in service.staff and service.assignment == "one" and not service.is_group

    def _usual_day(self, person: str, day: date) -> None:
        """The nearer the day, the fuller."""
        ahead = (day - self.diary.today).days
        busyness = 1.0 if ahead <= 2 else max(1.0 - ahead / 30, 0.2)
        for _ in range(round(self.demo.loads[person] * busyness * self.rng.uniform(0.4, 1.2))):
            service = self.demo.calendar.services[self.rng.choice(self.demo.first_choice[person])]
            if starts := self.diary.starts(service, day, person):
                self._usual_booking(service, person, self.rng.choice(starts), day)

    def _usual_booking(self, service: Service, person: str, start: datetime, day: date) -> None:
        self.diary.book(service, [person], start)
        fate = self.rng.random()
        if fate < CANCELLED:
            self._add(person, self._request(service, start, person), is_cancelled=True)
        elif fate < CANCELLED + MOVED and (later := self.diary.starts(service, day + DAY, person)):
            target = self.rng.choice(later)
            self.diary.book(service, [person], target)
            self._add(person, self._request(service, start, person), moved_to=target)
        elif fate > 1 - ANYONE and len(service.staff) > 1:
            self._add(LAST, self._request(service, start, None))
        else:
            self._add(person, self._request(service, start, person))

    def _request(self, service: Service, start: datetime, person: str | None) -> AppointmentRequest:
        zone, language = self.rng.choice(self.demo.visitors)
        customer = self.demo.customers.draw(self.rng) | {"notes": self.rng.choice(self.demo.notes)}
        if service.customer_fields.phone == "required":
            customer.setdefault("phone", self.demo.calendar.business.phone)
        return AppointmentRequest.model_validate(
            {
                "service": service.id,
                "start": start,
                "staff": person,
                "customer": customer,
                "answers": {asked.id: self._answer(asked.id, asked.required) for asked in service.questions},
                "consent": True,
                "anotherSeat": True,  # chance may draw somebody twice for one session
                "timeZone": zone,
                "language": language,
            }
        )

    def _answer(self, question: str, required: bool) -> str:
        answers = self.demo.answers[question]
        return self.rng.choice([one for one in answers if one] if required else answers)

    def _add(
        self,
        chain: str,
        request: AppointmentRequest,
        *,
        is_cancelled: bool = False,
        moved_to: datetime | None = None,
    ) -> None:
        """Put a booking on the list, made well before its start and before now, and changed in between."""
        service = self.demo.calendar.services[request.service]
        closes = request.start - self.demo.calendar.policy_of(service).minimum_lead_time - timedelta(hours=1)
        latest = min(closes, self.began - timedelta(minutes=10))
        made_at = latest - self.rng.random() * BOOKED_AHEAD
        changed_at = made_at + self.rng.random() * (latest - made_at)
        self.planned.append(
            Planned(
                chain,
                request,
                made_at,
                cancelled_at=changed_at if is_cancelled else None,
                moved_at=changed_at if moved_to else None,
                moved_to=moved_to,
            )
        )
