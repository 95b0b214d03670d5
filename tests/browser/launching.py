"""Browsers for the tests, and contexts in them that go by the clock of the tests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from infra.local.browser import CHROMIUM, WINDOWLESS


if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page lives for a second or two: to make its scripts quick costs more than it gains.
    "--js-flags=--always-sparkplug --no-opt --no-maglev",
]
# Windows of a browser: without the pages of its own user interface that it keeps ready, each with a process.
# The flag replaces Playwright's, so what matters of that one is repeated.
NO_OWN_PAGES = (
    "--disable-features=PreloadTopChromeWebUI,TopChromeWebUIUsesSpareRenderer,PaintHolding,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,MediaRouter,OptimizationHints,AvoidUnnecessaryBeforeUnloadCheckSync,"
    "DestroyProfileOnBrowserClose,ThirdPartyStoragePartitioning,LensOverlay"
)
# `make prove ARGS=dates` shifts the clock of all processes by libfaketime, under which chromium stands still:
# it runs without, and its pages are told the time.
SHIFT = os.environ.get("FAKETIME", "").rstrip("s")
ENVIRONMENT: dict[str, str | float | bool] = {
    name: value for name, value in os.environ.items() if name not in ("LD_PRELOAD", "FAKETIME")
}
CLOCK = """{
  const by = Number(SHIFT) * 1000;
  globalThis.Date = new Proxy(Date, {
    apply: (real) => new real(real.now() + by).toString(),
    construct: (real, all, made) => Reflect.construct(real, all.length ? all : [real.now() + by], made),
    get: (real, key) => (key === "now" ? () => real.now() + by : Reflect.get(real, key)),
  });
}"""


async def launch(driver: Playwright, *flags: str, has_windows: bool = False) -> Browser:
    path, more = (CHROMIUM, [NO_OWN_PAGES]) if has_windows else (WINDOWLESS, [])
    return await driver.chromium.launch(executable_path=path, args=[*QUIET, *more, *flags], env=ENVIRONMENT)


async def new_context(browser: Browser, *scripts: str, **options) -> BrowserContext:
    """Open a context whose pages run these scripts first."""
    context = await browser.new_context(**options)
    for script in ([CLOCK.replace("SHIFT", SHIFT)] if SHIFT else []) + list(scripts):
        await context.add_init_script(script)
    return context
