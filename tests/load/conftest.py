"""One app under pressure for all the races; the trials by fault and by death start their own."""

from collections.abc import AsyncIterator
from itertools import count

import pytest
import pytest_asyncio

from infra.local import pieces
from shared.storage.tables import Tables
from tests.load.system import Client, a_client, running_app


_numbers = count(1)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def crowded_app(
    azurite: pieces.Azurite, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[pieces.Piece, str]]:
    """The app, and the prefix of its tables."""
    prefix = f"crowd{next(_numbers)}x"
    tables = Tables(azurite.connection_string, prefix)
    await tables.create_tables()
    await tables.close()
    log = tmp_path_factory.mktemp("crowd") / "host.log"
    async with running_app(azurite.connection_string, prefix, log) as app:
        yield app, prefix


@pytest_asyncio.fixture
async def client(crowded_app: tuple[pieces.Piece, str]) -> AsyncIterator[Client]:
    async with a_client(crowded_app[0].url) as client:
        yield client


@pytest_asyncio.fixture
async def crowd_tables(azurite: pieces.Azurite, crowded_app: tuple[pieces.Piece, str]) -> AsyncIterator[Tables]:
    tables = Tables(azurite.connection_string, crowded_app[1])
    yield tables
    await tables.close()
