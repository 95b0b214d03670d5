"""The tables that have a contract: the fake, ours, and the SDK's."""

from collections.abc import AsyncIterator
from itertools import count

import pytest
import pytest_asyncio

from infra.local import pieces
from shared.records.table import Table
from shared.storage.sdk_tables import SdkTables
from tests.support.fakes import MemoryTable


_numbers = count(1)


@pytest_asyncio.fixture
async def sdk_tables(azurite: pieces.Azurite) -> AsyncIterator[SdkTables]:
    """Tables that nobody else uses, reached by the SDK."""
    tables = SdkTables(azurite.connection_string, prefix=f"sdk{next(_numbers)}x")
    yield tables
    await tables.close()


@pytest.fixture(params=["memory", "azurite", "azurite by the SDK"])
def table(request: pytest.FixtureRequest) -> Table:
    if request.param == "memory":
        return MemoryTable()
    return request.getfixturevalue("tables" if request.param == "azurite" else "sdk_tables")
