"""SCIM's filters (RFC 7644, 3.4.2.2), of lists and in paths; values may lack quotes, as some providers send."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from functions.scim.errors import Refused


LONGEST, DEEPEST = 2000, 10
WORD = re.compile(r'"(?:[^"\\]|\\.)*"|[()\[\]]|[^\s()\[\]"]+')
ATTRIBUTE = re.compile(r"[\w.:$-]+")
EXACT = ("externalid", "id")
Matches = Callable[[Mapping[str, Any]], bool]
OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "eq": lambda one, other: one == other,
    "co": lambda one, other: other in one,
    "sw": lambda one, other: one.startswith(other),
    "ew": lambda one, other: one.endswith(other),
    "gt": lambda one, other: one > other,
    "ge": lambda one, other: one >= other,
    "lt": lambda one, other: one < other,
    "le": lambda one, other: one <= other,
}
ENDS = ("and", "or", ")", "]")


def parse_filter(text: str) -> Matches:
    """Return the predicate of a filter. Raises Refused for a malformed one."""
    reader = _Reader(_words(text))
    found = reader.any_of()
    if reader.next():
        raise _wrong()
    return found


def _words(text: str) -> list[str]:
    if len(text) > LONGEST:
        raise _wrong()
    words, rest = [], text.strip()
    while rest:
        match = WORD.match(rest)
        if match is None:
            raise _wrong()
        words.append(match[0])
        rest = rest[match.end() :].lstrip()
    return words


def _wrong() -> Refused:
    return Refused("invalidFilter", 'a filter is such as userName eq "…", or emails[type eq "work"].value eq "…"')


class _Reader:
    """Reads words from left to right; each method returns the predicate of its part of the filter."""

    def __init__(self, words: list[str]) -> None:
        self._words, self._depth = words[::-1], 0

    def next(self) -> str:
        """Return the next word without taking it, empty at the end."""
        return self._words[-1] if self._words else ""

    def _take(self, wanted: str = "") -> str:
        word = self._words.pop() if self._words else ""
        if not word or (wanted and word != wanted):
            raise _wrong()
        return word

    def any_of(self) -> Matches:
        """Parse terms joined by `or`."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise _wrong()
        parts = [self._all_of()]
        while self.next().lower() == "or":
            self._take()
            parts.append(self._all_of())
        self._depth -= 1
        return lambda document: any(one(document) for one in parts)

    def _all_of(self) -> Matches:
        parts = [self._term()]
        while self.next().lower() == "and":
            self._take()
            parts.append(self._term())
        return lambda document: all(one(document) for one in parts)

    def _term(self) -> Matches:
        word = self._take()
        if word == "(":
            inner = self.any_of()
            self._take(")")
            return inner
        if word.lower() == "not":
            self._take("(")
            inner = self.any_of()
            self._take(")")
            return lambda document: not inner(document)
        if not ATTRIBUTE.fullmatch(word) or word.lower() in ENDS:
            raise _wrong()
        return self._compared(word)

    def _compared(self, path: str) -> Matches:
        inner: Matches = lambda _: True  # noqa: E731 - of an attribute without a filter of its own
        is_filtered, rest = self.next() == "[", ""
        if is_filtered:
            self._take()
            inner = self.any_of()
            self._take("]")
            rest = self._take()[1:] if self.next().startswith(".") else ""
        operator = self.next().lower()
        if is_filtered and (not operator or operator in ENDS):
            operator = "pr"
        elif operator in OPERATORS or operator in ("ne", "pr"):
            self._take()
        else:
            raise _wrong()
        value = "" if operator == "pr" else self._value()
        return lambda document: _holds(_values(document, path, inner, rest), operator, value, path)

    def _value(self) -> str:
        """Parse a value: quoted as in JSON, or all bare words up to the next part."""
        first = self._take()
        if first.startswith('"'):
            try:
                value = str(json.loads(first, strict=False))
                value.encode()
            except ValueError:
                raise _wrong() from None
            return value
        words = [first]
        while self.next() and self.next().lower() not in ENDS:
            words.append(self._take())
        return " ".join(words)


def _values(document: Mapping[str, Any], path: str, inner: Matches, rest: str) -> Iterator[Any]:
    """Yield the values at a path, one for each item of a list; an item's value is its member `value`."""
    names = [one for one in path.lower().rpartition(":")[2].split(".") if one]
    found: list[Any] = [document]
    for number, name in enumerate(names):
        found = [one for each in found for one in _members(each, name)]
        if number == 0:
            found = [one for one in found if not isinstance(one, Mapping) or inner(one)]
    if rest:
        found = [one for each in found for one in _members(each, rest.lower())]
    for one in found:
        yield next(iter(_members(one, "value")), None) if isinstance(one, Mapping) else one


def _members(value: Any, name: str) -> list[Any]:
    if not isinstance(value, Mapping):
        return []
    found = next((one for key, one in value.items() if key.lower() == name), None)
    return [] if found is None else found if isinstance(found, list) else [found]


def _holds(values: Iterator[Any], operator: str, wanted: str, path: str) -> bool:
    fold = (lambda text: text) if path.lower() in EXACT else str.casefold
    texts = [fold(str(one).lower() if isinstance(one, bool) else str(one)) for one in values if one is not None]
    if operator == "pr":
        return any(texts)
    if operator == "ne":
        return fold(wanted) not in texts
    return any(OPERATORS[operator](one, fold(wanted)) for one in texts)
