"""The simulated service keeps the contract that Azurite keeps: the same tests, word for word."""

import asyncio
import random

import pytest

from shared.records.table import Ambiguous
from tests.simulation.world.network import Line, Network, Weather
from tests.simulation.world.service import Service
from tests.storage.test_table_contract import *  # noqa: F403 - the contract is the tests
from tests.storage.test_table_ranges import *  # noqa: F403
from tests.support.virtual_time import virtually


@pytest.fixture
def table() -> Line:
    """Stand in for the fixture of the contract's own module."""
    return Line(Network(Service(), random.Random(0), Weather(latency=0.0001)))


@virtually
async def test_a_delayed_request_arrives_though_its_sender_has_given_up() -> None:
    service = Service()
    line = Line(Network(service, random.Random(0), Weather(writes={"zombie": 1.0})))
    with pytest.raises(Ambiguous):
        await line.transact("bookings", "p", [Operation("insert", "a", {"n": 1})])  # noqa: F405
    await asyncio.sleep(61)
    assert [row.key for row in service.rows("bookings", "p")] == ["a"]


@virtually
async def test_a_range_may_come_in_several_answers_some_of_them_empty() -> None:
    service = Service()
    line = Line(Network(service, random.Random(0), Weather(split=0.9)))
    for number in range(20):
        service.apply("bookings", "p", [Operation("insert", f"n{number:02d}", {})])  # noqa: F405
    page = await line.range("bookings", "p", "n", "o")
    assert [row.key for row in page.rows] == [f"n{number:02d}" for number in range(20)]
    assert page.pages > 3
