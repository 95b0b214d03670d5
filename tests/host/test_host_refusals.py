"""What the cloud would not load, the development host does not start with, and it says why."""

from __future__ import annotations

import subprocess
import sys

import pytest

from infra.local.pieces import ROOT
from tests.host.sample_app import HOST_JSON, write_app


HEAD = "import functools\nimport azure.functions as func\napp = func.FunctionApp()\n"
FINE = "@app.route('fine', methods=['GET'])\nasync def fine(req: func.HttpRequest) -> func.HttpResponse: ...\n"
BODY = "(req: func.HttpRequest) -> func.HttpResponse: ...\n"


def start(folder):
    command = [sys.executable, "-m", "infra.local.host", "--list", "--app", str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


GUARDED = """
def guard(f):
    async def inner(req, who):
        return await f(req)
    return functools.wraps(f)(inner)

@app.route("a")
@guard
async def a(req: func.HttpRequest, who) -> func.HttpResponse: ...
"""

REFUSED = {
    "an optional return annotation": (
        "@app.route('a')\nasync def a(req: func.HttpRequest) -> func.HttpResponse | None: ...\n",
        "invalid non-type return",
    ),
    "a parameter of its own": (
        "@app.route('a')\nasync def a(req: func.HttpRequest, extra=1) -> func.HttpResponse: ...\n",
        "declared in Python but not in the function definition",
    ),
    "another name for the request": (
        "@app.route('a')\nasync def a(request: func.HttpRequest) -> func.HttpResponse: ...\n",
        "request",
    ),
    "a decorator that hides the function": (
        GUARDED,
        "who",
    ),
    "a name twice": (
        f"b = func.Blueprint()\n@b.route('a')\nasync def fine{BODY}app.register_functions(b)\n",
        "fine",
    ),
    "two apps": ("other = func.FunctionApp()\n", "More than one"),
    "an error at import": ("raise RuntimeError('no setting')\n", "no setting"),
    "a missing module": ("import nowhere_to_be_found\n", "nowhere_to_be_found"),
    "a leading slash": (f"@app.route('/a')\nasync def a{BODY}", "may not begin with '/'"),
    "a reserved word": (f"@app.route('administration')\nasync def a{BODY}", "reserved word"),
    "a route that is taken": (f"@app.route('FINE', methods=['GET'])\nasync def a{BODY}", "is a's already"),
    "an unknown constraint": (f"@app.route('a/{{x:odd}}')\nasync def a{BODY}", "not a constraint"),
    "a schedule it cannot read": (
        "@app.timer_trigger(schedule='every day', arg_name='t')\nasync def a(t: func.TimerRequest) -> None: ...\n",
        "six fields",
    ),
    "a schedule from a setting that is missing": (
        "@app.timer_trigger(schedule='%WHEN%', arg_name='t')\nasync def a(t: func.TimerRequest) -> None: ...\n",
        "WHEN",
    ),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_an_app_is_refused_with_its_reason(tmp_path, reason):
    source, message = REFUSED[reason]
    done = start(write_app(tmp_path, HEAD + FINE + source))
    assert done.returncode == 1
    assert "This app does not load. " in done.stderr
    assert message in done.stderr


def test_what_the_runtime_accepts_is_accepted(tmp_path):
    source = (
        "from __future__ import annotations\n" + HEAD + FINE + "def same(f):\n"
        "    @functools.wraps(f)\n    async def inner(*args, **kwargs): return await f(*args, **kwargs)\n    return inner\n"
        "@app.route('a')\nasync def a(req): ...\n"
        "@app.route('b')\n@same\nasync def b(req: func.HttpRequest) -> func.HttpResponse: ...\n"
        "@app.route('c')\ndef c(req: func.HttpRequest, context: func.Context) -> func.HttpResponse: ...\n"
        "@app.timer_trigger(schedule='*/5 * * * *', arg_name='t')\nasync def d(t: func.TimerRequest) -> None: ...\n"
    )
    done = start(write_app(tmp_path, source))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("content", ["", "{", "{}"])
def test_a_host_json_that_cannot_be_read_is_refused(tmp_path, content):
    write_app(tmp_path, HEAD + FINE)
    (tmp_path / "host.json").write_text(content)
    assert "host.json" in start(tmp_path).stderr


def test_a_folder_without_an_app_is_refused(tmp_path):
    done = start(tmp_path)
    assert (done.returncode, "host.json" in done.stderr) == (1, True)


def test_without_a_prefix_of_its_own_the_host_takes_api(tmp_path):
    from infra.local.host.settings import read_host_json

    assert read_host_json(write_app(tmp_path, "", {"version": "2.0"})).route_prefix == "api"
    assert read_host_json(write_app(tmp_path, "", HOST_JSON)).route_prefix == ""
