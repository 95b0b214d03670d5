"""The numbers of reports against plain counts of what happened: visits from who was where and when, bookings row by row.

Days are drawn around changes of the clock and anywhere else, in zones with half hours too; visits around midnights,
moved, missed, closed wrongly before, filed again, with nobody or with several.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from shared.domain.reports.period import ReportPeriod
from tests.use_cases.reports.test_booked_days import days_that_equal_a_naive_count
from tests.use_cases.reports.test_packed_days import courses, differences


if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.use_cases.reports.test_packed_days import Course

ZONES = ("Europe/Paris", "America/Sao_Paulo", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC")
TURNS = [
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2026, 4, 5),
    date(2026, 10, 4),
    date(2026, 10, 25),
    date(2026, 11, 1),
]
ANY = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
A_ROUND = 200  # examples


def prove_report(days: int, first: int, tell: Callable[[str], Any]) -> bool:
    """Compare so many days of visits, and of bookings, by seeds from the first on; return whether none differs."""
    return all([_prove_visits(days, first, tell), _prove_bookings(days, first, tell)])


@st.composite
def _periods(draw: st.DrawFn) -> ReportPeriod:
    first = draw(st.sampled_from(TURNS) | st.sampled_from(ANY)) - timedelta(days=draw(st.integers(0, 3)))
    return ReportPeriod(first, first + timedelta(days=draw(st.integers(0, 6))), draw(st.sampled_from(ZONES)))


def _prove_visits(days: int, first: int, tell: Callable[[str], Any]) -> bool:
    compared = Counter[str]()

    def compare(data: st.DataObject) -> None:
        period = data.draw(_periods())
        happened: list[Course] = data.draw(courses(period))
        plan = data.draw(st.lists(st.integers(0, 15), min_size=8, max_size=8))
        asyncio.run(differences(happened, period, plan))
        compared.update(days=period.length, visits=len(happened))

    quietly = settings(
        max_examples=A_ROUND,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    while compared["days"] < days:
        try:
            seed(first)(quietly(given(data=st.data())(compare)))()
        except AssertionError as error:
            tell(f"visits: a difference by seed {first}: {error}")
            return False
        first += 1
    tell(f"visits: 0 differences in {compared['days']:,} days with {compared['visits']:,} visits")
    return True


def _prove_bookings(days: int, first: int, tell: Callable[[str], Any]) -> bool:
    compared = 0
    while compared < days:
        try:
            compared += days_that_equal_a_naive_count(range(first, first + 1))
        except AssertionError as error:
            tell(f"bookings: a difference by seed {first}: {error}")
            return False
        first += 1
    tell(f"bookings and cancellations: 0 differences in {compared:,} days")
    return True
