"""A network that breaks every tenth call, also after it took effect: what was answered is true, and everybody is told."""

import asyncio
import time
from datetime import timedelta
from pathlib import Path

from infra.local import pieces
from shared.storage.tables import Tables
from tests.load.fault_proxy import fault_proxy
from tests.load.load import Load
from tests.load.system import Clinic, Mails, a_client, open_clinic, percentiles, running_app
from tests.support.figures import say


CLIENTS, RATE = 16, 0.10
COMMANDS, FULL = (400, 100.0), (3000, 240.0)  # commands, and the seconds after which it is enough anyhow
LEASE = timedelta(seconds=120)


async def test_with_every_tenth_call_broken_every_answer_is_true_and_every_message_comes(
    azurite: pieces.Azurite, tmp_path: Path, *, is_full: bool
) -> None:
    wanted, at_most = FULL if is_full else COMMANDS
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
        load = Load(clinic, client, lambda: load.commands < wanted and time.perf_counter() - started < at_most)
        proxy.rate = RATE
        await load.run(CLIENTS)
        took = time.perf_counter() - started
        proxy.rate = 0
        await proxy.settled()
        proxy.ahead = LEASE
        await drained(clinic)
        mails = Mails(tmp_path / "mails")
        problems = await clinic.audit(mails) + await load.disagreements() + astray(mails, load)
    await tables.close()
    say(
        f"{load.commands} commands of {CLIENTS} clients in {took:.0f} s: {dict(load.answers)}; {percentiles(load.seconds)};"
        f" {sum(proxy.counts.values()) - proxy.counts['']} of {proxy.calls} calls broken; {client.unclear} answers unclear;"
        f" {mails.count} mails, {mails.duplicates} of them twice"
    )
    assert problems == []
    assert load.commands > wanted / 3
    assert mails.duplicates <= mails.count / 100


async def drained(clinic: Clinic) -> None:
    """Wait until nothing is due any more.

    The timer never runs beside itself: a row that is leased when it starts is held by a run that was cut off. The
    clock of the table service is past that lease, so that nobody has to wait for its end.
    """
    deadline = time.perf_counter() + 90
    while (await clinic.tables.range("bookings", clinic.calendar.business.id, "M|0000", "M|0001")).rows:
        assert time.perf_counter() < deadline, "something is never sent"
        await asyncio.sleep(1)


def astray(mails: Mails, load: Load) -> list[str]:
    """Mails about what nobody was told to have, and whoever was not told the last of it."""
    strangers = [f"a mail about {seat}, which nobody booked" for seat in mails.by_seat if seat not in load.told]
    for seat, told in load.told.items():
        last = max(mails.by_seat.get(seat, [(0, "")]))
        if (last[1] == "CANCEL") != (told.status == "cancelled"):
            strangers.append(f"{seat} is {told.status}, and the last mail says {last}")
    return strangers
