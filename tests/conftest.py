"""What many tests share: one Azurite in memory for the session, and fresh tables in it for each test."""

import gc
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from infra.local import pieces
from shared.storage.tables import Tables
from tests.support.examples import Examples
from tests.support.figures import said, say
from tests.support.scopes import NEEDS_MORE, Scopes, area, place


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="everything in full, as `make prove` runs it")


def pytest_configure(config: pytest.Config) -> None:
    Examples.is_full, Examples.is_quick = bool(config.getoption("full")), is_quick(config)


@pytest.fixture(scope="session")
def is_full(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("full"))


LONG = "long"  # the mark of tests that only `make prove` runs: more of what shorter ones show
HERE = Path(__file__).parent
# How long an example takes says more of the machine than of the code.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
MARKS = ("azurite", "host", "browser", "walk")
IN_TIME = ("browser", "host", "graph_sdk", "load")  # a busy machine may be late once; what fails twice is a fault
_numbers = count(1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scopes:
    config.option.loadscopereorder = False  # else files with the most tests come first, whatever their place
    return Scopes(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests in order, leave out what `make prove` alone runs, and mark those that `make quick` runs."""
    if not config.getoption("full"):
        left_out = {item for item in items if item.get_closest_marker(LONG)}
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: place(item.nodeid))
    for item in items:
        if area(item.nodeid) in IN_TIME:
            item.add_marker(pytest.mark.flaky(reruns=1))
        if not needs_more(item):
            item.add_marker("quick")


def pytest_collection() -> None:
    """Leave the collector off while the tests are found: nothing of them is garbage."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Keep thousands of tests out of its sight: it would go through all of them again and again."""
    gc.enable()
    gc.collect()
    gc.freeze()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import, for `make quick`, the folders of which it runs nothing."""
    has_none = collection_path.parent == HERE and collection_path.name in NEEDS_MORE
    return True if has_none and is_quick(config) else None


def is_quick(config: pytest.Config) -> bool:
    """Return whether this is `make quick`."""
    return bool(config.option.markexpr == "quick")


def needs_more(item: pytest.Item) -> bool:
    """Return whether a test needs browsers, Azurite, a running host or the patience of an experiment or a walk.

    What `make test` itself runs only a part of is an experiment.
    """
    fixtures = getattr(item, "fixturenames", ())
    values = getattr(item, "callspec", None)
    return (
        area(item.nodeid) in NEEDS_MORE
        or not {"azurite", "is_full"}.isdisjoint(fixtures)
        or (values is not None and any("azurite" in one for one in values.params.values() if isinstance(one, str)))
        or any(mark.name in MARKS for mark in item.iter_markers())
    )


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
    """Print why tests were tried twice, and what the experiments measured, above the closing line."""
    for report in terminalreporter.stats.get("rerun", []):
        terminalreporter.section(f"tried twice: {report.nodeid}")
        terminalreporter.line(report.longreprtext)
    if lines := said():
        terminalreporter.section("measured")
        for line in lines:
            terminalreporter.line(line)
