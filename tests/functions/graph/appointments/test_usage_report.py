"""usageReport of the Graph API: the figures of visits, as the console's report has them."""

from datetime import timedelta

import pytest

from shared.domain.visits.fact import VisitFact
from shared.records.codec import dump
from shared.records.reports.facts import fact_key
from shared.records.table import Operation
from shared.use_cases.organisation.settings import change_organisation
from tests.functions.graph.app import VAL
from tests.support.builders import MONDAY, a_key


BUSINESS = "biz0clinic"
FIRST, LAST = (f"{MONDAY + timedelta(days=day):%Y-%m-%d}" for day in (0, 1))
DAYS = f"usageReport?start={FIRST}&end={LAST}"


@pytest.fixture
async def visited(graph):
    fact = VisitFact(meeting="m1", start=MONDAY, status="no_show", service="consultation", attendees=1)
    writes = [Operation("upsert", fact_key(MONDAY, "m1"), dump(fact))]
    await graph.world.table.transact("facts", BUSINESS, writes)
    return graph


async def test_the_figures_are_there_in_all_and_by_day(visited):
    document = (await visited.call("GET", DAYS)).json()
    assert (document["from"], document["to"], document["figures"]["noShows"]) == (FIRST, LAST, 1)
    assert [one["visits"] for one in document["days"]] == [1, 0]
    assert document["figures"]["averageWait"] is None


@pytest.mark.parametrize("query", ["", "?start=2026-11-24&end=2026-11-23", "?start=x&end=2026-11-23"])
async def test_days_that_are_none_are_refused(visited, query):
    assert (await visited.refused("GET", f"usageReport{query}"))[0] == 400


async def test_only_administrators_read_it_and_only_while_reports_are_on(visited):
    assert (await visited.by(VAL).refused("GET", DAYS))[0] == 403
    await change_organisation(
        lambda one: one.model_copy(update={"has_analytics": False}),
        actor="head",
        number=a_key()[:12],
        store=visited.world.store,
        now=MONDAY,
    )
    visited.world.now = MONDAY
    assert (await visited.refused("GET", DAYS))[0] == 403


async def test_places_given_up_are_reported_too(visited):
    document = (await visited.call("GET", DAYS.replace("usageReport", "bookingReport"))).json()
    assert document["cancellations"]["booked"] == 0
    assert document["reasons"] == []
    assert (await visited.refused("GET", "bookingReport"))[0] == 400


async def test_the_time_that_was_booked_is_reported_by_person(visited):
    document = (await visited.call("GET", DAYS.replace("usageReport", "utilizationReport"))).json()
    assert document["utilization"] == {"bookable": 0, "booked": 0, "share": None}
