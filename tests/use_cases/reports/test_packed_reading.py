"""What is read of packed days: little of each, all of those on a page, and none that is out of date."""

from array import array
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.reports.period import ReportPeriod
from shared.domain.reports.visit_figures import VisitFilter
from shared.records.reports.packed_days import unpack
from shared.records.reports.planes import from_planes, to_planes
from shared.records.table import Operation
from shared.storage.store import TableStore
from shared.use_cases.reports.find_visits import ListedPage, find_all_visits, find_visits
from tests.support.fakes import MemoryTable
from tests.use_cases.reports.test_packed_days import AUTUMN, BUSINESS, DAY, NOON, Reports, a_course, listed, packed


@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-1, 2**33)))
def test_numbers_come_back_from_planes(values):
    assert from_planes("q", to_planes(array("q", values))) == array("q", values)
    small = array("h", [one % 500 - 1 for one in values])
    assert from_planes("h", to_planes(small)) == small


def test_half_of_a_number_is_not_written():
    waits = array("q", [7_368_787 * number % 900_000_000 for number in range(1000)])
    assert len(to_planes(waits)) < 4100
    with pytest.raises(ValueError, match="size"):
        from_planes("q", to_planes(waits)[:-1])


async def test_days_that_were_packed_as_they_are_count_as_well():
    reports = await packed(3)
    before = listed((await reports.found(AUTUMN))[0])
    for row in reports.table.rows("facts", BUSINESS):
        if row.key.startswith("P|"):
            visits = unpack(row.values, BUSINESS)
            plain = {
                "s": visits.starts,
                "d": visits.durations,
                "w": visits.waits,
                "v": visits.services,
                "p": visits.staff,
                "a": visits.attendees,
                "t": visits.together,
            }
            lists = row.values["l"].replace(b", 1]", b"]")
            values = {**row.values, **{name: one.tobytes() for name, one in plain.items()}, "l": lists}
            reports.table.apply("facts", BUSINESS, [Operation("upsert", row.key, values)])
    assert listed((await reports.found(AUTUMN))[0]) == before


class Watched(MemoryTable):
    """A table that notes the columns that were read, and in which something happens after some reads."""

    def __init__(self, *args) -> None:
        super().__init__(*args)
        self.columns: dict[str, set[str]] = {}
        self.after: dict[str, object] = {}

    async def range(self, table, partition, low, high, select=(), limit=0):
        page = await super().range(table, partition, low, high, select, limit)
        for row in page.rows:
            self.columns.setdefault(row.key, set()).update(row.values)
        kind = "versions" if "none" in select else "counts" if page.rows and "s" in select else ""
        if happens := self.after.pop(kind, None):
            await happens()
        return page


async def watched(days: int) -> Reports:
    reports = await packed(days)
    table = Watched(lambda: reports.now)
    for row in reports.table.rows("facts", BUSINESS):
        table.apply("facts", BUSINESS, [Operation("upsert", row.key, row.values)])
    reports.table, reports.store = table, TableStore(table)
    return reports


PERIOD = ReportPeriod(date(2026, 10, 20), date(2026, 10, 30), "Europe/Paris")
LONGER = ReportPeriod(date(2026, 10, 20), date(2026, 11, 5), "Europe/Paris")


async def page_of(reports: Reports, *, last: int) -> list:
    """The visits of a page that has those of the last days."""
    page = ListedPage("start", lambda parts: set(range(max(len(parts) - last, 0), len(parts))))
    sources = {BUSINESS: None}
    found, _ = await find_all_visits(PERIOD, VisitFilter(), sources, store=reports.store, before=True, page=page)
    return found


async def test_names_are_read_only_of_the_days_that_are_on_the_page():
    reports = await watched(5)
    found = await page_of(reports, last=2)
    assert [list(one.meetings) for one in found] == [[], [], [], ["a3"], ["a4"]]
    assert [len(one.attendees) for one in found] == [0, 0, 0, 1, 1]
    assert ["i" in reports.table.columns[f"P|202610{day}"] for day in (24, 26, 27, 28)] == [
        False,
        False,
        True,
        True,
    ]
    assert not any(key.startswith("2026") for key in reports.table.columns)


async def filed_and_packed(reports: Reports) -> None:
    await reports.file(a_course(9, NOON + 3 * DAY))
    await reports.sweep()


@pytest.mark.parametrize("last", [1, 5])
@pytest.mark.parametrize(("when", "number"), [("counts", 2), ("versions", 1)])
async def test_a_day_that_is_packed_meanwhile_is_whole(when, number, last):
    """Its mark is gone before it is seen, or comes after it was looked for; its visits may be listed or not."""
    reports = await watched(5)
    reports.table.after[when] = lambda: filed_and_packed(reports)
    found = await page_of(reports, last=last)
    assert [len(one) for one in found][:3] == [1, 1, 1]
    assert len(found[3]) in (1, number)
    if when == "counts":
        assert len(found[3]) == number
    assert [len(one.attendees) for one in found][-last:] == [len(one) for one in found][-last:]


async def test_a_page_that_moves_to_other_days_has_their_names():
    reports = await watched(4)
    for number in range(10, 13):
        await reports.file(a_course(number, NOON + 8 * DAY))
    asked = []

    def choose(parts):
        asked.append([len(one) for one in parts])
        return {0} if len(parts) == 5 else {3}

    found, _ = await find_all_visits(
        LONGER,
        VisitFilter(),
        {BUSINESS: None},
        store=reports.store,
        page=ListedPage("start", choose),
    )
    assert asked == [[1, 1, 1, 1], [1, 1, 1, 1, 3], [1, 1, 1, 1, 3]]
    assert [list(one.meetings) for one in found] == [["a0"], [], [], ["a3"], ["a10", "a11", "a12"]]


async def test_what_is_erased_meanwhile_is_gone():
    reports = await watched(3)

    async def erase():
        reports.table.apply("facts", BUSINESS, [Operation("delete", "P|20261024")])

    reports.table.after["counts"] = erase
    found, _ = await find_visits(PERIOD, VisitFilter(), business=BUSINESS, store=reports.store, is_listed=False)
    assert [one.first.day for one in found] == [25, 26]
