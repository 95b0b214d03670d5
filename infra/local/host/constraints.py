"""Constraints of route parameters: `{id:int}`, `{day:length(10)}`, `{code:regex(^[A-Z]{{2}}$)}`."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Callable


class BadConstraint(ValueError):
    """The host knows no such constraint."""


def _between(low: float, high: float) -> Callable[[str], bool]:
    return lambda text: bool(re.fullmatch(r"[+-]?\d+", text)) and low <= int(text) <= high


def _parses(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            parse(text)
        except ValueError:
            return False
        return True

    return check


PLAIN: dict[str, Callable[[str], bool]] = {
    "int": _between(-(2**31), 2**31 - 1),
    "long": _between(-(2**63), 2**63 - 1),
    "bool": lambda text: text.lower() in {"true", "false"},
    "guid": _parses(uuid.UUID),
    "datetime": _parses(datetime.fromisoformat),
    "decimal": lambda text: bool(re.fullmatch(r"[+-]?\d+(\.\d+)?", text)),
    "double": _parses(float),
    "float": _parses(float),
    "alpha": lambda text: bool(re.fullmatch(r"[A-Za-z]*", text)),
    "required": bool,
}

WITH_NUMBERS: dict[str, Callable[..., Callable[[str], bool]]] = {
    "min": lambda low: _between(low, 2**63 - 1),
    "max": lambda high: _between(-(2**63), high),
    "range": _between,
    "minlength": lambda least: lambda text: len(text) >= least,
    "maxlength": lambda most: lambda text: len(text) <= most,
    "length": lambda least, most=None: lambda text: least <= len(text) <= (least if most is None else most),
}


def parse_constraint(constraint: str) -> Callable[[str], bool]:
    """A test of a parameter's text; raises BadConstraint."""
    name, _, argument = constraint.partition("(")
    name, argument = name.lower(), argument.removesuffix(")")
    if name == "regex":
        pattern = re.compile(argument.replace("{{", "{").replace("}}", "}"), re.IGNORECASE)
        return lambda text: bool(pattern.search(text))
    if name in PLAIN and not argument:
        return PLAIN[name]
    try:
        return WITH_NUMBERS[name](*(int(number) for number in argument.split(",")))
    except (KeyError, ValueError, TypeError):
        raise BadConstraint(f"{constraint!r} is not a constraint that the host knows.") from None
