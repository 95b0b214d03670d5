"""The app for tests of the edge: in process on a table in memory, or running behind the development host."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import httpx
import pytest
import pytest_asyncio

from infra.local import pieces
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.calendars.save_calendar import save_calendar
from tests.functions.console.app import Console, a_console
from tests.functions.graph.app import ADA, GraphWorld, the_staffed_world
from tests.functions.visits.app import Meeting, a_meeting
from tests.support.app_settings import settings_of
from tests.support.builders import SECRET, a_key
from tests.support.edge import PUBLIC_URL, World, clinic, closed, the_world


if TYPE_CHECKING:
    from pathlib import Path


@pytest_asyncio.fixture
async def world() -> World:
    return await the_world()


@pytest_asyncio.fixture
async def graph() -> GraphWorld:
    """The Graph API in the hands of the administrator of a clinic where everybody's role is filled."""
    world = await the_staffed_world()
    return GraphWorld(world, world.tokens.of(ADA))


@pytest_asyncio.fixture
async def console() -> Console:
    return await a_console()


@pytest_asyncio.fixture
async def meeting() -> Meeting:
    return await a_meeting()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def host(azurite: pieces.Azurite, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[pieces.Piece]:
    """The whole app behind the development host over Azurite, with the same clinics; its clock is the real one."""
    log: Path = tmp_path_factory.mktemp("host") / "host.log"
    environ = settings_of(azurite.connection_string, "edge", PUBLIC_URL)
    tables = Tables(azurite.connection_string, "edge")
    await tables.create_tables()
    for calendar in (clinic(), closed()):
        await save_calendar(calendar, key=a_key(), store=TableStore(tables), secret=SECRET)
    await tables.close()
    async with pieces.host(env=environ, log=log) as piece:
        yield piece


@pytest_asyncio.fixture
async def client(host: pieces.Piece) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=host.url, timeout=30) as opened:
        yield opened
