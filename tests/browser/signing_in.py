"""People who are signed in to the console, by the demo's provider or by what it gave them before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.browser.conftest import System, Watched


async def sign_in(watched: Watched, system: System, email: str, url: str = "") -> None:
    """Be signed in, and open a page; who has gone by the provider in another test comes with their cookies."""
    if email not in system.cookies:
        await by_the_provider(watched.page, system, email)
        system.cookies[email] = await watched.page.context.cookies()
    else:
        await watched.page.context.add_cookies(system.cookies[email])
    if url:
        await watched.page.goto(url)


async def by_the_provider(page: Page, system: System, email: str) -> None:
    """Sign in by its page, for those who sign out again, whose cookies are nobody else's."""
    await page.goto(f"{system.url}/console")
    await page.get_by_role("button", name=email).click()
    await page.wait_for_url(
        re.compile(r"/console(/calendars/[^/]+)?$")
    )  # of who has just one, that calendar's home
