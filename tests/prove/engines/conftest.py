"""One running system for all engines, and a page in each of them."""

import pytest_asyncio

from tests.browser.conftest import open_visit, system
from tests.prove.engines.firefox import firefox
from tests.prove.engines.webkit import webkit


__all__ = ["in_firefox", "in_webkit", "open_visit", "system"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def in_firefox():
    async with firefox() as page:
        yield page


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def in_webkit():
    async with webkit() as page:
        yield page
