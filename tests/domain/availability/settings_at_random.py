"""Random settings of a calendar around the days when clocks change: what hypothesis draws from."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from shared.domain.availability.slots import BookingRules, Session, window_for
from shared.domain.calendar.business import Calendar, SpecialDates
from shared.domain.calendar.policy import DatedAvailability, SchedulingPolicy
from shared.domain.calendar.service import Service
from shared.domain.timeline.hours import ALWAYS, days_window
from shared.domain.timeline.ledger import Ledger, busy_in, cut_by_month
from shared.domain.timeline.ticks import Window, ceil_tick, floor_tick
from tests.domain.availability.oracle import Oracle
from tests.support.builders import a_business, a_person, a_service


MINUTES = timedelta(minutes=1)

# Per zone: days on or next to a change of its clock, and a plain one.
DAYS = {
    "Europe/Paris": [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 25), date(2027, 1, 30)],
    "America/Sao_Paulo": [date(2017, 10, 15), date(2018, 2, 17), date(2018, 11, 3), date(2019, 2, 16)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 3), date(2026, 10, 4), date(2026, 7, 31)],
    "Asia/Kathmandu": [date(2026, 2, 28), date(1985, 12, 31)],
    "Pacific/Apia": [date(2011, 12, 29), date(2011, 12, 30), date(2011, 9, 23), date(2012, 4, 1)],
    "UTC": [date(2027, 12, 31), date(2028, 2, 28)],
    "America/New_York": [date(2026, 3, 8), date(2026, 10, 31), date(2026, 11, 1)],
    "America/Havana": [date(2026, 3, 8), date(2026, 10, 31), date(2026, 11, 1)],
}
PEOPLE = ("ana", "bo", "cy")


@dataclass
class Case:
    """One draw: settings, who has what on, and the days that are asked about."""

    calendar: Calendar
    service: Service
    first: date
    last: date
    now: datetime
    grace: timedelta
    taken: dict[str, list[tuple[datetime, datetime]]]
    sessions: list[Session]
    staff: str | None

    @property
    def zone(self) -> str:
        return self.calendar.business.time_zone

    @property
    def days(self):
        return days_window(self.first, self.last, self.zone)

    def judge(self, now: datetime | None = None, grace: timedelta | None = None) -> BookingRules:
        grace = self.grace if grace is None else grace
        return BookingRules(self.calendar, self.service, self.days, now or self.now, grace)

    def busy(self, window: Window | None = None) -> dict[str, int]:
        """Write what people have on into ledgers, as claims do, and read it back for the judge's window."""
        window = window or window_for(self.service, self.days)
        return {
            person: busy_in(window, {month: one.busy for month, one in self._ledgers(stretches).items()})
            for person, stretches in self.taken.items()
        }

    def oracle(self) -> Oracle:
        place = ZoneInfo(self.zone)
        first = datetime.combine(self.first, time(), place).astimezone(UTC)
        end = datetime.combine(self.last + timedelta(days=1), time(), place).astimezone(UTC)
        return Oracle(self.calendar, self.service, first, end, self.now, self.grace, self.taken)

    @staticmethod
    def _ledgers(stretches) -> dict[str, Ledger]:
        ledgers: dict[str, Ledger] = {}
        for start, end in stretches:
            for month, mask in cut_by_month(floor_tick(start), ceil_tick(end)).items():
                ledgers[month] = ledgers.get(month, Ledger()).claim(mask)
        return ledgers


def minutes(low: int, high: int, step: int = 1):
    return st.integers(low // step, high // step).map(lambda count: timedelta(minutes=count * step))


clock_minutes = st.one_of(
    st.sampled_from([0, 30, 60, 90, 105, 120, 150, 180, 1380, 1410, 1440]),  # where clocks change
    st.integers(0, 288).map(lambda tick: tick * 5),
    st.integers(0, 1440),
)


@st.composite
def intervals(draw):
    """Draw 0 to 3 intervals of a day; some touch."""
    edges = sorted(draw(st.lists(clock_minutes, min_size=2, max_size=6, unique=True)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    return tuple(pairwise(edges)) if len(edges) == 3 else tuple(pairs)


long_days = st.sampled_from([((0, 1440),), ((0, 180), (180, 1440)), ((480, 1200),), ((540, 720), (780, 1080))])
weekly = st.one_of(
    st.lists(st.one_of(long_days, intervals()), min_size=7, max_size=7).map(tuple),
    st.one_of(long_days, intervals()).map(lambda day: (day,) * 7),
    st.just(ALWAYS),
)


def ranges_of_dates(around: date):
    near = st.integers(-2, 3).map(lambda days: around + timedelta(days=days))
    return st.tuples(near, st.integers(0, 2).map(lambda days: timedelta(days=days)))


@st.composite
def policies(draw, around: date):
    rule = st.sampled_from(["when_staff_are_free", "weekly_hours", "not_bookable"])
    exceptions = []
    for first, length in draw(st.lists(ranges_of_dates(around), max_size=2)):
        dates = {"first": first, "last": first + length}
        exceptions.append(DatedAvailability(**dates, availability=draw(rule), hours=draw(weekly)))
    lead = draw(st.sampled_from([0, 0, 1, 2, 24, 30]))
    days = 1 if lead == 0 and draw(st.booleans()) else draw(st.integers(-(-lead // 24) + 1, 60))
    return SchedulingPolicy(
        time_slot_interval=timedelta(minutes=draw(st.sampled_from([5, 10, 15, 20, 25, 30, 45, 50, 60, 90, 240]))),
        minimum_lead_time=timedelta(hours=lead),
        maximum_advance=timedelta(days=days),
        availability=draw(st.sampled_from(["when_staff_are_free"] * 3 + ["weekly_hours", "not_bookable"])),
        hours=draw(weekly),
        exceptions=tuple(exceptions),
    )


@st.composite
def services(draw, around: date):
    buffers = st.one_of(st.just(timedelta()), minutes(5, 60, 5), minutes(0, 60))
    return a_service(
        "visit",
        staff=PEOPLE[: draw(st.integers(1, 3))],
        duration=draw(
            st.one_of(minutes(5, 120, 5), st.sampled_from([30 * MINUTES, 60 * MINUTES]), minutes(1, 90))
        ),
        pre_buffer=draw(buffers),
        post_buffer=draw(buffers),
        assignment=draw(st.sampled_from(["one", "one", "all"])),
        maximum_attendees=draw(st.sampled_from([1, 1, 8])),
        policy=draw(st.one_of(st.none(), policies(around))),
    )


@st.composite
def people(draw, business_zone: str):
    zones = st.one_of(st.none(), st.just(business_zone), st.sampled_from(sorted(DAYS)))
    return [
        a_person(
            name,
            hours=draw(st.one_of(st.none(), weekly)),
            time_zone=draw(zones),
            is_bookable=draw(st.sampled_from([True, True, True, False])),
        )
        for name in PEOPLE
    ]


@st.composite
def cases(draw, zones=tuple(DAYS)):
    zone = draw(st.sampled_from(zones))
    first = draw(st.sampled_from(DAYS[zone]))
    last = first + timedelta(days=draw(st.sampled_from([0, 0, 1, 2])))
    special = [
        SpecialDates(first=start, last=start + length, hours=draw(st.one_of(weekly, st.just(((),) * 7))))
        for start, length in draw(st.lists(ranges_of_dates(first), max_size=2))
    ]
    business = a_business(
        time_zone=zone, hours=draw(weekly), special_dates=tuple(special), policy=draw(policies(first))
    )
    staff = {person.id: person for person in draw(people(zone))}
    service = draw(services(first))
    calendar = Calendar(business, {service.id: service}, staff, {})
    midnight = datetime.combine(first, time(), ZoneInfo(zone)).astimezone(UTC)
    policy = calendar.policy_of(service)
    ahead = st.one_of(  # most often well before; else so that an end of the lead times falls in the days asked
        st.sampled_from([timedelta(days=1, hours=13), timedelta(hours=1)]).map(
            lambda gap: policy.minimum_lead_time + gap
        ),
        minutes(-60 * 24, 60 * 4).map(lambda gap: policy.minimum_lead_time + gap),
        minutes(-60 * 24, 60 * 4).map(lambda gap: policy.maximum_advance + gap),
    )
    seconds = st.sampled_from(
        [timedelta(), timedelta(seconds=1), timedelta(minutes=2, seconds=59, microseconds=7)]
    )
    return Case(
        calendar=calendar,
        service=service,
        first=first,
        last=last,
        now=midnight - draw(ahead) + draw(seconds),
        grace=timedelta(minutes=draw(st.sampled_from([0, 15]))),
        taken={name: draw(busy_stretches(midnight)) for name in PEOPLE if draw(st.booleans())},
        sessions=draw(sessions_around(midnight)) if service.is_group else [],
        staff=draw(st.one_of(st.none(), st.sampled_from(service.staff))),
    )


@st.composite
def busy_stretches(draw, midnight: datetime):
    begins = st.lists(st.tuples(minutes(-180, 72 * 60), minutes(1, 240)), max_size=6)
    return [(midnight + begin, midnight + begin + length) for begin, length in draw(begins)]


@st.composite
def sessions_around(draw, midnight: datetime):
    begins = draw(st.lists(minutes(-60, 72 * 60, 5), max_size=4))
    return [
        Session(str(index), midnight + begin, (draw(st.sampled_from(PEOPLE)),), draw(st.integers(1, 7)))
        for index, begin in enumerate(begins)
    ]
