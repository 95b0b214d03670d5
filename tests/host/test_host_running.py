"""Starting and stopping: the host by itself, and everything together as `make run` does it."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import random
import shlex
import signal
import subprocess
import sys
import time

import httpx
import pytest

from infra.local import pieces
from tests.host.sample_app import SAMPLE, write_app


RUN = [sys.executable, "-m", "infra.local.run"]
PARTS = 8  # ports: host, mailbox, SMTP, tables, embed demo, identity provider, CalDAV, SMS


def base_port():
    """A port with enough free ones after it, below those that the system itself gives to connections."""
    while True:
        port = random.randrange(20000, 32000, PARTS)
        if not any(pieces.is_listening(port + n) for n in range(PARTS)):
            return port


@contextlib.contextmanager
def running(tmp_path, port, *, data="data", by_make=False):
    """`make run` for the sample app, when it says that it is ready."""
    write_app(tmp_path / "app", SAMPLE)
    env = {**os.environ, "PORT": str(port), "DATA_DIR": str(tmp_path / data), "LIMITS": "off"}
    command = [*RUN, "--app", str(tmp_path / "app")]
    if by_make:
        (tmp_path / "Makefile").write_text(f"run:\n\t@exec {shlex.join(command)}\n")
        command = ["make", "-f", str(tmp_path / "Makefile"), "run"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, cwd=pieces.ROOT, env=env, **pipes) as process:
        lines = []
        try:
            while not (lines and lines[-1].startswith("ready ")):
                line = process.stdout.readline()
                assert line, "".join(lines)
                lines.append(line)
            yield process, "".join(lines)
        finally:
            if process.poll() is None:
                process.terminate()
            process.stdout.read()


def all_gone(port, within=5.0):
    end = time.monotonic() + within
    while time.monotonic() < end:
        if not any(pieces.is_listening(port + n) for n in range(PARTS)):
            return True
        time.sleep(0.05)
    return False


def children(pid):
    found = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True, check=True
    )
    return [line.split(maxsplit=1) for line in found.stdout.splitlines()]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_host_lets_a_request_finish_when_it_is_told_to_stop(tmp_path, number):
    app = write_app(tmp_path, SAMPLE)
    async with pieces.host(app, log=tmp_path / "log") as piece, httpx.AsyncClient(timeout=10) as client:
        answer = asyncio.create_task(client.get(f"{piece.url}/slow"))
        while "slow begins" not in piece.written():  # noqa: ASYNC110 – another process says so
            await asyncio.sleep(0.02)
        piece.process.send_signal(number)
        assert len((await answer).content) == 5_000_000
        assert await asyncio.to_thread(piece.process.wait, 5) == 0


async def test_a_client_that_goes_away_leaves_no_trace_in_the_log(tmp_path):
    app = write_app(tmp_path, SAMPLE)
    async with pieces.host(app, log=tmp_path / "log") as piece:
        for part in (
            b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n",
            b"POST /see HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",
        ):
            _, writer = await asyncio.open_connection("127.0.0.1", piece.port)
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.2)
            writer.transport.abort()
        await asyncio.sleep(1)
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{piece.url}/headed")).text == "body"
    assert "Traceback" not in piece.written()
    assert "ERROR" not in piece.written()


def test_it_all_starts_and_a_second_one_runs_beside_the_first(tmp_path):
    first = base_port()
    with running(tmp_path, first) as (process, told):
        assert told.endswith(f"ready http://localhost:{first}\n")
        for url in (
            f":{first}/book/demo-clinic",
            f":{first}/book/demo-bank",
            f":{first + 1}",
            f":{first + 4}",
            "/healthz",
        ):
            assert url in told
        second = base_port()
        with running(tmp_path, second, data="other") as (other, _):
            for port in (first, second):
                assert (
                    httpx.get(f"http://localhost:{port}/setting/OPENSLOT_PUBLIC_URL").text
                    == f"http://localhost:{port}"
                )
                assert httpx.get(f"http://localhost:{port}/setting/OPENSLOT_LIMITS").text == "off"
            other.terminate()
            assert other.wait(20) == 0
        assert httpx.get(f"http://localhost:{first + 1}/").status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    assert all_gone(first)
    assert all_gone(second)


def test_the_secret_stays_the_same_for_a_data_folder(tmp_path):
    secrets = []
    for _ in range(2):
        port = base_port()
        with running(tmp_path, port):
            secrets.append(httpx.get(f"http://localhost:{port}/setting/OPENSLOT_SECRET").text)
    assert secrets[0] == secrets[1]
    assert len(secrets[0]) >= 32
    assert (tmp_path / "data/secret").stat().st_mode & 0o077 == 0


def test_when_a_part_dies_the_rest_is_stopped_and_its_name_is_told(tmp_path):
    port = base_port()
    with running(tmp_path, port) as (process, _):
        victim = next(pid for pid, args in children(process.pid) if "infra.local.mailbox" in args)
        os.kill(int(victim), signal.SIGKILL)
        rest = process.stdout.read()
        assert process.wait(20) == 1
    assert "the mail catcher ended with -9; stopping the rest." in rest
    assert all_gone(port)


@pytest.mark.parametrize("by_make", [False, True])
def test_when_it_is_killed_hard_its_parts_go_too(tmp_path, by_make):
    port = base_port()
    with running(tmp_path, port, by_make=by_make) as (process, _):
        process.kill()
        assert all_gone(port, within=10)


def test_when_make_is_told_to_stop_so_is_all_that_it_started(tmp_path):
    port = base_port()
    with running(tmp_path, port, by_make=True) as (process, _):
        process.terminate()
        assert process.wait(20)
        assert all_gone(port)


def run_once(**environ):
    env = {**os.environ, **environ}
    return subprocess.run(RUN, cwd=pieces.ROOT, env=env, capture_output=True, text=True, timeout=30, check=False)


def test_a_data_folder_in_use_is_told(tmp_path):
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = run_once(PORT=str(base_port()), DATA_DIR=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{tmp_path} is in use by another run. Set DATA_DIR to another.\n"


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"PORT": "abc"}, "PORT is 'abc'. Set it to a number from 1 to"),
        ({"PORT": "65534"}, "PORT is '65534'."),
        ({"DATA_DIR": "/dev/null/x"}, "/dev/null/x cannot be used"),
        ({"LIMITS": "of"}, "OPENSLOT_LIMITS is not on, off or like address=60/1"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(tmp_path, environ, words):
    done = run_once(**{"PORT": str(base_port()), "DATA_DIR": str(tmp_path), **environ})
    assert done.returncode == 1
    assert done.stderr.startswith(words)
    assert done.stderr.count("\n") == 1


async def test_what_azurite_was_told_survives_its_stop(tmp_path):
    from azure.data.tables.aio import TableClient

    for expected in (0, 20):
        async with (
            pieces.azurite(data_dir=tmp_path) as tables,
            TableClient.from_connection_string(tables.connection_string, "kept") as table,
        ):
            if not expected:
                await table.create_table()
            assert len([row async for row in table.list_entities()]) == expected
            for number in range(20):
                await table.upsert_entity({"PartitionKey": "a", "RowKey": str(number)})
