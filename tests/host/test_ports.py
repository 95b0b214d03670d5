"""A port of `make run` that somebody else has: which it is, and what to set, is told in one line."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import contextmanager

import pytest

from infra.local import pieces
from infra.local.loopback import why_not
from tests.host.sample_app import SAMPLE, write_app
from tests.host.test_host_running import RUN, base_port, run_once


USES = ("the app", "the mailbox", "SMTP", "the table service", "the embed demo", "the identity provider")
HINT = "Stop what listens there, or set PORT to another.\n"
OTHERS = {
    "on this address": (socket.AF_INET, "127.0.0.1", True),
    "on every address": (socket.AF_INET, "0.0.0.0", True),
    "on IPv6 alone": (socket.AF_INET6, "::1", True),
    "on every address of IPv6": (socket.AF_INET6, "::", True),
    "bound, and silent": (socket.AF_INET, "127.0.0.1", False),
}


@contextmanager
def somebody(kind: str, port: int):
    """Somebody else has the port."""
    family, address, listens = OTHERS[kind]
    with socket.socket(family) as other:
        if family == socket.AF_INET6:
            other.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            other.bind((address, port))
        except OSError:
            pytest.skip("this machine has no IPv6")
        if listens:
            other.listen()
        yield


@pytest.mark.parametrize("kind", OTHERS)
def test_a_port_is_had_whichever_way_somebody_has_it(kind):
    port = pieces.free_port()
    assert why_not(port) == ""
    with somebody(kind, port):
        assert why_not(port) == "is in use"
    assert why_not(port) == ""


@pytest.mark.parametrize(("number", "kind"), list(enumerate([*OTHERS, "on IPv6 alone"])))
def test_a_port_in_use_is_told_before_anything_is_started(tmp_path, number, kind):
    port = base_port()
    with somebody(kind, port + number):
        done = run_once(PORT=str(port), DATA_DIR=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Port {port + number} ({USES[number]}) is in use. {HINT}"


def test_all_that_are_in_use_are_told(tmp_path):
    port = base_port()
    with somebody("on IPv6 alone", port + 1), somebody("bound, and silent", port + 2):
        done = run_once(PORT=str(port), DATA_DIR=str(tmp_path))
    assert done.stderr == f"Port {port + 1} (the mailbox) is in use. Port {port + 2} (SMTP) is in use. {HINT}"


@pytest.mark.parametrize("number", [1, 5])
def test_a_port_that_is_lost_after_the_first_look_is_told_too(tmp_path, number):
    port = base_port()
    write_app(tmp_path / "app", SAMPLE)
    env = {**os.environ, "PORT": str(port), "DATA_DIR": str(tmp_path / "data")}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([*RUN, "--app", str(tmp_path / "app")], cwd=pieces.ROOT, env=env, **pipes) as process:
        assert "Azurite" in process.stdout.readline()
        with somebody("on this address", port + number):
            _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    assert told == f"Port {port + number} ({USES[number]}) is in use. {HINT}"
    assert not any(why_not(port + n) for n in range(len(USES)))


@pytest.mark.parametrize(
    ("part", "kind"),
    [("host", "on this address"), ("mailbox", "on IPv6 alone"), ("embed", "bound, and silent")],
)
def test_a_part_that_finds_its_port_taken_says_so(tmp_path, part, kind):
    """Without a traceback: as when the port is lost between the last look at it and the start."""
    app = write_app(tmp_path, SAMPLE)
    options = {"host": ["--app", str(app)], "mailbox": ["--data", str(tmp_path)], "embed": []}[part]
    port = pieces.free_port()
    if part == "mailbox":
        options += ["--smtp-port", str(pieces.free_port())]
    with somebody(kind, port):
        done = run_part(f"infra.local.{part}", *options, "--port", str(port))
    assert (done.returncode, done.stderr) == (1, f"Port {port} cannot be listened on (Address already in use).\n")


def test_so_do_the_mail_catcher_of_smtp_and_the_identity_provider(tmp_path):
    port = pieces.free_port()
    with somebody("on this address", port):
        smtp = ["--port", str(pieces.free_port()), "--smtp-port", str(port), "--data", str(tmp_path)]
        done = run_part("infra.local.mailbox", *smtp)
        assert (done.returncode, done.stderr.count("\n")) == (1, 1)
        assert str(port) in done.stderr
        options = {
            "port": port,
            "keys": str(tmp_path / "keys"),
            "app": "http://localhost:1",
            "people": [],
            "application": {"name": "a", "secret": "b"},
            "client": "c",
            "secret": "d",
            "life": 60,
        }
        done = subprocess.run(
            [str(pieces.NODE_22), str(pieces.PROVIDER), json.dumps(options)],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.returncode == 1
        assert f"address already in use 127.0.0.1:{port}" in done.stderr
        assert "    at " not in done.stderr


def run_part(module: str, *options: str):
    command = [sys.executable, "-m", module, *options]
    return subprocess.run(command, cwd=pieces.ROOT, capture_output=True, text=True, timeout=30, check=False)


def test_a_port_whose_connections_have_just_ended_can_be_had():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()  # the side that closes first keeps the port in TIME_WAIT
    assert why_not(port) == ""
