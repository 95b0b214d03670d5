"""The table that owes its contract: the fake, and the real one."""

import pytest

from shared.use_cases.ports import Table
from tests.support.fakes import MemoryTable


@pytest.fixture(params=["memory", "azurite"])
def table(request: pytest.FixtureRequest) -> Table:
    return MemoryTable() if request.param == "memory" else request.getfixturevalue("tables")
