"""An erasure that is refused has written nothing; what overlooks a legal hold or an appointment is found out."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from shared.records.keys import BUSINESS, CUSTOMER_APPOINTMENT
from shared.records.table import Page, Row
from tests.simulation.mutants import ERASED_OFTEN, LEFT, Through
from tests.simulation.world.run import Plan, simulate


pytestmark = pytest.mark.walk
LEAVING = replace(LEFT, length=6 * 3600)  # who left is erased after up to two hours
SEEDS = (2, 3)
FOUND = ("in spite of", "was refused has written", "was erased with an appointment to come")


class HoldsOverlooked(Through):
    """A legal hold on the calendar is overlooked two times of three that it is read."""

    looks = 0

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        row = await super().get(table, partition, key, select)
        return self._seen(row) if row else None

    async def range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str] = (), **more: int
    ) -> Page:
        page = await super().range(table, partition, low, high, select, **more)
        return page._replace(rows=[self._seen(row) for row in page.rows])

    def _seen(self, row: Row) -> Row:
        if row.key != BUSINESS or '"legalHold"' not in (body := str(row.values["body"])):
            return row
        self.looks += 1
        free = {name: one for name, one in json.loads(body).items() if name != "legalHold"}
        return row._replace(values={**row.values, "body": json.dumps(free)}) if self.looks % 3 else row


class ComingOverlooked(Through):
    """The index of a customer has no appointments for whoever reads it as a range."""

    async def range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str] = (), **more: int
    ) -> Page:
        page = await super().range(table, partition, low, high, select, **more)
        return page._replace(rows=[row for row in page.rows if not row.key.startswith(CUSTOMER_APPOINTMENT)])


@pytest.mark.parametrize("plan", [LEAVING, ERASED_OFTEN])
def test_an_erasure_that_is_refused_has_written_nothing(plan: Plan) -> None:
    outcomes = [simulate(replace(plan, seed=seed)) for seed in SEEDS]
    assert [one for outcome in outcomes for one in outcome.problems] == []
    refused = [outcome.commands[f"{what} refused"] for outcome in outcomes for what in ("erase", "erase person")]
    assert sum(refused) > 0


@pytest.mark.parametrize(("plan", "wrap"), [(LEAVING, HoldsOverlooked), (ERASED_OFTEN, ComingOverlooked)])
def test_whatever_overlooks_what_refuses_it_does_not_live(plan: Plan, wrap: type[Through]) -> None:
    problems = [one for seed in SEEDS for one in simulate(replace(plan, seed=seed, wrap=wrap)).problems]
    assert [one for one in problems if any(said in one for said in FOUND)]
