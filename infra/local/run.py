"""`make run`: the whole system on this machine, from Azurite to the pages, until Ctrl-C.

    python -m infra.local.run [--only azurite,mail,sms,identity,host,embed]

`PORT` (7071) and `DATA_DIR` (.data) in the environment let a second one run beside the first; the other ports
follow PORT: +1 the mailbox, +2 SMTP, +3 the table service, +4 the site that embeds,
+5 the identity provider, +6 the CalDAV server, +7 the SMS service.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from infra.local import pieces
from infra.local.demo.people import PEOPLE
from infra.local.loopback import why_not
from infra.local.plan import PARTS, CannotRun, Plan
from infra.local.processes import die_with_parent


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

P = TypeVar("P", bound=pieces.Piece)


def main() -> int:
    parser = argparse.ArgumentParser(description="Run Openslot on this machine.")
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument(
        "--app", type=lambda text: Path(text).resolve(), default=pieces.ROOT, help="another Functions app"
    )
    options = parser.parse_args()
    only = set(options.only.split(","))
    if unknown := only - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    if "MAKELEVEL" in os.environ:  # a make that is killed has no time to tell us
        die_with_parent(signal.SIGTERM)
    try:
        return asyncio.run(_run(Plan(only, options.app)))
    except pieces.PieceFailed as failed:
        print(failed, file=sys.stderr)
        return 1


async def _run(plan: Plan) -> int:
    """1 when a piece died, 0 when we were told to stop. Raises PortInUse, also for a port lost meanwhile."""
    _refuse_taken_ports(plan)
    try:
        status = await _until_told(plan)
    except pieces.PieceFailed:
        _refuse_taken_ports(plan)  # ours have stopped: what is taken now is somebody else's
        raise
    if status:
        _refuse_taken_ports(plan)
    return status


async def _until_told(plan: Plan) -> int:
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    work = asyncio.create_task(_all_pieces(plan))
    telling = asyncio.create_task(told.wait())
    await asyncio.wait({work, telling}, return_when=asyncio.FIRST_COMPLETED)
    if work.done():
        telling.cancel()
        return work.result()
    print("Stopping …", flush=True)
    work.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await work
    return 0


def _refuse_taken_ports(plan: Plan) -> None:
    ports = sorted(plan.ports().items())
    if taken := [f"Port {port} ({use}) {why}." for port, use in ports if (why := why_not(port))]:
        raise pieces.PortInUse(f"{' '.join(taken)} Stop what listens there, or set PORT to another.")


class _Running:
    """The pieces that were started, to be stopped in the opposite order."""

    def __init__(self, stack: contextlib.AsyncExitStack) -> None:
        self.stack = stack
        self.pieces: list[pieces.Piece] = []

    async def start(self, name: str, piece: contextlib.AbstractAsyncContextManager[P]) -> P:
        print(f"  starting {name}", flush=True)
        started = await self.stack.enter_async_context(piece)
        self.pieces.append(started)
        return started


async def _all_pieces(plan: Plan) -> int:
    async with contextlib.AsyncExitStack() as stack:
        running = _Running(stack)
        beside = await _beside(plan, running)
        if "host" in plan.only:
            await _app(plan, running, plan.settings(os.environ.get("OPENSLOT_TABLES", "")) | beside)
        if "embed" in plan.only:
            await running.start("the embed demo", pieces.embed_demo(plan.url, plan.embed))
        _announce(plan)
        return await _first_death(running.pieces)


async def _beside(plan: Plan, running: _Running) -> dict[str, str]:
    """Start what the app works with; return the settings by which it finds that."""
    found: dict[str, str] = {}
    if "azurite" in plan.only:
        running.stack.enter_context(plan.sole_user())
        tables = await running.start("Azurite", pieces.azurite(plan.tables, plan.data / "azurite"))
        found["OPENSLOT_TABLES"] = tables.connection_string
    if "mail" in plan.only:
        await running.start("the mail catcher", pieces.mailbox(plan.mail, plan.smtp, plan.data / "mail"))
    if "sms" in plan.only:
        service = await running.start("the SMS service", pieces.sms_service(plan.url, plan.sms))
        found |= service.settings
    if "identity" in plan.only:
        provider = pieces.identity_provider(plan.url, plan.identity, plan.data)
        found |= (await running.start("the identity provider", provider)).settings
    if "caldav" in plan.only:
        server = await running.start("the CalDAV server", pieces.caldav(plan.caldav, plan.data / "caldav"))
        found |= {"OPENSLOT_CALENDAR_HOSTS": f"http://127.0.0.1:{server.port}", "OPENSLOT_CALENDAR_EVERY": "0"}
    return found


async def _app(plan: Plan, running: _Running, settings: dict[str, str]) -> None:
    _check(settings)
    is_ours = plan.app == pieces.ROOT
    if is_ours:
        await _seed(settings)
        await _own_calendar(settings)
    await running.start("the Functions host", pieces.host(plan.app, plan.host, settings, plan.data))
    if is_ours:
        await running.stack.enter_async_context(_visitors(settings))


def _check(settings: dict[str, str]) -> None:
    """Raise CannotRun for settings that the app would not take."""
    from functions.settings.app import SettingsMissing, read_settings

    try:
        read_settings({**os.environ, **settings})
    except SettingsMissing as wrong:
        raise CannotRun(str(wrong)) from None


async def _seed(settings: dict[str, str]) -> None:
    """Put the demo there, the first time."""
    if not (Path(__file__).parent / "seed.py").exists():
        return
    print("  looking after the demo data", flush=True)
    os.environ.update(settings)
    from infra.local.seed import seed

    await seed(settings["OPENSLOT_TABLES"], datetime.now(UTC))


async def _own_calendar(settings: dict[str, str]) -> None:
    """Connect the doctor's own calendar, where its server runs."""
    if server := settings.get("OPENSLOT_CALENDAR_HOSTS"):
        from infra.local.demo.own_calendar import connect_doctor

        await connect_doctor(server, settings, datetime.now(UTC))


@contextlib.asynccontextmanager
async def _visitors(settings: dict[str, str]) -> AsyncIterator[None]:
    """Today's visits of the demo, with people who wait in them as long as this runs."""
    print("  making today's visits", flush=True)
    from infra.local.demo.visits import PACE, visits_of_today

    async with visits_of_today(settings["OPENSLOT_TABLES"], datetime.now(UTC)) as stage:

        async def live() -> None:
            while True:
                if stage:
                    await stage.live(datetime.now(UTC))
                await asyncio.sleep(PACE)

        living = asyncio.create_task(live())
        try:
            yield
        finally:
            living.cancel()


def _announce(plan: Plan) -> None:
    lines = {
        "host": [
            ("Front page", f"{plan.url}/"),
            ("Booking pages", f"{plan.url}/book/demo-clinic"),
            ("", f"{plan.url}/book/demo-bank"),
            ("Health", f"{plan.url}/healthz"),
        ],
        "identity": [
            ("Console", f"{plan.url}/console – sign in as one of"),
            *(("", f"  {one.email:<22} {one.what}") for one in PEOPLE),
        ],
        "mail": [("Sent mails", f"http://localhost:{plan.mail}")],
        "sms": [("Sent texts", f"http://localhost:{plan.sms}")],
        "caldav": [("CalDAV", f"http://127.0.0.1:{plan.caldav}/claire/ – user and password: claire")],
        "embed": [("Embed demo", f"http://localhost:{plan.embed}")],
        "azurite": [("Table service", f"http://127.0.0.1:{plan.tables}")],
    }
    for part in ("azurite", "embed", "mail", "sms", "caldav", "host", "identity"):
        for name, url in lines[part] if part in plan.only else []:
            print(f"  {name:<14} {url}")
    print(f"ready {plan.url}", flush=True)


async def _first_death(running: list[pieces.Piece]) -> int:
    while True:
        for piece in running:
            if piece.process.poll() is not None:
                print(f"{piece.name} ended with {piece.process.returncode}; stopping the rest.", file=sys.stderr)
                return 1
        await asyncio.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
