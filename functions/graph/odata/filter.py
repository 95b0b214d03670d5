"""The supported part of $filter: comparisons, startswith and the like, any, and, or, not.

filter  := and ("or" and)*          and := not ("and" not)*         not := "not" not | term
term    := "(" filter ")" | function "(" property "," text ")" | property operator literal
| property "/any(" variable ":" variable ["/" property] operator literal ")"
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from functions.http.problems import BadRequest
from shared.domain.text.addresses import folded


Filter = Callable[[Mapping[str, Any]], bool]
TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|([(),])|([^\s(),']+))")
PROPERTY = re.compile(r"[A-Za-z][A-Za-z0-9]*(/[A-Za-z][A-Za-z0-9]*)*")
VARIABLE = re.compile(r"[A-Za-z]{1,20}", re.ASCII)
NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,253}")
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: bool(left == right),
    "ne": lambda left, right: bool(left != right),
    "gt": lambda left, right: bool(left > right),
    "ge": lambda left, right: bool(left >= right),
    "lt": lambda left, right: bool(left < right),
    "le": lambda left, right: bool(left <= right),
}
FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": str.__contains__,
}
LONGEST, DEEPEST = 2000, 20  # characters, and nested parentheses, as parsing is recursive


def parse_filter(text: str) -> Filter:
    """Return the predicate of a filter. Texts are compared without case, as Graph does.

    Raises BadRequest for what cannot be parsed or is not supported.
    """
    if len(text) > LONGEST:
        raise BadRequest("$filter is too long.")
    parser = _Parser(_tokens(text))
    parsed = parser.either(0)
    if parser.left():
        raise BadRequest(f"$filter cannot be read from {parser.peek()!r} on.")
    return parsed


def value_at(item: Mapping[str, Any], path: str) -> Any:
    """Return a property, or a nested one such as "address/city"; None if there is none."""
    value: Any = item
    for name in path.split("/"):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _tokens(text: str) -> list[str]:
    found, position = [], 0
    while position < len(text.rstrip()):
        match = TOKEN.match(text, position)
        if match is None:
            raise BadRequest(f"$filter cannot be read from {text[position : position + 20]!r} on.")
        found.append(match.group().strip())
        position = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._at = tokens, 0

    def left(self) -> bool:
        """Return whether there are tokens left."""
        return self._at < len(self._tokens)

    def peek(self) -> str:
        """Return the next token without taking it, empty at the end."""
        return self._tokens[self._at] if self.left() else ""

    def _next(self) -> str:
        token, self._at = self.peek(), self._at + 1
        return token

    def _expect(self, token: str) -> None:
        if (found := self._next()) != token:
            raise BadRequest(f"$filter: {token!r} is expected instead of {found!r}.")

    def either(self, depth: int) -> Filter:
        """Parse terms joined by `or`. `depth` bounds the recursion."""
        terms = [self._both(depth)]
        while self.peek().lower() == "or":
            self._next()
            terms.append(self._both(depth))
        return terms[0] if len(terms) == 1 else lambda item: any(term(item) for term in terms)

    def _both(self, depth: int) -> Filter:
        terms = [self._not(depth)]
        while self.peek().lower() == "and":
            self._next()
            terms.append(self._not(depth))
        return terms[0] if len(terms) == 1 else lambda item: all(term(item) for term in terms)

    def _not(self, depth: int) -> Filter:
        if depth > DEEPEST:
            raise BadRequest("$filter is too deep.")
        if self.peek().lower() == "not":
            self._next()
            inner = self._not(depth + 1)
            return lambda item: not inner(item)
        if self.peek() == "(":
            self._next()
            within = self.either(depth + 1)
            self._expect(")")
            return within
        return self._term()

    def _term(self) -> Filter:
        name = self._next()
        if self.peek() == "(":
            return self._any(name.removesuffix("/any")) if name.endswith("/any") else self._function(name)
        comparison = COMPARISONS.get(self._next().lower())
        if not PROPERTY.fullmatch(name) or comparison is None:
            raise BadRequest(f"$filter: {name!r} is not compared by eq, ne, gt, ge, lt or le.")
        return _comparing(name, comparison, _literal(self._next(), _as_compared))

    def _any(self, name: str) -> Filter:
        """Parse `x: x eq literal` or `x: x/property eq literal`: some item of a collection matches."""
        self._expect("(")
        variable, _, path = self._next().partition(":")
        path = path or self._next()
        comparison, wanted = COMPARISONS.get(self._next().lower()), _literal(self._next(), _as_compared)
        self._expect(")")
        is_its_own = VARIABLE.fullmatch(variable) and path.partition("/")[0] == variable
        if not (PROPERTY.fullmatch(name) and PROPERTY.fullmatch(path) and is_its_own and comparison):
            raise BadRequest("$filter: any takes a variable and one comparison of it, such as x:x eq 'a'.")
        test = _comparing(path, comparison, wanted)
        return lambda item: (
            isinstance(found := value_at(item, name), list) and any(test({variable: one}) for one in found)
        )

    def _function(self, name: str) -> Filter:
        function = FUNCTIONS.get(name.lower())
        if function is None:
            raise BadRequest(f"$filter: the function {name} is not supported.")
        self._expect("(")
        path = self._next()
        self._expect(",")
        wanted = _literal(self._next())
        self._expect(")")
        if not PROPERTY.fullmatch(path) or not isinstance(wanted, str):
            raise BadRequest(f"$filter: {name} takes a property and a text.")
        return lambda item: isinstance(value := value_at(item, path), str) and function(value.casefold(), wanted)


def _as_compared(text: str) -> str:
    """Return a text without case; of a mail address, the domain in one spelling."""
    return (folded(text) if ADDRESS.fullmatch(text) else text).casefold()


def _literal(token: str, fold: Callable[[str], str] = str.casefold) -> Any:
    if token.startswith("'") and len(token) > 1:
        return fold(token[1:-1].replace("''", "'"))
    if token.lower() in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[token.lower()]
    if NUMBER.fullmatch(token):
        return float(token)
    if re.fullmatch(r"\d{4}-\d\d-\d\d(T[0-9:.Z+-]+)?", token, re.ASCII):
        return token.casefold()
    raise BadRequest(f"$filter: {token!r} is no text in quotes, number, true, false or null.")


def _have_order(value: Any, wanted: Any) -> bool:
    """Return whether two values can be ordered: both texts, or both numbers."""
    return any(isinstance(value, kind) and isinstance(wanted, kind) for kind in (str, int | float))


def _comparing(path: str, comparison: Callable[[Any, Any], bool], wanted: Any) -> Filter:
    def test(item: Mapping[str, Any]) -> bool:
        value = value_at(item, path)
        if isinstance(value, str):
            value = _as_compared(value)
        if comparison in (COMPARISONS["eq"], COMPARISONS["ne"]):
            return comparison(value, wanted)
        return _have_order(value, wanted) and comparison(value, wanted)

    return test
