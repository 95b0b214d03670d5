"""A network that breaks every tenth call, also after it took effect: what was answered is true, and everybody is told."""

import asyncio
import time
from pathlib import Path

from infra.local import pieces
from shared.storage.tables import Tables
from tests.load.fault_proxy import fault_proxy
from tests.load.load import Load
from tests.load.system import Client, Clinic, Mails, a_client, open_clinic, percentiles, running_app
from tests.support.figures import say


CLIENTS, COMMANDS, AT_MOST, RATE = 16, 3000, 170.0, 0.10


async def test_with_every_tenth_call_broken_every_answer_is_true_and_every_message_comes(
    azurite: pieces.Azurite, tmp_path: Path
) -> None:
    tables = Tables(azurite.connection_string, "faulty")
    await tables.create_tables()
    clinic = await open_clinic(tables, people=6, quiet=False)
    async with (
        fault_proxy(azurite) as proxy,
        pieces.mailbox(data_dir=tmp_path / "mails") as mailbox,
        running_app(proxy.connection_string, "faulty", tmp_path / "host.log", smtp=mailbox.smtp) as app,
        a_client(app.url) as client,
    ):
        started = time.perf_counter()
        load = Load(clinic, client, lambda: load.commands < COMMANDS and time.perf_counter() - started < AT_MOST)
        proxy.rate = RATE
        await load.run(CLIENTS)
        took = time.perf_counter() - started
        proxy.rate = 0
        await proxy.settled()
        await drained(client, clinic)
        mails = Mails(tmp_path / "mails")
        problems = await clinic.audit(mails) + await load.disagreements() + astray(mails, load)
    await tables.close()
    say(
        f"{load.commands} commands of {CLIENTS} clients in {took:.0f} s: {dict(load.answers)}; {percentiles(load.seconds)};"
        f" {sum(proxy.counts.values()) - proxy.counts['']} of {proxy.calls} calls broken; {client.unclear} answers unclear;"
        f" {mails.count} mails, {mails.duplicates} of them twice"
    )
    assert problems == []
    assert load.commands > 1000
    assert mails.duplicates <= mails.count / 100


async def drained(client: Client, clinic: Clinic) -> None:
    """Run the timer by hand until nothing waits: what a worker that was cut off holds is free after 2 minutes."""
    deadline = time.perf_counter() + 150
    while (await clinic.tables.range("bookings", clinic.calendar.business.id, "M|0000", "M|0001")).rows:
        assert time.perf_counter() < deadline, "something is never sent"
        async with client.session.post(f"{client.url}/admin/functions/send_due_messages?wait=1") as answer:
            assert answer.status == 202
        await asyncio.sleep(1)


def astray(mails: Mails, load: Load) -> list[str]:
    """Mails about what nobody was told to have, and whoever was not told the last of it."""
    strangers = [f"a mail about {seat}, which nobody booked" for seat in mails.by_seat if seat not in load.told]
    for seat, told in load.told.items():
        last = max(mails.by_seat.get(seat, [(0, "")]))
        if (last[1] == "CANCEL") != (told.status == "cancelled"):
            strangers.append(f"{seat} is {told.status}, and the last mail says {last}")
    return strangers
