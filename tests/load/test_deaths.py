"""The app is killed in the middle of its work, again and again: what was acknowledged is there, and nothing is half done."""

import asyncio
import time
from pathlib import Path

from infra.local import pieces
from shared.storage.tables import Tables
from tests.load.load import Load
from tests.load.system import Mails, a_client, open_clinic, percentiles, running_app
from tests.support.figures import say


CLIENTS, LIFE = 8, 2.0


async def test_what_was_acknowledged_before_the_app_died_is_there_and_nothing_is_half_done(
    azurite: pieces.Azurite, tmp_path: Path, *, is_full: bool
) -> None:
    tables = Tables(azurite.connection_string, "mortal")
    await tables.create_tables()
    clinic = await open_clinic(tables, people=6, quiet=False)
    port, deaths, wanted = pieces.free_port(), 0, 10 if is_full else 3
    problems: list[str] = []
    async with (
        pieces.mailbox(data_dir=tmp_path / "mails") as mailbox,
        a_client(f"http://localhost:{port}") as client,
    ):
        load = Load(clinic, client, lambda: deaths < wanted)
        running = asyncio.create_task(load.run(CLIENTS))
        log = tmp_path / "host.log"
        while deaths < wanted:
            async with running_app(azurite.connection_string, "mortal", log, smtp=mailbox.smtp, port=port) as app:
                answered = load.commands
                while load.commands < answered + 10:  # noqa: ASYNC110 - the load has no event for it
                    await asyncio.sleep(0.1)
                await asyncio.sleep(LIFE)
                app.process.kill()
                app.process.wait()
            await asyncio.sleep(0.5)  # what was on its way to the table service arrives
            problems += [f"death {deaths}: {one}" for one in await clinic.audit(Mails(tmp_path / "mails"))]
            deaths += 1
        async with running_app(azurite.connection_string, "mortal", log, smtp=mailbox.smtp, port=port):
            started = time.perf_counter()
            await running
            back = time.perf_counter() - started
        # A message that is sent between a look at the mails and a look at the rows would be in neither.
        problems += await clinic.audit(Mails(tmp_path / "mails")) + await load.disagreements()
    await tables.close()
    say(
        f"{load.commands} commands of {CLIENTS} clients over {deaths} deaths: {dict(load.answers)};"
        f" {percentiles(load.seconds)}; {client.unclear} answers unclear; all answered {back:.1f} s after the last"
    )
    assert problems == []
    assert client.unclear > deaths
