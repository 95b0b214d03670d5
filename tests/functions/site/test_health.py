"""GET /healthz and /readyz: liveness without any I/O, readiness that tells which part is missing, and no more."""

import asyncio
import json
import logging

import pytest

from functions.http.rate_limits import RateLimiter
from functions.settings.app import AppSettings, Limits, SettingsMissing, read_limits, read_settings
from functions.site.health import readyz
from functions.wiring import Services, given
from infra.local.pieces import ROOT
from shared.records.table import Ambiguous
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.maintenance.rounds import TIMER, stamp_round
from tests.support.builders import SECRET
from tests.support.edge import World
from tests.support.fakes import MemoryTable, UnreadableTable


async def test_it_is_alive_without_asking_anybody(world):
    requests = world.table.requests
    answer = await world.call("GET", "/healthz")
    assert (answer.status, answer.json()) == (200, {"status": "ok"})
    assert world.table.requests == requests


async def test_it_is_ready_once_its_storage_answers(world):
    await stamp_round(world.table, TIMER)
    answer = await world.call("GET", "/readyz")
    assert (answer.status, answer.json()) == (
        200,
        {"status": "ready", "settings": True, "storage": True, "timer": 0},
    )


async def test_it_is_not_ready_before_the_timer_ever_ran(world):
    answer = await world.call("GET", "/readyz")
    wanted = {"status": "not ready", "settings": True, "storage": True, "timer": None}
    assert (answer.status, answer.json()) == (503, wanted)


class Asleep(MemoryTable):
    async def range(self, *_, **__):
        await asyncio.sleep(60)


def locked(*_):
    return PermissionError("AuthenticationFailed for account secretname")


@pytest.mark.parametrize("table", [Asleep(), UnreadableTable(Ambiguous), UnreadableTable(locked)])
async def test_it_is_not_ready_without_its_storage(table):
    answer = await World(table).call("GET", "/readyz")
    assert answer.status == 503
    assert answer.json() == {"status": "not ready", "settings": True, "storage": False, "timer": None}


@pytest.mark.parametrize("connection", ["nonsense", "AccountName=x;AccountKey=y", "UseDevelopmentStorage=perhaps"])
async def test_it_is_not_ready_with_a_connection_string_that_is_none(connection):
    tables, limits = Tables(connection), Limits(are_on=False)
    settings = AppSettings(connection, SECRET, "https://b.example", "", "")
    services = Services(
        settings, TableStore(tables), RateLimiter(tables, limits, SECRET), lambda: None, lambda: None
    )
    with given(services):
        response = await readyz(a_request())
    await tables.close()
    assert response.status_code == 503
    assert response.get_body() == b'{"status":"not ready","settings":true,"storage":false,"timer":null}'


def a_request():
    import azure.functions as func

    return func.HttpRequest("GET", "/readyz", headers={}, params={}, route_params={}, body=b"")


async def test_missing_settings_are_told_to_the_log_and_not_to_the_caller(caplog):
    """Nothing is given here, and the environment of the tests has none of the settings."""
    with caplog.at_level(logging.ERROR, "openslot"):
        response = await readyz(a_request())
    assert response.status_code == 503
    assert response.get_body() == b'{"status":"not ready","settings":false,"storage":false,"timer":null}'
    assert "OPENSLOT_SECRET is not set" in caplog.text


def test_every_missing_setting_is_named_at_once():
    with pytest.raises(SettingsMissing) as wrong:
        read_settings({"OPENSLOT_SECRET": "short", "OPENSLOT_LIMITS": "address=fast"})
    text = str(wrong.value)
    for part in (
        "OPENSLOT_TABLES is not set",
        "OPENSLOT_PUBLIC_URL is not set",
        "shorter than 32",
        "OPENSLOT_LIMITS is not",
    ):
        assert part in text
    assert "fast" not in text


@pytest.mark.parametrize("text", ["address=0/1", "address=1/0", "address=1", "people=1/1", "address=1/1,", "ON"])
def test_limits_that_cannot_be_read_are_refused(text):
    with pytest.raises(ValueError, match="OPENSLOT_LIMITS"):
        read_limits(text)


def test_the_example_of_settings_lacks_nothing_but_a_secret_of_ones_own():
    example = json.loads((ROOT / "local.settings.example.json").read_text())["Values"]
    with pytest.raises(SettingsMissing, match=r"^OPENSLOT_SECRET is shorter than 32 characters$"):
        read_settings(example)
    assert read_settings({**example, "OPENSLOT_SECRET": SECRET}).tables


def test_limits_can_be_set_one_by_one():
    limits = read_limits("address=5/0.5, reads=9/3")
    assert (limits.address.burst, limits.address.per_second) == (5, 0.5)
    assert (limits.reads.burst, limits.reads.per_second) == (9, 3)
    assert limits.calendar == Limits().calendar
    assert limits.are_on
    assert not read_limits("off").are_on
    assert read_limits("") == read_limits("on") == Limits()
