"""Packed days say what the facts say, and both what happened: counted anew, plainly, from who was where and when."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.reports.period import ReportPeriod
from shared.domain.reports.visit_columns import ReportedVisit, joined
from shared.domain.reports.visit_figures import VisitFilter, figures_by_day, figures_of
from shared.domain.visits.visit import Event, Visit, apply
from shared.records.reports.facts import MARKED, PACKING
from shared.records.table import Operation
from shared.storage.store import TableStore
from shared.use_cases.reports.find_visits import find_visits
from shared.use_cases.reports.pack_days import SETTLED, pack_days
from shared.use_cases.visits.close_visit import file_fact
from tests.support.builders import an_appointment
from tests.support.fakes import MemoryTable


BUSINESS, SECOND, MINUTE, DAY = "biz0clinic", timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
AUTUMN = ReportPeriod(date(2026, 10, 24), date(2026, 10, 26), "Europe/Paris")  # a day of 25 hours
SPRING = ReportPeriod(date(2026, 3, 28), date(2026, 3, 30), "Europe/Paris")  # a day of 23 hours
HALVES = ReportPeriod(date(2026, 10, 24), date(2026, 10, 26), "Asia/Kolkata")


@dataclass(frozen=True)
class Party:
    """Who came when: to the lobby, admitted, and the stretches in the room, as seconds after the start."""

    name: str
    came: int | None
    admitted: int | None
    room: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Course:
    """What happened in a visit, and how it was closed; `undone` says that it was closed wrongly before."""

    number: int
    planned: datetime
    moved: timedelta
    parties: tuple[Party, ...]
    ended: str
    undone: bool
    service: str
    person: str

    @property
    def closed(self) -> datetime:
        return self.planned + timedelta(hours=3)

    def at(self, seconds: int) -> datetime:
        return self.planned + seconds * SECOND + timedelta(microseconds=self.number)

    def events(self):
        for one in self.parties:
            if one.came is not None:
                yield Event("come", self.at(one.came), one.name)
            if one.admitted is not None:
                yield Event("admit", self.at(one.admitted), one.name)
            for first, last in one.room:
                for moment in (*range(first, last, 80), last):
                    yield Event("beat", self.at(moment), one.name, "room")
        if self.undone:
            yield Event("mark", self.closed - 2 * MINUTE, "s.claire", status="no_show")
            yield Event("mark", self.closed - MINUTE, "s.claire", status="booked")
        yield Event("mark", self.closed, status=self.ended)

    @property
    def appointment(self):
        return an_appointment(
            self.planned + self.moved,
            id=f"a{self.number}",
            service=self.service,
            staff=(self.person,),
        )

    def result(self) -> ReportedVisit | None:
        """What the report should say of it."""
        staff = [one for one in self.parties if one.name.startswith("s.")]
        others = [one for one in self.parties if one not in staff]
        inside = lambda some, moment: any(a <= moment <= b for one in some for a, b in one.room)  # noqa: E731
        moments = {a for one in self.parties for a, _ in one.room}
        met = min((one for one in moments if inside(staff, one) and inside(others, one)), default=None)
        signs = {one: [*([one.came] if one.came is not None else []), *sum(one.room, ())] for one in self.parties}
        if not any(signs.values()):
            return None
        start = met if met is not None else min(min(one) for one in signs.values() if one)
        last = max((b for one in self.parties for _, b in one.room), default=0)
        waits = [one for one in others if signs[one]]
        let = min((one.admitted for one in waits if one.admitted is not None), default=None)
        gone = max((max(signs[one]) for one in waits), default=0) if let is None else let
        wait = max(gone - min(min(signs[one]) for one in waits), 0) if waits else None
        return ReportedVisit(
            BUSINESS,
            f"a{self.number}",
            self.at(start),
            None if wait is None else wait * SECOND,
            (last - met) * SECOND if met is not None else timedelta(),
            self.ended,
            "bookings",
            sum(bool(one.room) for one in self.parties),
            max((sum(inside([one], moment) for one in self.parties) for moment in moments), default=0),
            False,
            self.service,
            (self.person,),
        )


@st.composite
def parties(draw, name: str) -> Party:
    came = draw(st.none() | st.integers(-1200, 1200)) if name.startswith("a.") else None
    room, at = [], draw(st.integers(-600, 1500))
    for _ in range(draw(st.integers(0, 2))):
        length = draw(st.integers(0, 2400))
        room.append((at, at + length))
        at += length + draw(st.integers(91, 900))
    admitted = draw(st.none() | st.integers(-600, 1500)) if came is not None else None
    return Party(name, came, admitted, tuple(room))


@st.composite
def courses(draw, period: ReportPeriod) -> list[Course]:
    """Visits around a period: close to its midnights, moved, with nobody, with several attendees."""
    found = []
    for number in range(draw(st.integers(0, 8))):
        midnight = period.start + draw(st.integers(-1, period.length)) * DAY
        near = st.integers(-40, 40)
        planned = midnight + draw(near | st.integers(0, 1440)) * MINUTE
        names = draw(st.lists(st.sampled_from(["s.claire", "s.omar", "a.1", "a.2"]), unique=True, max_size=4))
        found.append(
            Course(
                number,
                planned,
                draw(st.sampled_from([timedelta(), timedelta(), 20 * MINUTE, -DAY])),
                tuple(draw(parties(name)) for name in names),
                draw(st.sampled_from(["completed", "no_show", "not_admitted"])),
                draw(st.booleans()),
                draw(st.sampled_from(["video", "call"])),
                draw(st.sampled_from(["claire", "omar"])),
            )
        )
    return found


class Reports:
    """A table of facts, how they are filed and packed, and what is found in it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 30, tzinfo=UTC)
        self.table = MemoryTable(lambda: self.now)
        self.store = TableStore(self.table)

    async def file(self, course: Course, *, open_again: bool = False) -> None:
        visit = apply(Visit(), course.events())
        if open_again:
            visit = apply(visit, [Event("mark", course.closed + SECOND, "s.claire", status="booked")])
        await file_fact(course.appointment, visit, BUSINESS, store=self.store, now=self.now)

    async def sweep(self) -> None:
        await pack_days(BUSINESS, store=self.store)
        self.now += 2 * SETTLED

    async def found(self, period: ReportPeriod, wanted: VisitFilter | None = None):
        return await find_visits(period, wanted or VisitFilter(), business=BUSINESS, store=self.store, before=True)

    @property
    def keys(self) -> list[str]:
        return [row.key for row in self.table.rows("facts", BUSINESS)]


def listed(parts) -> list[ReportedVisit]:
    whole = joined(parts)
    return sorted(whole.visit(number) for number in range(len(whole)))


def counted(visits: list[ReportedVisit], period: ReportPeriod) -> dict[date, tuple]:
    """The figures of each day, one visit after the other."""
    found = {}
    for day in period.days:
        own = [
            one for one in visits if one.start.astimezone(period.start.tzinfo) and period.day_of(one.start) == day
        ]
        waits = [one.wait for one in own if one.wait is not None]
        lengths = [one.duration for one in own if one.duration]
        states = [one.status for one in own]
        found[day] = (
            len(own),
            *(states.count(one) for one in ("completed", "no_show", "not_admitted")),
            (len(lengths), sum(lengths, timedelta())),
            (len(waits), sum(waits, timedelta())),
        )
    return found


def said(by_day) -> dict[date, tuple]:
    return {
        day: (
            one.visits,
            one.completed,
            one.no_shows,
            one.not_admitted,
            (one.met, one.duration),
            (one.waited, one.wait),
        )
        for day, one in by_day.items()
    }


async def differences(happened: list[Course], period: ReportPeriod, plan: list[int]) -> None:
    """File some visits before packing and some after it, some again and some only to be taken back."""
    reports = Reports()
    for turn in range(4):
        for course in happened:
            fate = plan[course.number]
            if turn == fate % 4 or (fate & 4 and turn > fate % 4):
                await reports.file(course)
            if fate & 8 and turn == 3:
                await reports.file(course, open_again=True)
        await reports.sweep()
        if turn == 2:
            await compare(reports, [one for one in happened if kept(plan[one.number], turn)], period)
    for _ in range(3):
        await reports.sweep()
    assert PACKING not in reports.keys or not any(key.startswith(MARKED) for key in reports.keys)
    await compare(reports, [one for one in happened if kept(plan[one.number], 3)], period)


def kept(fate: int, turn: int) -> bool:
    return fate % 4 <= turn and not (fate & 8 and turn == 3)


async def compare(reports: Reports, happened: list[Course], period: ReportPeriod) -> None:
    real = [one for course in happened if (one := course.result())]
    now, before = await reports.found(period)
    inside = [one for one in real if period.start <= one.start < period.end]
    assert listed(now) == sorted(inside)
    assert said(figures_by_day(now, period)) == counted(inside, period)
    earlier = [one for one in real if period.before.start <= one.start < period.before.end]
    assert said({period.first: figures_of(before)})[period.first][0] == len(earlier)
    wanted = VisitFilter(service="video", person="omar", status="completed", shortest=10 * MINUTE)
    some = [
        one
        for one in inside
        if (one.service, one.staff, one.status) == ("video", ("omar",), "completed")
        and one.duration >= 10 * MINUTE
    ]
    assert listed((await reports.found(period, wanted))[0]) == sorted(some)


@pytest.mark.walk
@pytest.mark.parametrize("period", [AUTUMN, SPRING, HALVES], ids=["autumn", "spring", "halves"])
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_the_report_says_what_happened_packed_or_not(period, data):
    happened = data.draw(courses(period))
    plan = data.draw(st.lists(st.integers(0, 15), min_size=8, max_size=8))
    asyncio.run(differences(happened, period, plan))


def a_course(number: int, planned: datetime) -> Course:
    both = (Party("s.claire", None, None, ((0, 600),)), Party("a.1", -60, 0, ((10, 500),)))
    return Course(number, planned, timedelta(), both, "completed", False, "video", "claire")


NOON = datetime(2026, 10, 24, 12, tzinfo=UTC)


async def packed(number: int = 1) -> Reports:
    """Facts of so many days, packed."""
    reports = Reports()
    for day in range(number):
        await reports.file(a_course(day, NOON + day * DAY))
    for _ in range(4):
        await reports.sweep()
    assert not any(key.startswith(MARKED) for key in reports.keys)
    return reports


class Interrupted(MemoryTable):
    """A table in which something happens just before the day's facts are taken for packed."""

    meanwhile = None

    async def transact(self, table, partition, operations):
        if self.meanwhile and any(one.key.startswith("P|") for one in operations):
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        return await super().transact(table, partition, operations)


async def test_a_fact_that_is_filed_while_its_day_is_packed_keeps_the_mark():
    reports = Reports()
    reports.table = Interrupted(lambda: reports.now)
    reports.store = TableStore(reports.table)
    await reports.file(a_course(1, NOON))
    await reports.sweep()
    await reports.sweep()
    reports.table.meanwhile = lambda: reports.file(a_course(2, NOON))
    await reports.sweep()
    assert "P|20261024" not in reports.keys
    assert "R|20261024" in reports.keys
    assert len(listed((await reports.found(AUTUMN))[0])) == 2
    await reports.sweep()
    assert "R|20261024" not in reports.keys
    assert len(listed((await reports.found(AUTUMN))[0])) == 2


async def test_days_from_before_there_were_marks_are_packed_some_at_a_time():
    reports = Reports()
    for day in range(130):
        await reports.file(a_course(day, NOON - day * DAY))
    marks = [Operation("delete", key) for key in reports.keys if key.startswith(MARKED)]
    for at in range(0, len(marks), 100):
        reports.table.apply("facts", BUSINESS, marks[at : at + 100])
    period = ReportPeriod(date(2026, 6, 20), date(2026, 10, 26), "Europe/Paris")
    for _ in range(12):
        await reports.sweep()
        assert len(listed((await reports.found(period))[0])) == 127
    assert sum(key.startswith("P|") for key in reports.keys) == 130
    assert not any(key.startswith(MARKED) for key in reports.keys)


async def test_nothing_is_marked_before_processes_that_know_no_marks_are_gone():
    reports = Reports()
    await reports.file(a_course(1, NOON))
    await pack_days(BUSINESS, store=reports.store)
    reports.now += SETTLED
    await pack_days(BUSINESS, store=reports.store)
    assert next(row for row in reports.table.rows("facts", BUSINESS) if row.key == PACKING).values == {"next": "0"}


async def test_a_packed_report_is_two_requests_deep_and_reads_no_facts():
    reports = await packed(5)
    reports.table.apply("facts", BUSINESS, [Operation("delete", key) for key in reports.keys if key[0] == "2"])
    assert len(listed((await reports.found(AUTUMN))[0])) == 3


@pytest.mark.walk
async def test_a_day_that_no_row_can_hold_is_read_by_its_facts():
    reports = Reports()
    names = [f"{number:08}{'x' * 48}" for number in range(18_000)]
    rows = [
        Operation(
            "upsert",
            f"202610241200|{name}",
            {
                "body": f'{{"meeting":"{name}","start":"2026-10-24T12:00:00Z","status":"completed","service":"video"}}'
            },
        )
        for name in names
    ]
    for at in range(0, len(rows), 100):
        reports.table.apply("facts", BUSINESS, rows[at : at + 100])
    for _ in range(3):
        await reports.sweep()
    assert "R|20261024" in reports.keys
    assert figures_of((await reports.found(AUTUMN))[0]).visits == 18_000


async def test_a_fact_that_cannot_be_read_leaves_its_day_to_others_and_hides_none():
    reports = Reports()
    for number, start in enumerate((NOON, NOON, NOON + DAY)):
        await reports.file(a_course(number, start))
    spoiled = next(key for key in reports.keys if key.startswith("20261024"))
    reports.table.apply("facts", BUSINESS, [Operation("upsert", spoiled, {"body": "{"})])
    for _ in range(3):
        await reports.sweep()
    assert [name in reports.keys for name in ("P|20261024", "R|20261024", "P|20261025")] == [False, True, True]
    assert len(listed((await reports.found(AUTUMN))[0])) == 2
