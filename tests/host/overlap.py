"""Whether two route templates can match the same path; in doubt they can.

On the host the first match by function name wins, whatever is more exact, so templates that share a method must be
disjoint.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infra.local.host.templates import Parameter, Segment


if TYPE_CHECKING:
    from infra.local.host.templates import Template


def can_meet(one: Template, other: Template) -> bool:
    return any(_can_meet(a, b) for a in _lengths(one.segments) for b in _lengths(other.segments))


def _lengths(segments: tuple[Segment, ...]) -> list[tuple[Segment, ...]]:
    """The template with and without its optional ending."""
    lengths = [segments]
    while segments and (only := _only(segments[-1])) and (only.optional or only.default is not None):
        segments = segments[:-1]
        lengths.append(segments)
    return lengths


def _can_meet(one: tuple[Segment, ...], other: tuple[Segment, ...]) -> bool:
    for a, b in zip(one, other, strict=False):
        if _is_rest(a) or _is_rest(b):
            return True
        if not _segments_can_meet(a, b):
            return False
    longer = max(one, other, key=len)[min(len(one), len(other)) :]
    return not longer or _is_rest(longer[0])


def _segments_can_meet(a: Segment, b: Segment) -> bool:
    a_text, b_text = _text(a), _text(b)
    if a_text is not None and b_text is not None:
        return a_text.lower() == b_text.lower()
    if a_text is not None:
        return _accepts(b, a_text)
    if b_text is not None:
        return _accepts(a, b_text)
    return _ends_agree(_head(a), _head(b)) and _ends_agree(_tail(a), _tail(b), at_end=True)


def _accepts(segment: Segment, text: str) -> bool:
    """Whether a segment with parameters matches this fixed one."""
    pattern = "".join("(.+)" if isinstance(part, Parameter) else re.escape(part) for part in segment)
    found = re.fullmatch(pattern, text, re.IGNORECASE)
    parameters = [part for part in segment if isinstance(part, Parameter)]
    return found is not None and all(
        check(value)
        for parameter, value in zip(parameters, found.groups(), strict=True)
        for check in parameter.checks
    )


def _ends_agree(a: str, b: str, *, at_end: bool = False) -> bool:
    a, b = a.lower(), b.lower()
    return (a.endswith(b) or b.endswith(a)) if at_end else (a.startswith(b) or b.startswith(a))


def _head(segment: Segment) -> str:
    return segment[0] if isinstance(segment[0], str) else ""


def _tail(segment: Segment) -> str:
    return segment[-1] if isinstance(segment[-1], str) else ""


def _text(segment: Segment) -> str | None:
    return segment[0] if len(segment) == 1 and isinstance(segment[0], str) else None


def _only(segment: Segment) -> Parameter | None:
    return segment[0] if len(segment) == 1 and isinstance(segment[0], Parameter) else None


def _is_rest(segment: Segment) -> bool:
    only = _only(segment)
    return only is not None and only.rest
