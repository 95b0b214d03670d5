"""Backups: everything comes back in an empty place, by a folder and by blobs, and what is damaged is noticed."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import os
import re
import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import count

import aiohttp
import pytest

from infra.azure.restore import NotRestored, restore
from infra.local import pieces
from infra.local.processes import Piece, free_port, running, start
from shared.records.keys import CUSTOMER, SEAL, every, id_of
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.erasures import ERASURES, erasure_key
from shared.records.personal_data.registry import ROWS
from shared.records.table import Operation, Row
from shared.storage import tables as tables_module
from shared.storage.backups.folder import Folder
from shared.storage.backups.place import keeping_at
from shared.storage.service import TABLES
from shared.storage.tables import Tables
from shared.use_cases.maintenance.back_up import (
    MADE_AGAIN,
    MANIFEST,
    OF_A_CALENDAR,
    OF_ALL,
    SHORT_LIVED,
    NotKept,
    back_up,
    pack,
    unpack,
)
from tests.support.builders import MONDAY, SECRET
from tests.support.edge import World, clinic, closed
from tests.support.fakes import MemoryTable
from tests.support.invariants import audit
from tests.support.platform.certificates import make_certificates
from tests.support.platform.identity_endpoint import IdentityEndpointStandIn


NOW = datetime(2027, 1, 11, 7, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
BUSINESS = clinic().business.id
_numbers = count(1)


async def a_busy_clinic(table):
    world = World(table)
    await world.save(clinic())
    await world.save(closed())
    for number in range(4):
        answer = await world.book(MONDAY + timedelta(days=1, hours=2 + number))
        assert answer.status == 201
    return world


async def everything(table, business=BUSINESS):
    """All of a calendar, but for the seals of its activity, which the sweep after a restore makes."""
    page = await table.range("bookings", business, "!", "~")
    return {row.key: row.values for row in page.rows if not row.key.startswith(SEAL)}


async def test_what_was_booked_is_there_again_elsewhere(tables, azurite, tmp_path):
    world = await a_busy_clinic(tables)
    before, page = await everything(tables), await world.call("GET", "/book/clinic")
    manifest = await back_up(tables, Folder(tmp_path), NOW, NOW)
    assert all(one["isOneMoment"] for one in manifest["files"])
    elsewhere = Tables(azurite.connection_string, f"again{next(_numbers)}x")
    assert await restore(elsewhere, Folder(tmp_path), secret=SECRET, now=LATER) == []
    assert await everything(elsewhere) == before
    again = World(elsewhere)
    again.now = world.now
    assert (await again.call("GET", "/book/clinic")).body == page.body
    assert (await again.call("GET", "/book/closed")).status == 404
    taken = await again.book(MONDAY + timedelta(days=1, hours=2), service="solo")
    assert taken.status in (201, 409)
    await again.drain()
    assert again.postman.kinds("ana@example.com") != [], "what waited to be sent is found by its marker"
    assert await audit(elsewhere, BUSINESS, secret=SECRET) == []
    with pytest.raises(NotRestored, match="another OPENSLOT_TABLE_PREFIX"):
        await restore(elsewhere, Folder(tmp_path), secret=SECRET, now=LATER)
    await elsewhere.close()


async def a_backup(folder):
    table = MemoryTable()
    await a_busy_clinic(table)
    await back_up(table, Folder(folder), NOW, NOW)
    return table


async def test_the_newest_whole_backup_is_restored_or_the_one_that_is_named(tmp_path):
    table = await a_backup(tmp_path)
    await table.transact("bookings", BUSINESS, [Operation("upsert", "0lgo", {"name": "later"})])
    await back_up(table, Folder(tmp_path), NOW + timedelta(days=1), NOW + timedelta(days=1))
    await back_up(table, Folder(tmp_path), NOW + timedelta(days=2), NOW + timedelta(days=2))
    (tmp_path / f"20270113T070000Z/{MANIFEST}").unlink()
    newest, named = MemoryTable(), MemoryTable()
    await restore(newest, Folder(tmp_path), secret=SECRET, now=LATER)
    await restore(named, Folder(tmp_path), "20270111T070000Z", secret=SECRET, now=LATER)
    assert "0lgo" in await everything(newest)
    assert "0lgo" not in await everything(named)
    for nowhere, moment in ((tmp_path, "2026"), (tmp_path / "empty", "")):
        with pytest.raises(NotRestored, match="no whole backup"):
            await restore(MemoryTable(), Folder(nowhere), moment, secret=SECRET, now=LATER)


async def test_whoever_was_erased_since_is_erased_again(tmp_path):
    table = await a_backup(tmp_path)
    customers = [row.key for row in (await table.range("bookings", BUSINESS, *every(CUSTOMER))).rows]
    noted = {"at": LATER.isoformat()}
    erased = [Operation("upsert", erasure_key(BUSINESS, id_of(key)), noted) for key in customers]
    await table.transact(ORGANISATION, ERASURES, erased)
    await back_up(table, Folder(tmp_path), NOW + timedelta(days=1), NOW + timedelta(days=1))
    for now, left in ((LATER, 0), (NOW, len(customers))):
        again = MemoryTable()
        problems = await restore(again, Folder(tmp_path), "20270111T070000Z", secret=SECRET, now=now)
        found = (await again.range("bookings", BUSINESS, *every(CUSTOMER))).rows
        assert [len(found), len(problems)] == [left, left]
        assert ("ana@example.com" in str(await everything(again))) == bool(left)
        assert all("cancel them, and erase them" in one for one in problems)
    assert customers


async def test_what_was_changed_since_is_noticed(tmp_path):
    await a_backup(tmp_path)
    (file,) = tmp_path.glob(f"*/bookings/{BUSINESS}-*.ndjson.gz")
    file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes())[:-1]))
    with pytest.raises(NotRestored, match="is not what was written"):
        await restore(MemoryTable(), Folder(tmp_path), secret=SECRET, now=LATER)


async def test_an_appointment_that_is_lost_is_named(tmp_path):
    await a_backup(tmp_path)
    (path,) = tmp_path.glob(f"*/{MANIFEST}")
    manifest = json.loads(path.read_text())
    (file,) = [one for one in manifest["files"] if one["partition"] == BUSINESS and one["table"] == "bookings"]
    rows = unpack((tmp_path / file["path"]).read_bytes())
    lost = next(key for key, _ in rows if key.startswith("A|"))
    text = [json.loads(line) for line in gzip.decompress((tmp_path / file["path"]).read_bytes()).splitlines()]
    content = gzip.compress("\n".join(json.dumps(one) for one in text if one["key"] != lost).encode())
    (tmp_path / file["path"]).write_bytes(content)
    file["sha256"] = hashlib.sha256(content).hexdigest()
    path.write_text(json.dumps(manifest))
    problems = await restore(MemoryTable(), Folder(tmp_path), secret=SECRET, now=LATER)
    assert any("rows in bookings, and had" in one for one in problems)
    assert len(problems) > 1, "and the rules that always hold say what hangs in the air"


class Restless(MemoryTable):
    """Somebody books between any two readings."""

    calls = 0

    async def range(self, table, partition, *more, **options):
        page = await super().range(table, partition, *more, **options)
        if table == "bookings" and partition == BUSINESS:
            self.calls += 1
            if self.calls <= self.changes:
                await self.transact("bookings", BUSINESS, [Operation("upsert", f"Z|{self.calls}|x", {})])
        return page


@pytest.mark.parametrize(("changes", "is_one_moment"), [(0, True), (2, True), (99, False)])
async def test_a_partition_is_read_until_it_was_so_at_one_moment(changes, is_one_moment, tmp_path):
    table = Restless()
    table.changes = 0
    await a_busy_clinic(table)
    table.calls, table.changes = 0, changes
    manifest = await back_up(table, Folder(tmp_path), NOW, NOW, pause=0)
    said = {one["partition"]: one["isOneMoment"] for one in manifest["files"] if one["table"] == "bookings"}
    assert said[BUSINESS] is is_one_moment


async def test_values_of_every_kind_come_back():
    rows = [
        Row("a", {"text": "é\n", "number": 7, "flag": True, "raw": b"\x00\xff"}, "e", NOW),
        Row("b", {}, "e", NOW),
    ]
    packed = await pack(rows)
    assert unpack(packed) == [(row.key, dict(row.values)) for row in rows]
    assert packed == await pack(rows)


def test_every_table_and_named_partition_is_kept_or_made_again_or_short_lived():
    told = re.findall(r"(?:Table|partition) `([\w-]+)`", tables_module.__doc__)
    assert set(told) >= set(TABLES)
    known = {*OF_A_CALENDAR, *OF_ALL, *MADE_AGAIN, *SHORT_LIVED, "org"}
    assert set(told) - known == set()
    assert {name.split()[1] for name in ROWS if name.startswith("org ")} - known == set()


async def test_nothing_is_written_twice(tmp_path):
    folder = Folder(tmp_path)
    await folder.write("a/b", b"first")
    with pytest.raises(NotKept):
        await folder.write("a/b", b"second")
    assert (await folder.read("a/b"), await folder.names()) == (b"first", ["a/b"])


@pytest.mark.parametrize("place", ["http://a.blob.example/c", "https://a.blob.example/c"])
def test_blobs_want_tls_and_an_identity(place):
    with pytest.raises(NotKept, match="OPENSLOT_TOKEN"):
        keeping_at(place, None)


def blob_service(folder):
    port = free_port()
    script = pieces.ROOT / "infra/local/node_modules/azurite/dist/src/blob/main.js"
    command = [str(pieces.NODE), str(script), "--blobPort", str(port), "--inMemoryPersistence", "--silent"]
    command += ["--disableTelemetry", "--skipApiVersionCheck", "--oauth", "basic"]
    command += ["--cert", str(folder / "server.pem"), "--key", str(folder / "server.pem")]
    log = folder / "blob.log"
    return running(Piece("blobs", port, start("blobs", command, [port], log), log))


@pytest.mark.azurite
async def test_the_commands_keep_and_restore_by_blobs_with_a_token(tables, azurite, tmp_path):
    await a_busy_clinic(tables)
    authority = make_certificates(tmp_path)
    token = IdentityEndpointStandIn(lambda: datetime.now(UTC))._token(
        "https://storage.azure.com", int(datetime.now(UTC).timestamp()) + 3600
    )
    async with blob_service(tmp_path) as blobs:
        container = f"https://localhost:{blobs.port}/{pieces.ACCOUNT}/backups"
        headers = {"Authorization": f"Bearer {token}", "x-ms-version": "2021-12-02"}
        trust = ssl.create_default_context(cafile=str(authority))
        async with (
            aiohttp.ClientSession() as session,
            session.put(f"{container}?restype=container", headers=headers, ssl=trust) as made,
        ):
            assert made.status == 201
        env = {**os.environ, "OPENSLOT_TABLES": azurite.connection_string, "OPENSLOT_TABLE_PREFIX": tables._prefix}
        env |= {"OPENSLOT_TOKEN": token, "SSL_CERT_FILE": str(authority), "OPENSLOT_SECRET": SECRET}

        def command(name, *more, **changes):
            return subprocess.run(
                [sys.executable, "-m", f"infra.azure.{name}", container, *more],
                cwd=pieces.ROOT,
                env=env | changes,
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )

        kept = await asyncio.to_thread(command, "backup")
        assert (kept.returncode, kept.stderr) == (0, ""), kept.stderr
        assert kept.stdout.startswith("2 calendars, ")
        prefix = f"blob{next(_numbers)}x"
        restored = await asyncio.to_thread(command, "restore", OPENSLOT_TABLE_PREFIX=prefix)
        assert (restored.returncode, restored.stdout) == (0, "restored: all rules hold\n"), restored.stderr
        refused = await asyncio.to_thread(command, "backup", OPENSLOT_TOKEN="not.a.token")
        assert refused.returncode == 1
        assert "was answered with 4" in refused.stderr
        assert token not in refused.stderr + kept.stdout
    again = Tables(azurite.connection_string, prefix)
    assert await everything(again) == await everything(tables)
    await again.close()
