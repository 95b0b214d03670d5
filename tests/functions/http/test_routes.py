"""The table of routes: every line of it is served, and by one function only."""

import gc
from inspect import signature

import azure.functions as func
import pytest

from functions.route import Route
from functions.routes import ROUTES, TIMERS, blueprint, handler


@pytest.mark.parametrize("one", [*ROUTES, *TIMERS], ids=lambda one: one.name)
def test_every_line_has_its_handler(one):
    assert list(signature(handler(one)).parameters) == ["timer" if one in TIMERS else "req"]


def test_the_app_registers_them_all_by_their_names():
    app = func.FunctionApp()
    app.register_functions(blueprint(ROUTES, TIMERS))
    names = [function.get_function_name() for function in app.get_functions()]
    assert names == [one.name for one in (*ROUTES, *TIMERS)]
    assert len({name.casefold() for name in names}) == len(names)


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
