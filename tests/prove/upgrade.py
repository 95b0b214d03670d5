"""The last released version and this one at the same tables: beside each other, the released one alone, this one alone.

The released tree is taken out of the history at the commit that wrote its heading in the changelog, built there, and
served by its own development host. Clients book, move and cancel, alone and in groups, and visits go on, through both by
turns, so that commands, and repeated ones, of one version are answered by the other; both send mail. Half of the calendars
were made by the released version, half by this one. Settings are changed by this version alone, and served by both. After
each phase every row is held against the invariants, against what the clients were told and the mails that came; after the
phase of the released version alone, nothing may be gone from a row but what is known to be dropped.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import tempfile
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.local import pieces
from infra.local.processes import Piece, free_port, running, start
from shared.records.keys import minute
from shared.records.table import Ambiguous
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.calendars.save_calendar import save_calendar
from tests.load.load import Load
from tests.load.system import Answer, Client, Clinic, Mails, a_client, open_clinic, percentiles, running_app
from tests.prove.upgrade_rows import KNOWN_LOSSES, AsRead, lost_since, members_of
from tests.prove.upgrade_visits import Visits
from tests.support.app_settings import settings_of
from tests.support.builders import SECRET, a_key


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping


RELEASED = pieces.ROOT / ".data" / "released"
PREFIX, CLIENTS, COMMANDS = "upgrade", 3, 60
# One calendar each by both versions: of how many people, and what is so of its service.
KINDS: tuple[tuple[int, dict[str, Any]], ...] = (
    (3, {}),
    (3, {"quiet": False, "maximum_attendees": 4}),
    (12, {"quiet": False, "is_online": True}),
)
PLAIN, GROUPS, VISITS = range(len(KINDS))
FIRST = 1000
MAILS_TAKE = 240  # seconds, at most, until all that is due was sent
OPEN_CLINICS = """
import asyncio, itertools, sys
from shared.storage.tables import Tables
from tests.load import system

async def main():
    system._numbers = itertools.count(FIRST)
    tables = Tables(sys.argv[1], sys.argv[2])
    await tables.create_tables()
    for people, service in KINDS:
        await system.open_clinic(tables, people=people, **service)
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
async def _old_app(tree: Path, connection: str, log: Path, smtp: str) -> AsyncIterator[Piece]:
    port = free_port()
    env = settings_of(connection, PREFIX, "http://localhost:7071")
    env |= {"OPENSLOT_SMTP": smtp, "OPENSLOT_MAIL_FROM": "bookings@openslot.example"}
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
    smtp: str
    tables: Tables
    clinics: list[Clinic]
    loads: list[Load] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.visits = [Visits(one) for one in self.clinics[VISITS :: len(KINDS)]]

    async def run(self, name: str, *, old: bool, new: bool) -> list[str]:
        """Let clients use one version or both; return what is wrong then."""
        before = await members_of(self.tables, self.clinics)
        async with AsyncExitStack() as stack:
            apps = []
            if old:
                app = _old_app(self.tree, self.connection, self.folder / "old.log", self.smtp)
                apps.append(await stack.enter_async_context(app))
            if new:
                app = running_app(self.connection, PREFIX, self.folder / "new.log", smtp=self.smtp)
                apps.append(await stack.enter_async_context(app))
            urls = [app.url for app in apps]
            wrong = await self._use(urls, name, saves_settings=new)
            wrong += await self._mail_gets_out()
        wrong += await self._audit()
        if not new:
            lost = lost_since(before, await members_of(self.tables, self.clinics))
            print(f"{self.version} dropped: {', '.join(sorted(lost))}", flush=True)
            wrong += sorted(lost - KNOWN_LOSSES)
        print(f"{name}: wrong: {wrong}", flush=True)
        return wrong

    async def _use(self, urls: list[str], name: str, *, saves_settings: bool) -> list[str]:
        """Use all calendars through these hosts by turns; what earlier phases were told stays known."""
        async with a_client(urls[0]) as plain:
            client = ByTurns(plain.url, plain.session, urls=cycle(urls))
            now = [Load(one, client, lambda: True) for one in self.clinics if one not in self._of_visits]
            for load in now:
                load.may_go_on = partial(_is_short_of, load)
            for load, earlier in zip(now, self.loads, strict=False):
                load.told, load.quarrels = earlier.told, earlier.quarrels
            self.loads = now
            work = [*(load.run(CLIENTS) for load in now), *(one.run(client, name) for one in self.visits)]
            await asyncio.gather(*work, *([self._save_settings(name)] if saves_settings else []))
            wrong = await self._shown(client, len(urls))
            seconds = [one for load in now for one in load.seconds]
            answers = [dict(load.answers) for load in now]
            print(f"{name}: {answers}; {percentiles(seconds)}; {client.unclear} answers unclear", flush=True)
        return wrong

    @property
    def _of_visits(self) -> list[Clinic]:
        return [one.clinic for one in self.visits]

    async def _save_settings(self, name: str) -> None:
        """Rename the service of each calendar, and add one, while it is used."""
        self.names.append(name)
        store = TableStore(self.tables)
        for clinic in self.clinics:
            calendar = await store.calendars.find(clinic.calendar.business.slug)
            (visit,) = (one for one in calendar.services.values() if one.id == "visit")
            more = visit.model_copy(update={"id": f"more{len(self.names)}", "name": name})
            services = {"visit": visit.model_copy(update={"name": name}), more.id: more}
            await save_calendar(replace(calendar, services=services), key=a_key(), store=store, secret=SECRET)

    async def _shown(self, client: ByTurns, hosts: int) -> list[str]:
        """Return what one of the hosts shows otherwise than it was saved, or than a customer was told."""
        wrong = []
        wanted = {"visit": self.names[-1]} | {f"more{at}": name for at, name in enumerate(self.names, 1)}
        for clinic in self.clinics * hosts:
            shown = await client.send("GET", f"/api/{clinic.calendar.business.slug}")
            names = {one["id"]: one["name"] for one in shown.body["services"]}
            wrong += [f"services are {names}, and not {wanted}"] if names != wanted else []
        for load in self.loads:
            for seat, told in load.told.items():
                seen = (await client.send("GET", f"{load.clinic.path}/{told.token}")).body
                if (seen["status"], datetime.fromisoformat(seen["start"])) != (told.status, told.start):
                    wrong.append(f"{seat} was told {told}, and is shown {seen['status']} at {seen['start']}")
        return wrong

    async def _mail_gets_out(self) -> list[str]:
        """Wait until no message is due; return those that still are after MAILS_TAKE."""
        due = ["not read"]
        for _ in range(MAILS_TAKE):
            with suppress(Ambiguous):
                due = await self._due()
            if not due:
                break
            await asyncio.sleep(1)
        return [f"{one} was not sent" for one in due]

    async def _due(self) -> list[str]:
        until = f"M|{minute(datetime.now(UTC))}"
        ids = (one.calendar.business.id for one in self.clinics)
        pages = [await self.tables.range("bookings", one, "M|", until) for one in ids]
        return [row.key for page in pages for row in page.rows]

    async def _audit(self) -> list[str]:
        mails, wrong = Mails(self.folder / "mails"), [fault for one in self.visits for fault in one.wrong]
        for at, clinic in enumerate(self.clinics):
            wrong += await clinic.audit(mails if at % len(KINDS) != PLAIN else None)
        for load in self.loads:
            # the seats of a group are in rows of their own, and were asked for by their links
            wrong += (
                load.quarrels if load.clinic.calendar.services["visit"].is_group else await load.disagreements()
            )
        print(f"{mails.count} mails, {mails.duplicates} of them twice", flush=True)
        return wrong


async def _phases(tree: Path, version: str, folder: Path) -> bool:
    async with (
        pieces.azurite() as azurite,
        pieces.mailbox(data_dir=folder / "mails") as mailbox,
        AsyncExitStack() as stack,
    ):
        connection = azurite.connection_string
        script = f"FIRST, KINDS = {FIRST}, {KINDS!r}\n{OPEN_CLINICS}"
        command = [sys.executable, "-c", script, connection, PREFIX]
        await asyncio.to_thread(subprocess.run, command, cwd=tree, check=True)
        tables, as_read = Tables(connection, PREFIX), AsRead(connection, PREFIX)
        stack.push_async_callback(tables.close)
        stack.push_async_callback(as_read.close)
        await tables.create_tables()
        slugs = [f"pressure{FIRST + at}" for at in range(len(KINDS))]
        made = [Clinic(await TableStore(tables).calendars.find(slug), as_read) for slug in slugs]
        made += [await open_clinic(as_read, people=people, **service) for people, service in KINDS]
        trial = Trial(tree, version, folder, connection, mailbox.smtp, tables, made)
        wrong = await trial.run(f"{version} and this one", old=True, new=True)
        wrong += await trial.run(f"{version} alone", old=True, new=False)
        wrong += await trial.run("this one alone", old=False, new=True)
        wrong += await trial.run("both again", old=True, new=True)
    return not wrong


def _is_short_of(load: Load) -> bool:
    return load.commands < COMMANDS
