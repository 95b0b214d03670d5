"""A backup each day: by one of many instances, in several goes, and again after whatever fails."""

import asyncio
import json
from datetime import timedelta

from shared.records.organisation import ORGANISATION
from shared.records.personal_data.erasures import ERASURES
from shared.records.table import Ambiguous, Operation
from shared.storage.backups.folder import Folder
from shared.storage.store import TableStore
from shared.use_cases.maintenance import backup_round
from shared.use_cases.maintenance.back_up import MANIFEST, NotKept, folder_of, unpack
from shared.use_cases.maintenance.backup_round import run_backup
from shared.use_cases.maintenance.rounds import TIMER, read_rounds
from shared.use_cases.maintenance.run_round import run_if_late, run_round
from shared.use_cases.messages.send_counts import SendCounts
from tests.support.builders import MONDAY
from tests.support.edge import World, clinic, closed
from tests.support.fakes import MemoryTable
from tests.support.virtual_time import virtually


class Backups:
    """Rounds over a table in memory, with a clock that goes as the loop's does."""

    def __init__(self, keeping, table=None) -> None:
        self.keeping, self.table = keeping, table or MemoryTable()
        self.store, self.began = TableStore(self.table), asyncio.get_running_loop().time()

    @property
    def now(self):
        return MONDAY + timedelta(seconds=asyncio.get_running_loop().time() - self.began)

    async def round(self, run=run_round):
        async def send():
            return SendCounts(sent=1)

        def backup(known):
            return run_backup(known, self.keeping, self.table, self.now)

        by = [TIMER] if run is run_round else []
        return await run(*by, send, store=self.store, sweep_every=timedelta(days=9), backup=backup)

    async def known(self):
        return (await read_rounds(self.table)).backup


async def a_place(keeping):
    """Two calendars, which were swept just now."""
    backups = Backups(keeping)
    world = World(backups.table)
    await world.save(clinic())
    await world.save(closed())
    await backups.round()
    return backups


def manifests(folder):
    return sorted(path.parent.name for path in folder.glob(f"*/{MANIFEST}"))


@virtually
async def test_a_backup_is_made_at_once_and_each_day_by_one_of_those_that_could(tmp_path):
    backups = await a_place(Folder(tmp_path))
    for _ in range(3):
        await asyncio.gather(*(backups.round() for _ in range(4)))
        await asyncio.sleep(13 * 3600)
    made = manifests(tmp_path)
    assert len(made) == 2, "two within 26 hours"
    known = await backups.known()
    assert (known.is_whole, folder_of(known.whole)) == (True, made[-1])
    rows = json.loads((tmp_path / made[-1] / MANIFEST).read_bytes())["files"]
    assert {one["partition"] for one in rows} >= {clinic().business.id, closed().business.id}


@virtually
async def test_requests_make_it_where_no_timer_runs(tmp_path):
    backups = await a_place(Folder(tmp_path))
    await asyncio.sleep(60)
    await backups.round(run_if_late)
    assert len(manifests(tmp_path)) == 1


class Slow(Folder):
    """A place that takes a hundred seconds for a file of rows."""

    async def write(self, name, content):
        await asyncio.sleep(100 if name.endswith(".gz") else 1)
        await super().write(name, content)


@virtually
async def test_a_large_one_is_made_in_several_goes_beside_sending(tmp_path):
    backups, goes = await a_place(Slow(tmp_path)), 0
    while not manifests(tmp_path):
        began = asyncio.get_running_loop().time()
        counts = await backups.round()
        assert asyncio.get_running_loop().time() - began < 300, "before the host ends it"
        assert counts.sent > 10
        goes += 1
        assert goes < 20
        await asyncio.sleep(backup_round.GOES_ON.total_seconds())
    assert goes > 1
    (folder,) = manifests(tmp_path)
    named = json.loads((tmp_path / folder / MANIFEST).read_bytes())["files"]
    assert len({(one["table"], one["partition"]) for one in named}) == len(named) > 9
    for one in named:
        assert len(unpack((tmp_path / one["path"]).read_bytes())) == one["rows"]


class Failing(Folder):
    """A place that cannot be written until a moment, and then loses an answer: what it refused is there."""

    until, lost = 0.0, 1

    async def write(self, name, content):
        if asyncio.get_running_loop().time() < self.until:
            raise NotKept("no answer to PUT")
        await super().write(name, content)
        if self.lost:
            self.lost -= 1
            raise NotKept("the answer to PUT was lost")


@virtually
async def test_what_fails_is_logged_and_gone_on_with(tmp_path, caplog):
    keeping = Failing(tmp_path)
    keeping.until = asyncio.get_running_loop().time() + 3600
    backups = await a_place(keeping)
    for _ in range(20):
        await backups.round()
        await asyncio.sleep(400)
    assert len(manifests(tmp_path)) == 1
    assert (await backups.known()).is_whole
    assert "is not whole yet: no answer to PUT" in caplog.text
    assert "is not whole yet: the answer to PUT was lost" in caplog.text


@virtually
async def test_one_that_was_left_for_a_day_is_given_up(tmp_path):
    keeping = Failing(tmp_path)
    keeping.until, keeping.lost = asyncio.get_running_loop().time() + 25 * 3600, 0
    backups = await a_place(keeping)
    await backups.round()
    first = (await backups.known()).moment
    await asyncio.sleep(26 * 3600)
    await backups.round()
    known = await backups.known()
    assert known.is_whole
    assert known.moment - first > timedelta(hours=25)


@virtually
async def test_unclear_answers_of_the_tables_end_no_round(tmp_path, caplog):
    backups = await a_place(Folder(tmp_path))
    table = backups.table

    class Unclear(MemoryTable):
        async def range(self, name, *more, **options):
            if name == "facts":
                raise Ambiguous("no answer")
            return await table.range(name, *more, **options)

        async def transact(self, *arguments):
            return await table.transact(*arguments)

    unclear = Backups(Folder(tmp_path), Unclear())
    assert (await unclear.round()).sent == 1
    assert "no clear answer from the tables" in caplog.text
    await asyncio.sleep(400)
    await backups.round()
    assert len(manifests(tmp_path)) == 1


@virtually
async def test_a_calendar_that_is_too_busy_is_kept_and_named(tmp_path, caplog):
    class Busy(MemoryTable):
        """Somebody writes between any two readings of the clinic."""

        times = 0

        async def range(self, name, partition, *more, **options):
            if (name, partition) == ("bookings", clinic().business.id):
                self.times += 1
                await self.transact(name, partition, [Operation("upsert", "0xx", {"times": self.times})])
            return await super().range(name, partition, *more, **options)

    backups = Backups(Folder(tmp_path), Busy())
    await World(backups.table).save(clinic())
    for _ in range(2):
        await backups.round()
        await asyncio.sleep(3600)
    files = json.loads((tmp_path / manifests(tmp_path)[0] / MANIFEST).read_bytes())["files"]
    torn = {one["partition"]: one["path"] for one in files if not one["isOneMoment"]}
    assert list(torn) == [clinic().business.id]
    assert "not as they were at one moment" in caplog.text


@virtually
async def test_whoever_is_erased_while_it_is_made_is_among_the_erased(tmp_path):
    backups = await a_place(Slow(tmp_path))
    await backups.round()
    assert manifests(tmp_path) == []
    await backups.table.transact(ORGANISATION, ERASURES, [Operation("upsert", "biz|ana", {"at": "2027-01-11"})])
    while not manifests(tmp_path):
        await asyncio.sleep(backup_round.GOES_ON.total_seconds())
        await backups.round()
    (folder,) = manifests(tmp_path)
    files = json.loads((tmp_path / folder / MANIFEST).read_bytes())["files"]
    (erased,) = [one for one in files if one["partition"] == ERASURES]
    assert unpack((tmp_path / erased["path"]).read_bytes()) == [("biz|ana", {"at": "2027-01-11"})]


@virtually
async def test_what_a_go_that_broke_off_has_left_is_not_used(tmp_path):
    class Ended(Folder):
        """The host ends the process while a file is written: nothing is listed."""

        is_ended = True

        async def write(self, name, content):
            await super().write(name, content[:5] if self.is_ended else content)
            if self.is_ended:
                await asyncio.sleep(3600)

    keeping = Ended(tmp_path)
    backups = Backups(keeping)
    world = World(backups.table)
    await world.save(clinic())
    going = asyncio.create_task(run_backup((await backups.known()), keeping, backups.table, backups.now))
    await asyncio.sleep(60)
    keeping.is_ended = False
    await asyncio.sleep(backup_round.GOES_ON.total_seconds())
    await run_backup(await backups.known(), keeping, backups.table, backups.now)
    going.cancel()
    (folder,) = manifests(tmp_path)
    files = json.loads((tmp_path / folder / MANIFEST).read_bytes())["files"]
    for one in files:
        assert len(unpack((tmp_path / one["path"]).read_bytes())) == one["rows"]
    rows = (await backups.table.range("bookings", clinic().business.id, "!", "~")).rows
    assert [one["rows"] for one in files if one["table"] == "bookings"] == [len(rows)]


@virtually
async def test_a_go_reads_nothing_that_an_earlier_one_has_kept(tmp_path):
    class Counted(Slow):
        read_names = ()

        async def read(self, name):
            self.read_names = (*self.read_names, name)
            return await super().read(name)

    keeping = Counted(tmp_path)
    backups = await a_place(keeping)
    while not manifests(tmp_path):
        await backups.round()
        await asyncio.sleep(backup_round.GOES_ON.total_seconds())
    assert [name for name in keeping.read_names if not name.endswith(".list.json")] == []


@virtually
async def test_once_a_part_has_failed_no_other_goes_on(tmp_path):
    class Half(Folder):
        written = 0

        async def write(self, name, content):
            self.written += 1
            if self.written == 2:
                raise NotKept("the disk is full")
            await asyncio.sleep(1)
            await super().write(name, content)

    keeping = Half(tmp_path)
    backups = await a_place(keeping)
    keeping.written = 0
    await asyncio.sleep(backup_round.GOES_ON.total_seconds())
    await backups.round()
    before = keeping.written
    await asyncio.sleep(60)
    assert keeping.written == before


@virtually
async def test_a_folder_that_cannot_be_made_ends_no_round(tmp_path, caplog):
    (tmp_path / "file").write_text("no folder")
    backups = await a_place(Folder(tmp_path / "file"))
    assert (await backups.round()).sent == 1
    assert "could not be written: Not a directory" in caplog.text


async def test_a_file_is_there_wholly_or_not_at_all(tmp_path):
    folder = Folder(tmp_path)
    (tmp_path / "a.part").write_bytes(b"left by a crash")
    assert await folder.names() == []
    await folder.write("a", b"whole")
    assert (await folder.names(), await folder.read("a")) == (["a"], b"whole")
