"""The product as the Functions host loads it: everything found, and no route in the way of another."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys

import pytest

from functions.routes import ROUTES, TIMERS
from infra.local.host.engine import Function
from infra.local.host.routes import RESERVED, build_routes
from infra.local.host.settings import read_host_json
from infra.local.host.templates import parse_template
from infra.local.pieces import ROOT
from tests.host.overlap import can_meet


EVERYTHING = "{*path}"


@pytest.fixture(scope="module")
def functions() -> list[Function]:
    """Loaded without a single setting, as nothing may fail at import."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("OPENSLOT_")}
    command = [sys.executable, "-m", "infra.local.host", "--list"]
    done = subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return [Function(entry["name"], entry["name"], entry["bindings"]) for entry in json.loads(done.stdout)]


def test_a_function_is_found_for_every_line_of_the_table(functions):
    triggers = [trigger for one in functions if (trigger := one.trigger("httpTrigger"))]
    faces = {trigger["route"].partition("/")[0] for trigger in triggers}
    assert faces == {one.face for one in ROUTES}
    assert {one.name for one in TIMERS} == {one.name for one in functions if one.trigger("timerTrigger")}


def test_no_two_functions_can_answer_the_same_request(functions):
    routes = list(build_routes(functions, read_host_json(ROOT).route_prefix))
    clashes = [
        f"{one.function.name} {one.template.text!r} and {other.function.name} {other.template.text!r}"
        for one, other in itertools.combinations(routes, 2)
        if one.shares_a_method_with(other)
        and can_meet(one.template, other.template)
        and other.template.text != EVERYTHING
    ]
    assert clashes == []


def test_no_two_lines_of_the_table_can_answer_the_same_request():
    read = [(one, parse_template(one.template)) for one in ROUTES if one.template != EVERYTHING]
    clashes = [
        f"{one.name} {one.template!r} and {other.name} {other.template!r}"
        for (one, template), (other, others) in itertools.combinations(read, 2)
        if set(one.verbs) & set(other.verbs) and can_meet(template, others)
    ]
    assert clashes == []


def test_what_takes_everything_is_tried_last(functions):
    *others, last = build_routes(functions, read_host_json(ROOT).route_prefix)
    assert last.template.text == EVERYTHING
    assert EVERYTHING not in {one.template.text for one in others}
    assert max(one.name.lower() for one in functions) == "zz_nowhere"


def test_every_route_names_its_methods_and_keeps_clear_of_the_hosts_own(functions):
    triggers = [(f.name, t) for f in functions if (t := f.trigger("httpTrigger"))]
    assert [name for name, trigger in triggers if not trigger.get("methods")] == []
    assert [name for name, trigger in triggers if trigger.get("route", name).lower().startswith(RESERVED)] == []


def test_schedules_have_six_fields_or_are_a_setting(functions):
    schedules = [t["schedule"] for f in functions if (t := f.trigger("timerTrigger"))]
    assert [s for s in schedules if len(s.split()) != 6 and not (s.startswith("%") and s.endswith("%"))] == []


def test_the_app_lives_at_the_root_of_its_address():
    assert read_host_json(ROOT).route_prefix == ""


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("a", "A", True),
        ("a", "b", False),
        ("a/{x}", "a/b", True),
        ("a/{x}", "a", False),
        ("a/{x?}", "a", True),
        ("a/{x=1}", "a", True),
        ("a/{x:int}", "a/b", False),
        ("a/{x:int}", "a/1", True),
        ("a/{x:int}", "a/{y:alpha}", True),
        ("a/{*rest}", "a/b/c", True),
        ("a/{*rest}", "a", True),
        ("{*rest}", "", True),
        ("a/{x}/c", "a/b/{y}", True),
        ("a/{x}/c", "a/{y}/d", False),
        ("a/{x}.ics", "a/{y}.json", False),
        ("a/{x}.ics", "a/{y}", True),
        ("a/{x}.ics", "a/b.ics", True),
        ("a/{x}.ics", "a/b.txt", False),
        ("a/v{x}", "a/w{y}", False),
        ("a/{x}/b", "a/{x}", False),
    ],
)
def test_whether_two_templates_can_meet_is_known(one, other, meet):
    assert can_meet(parse_template(one), parse_template(other)) is meet
    assert can_meet(parse_template(other), parse_template(one)) is meet
