"""Route templates as the host reads them: `book/{business}`, `{id:int}`, `{x?}`, `{x=1}`, `{*rest}`, `{name}.ics`.

Matching ignores case and one trailing slash, and leaves %2F encoded.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Callable


class BadTemplate(ValueError):
    """The template cannot be read; the message says why."""


@dataclass(frozen=True)
class Parameter:
    name: str
    checks: tuple[Callable[[str], bool], ...] = ()
    optional: bool = False
    default: str | None = None
    rest: bool = False


# What a segment is made of: fixed text and parameters.
Segment = tuple[str | Parameter, ...]


@dataclass(frozen=True)
class Template:
    text: str
    segments: tuple[Segment, ...]
    pattern: re.Pattern[str]
    parameters: tuple[Parameter, ...]

    def match(self, path: str) -> dict[str, str] | None:
        """The parameters in a decoded path, or None; an absent optional one has no key."""
        found = self.pattern.fullmatch(path)
        if not found:
            return None
        values = {}
        for parameter, text in zip(self.parameters, found.groups(), strict=True):
            value = text or parameter.default
            if value is None:
                continue
            if not all(check(value) for check in parameter.checks):
                return None
            values[parameter.name] = value
        return values


def parse_template(text: str) -> Template:
    """Raises BadTemplate."""
    if text.startswith(("/", "~")) or "?" in re.sub(r"\{[^{}]*\}", "", text):
        raise BadTemplate(f"{text!r}: a route may not begin with '/' or '~', nor hold a '?'.")
    segments = tuple(_segment(part) for part in _split(text.removesuffix("/")))
    parameters = tuple(part for segment in segments for part in segment if isinstance(part, Parameter))
    names = [parameter.name.lower() for parameter in parameters]
    if len(set(names)) != len(names):
        raise BadTemplate(f"{text!r}: a parameter's name occurs twice.")
    if any(p.rest for segment in segments[:-1] for p in segment if isinstance(p, Parameter)):
        raise BadTemplate(f"{text!r}: only the last segment can be a catch-all.")
    return Template(text, segments, re.compile(_pattern(segments), re.IGNORECASE | re.DOTALL), parameters)


def _split(text: str) -> list[str]:
    """Segments; a slash inside braces (in a regex) does not divide."""
    return re.findall(r"(?:\{(?:[^{}]|\{\{|\}\})*\}|[^/])+", text) if text else []


def _segment(text: str) -> Segment:
    parts = [part for part in re.split(r"(\{(?:[^{}]|\{\{|\}\})*\})", text) if part]
    return tuple(_parameter(part[1:-1]) if part.startswith("{") else _literal(part) for part in parts)


def _literal(text: str) -> str:
    if "{" in text or "}" in text:
        raise BadTemplate(f"{text!r}: braces do not match.")
    return text


def _parameter(text: str) -> Parameter:
    rest = text.startswith("*")
    found = re.fullmatch(r"([^:=?]+)((?::[^=]*?)?)(=[^?]*)?(\?)?", text.lstrip("*"), re.DOTALL)
    if not found:
        raise BadTemplate(f"{{{text}}}: not a parameter.")
    name, constraints, default, optional = found.groups()
    checks = tuple(_check(constraint) for constraint in re.findall(r":(\w+(?:\((?:[^()]|\([^()]*\))*\))?)", constraints))
    return Parameter(name, checks, optional is not None, default[1:] if default else None, rest)


def _pattern(segments: tuple[Segment, ...]) -> str:
    pattern = ""
    for segment in segments:
        only = segment[0] if len(segment) == 1 and isinstance(segment[0], Parameter) else None
        if only and only.rest:
            pattern += "(?:/(.*))?"
        elif only and (only.optional or only.default is not None):
            pattern += "(?:/([^/]+))?"
        else:
            pattern += "/" + "".join("([^/]+)" if isinstance(p, Parameter) else re.escape(p) for p in segment)
    return pattern + "/?"


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


def _check(constraint: str) -> Callable[[str], bool]:
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
        raise BadTemplate(f"{constraint!r} is not a constraint that the host knows.") from None
