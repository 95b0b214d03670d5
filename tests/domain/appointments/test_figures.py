"""Figures count what took place, and what was cancelled by itself."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from shared.domain.appointments.figures import figures_of
from shared.domain.calendar.service import Price
from shared.domain.visits.queue import Planned
from tests.support.builders import MONDAY, a_service


ONE = Planned(
    business="biz0clinic",
    id="one",
    start=MONDAY,
    end=MONDAY + timedelta(minutes=30),
    status="booked",
    service="consultation",
    staff=("claire",),
    name="Ana",
    filled=1,
    is_online=False,
    made_by="customer",
)


def counted(*planned: Planned, **service):
    return figures_of(planned, {"consultation": a_service(**service)})


def test_a_cancelled_appointment_counts_nowhere_else():
    found = counted(replace(ONE, status="cancelled", is_online=True))
    assert (found.live, found.cancelled, found.online, found.by_customers) == (0, 1, 0, 0)
    assert found.length == timedelta()


def test_visits_to_try_the_product_count_nowhere_and_those_without_a_booking_by_themselves():
    found = counted(ONE, replace(ONE, origin="trial"), replace(ONE, origin="on_demand"))
    assert (found.live, found.walk_ins, found.by_customers, found.by_staff) == (2, 1, 1, 0)


@pytest.mark.parametrize(
    ("price", "earned"),
    [
        (Price(kind="fixed", amount=Decimal(40)), 120),
        (Price(kind="starts_at", amount=Decimal(40)), 120),
        (Price(kind="hourly", amount=Decimal(40)), 60),
        (Price(kind="free"), None),
        (Price(kind="varies", amount=Decimal(40)), None),
        (Price(), None),
    ],
)
def test_what_was_earned_is_the_price_times_the_customers(price, earned):
    assert counted(replace(ONE, filled=3), price=price).earned == earned


def test_an_appointment_of_a_service_that_is_gone_earns_nothing_known():
    assert figures_of([ONE], {}).earned is None
