"""What a change did to a document: each field that differs, with its value before and after, in short.

These stay in the audit for good. So secrets are left out, long texts are cut, and of long lists only some of the
elements that came and went are named.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from shared.domain.model import Model


LONGEST = 200  # characters of one value
MOST_ELEMENTS = 10
ELLIPSIS = "…"
UNTOLD = frozenset({"id", "version", "created_at", "changed_at", "link_version", "elsewhere", "is_settling"})
"""What the app keeps for itself."""
WITHHELD = frozenset({"template"})
"""Fields whose values are not told: whoever has the link to a fixed meeting room can enter it."""


class FieldChange(NamedTuple):
    """A field that differs, as JSON values; None stands for no value.

    document   services/ID, staff/ID, questions/ID or texts/ID; empty for the one that the whole change is about
    field      the names that lead to it: page.accent; of days and of rows their place: hours.0
    before     of lists only the elements that are gone; {"more": 90} stands for 90 more of them
    after      of lists only the elements that are new
    """

    document: str
    field: str
    before: Any = None
    after: Any = None


def differences(
    before: Model | None, after: Model | None, document: str = "", only: Collection[str] | None = None
) -> Iterator[FieldChange]:
    """Yield the fields that differ, or those of them in `only`.

    Of a document that is new or gone, they are those that are not at their defaults.
    """
    names, is_whole = set(only) if only else None, before is None or after is None
    was, now = (
        one.model_dump(mode="json", include=names, exclude_defaults=is_whole) if one else {}
        for one in (before, after)
    )
    return (FieldChange(document, *each) for each in _in_members(was, now, ""))


Found = Iterator[tuple[str, Any, Any]]


def _in_members(was: Mapping[str, Any], now: Mapping[str, Any], path: str) -> Found:
    for name in dict.fromkeys((*was, *now)):
        if name not in UNTOLD and was.get(name) != now.get(name):
            at = f"{path}.{name}" if path else name
            yield from [(at, None, None)] if name in WITHHELD else _between(was.get(name), now.get(name), at)


def _between(was: Any, now: Any, path: str) -> Found:
    if isinstance(was or now, dict) and isinstance(was or {}, dict) and isinstance(now or {}, dict):
        yield from _in_members(was or {}, now or {}, path)
    elif isinstance(was, list) and isinstance(now, list):
        yield from _in_lists(was, now, path)
    else:
        yield path, _short(was), _short(now)


def _in_lists(was: list[Any], now: list[Any], path: str) -> Found:
    if len(was) == len(now) and all(isinstance(one, list | dict) for one in (*was, *now)):
        for place, (one, other) in enumerate(zip(was, now, strict=True)):
            if one != other:
                at = f"{path}.{place}"
                both = isinstance(one, dict) and isinstance(other, dict)
                yield from _in_members(one, other, at) if both else [(at, _short(one), _short(other))]
        return
    gone, come = _without(was, now), _without(now, was)
    yield (path, _some(gone), _some(come)) if gone or come else (path, _some(was), _some(now))  # or their order


def _without(elements: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    known = {json.dumps(one) for one in others}
    return [one for one in elements if json.dumps(one) not in known]


def _some(elements: Sequence[Any]) -> list[Any]:
    shown = [_short(one) for one in elements[:MOST_ELEMENTS]]
    more = len(elements) - len(shown)
    return [*shown, {"more": more}] if more else shown


def _short(value: Any) -> Any:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return value if len(text) <= LONGEST else f"{text[: LONGEST - 1]}{ELLIPSIS}"
