"""What the numbers of the usage report count, against a plain recomputation over random visits."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.reports.period import ReportPeriod
from shared.domain.reports.visit_columns import columns_of
from shared.domain.reports.visit_figures import VisitFilter, figures_by_day, figures_of
from shared.domain.visits.fact import VisitFact


NOON = datetime(2026, 10, 25, 12, tzinfo=UTC)
PERIOD = ReportPeriod(date(2026, 10, 24), date(2026, 10, 27), "America/St_Johns")


def a_fact(**values) -> VisitFact:
    return VisitFact(**{"meeting": "m1", "start": NOON, "status": "completed", "service": "video", **values})


@st.composite
def facts(draw) -> VisitFact:
    """A visit as one ends: only where staff and attendee met is there a duration."""
    status = draw(st.sampled_from(["completed", "no_show", "not_admitted"]))
    minutes = draw(st.integers(0, 90)) if status == "completed" else 0
    wait = draw(st.none() | st.integers(0, 1800)) if status != "not_admitted" else draw(st.integers(0, 1800))
    return a_fact(
        start=NOON + timedelta(minutes=draw(st.integers(-3 * 1440, 4 * 1440))),
        status=status,
        duration=timedelta(minutes=minutes),
        wait=None if wait is None else timedelta(seconds=wait),
        kind=draw(st.sampled_from(["bookings", "ehr"])),
    )


@pytest.mark.walk
@given(st.lists(facts(), max_size=60))
def test_each_visit_of_the_period_counts_once_on_its_day(visits):
    by_day = figures_by_day([columns_of(visits[:30], "b"), columns_of(visits[30:], "b")], PERIOD)
    inside = [one for one in visits if PERIOD.start <= one.start < PERIOD.end]
    assert list(by_day) == [date(2026, 10, day) for day in (24, 25, 26, 27)]
    for day, found in by_day.items():
        own = [one for one in inside if PERIOD.day_of(one.start) == day]
        assert found == figures_of([columns_of(own, "b")])
    assert sum(one.visits for one in by_day.values()) == len(inside)


@pytest.mark.walk
@given(st.lists(facts(), max_size=60))
def test_the_parts_add_up_and_averages_are_of_those_they_name(visits):
    found = figures_of([columns_of(visits, "b")])
    assert found.visits == found.bookings + found.ehr == found.completed + found.no_shows + found.not_admitted
    lengths = [one.duration for one in visits if one.duration]
    waits = [one.wait for one in visits if one.wait is not None]
    assert found.average_duration == (sum(lengths, timedelta()) / len(lengths) if lengths else None)
    assert found.average_wait == (sum(waits, timedelta()) / len(waits) if waits else None)


@pytest.mark.parametrize(
    ("wanted", "admitted"),
    [
        (VisitFilter(), True),
        (VisitFilter(service="video"), True),
        (VisitFilter(service="other"), False),
        (VisitFilter(person="claire"), True),
        (VisitFilter(person="omar"), False),
        (VisitFilter(status="completed"), True),
        (VisitFilter(status="no_show"), False),
        (VisitFilter(kind="ehr"), False),
        (VisitFilter(shortest=timedelta(minutes=10)), True),
        (VisitFilter(shortest=timedelta(minutes=10, seconds=1)), False),
    ],
)
def test_a_filter_admits_what_fits_all_that_it_names(wanted, admitted):
    visits = columns_of([a_fact(staff=("claire",), duration=timedelta(minutes=10))], "b")
    assert len(wanted.of(visits)) == admitted
