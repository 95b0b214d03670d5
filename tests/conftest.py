"""What many tests share: one Azurite in memory for the session, and fresh tables in it for each test."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest
import pytest_asyncio
from xdist.scheduler import LoadScopeScheduling

from infra.local import pieces
from shared.storage.tables import Tables
from tests.support.figures import said, say


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="load and simulation in full, as `make prove` runs them")


@pytest.fixture(scope="session")
def is_full(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("full"))


SLOW = {"browser", "host", "infra", "simulation"}  # beside them runs the rest, crowds last
_numbers = count(1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Part the tests in two for two cores (`make test`): browsers and crowds do not take each other's time."""
    return Halves(config, log)


class Halves(LoadScopeScheduling):
    """Gives what needs browsers and processes to one worker, and the rest to the other."""

    def _split_scope(self, nodeid: str) -> str:
        return "slow" if nodeid.split("/")[1] in SLOW else "rest"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.parent.name == "load")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def azurite() -> AsyncIterator[pieces.Azurite]:
    async with pieces.azurite() as piece:
        yield piece


@pytest_asyncio.fixture
async def tables(azurite: pieces.Azurite) -> AsyncIterator[Tables]:
    """The real adapter over tables that nobody else uses."""
    tables = Tables(azurite.connection_string, prefix=f"t{next(_numbers)}x")
    await tables.create_tables()
    yield tables
    await tables.close()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what was measured in a worker process to the process that reports."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["said"] = said()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take it over from a worker process that is done."""
    for line in getattr(node, "workeroutput", {}).get("said", []):
        say(line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the experiments measured, above the closing line."""
    if lines := said():
        terminalreporter.section("measured")
        for line in lines:
            terminalreporter.line(line)
