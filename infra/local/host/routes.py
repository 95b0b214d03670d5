"""Which function answers a request: by name order, the first template that matches, and nothing cleverer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from infra.local.host.constraints import BadConstraint
from infra.local.host.engine import AppRefused, Function
from infra.local.host.templates import BadTemplate, Template, parse_template


if TYPE_CHECKING:
    from collections.abc import Iterable

RESERVED = ("admin", "runtime")


@dataclass(frozen=True)
class Route:
    function: Function
    parameter: str
    template: Template
    methods: frozenset[str] | None
    """None stands for every method; there is no implicit HEAD or OPTIONS."""

    def takes(self, method: str) -> bool:
        return self.methods is None or method in self.methods

    def shares_a_method_with(self, other: Route) -> bool:
        return self.methods is None or other.methods is None or bool(self.methods & other.methods)


class Routes:
    """The routes of an app, in the order in which they are tried."""

    def __init__(self, routes: list[Route]) -> None:
        self._all = routes
        heads = {_fixed_head(route) for route in routes} - {None}
        self._by_head = {head: [r for r in routes if _fixed_head(r) in {head, None}] for head in heads}
        self._others = [route for route in routes if _fixed_head(route) is None]

    def __iter__(self) -> Any:
        return iter(self._all)

    def find(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]] | None:
        """The function for this request and its route parameters; None is a 404, for a wrong method too."""
        path = decode(raw_path)
        head = path[1:].partition("/")[0].lower()
        for route in self._by_head.get(head, self._others):
            if route.takes(method) and (values := route.template.match(path)) is not None:
                return route, values
        return None


def decode(raw_path: str) -> str:
    """%-escapes are undone, except %2F."""
    if "%" not in raw_path:
        return raw_path
    return unquote(raw_path.replace("%2F", "%252F").replace("%2f", "%252f"))


def build_routes(functions: Iterable[Function], prefix: str) -> Routes:
    """Raises AppRefused with the reason for which the host would not load a function."""
    routes: list[Route] = []
    for function in functions:
        if trigger := function.trigger("httpTrigger"):
            route = _route(function, trigger, prefix)
            _refuse_clash(route, routes)
            routes.append(route)
    return Routes(routes)


def _route(function: Function, trigger: dict[str, Any], prefix: str) -> Route:
    text = trigger.get("route")
    text = function.name if text is None else text
    if text.lower().startswith(RESERVED):
        raise AppRefused(
            f"{function.name}: the route {text!r} begins with a reserved word: {' or '.join(RESERVED)}."
        )
    methods = trigger.get("methods")
    try:
        template = parse_template(text)
        if prefix:
            template = parse_template(f"{prefix}/{text}" if text else prefix)
    except (BadTemplate, BadConstraint) as bad:
        raise AppRefused(f"{function.name}: {bad}") from None
    allowed = frozenset(str(getattr(m, "value", m)).upper() for m in methods) if methods else None
    return Route(function, trigger["name"], template, allowed)


def _refuse_clash(route: Route, earlier: list[Route]) -> None:
    for other in earlier:
        same = route.template.text.lower() == other.template.text.lower()
        if same and route.shares_a_method_with(other):
            raise AppRefused(
                f"{route.function.name}: the route {route.template.text!r} is {other.function.name}'s already."
            )


def _fixed_head(route: Route) -> str | None:
    """The first segment in lower case, where it is fixed text."""
    segments = route.template.segments
    if segments and len(segments[0]) == 1 and isinstance(segments[0][0], str):
        return segments[0][0].lower()
    return None
