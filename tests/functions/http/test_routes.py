"""The table of routes: every line of it is served, and by one function only."""

import gc
from inspect import signature

import azure.functions as func
import pytest

from functions.route import Route
from functions.routes import ROUTES, TIMERS, blueprint, find_route, handler


@pytest.mark.walk
@pytest.mark.parametrize("one", [*ROUTES, *TIMERS], ids=lambda one: one.name)
def test_every_line_has_its_handler(one):
    assert list(signature(handler(one)).parameters) == ["timer" if one in TIMERS else "req"]


def test_the_app_registers_a_function_for_each_first_segment():
    app = func.FunctionApp()
    app.register_functions(blueprint(ROUTES, TIMERS))
    names = [function.get_function_name() for function in app.get_functions()]
    assert len({name.casefold() for name in names}) == len(names)
    assert len(names) == len({one.face for one in ROUTES}) + len(TIMERS)
    assert {"book", "console", "embed_js", "v1_0", "zz_nowhere"} <= set(names)


ITEMS = [
    Route("m", "all", "GET", "items"),
    Route("m", "new", "GET POST", "items/new/page"),
    Route("m", "one", "GET", "items/one/{item}"),
    Route("m", "file", "PUT", "items/one/{item}/file.ics"),
    Route("m", "rest", "GET", "items/files/{*path}"),
]


@pytest.mark.parametrize(
    ("method", "path", "name", "values"),
    [
        ("GET", "", "all", {}),
        ("HEAD", "", "all", {}),
        ("GET", "new/page", "new", {}),
        ("POST", "New/PAGE/", "new", {}),
        ("GET", "one/A b", "one", {"item": "A b"}),
        ("GET", "one/%2Fx/", "one", {"item": "%2Fx"}),
        ("PUT", "one/x/File.ics", "file", {"item": "x"}),
        ("GET", "files", "rest", {"path": ""}),
        ("GET", "files/a/b.css", "rest", {"path": "a/b.css"}),
        *((method, path, "zz_nowhere", {}) for method, path in [("POST", ""), ("GET", "one"), ("GET", "one//")]),
        *(("GET", path, "zz_nowhere", {}) for path in ["/", "//", "/new/page", "new//page", "new/page//", "x"]),
        ("PUT", "one//file.ics", "zz_nowhere", {}),
        ("OPTIONS", "new/page", "zz_nowhere", {}),
    ],
)
def test_a_route_is_found_by_what_follows_the_first_segment(method, path, name, values):
    route, found = find_route(ITEMS, method, path)
    assert (route.name, found) == (name, values)


@pytest.mark.parametrize(
    "one", [ROUTES[0], Route("missing", "nothing", "GET", "nothing")], ids=lambda one: one.name
)
def test_the_collector_goes_on_after_a_module_was_loaded_or_was_not(one):
    handler.cache_clear()
    try:
        handler(one)
    except ModuleNotFoundError:
        assert one.module == "missing"
    assert gc.isenabled()
