"""staffLoad and rebalance of the Graph API: who serves how much, and spreading what "anyone" was asked for."""

from datetime import timedelta

import pytest

from shared.records.keys import WORK
from tests.functions.graph.app import SAM, TIM, VAL
from tests.support.builders import MONDAY


TUESDAY = MONDAY + timedelta(days=1)
PERIOD = "staffLoad?start=2027-01-11T00:00:00&end=2027-02-10T00:00:00"


async def booked(graph, count, **changes):
    """Book one after the other, half an hour apart, from ten o'clock on Tuesday on."""
    for number in range(count):
        answer = await graph.world.book(TUESDAY + timedelta(hours=2, minutes=30 * number), **changes)
        assert answer.status == 201, answer.body


async def counts(graph):
    loads = await graph.listed(PERIOD)
    return {one["staffMemberId"]: one["appointments"] for one in loads if one["appointments"]}


async def only(graph, *people):
    """Let nobody else be booked for the consultation."""
    await graph.patch("services/consultation", {"staffMemberIds": list(people)})


async def test_loads_are_counted_in_a_period_with_their_length(graph):
    await booked(graph, 3, staff="omar")
    loads = {one["staffMemberId"]: one for one in await graph.by(VAL).listed(PERIOD)}
    assert (loads["omar"]["appointments"], loads["omar"]["duration"]) == (3, "PT1H30M")
    assert (loads["claire"]["appointments"], loads["claire"]["duration"]) == (0, "PT0S")
    assert len(loads) == len(await graph.listed("staffMembers"))
    later = await graph.listed("staffLoad?start=2027-01-13T00:00:00&end=2027-02-10T00:00:00")
    assert not any(one["appointments"] for one in later)


async def test_what_anyone_was_asked_for_is_spread_evenly_and_each_hears_of_it(graph):
    await only(graph, "omar")
    await booked(graph, 6)
    await only(graph, "claire", "omar")
    assert await counts(graph) == {"omar": 6}
    moved = (await graph.by(SAM).post("rebalance", {"serviceId": "consultation"}, status=200))["moved"]
    assert [(one["from"], one["to"]) for one in moved] == [("omar", "claire")] * 3
    assert await counts(graph) == {"omar": 3, "claire": 3}
    assert (await graph.post("rebalance", {"serviceId": "consultation"}, status=200))["moved"] == []
    told = [one["action"] for one in await graph.listed("auditLog")]
    assert told.count("reassigned") == 3
    rows = graph.world.table.rows("bookings", "biz0clinic")
    assert sum("-staff:omar" in str(row.values.get("body")) for row in rows if row.key.startswith(WORK)) >= 3


async def test_it_can_be_spread_again_when_somebody_joins(graph):
    await only(graph, "omar")
    await booked(graph, 6)
    await only(graph, "claire", "omar")
    await graph.post("rebalance", {"serviceId": "consultation"}, status=200)
    await only(graph, "claire", "omar", "vera")
    await graph.post("rebalance", {"serviceId": "consultation"}, status=200)
    assert await counts(graph) == {"omar": 2, "claire": 2, "vera": 2}


async def test_whom_a_customer_chose_stays_and_nobody_serves_when_they_do_not_work(graph):
    await booked(graph, 3, staff="omar")
    assert (await graph.post("rebalance", {"serviceId": "consultation"}, status=200))["moved"] == []
    await only(graph, "omar")
    await graph.world.book(TUESDAY + timedelta(hours=5))
    await only(graph, "claire", "omar")
    closed = {"useBusinessHours": False, "workingHours": [{"day": "monday", "timeSlots": []}]}
    await graph.patch("staffMembers/claire", closed)
    assert (await graph.post("rebalance", {"serviceId": "consultation"}, status=200))["moved"] == []
    assert await counts(graph) == {"omar": 4}


async def test_what_lies_beyond_the_days_that_are_asked_for_stays(graph):
    await only(graph, "omar")
    await booked(graph, 4)
    await only(graph, "claire", "omar")
    assert (await graph.post("rebalance", {"serviceId": "consultation", "days": 1}, status=200))["moved"] == []


@pytest.mark.parametrize(
    "document", [{}, {"serviceId": "none"}, {"serviceId": "consultation", "days": 0}, {"serviceId": "\ud800"}]
)
async def test_what_cannot_be_is_refused(graph, document):
    assert (await graph.refused("POST", "rebalance", document))[0] == 400


@pytest.mark.parametrize(
    "query", ["", "?start=x&end=y", "?start=2027-01-11T00:00:00&end=2027-01-11T00:00:00", "?start=2027-01-11T00:00:00&end=2028-01-11T00:00:00"]
)  # fmt: skip
async def test_a_period_has_a_beginning_and_an_end(graph, query):
    assert (await graph.refused("GET", f"staffLoad{query}"))[0] == 400


async def test_team_members_spread_nothing(graph):
    assert (await graph.by(TIM).refused("POST", "rebalance", {"serviceId": "consultation"}))[0] == 403
