"""Timers: when they run, what they are told, and that they never run beside themselves."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from infra.local import pieces
from infra.local.host.schedules import BadSchedule, Schedule
from tests.host.sample_app import write_app


HEAD = "import asyncio, json\nimport azure.functions as func\napp = func.FunctionApp()\n"


def timer(name, schedule, body, **options):
    """A timer that runs `body`; what it prints is in the log."""
    more = "".join(f", {key}={value}" for key, value in options.items())
    return (
        f"@app.timer_trigger(schedule={schedule!r}, arg_name='t'{more})\n"
        f"async def {name}(t: func.TimerRequest) -> None:\n    {body}\n"
    )


TELL = "print(json.dumps(['{}', t.past_due, bool(t.schedule_status), t.schedule]), flush=True)"


def told(piece, name):
    lines = [json.loads(line) for line in piece.written().splitlines() if line.startswith(f'["{name}"')]
    return [line[1:] for line in lines]


async def test_a_timer_runs_on_its_schedule_and_never_beside_itself(tmp_path):
    busy = "print('begin', flush=True); await asyncio.sleep(1.4); print('end', flush=True)"
    source = HEAD + timer("busy", "* * * * * *", busy) + timer("tick", "* * * * * *", TELL.format("tick"))
    app = write_app(tmp_path, source)
    async with pieces.host(app, log=tmp_path / "log", data_dir=tmp_path / "data") as piece:
        await asyncio.sleep(5.2)
    order = [line for line in piece.written().splitlines() if line in {"begin", "end"}]
    assert order == ["begin", "end"] * (len(order) // 2), "a run that was under way at the stop was let finish"
    assert 2 <= len(order) // 2 <= 4
    assert 4 <= len(told(piece, "tick")) <= 6
    assert told(piece, "tick")[0] == [False, False, {"AdjustForDST": True}]
    assert not (tmp_path / "data/timers").exists(), "no status is kept for schedules under a minute"


async def test_an_error_does_not_stop_a_timer(tmp_path):
    source = HEAD + timer("fails", "* * * * * *", "print('try', flush=True); raise ValueError")
    async with pieces.host(write_app(tmp_path, source), log=tmp_path / "log") as piece:
        await asyncio.sleep(3.2)
    assert piece.written().splitlines().count("try") >= 2


async def test_at_start_a_missed_run_is_caught_up_once_and_a_changed_schedule_is_not_past_due(tmp_path):
    hourly = "0 0 * * * *"
    now = datetime.now(UTC)
    last = (now - timedelta(hours=5)).replace(minute=0, second=0, microsecond=0)
    statuses = {
        "missed": {"Last": last, "Next": last + timedelta(hours=1), "LastUpdated": last},
        "changed": {"Last": last, "Next": last + timedelta(minutes=20), "LastUpdated": last},
        "punctual": {"Last": last, "Next": Schedule(hourly).after(now), "LastUpdated": now},
    }
    folder = tmp_path / "data/timers"
    folder.mkdir(parents=True)
    for name, status in statuses.items():
        (folder / f"{name}.json").write_text(json.dumps({key: value.isoformat() for key, value in status.items()}))
    names = ["missed", "changed", "punctual", "fresh"]
    source = HEAD + "".join(timer(name, hourly, TELL.format(name)) for name in names)
    source += timer("eager", hourly, TELL.format("eager"), run_on_startup=True)
    app = write_app(tmp_path, source)
    for _ in range(2):
        async with pieces.host(app, log=tmp_path / "log", data_dir=tmp_path / "data") as piece:
            await asyncio.sleep(0.5)
    ran = {name: [run[0] for run in told(piece, name)] for name in [*names, "eager"]}
    assert ran == {"missed": [True], "changed": [], "punctual": [], "fresh": [], "eager": [False, False]}
    for name in names:
        status = json.loads((folder / f"{name}.json").read_text())
        assert datetime.fromisoformat(status["Next"]) > now


async def test_a_timer_is_fired_by_hand(sample, client):
    before = sample.written().count("nightly")
    response = await client.post("/admin/functions/nightly", json={"input": ""})
    assert (response.status_code, response.content) == (202, b"")
    assert (await client.post("/admin/functions/NIGHTLY?wait=1", json={"input": ""})).status_code == 202
    assert sample.written().count("nightly") == before + 2


async def test_waiting_for_a_timer_tells_whether_it_failed(client):
    assert (await client.post("/admin/functions/broken", json={"input": ""})).status_code == 202
    assert (await client.post("/admin/functions/broken?wait=1", json={"input": ""})).status_code == 500


async def test_only_timers_are_fired_by_hand(client):
    assert (await client.post("/admin/functions/nobody", json={})).status_code == 404
    assert (await client.post("/admin/functions/see", json={})).status_code == 404
    assert (await client.get("/admin/functions/nightly")).status_code == 404


async def test_the_host_tells_that_it_runs_and_what_it_has(client):
    status = await client.get("/admin/host/status")
    assert (status.status_code, status.json()["state"]) == (200, "Running")
    assert {"name": "nightly"} in (await client.get("/admin/functions")).json()


async def test_a_disabled_timer_does_not_run(tmp_path):
    app = write_app(tmp_path, HEAD + timer("tick", "* * * * * *", TELL.format("tick")))
    env = {"AzureWebJobs.tick.Disabled": "1"}
    async with pieces.host(app, env=env, log=tmp_path / "log") as piece, httpx.AsyncClient() as client:
        await asyncio.sleep(1.5)
        assert (await client.post(f"{piece.url}/admin/functions/tick", json={})).status_code == 404
    assert told(piece, "tick") == []


START = datetime(2026, 3, 4, 10, 30, 15, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("expression", "following"),
    [
        ("*/10 * * * * *", ["03-04 10:30:20", "03-04 10:30:30"]),
        ("0 */5 * * * *", ["03-04 10:35:00", "03-04 10:40:00"]),
        ("0 0 * * * *", ["03-04 11:00:00", "03-04 12:00:00"]),
        ("30 5 2 * * *", ["03-05 02:05:30", "03-06 02:05:30"]),
        ("0 0 9-10 * * 1-5", ["03-05 09:00:00", "03-05 10:00:00"]),
        ("0 0 9 * * Mon,SUN", ["03-08 09:00:00", "03-09 09:00:00"]),
        ("0 0 9 15 * Sun", ["03-15 09:00:00", "11-15 09:00:00"]),
        ("0 0 0 1 Jan *", ["01-01 00:00:00"]),
        ("*/5 * * * *", ["03-04 10:35:00"]),
    ],
)
def test_schedules_are_read_as_ncrontab(expression, following):
    schedule, moment, found = Schedule(expression), START, []
    for _ in following:
        moment = schedule.after(moment)
        found.append(f"{moment:%m-%d %H:%M:%S}")
    assert found == following


@pytest.mark.parametrize(
    "expression", ["", "* * * *", "* * * * * * *", "@daily", "0 0 0 L * *", "0 0 0 ? * *", "60 * * * * *"]
)
def test_what_is_not_ncrontab_is_refused(expression):
    with pytest.raises(BadSchedule):
        Schedule(expression)


def test_urls_of_pieces_can_be_opened_by_name(sample):
    with urllib.request.urlopen(f"http://localhost:{sample.port}/headed") as response:
        assert response.read() == b"body"
