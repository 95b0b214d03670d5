"""A storage account that is still empty: every verb finds or makes its tables there."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from shared.records.table import Operation, Stale
from shared.storage.sdk_tables import SdkTables
from shared.storage.tables import Tables


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from infra.local import pieces

_numbers = count(1)


@pytest_asyncio.fixture(params=[Tables, SdkTables], ids=["own", "sdk"])
async def new_account(azurite: pieces.Azurite, request: pytest.FixtureRequest) -> AsyncIterator[Tables]:
    tables = request.param(azurite.connection_string, prefix=f"new{next(_numbers)}x")
    yield tables
    await tables.close()


@pytest.mark.parametrize("verb", ["insert", "upsert"])
async def test_the_first_write_makes_the_table(new_account: Tables, verb: str) -> None:
    await new_account.transact("slugs", "clinic", [Operation(verb, "0", {"business": "biz"})])
    row = await new_account.get("slugs", "clinic", "0")
    assert row is not None
    assert row.values == {"business": "biz"}


async def test_the_first_transaction_makes_the_table(new_account: Tables) -> None:
    both = [Operation("insert", "a", {"n": 1}), Operation("upsert", "b", {"n": 2})]
    assert len(await new_account.transact("bookings", "biz", both)) == 2


@pytest.mark.parametrize("verb", ["merge", "replace", "delete"])
async def test_what_asks_for_a_row_finds_none(new_account: Tables, verb: str) -> None:
    with pytest.raises(Stale):
        await new_account.transact("bookings", "biz", [Operation(verb, "a", {"n": 1})])


async def test_reading_finds_nothing(new_account: Tables) -> None:
    assert await new_account.get("bookings", "biz", "a") is None
    assert (await new_account.range("bookings", "biz", "a", "b")).rows == []


async def test_tables_that_are_there_are_left_as_they_are(new_account: Tables) -> None:
    await new_account.transact("bookings", "biz", [Operation("insert", "a", {"n": 1})])
    await new_account.create_tables()
    row = await new_account.get("bookings", "biz", "a")
    assert row is not None
    assert row.values == {"n": 1}
