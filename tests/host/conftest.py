"""The sample app behind the development host, for tests of the host itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest_asyncio

from infra.local import pieces
from tests.host.sample_app import HOST_JSON, SAMPLE, write_app


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sample(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[pieces.Piece]:
    """The sample app, running; what it prints is in `sample.written()`."""
    folder = tmp_path_factory.mktemp("sample")
    custom = {"X-Frame-Options": "DENY", "X-From-Host": "yes"}
    settings = {**HOST_JSON, "extensions": {"http": {"routePrefix": "", "customHeaders": custom}}}
    write_app(folder, SAMPLE, settings)
    values = {"FROM_FILE": "file", "FROM_BOTH": "file", "AzureWebJobs.switched_off.Disabled": "true"}
    (folder / "local.settings.json").write_text(json.dumps({"IsEncrypted": False, "Values": values}))
    async with pieces.host(folder, env={"FROM_BOTH": "environment"}, log=folder / "host.log") as piece:
        yield piece


@pytest_asyncio.fixture
async def client(sample: pieces.Piece) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sample.url, timeout=10) as opened:
        yield opened
