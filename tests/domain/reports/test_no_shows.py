"""Shares of no-shows by hour, service and person against a plain count, and waits within which most are let in."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.reports.no_shows import (
    Hour,
    Rate,
    of_hour,
    rates_by_hour,
    rates_by_person,
    rates_by_service,
    waits_within,
    worst_hour,
)
from shared.domain.reports.visit_columns import columns_of
from shared.domain.visits.fact import VisitFact


NOON = datetime(2026, 10, 25, 12, tzinfo=UTC)  # the clocks of Europe went back at night
MINUTE = timedelta(minutes=1)


@st.composite
def facts(draw) -> VisitFact:
    return VisitFact(
        meeting="m",
        start=NOON + draw(st.integers(-4000, 4000)) * MINUTE,
        status=draw(st.sampled_from(["completed", "no_show"])),
        service=draw(st.sampled_from(["video", "call"])),
        staff=draw(st.sampled_from([("claire",), ("omar",), ("claire", "omar"), ()])),
    )


def rate(found: list[VisitFact]) -> Rate:
    return Rate(len(found), sum(one.status == "no_show" for one in found))


@pytest.mark.walk
@given(st.lists(facts(), max_size=60), st.sampled_from(["Europe/Paris", "Asia/Kathmandu", "America/St_Johns"]))
def test_rates_are_those_of_a_plain_count(visits, zone):
    parts = [columns_of(visits[:30], "b"), columns_of(visits[30:], "b")]

    def hour(one: VisitFact) -> Hour:
        local = one.start.astimezone(ZoneInfo(zone))
        return Hour(local.weekday(), local.hour)

    hours = {hour(one) for one in visits}
    assert rates_by_hour(parts, zone) == {at: rate([one for one in visits if hour(one) == at]) for at in hours}
    for at in hours:
        found = [
            one.visit(number).start
            for part in parts
            for one in [of_hour(part, at, zone)]
            for number in range(len(one))
        ]
        assert sorted(found) == sorted(one.start for one in visits if hour(one) == at)
    services = {one.service for one in visits}
    assert rates_by_service(parts) == {
        ("b", name): rate([one for one in visits if one.service == name]) for name in services
    }
    people = {name for one in visits for name in one.staff}
    assert rates_by_person(parts) == {
        ("b", name): rate([one for one in visits if name in one.staff]) for name in people
    }


def test_of_few_visits_no_share_is_told():
    assert Rate(9, 9).share is None
    assert Rate(10, 1).share == 0.1


@pytest.mark.parametrize(
    ("rates", "worst"),
    [
        ({Hour(4, 15): Rate(20, 6), Hour(0, 9): Rate(80, 4)}, Hour(4, 15)),
        ({Hour(4, 15): Rate(9, 9), Hour(0, 9): Rate(91, 1)}, None),
        ({Hour(4, 15): Rate(50, 6), Hour(0, 9): Rate(50, 5)}, None),
        ({}, None),
    ],
)
def test_an_hour_stands_out_if_it_is_half_as_high_again_as_all(rates, worst):
    whole = Rate(sum(one.visits for one in rates.values()), sum(one.no_shows for one in rates.values()))
    assert worst_hour(rates, whole) == worst


@given(st.lists(st.none() | st.integers(0, 3600), max_size=40))
def test_half_and_nine_in_ten_waited_no_longer(waits):
    visits = [
        VisitFact(meeting="m", start=NOON, status="completed", service="s", wait=wait and timedelta(seconds=wait))
        if wait
        else VisitFact(meeting="m", start=NOON, status="completed", service="s")
        for wait in waits
    ]
    known = [timedelta(seconds=one) for one in waits if one]
    for share, found in zip((0.5, 0.9), waits_within([columns_of(visits, "b")], 0.5, 0.9), strict=True):
        if found is None:
            assert known == []
        else:
            assert sum(one <= found for one in known) >= share * len(known)
            assert sum(one < found for one in known) < share * len(known)
