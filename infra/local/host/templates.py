"""Route templates as the host reads them: `book/{business}`, `{id:int}`, `{x?}`, `{x=1}`, `{*rest}`, `{name}.ics`.

Matching ignores case and one trailing slash, and leaves %2F encoded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from infra.local.host.constraints import parse_constraint


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
    parameters: tuple[Parameter, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(_pattern(self.segments), re.IGNORECASE | re.DOTALL)

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
    return Template(text, segments, parameters)


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
    checks = tuple(
        parse_constraint(constraint)
        for constraint in re.findall(r":(\w+(?:\((?:[^()]|\([^()]*\))*\))?)", constraints)
    )
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
