"""The last released version and this one at the same tables: beside each other, the released one alone, this one alone.

The released tree is taken out of the history at the commit that wrote its heading in the changelog, built there, and
served by its own development host. Clients book, move and cancel through both by turns, so that commands, and repeated
ones, of one version are answered by the other. One calendar was made by the released version, one by this one. After
each phase every row is held against the invariants, and against what the clients were told; after the phase of the
released version alone, nothing may be gone from a row but what is known to be dropped.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
import tempfile
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.local import pieces
from infra.local.processes import Piece, free_port, running, start
from shared.domain.appointments.appointment import Appointment
from shared.records.appointments import projection
from shared.records.codec import load_row
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from tests.load.load import Load
from tests.load.system import Answer, Client, Clinic, a_client, open_clinic, percentiles, running_app
from tests.support.app_settings import settings_of


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from shared.records.table import Page, Row

RELEASED = pieces.ROOT / ".data" / "released"
PREFIX, CLIENTS, COMMANDS, PEOPLE = "upgrade", 6, 120, 3
SLUG = "pressure1000"
INDEXES = ("D|", "E|")
NEWER_COLUMNS = ("by", "ref", "wish", "left", "confirm")
# Written again by this version whenever the appointment changes; until then readers take them as empty.
KNOWN_LOSSES = {f"{kind[0]} {name}" for kind in INDEXES for name in NEWER_COLUMNS}
OPEN_A_CLINIC = """
import asyncio, itertools, sys
from shared.storage.tables import Tables
from tests.load import system

async def main():
    system._numbers = itertools.count(1000)
    tables = Tables(sys.argv[1], sys.argv[2])
    await tables.create_tables()
    await system.open_clinic(tables, people=int(sys.argv[3]))
    await tables.close()

asyncio.run(main())
"""


def prove_upgrade() -> bool:
    """Run all phases; print what came of each; return whether nothing is wrong."""
    tree, version = _released()
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_phases(tree, version, Path(folder)))


def _released() -> tuple[Path, str]:
    """Return the last release's tree, built, and its version."""
    headings = re.findall(r"^## (\d+\.\d+\.\d+) - ", (pieces.ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    version = headings[0]
    commit = _git("log", "--reverse", "--format=%H", f"-S## {version} - ", "--", "CHANGELOG.md").split()[0]
    tree = RELEASED / commit
    if not tree.exists():
        tree.mkdir(parents=True)
        archive = subprocess.run(["git", "archive", commit], cwd=pieces.ROOT, check=True, stdout=subprocess.PIPE)
        subprocess.run(["tar", "-x", "-C", str(tree)], input=archive.stdout, check=True)
        for name in (".venv", "infra/local/node_modules"):
            (tree / name).symlink_to((pieces.ROOT / name).resolve())
    subprocess.run([sys.executable, "-m", "infra.local.build"], cwd=tree, check=True)
    print(f"released: {version}, {commit[:8]}", flush=True)
    return tree, version


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=pieces.ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


@dataclass
class ByTurns(Client):
    """Sends each command to the next of several hosts; and so a repeated one to another."""

    urls: Iterator[str] = field(default_factory=lambda: iter(()))

    async def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        key: str = "",
        patience: float = 240,
    ) -> Answer:
        self.url = next(self.urls)
        return await super().send(method, path, body, key=key, patience=patience)


@asynccontextmanager
async def _old_app(tree: Path, connection: str, log: Path) -> AsyncIterator[Piece]:
    port = free_port()
    env = settings_of(connection, PREFIX, "http://localhost:7071")
    env |= {"OPENSLOT_SMTP": "smtp://127.0.0.1:9", "OPENSLOT_MAIL_FROM": "bookings@openslot.example"}
    command = [sys.executable, "-m", "infra.local.host", "--app", str(tree), "--port", str(port)]
    process = start(
        "the released version", [*command, "--data", str(log.parent / "old")], [port], log, env=env, cwd=tree
    )
    async with running(Piece("the released version", port, process, log)) as piece:
        yield piece


@dataclass
class Trial:
    """The released version's tree, the tables, the calendars in them, and what clients were told so far."""

    tree: Path
    version: str
    folder: Path
    connection: str
    tables: Tables
    clinics: tuple[Clinic, ...]
    loads: list[Load] = field(default_factory=list)

    async def run(self, name: str, *, old: bool, new: bool) -> list[str]:
        """Let clients use one version or both; return what is wrong then."""
        before = await _members(self.tables, self.clinics)
        async with AsyncExitStack() as stack:
            apps = []
            if old:
                app = _old_app(self.tree, self.connection, self.folder / "old.log")
                apps.append(await stack.enter_async_context(app))
            if new:
                app = running_app(self.connection, PREFIX, self.folder / "new.log")
                apps.append(await stack.enter_async_context(app))
            self.loads = await _use(self.clinics, self.loads, [app.url for app in apps], name)
        wrong = [one for clinic in self.clinics for one in await clinic.audit()]
        wrong += [one for load in self.loads for one in await load.disagreements()]
        if not new:
            lost = _lost(before, await _members(self.tables, self.clinics))
            print(f"{self.version} dropped: {', '.join(sorted(lost))}", flush=True)
            wrong += sorted(lost - KNOWN_LOSSES)
        print(f"{name}: wrong: {wrong}", flush=True)
        return wrong


async def _phases(tree: Path, version: str, folder: Path) -> bool:
    async with pieces.azurite() as azurite, AsyncExitStack() as stack:
        connection = azurite.connection_string
        command = [sys.executable, "-c", OPEN_A_CLINIC, connection, PREFIX, str(PEOPLE)]
        await asyncio.to_thread(subprocess.run, command, cwd=tree, check=True)
        tables, as_read = Tables(connection, PREFIX), _AsRead(connection, PREFIX)
        stack.push_async_callback(tables.close)
        stack.push_async_callback(as_read.close)
        await tables.create_tables()
        made = Clinic(await TableStore(tables).calendars.find(SLUG), as_read)
        clinics = (made, await open_clinic(as_read, people=PEOPLE))
        trial = Trial(tree, version, folder, connection, tables, clinics)
        wrong = await trial.run(f"{version} and this one", old=True, new=True)
        wrong += await trial.run(f"{version} alone", old=True, new=False)
        wrong += await trial.run("this one alone", old=False, new=True)
        wrong += await trial.run("both again", old=True, new=True)
    return not wrong


class _AsRead(Tables):
    """The tables, where columns of the day index that the released version leaves out have what a reader takes for them."""

    async def range(self, table: str, partition: str, *more: Any, **options: Any) -> Page:
        page = await super().range(table, partition, *more, **options)
        return page._replace(rows=[_filled(row) if row.key.startswith(INDEXES) else row for row in page.rows])


def _filled(row: Row) -> Row:
    known = projection(load_row(Appointment, row))
    missing = {name: known[name] for name in NEWER_COLUMNS if name not in row.values}
    return row._replace(values={**row.values, **missing})


async def _use(clinics: tuple[Clinic, ...], loads: list[Load], urls: list[str], name: str) -> list[Load]:
    """Book, move and cancel in all calendars through these hosts by turns; what earlier phases were told stays known."""
    async with a_client(urls[0]) as plain:
        client = ByTurns(plain.url, plain.session, urls=cycle(urls))
        now = [Load(clinic, client, lambda: True) for clinic in clinics]
        for load in now:
            load.may_go_on = partial(_is_short_of, load)
        for load, earlier in zip(now, loads, strict=False):
            load.told, load.quarrels = earlier.told, earlier.quarrels
        await asyncio.gather(*(load.run(CLIENTS) for load in now))
    seconds = [one for load in now for one in load.seconds]
    answers = [dict(load.answers) for load in now]
    print(f"{name}: {answers}; {percentiles(seconds)}; {client.unclear} answers unclear", flush=True)
    return now


def _is_short_of(load: Load) -> bool:
    return load.commands < COMMANDS


async def _members(tables: Tables, clinics: tuple[Clinic, ...]) -> dict[tuple[str, str], set[str]]:
    """Return the columns of every row, and the members of its document."""
    found: dict[tuple[str, str], set[str]] = {}
    for clinic in clinics:
        business = clinic.calendar.business.id
        for row in (await tables.range("bookings", business, "!", "~")).rows:
            text = "".join(str(row.values[one]) for one in sorted(row.values) if re.fullmatch(r"body\d*", one))
            members = json.loads(text) if text.startswith("{") else {}
            found[business, row.key] = {*row.values, *(f"body.{one}" for one in members)}
    return found


def _lost(before: dict[tuple[str, str], set[str]], after: dict[tuple[str, str], set[str]]) -> set[str]:
    """Return what rows had, and have no more: the kind of the row, and the name."""
    return {
        f"{row[1].partition('|')[0]} {name}"
        for row, names in before.items()
        for name in names - after.get(row, names)
    }
