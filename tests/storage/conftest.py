"""The table that has_unseen_changes its contract: the fake, and the real one."""

import pytest

from shared.records.table import Table
from tests.support.fakes import MemoryTable


@pytest.fixture(params=["memory", "azurite"])
def table(request: pytest.FixtureRequest) -> Table:
    return MemoryTable() if request.param == "memory" else request.getfixturevalue("tables")
