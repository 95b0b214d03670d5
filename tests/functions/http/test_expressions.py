"""No regular expression takes longer than its input is long: whatever is typed, nobody else has to wait for it."""

import re
from collections.abc import Iterator
from itertools import combinations
from time import process_time

import pytest

from tests.functions.http.expressions import Expression, expressions, modules


LENGTH, LONGEST = 64 * 1024, 0.05
pytestmark = pytest.mark.walk
SHORT = (22, 24, 32, 44, 64, 1024)  # what grows fast, by one character or by two, is found before it takes hours
# What took less than these seconds at a length is not too slow at the whole, even if it grows with the square.
LONG = {8 * 1024: 0.0007, 24 * 1024: 0.007, LENGTH: 0.0}
USUAL = "a0 ."
WORDS = re.compile(r"(?<![\\\w])[A-Za-z][A-Za-z:=-]{4,}")  # what it looks for: BEGIN:VEVENT on line after line
MARKS = 9
PARTS = 8  # they are found when the first part runs, not whenever tests are collected


@pytest.mark.parametrize("part", range(PARTS))
def test_an_expression_takes_no_longer_than_its_input_is_long(part: int) -> None:
    slow = [
        (expression.where, shape, seconds)
        for expression in expressions()[part::PARTS]
        for shape in _shapes(expression)
        if (seconds := _worst(expression, shape)) > LONGEST
    ]
    assert slow == []


def test_an_expression_that_is_not_linear_is_found() -> None:
    known = [
        r".+@.+\.[^.@]{2,63}",
        r"\s*\n\s*",
        r"(a+)+b",
        r"(\w+\s?)*!",
        r"(?:(?:0a)+)+c",
        r"(?:(?: a)+)+c",
        r"(?ms)^BEGIN:X$.*?^END:X$",
    ]
    for pattern in known:
        expression = Expression("known", re.compile(pattern), ("fullmatch", "search"))
        assert any(_worst(expression, shape) > LONGEST for shape in _shapes(expression)), pattern


def test_they_are_found_in_every_part_of_the_product() -> None:
    found = {one.where.rpartition(":")[0] for one in expressions()}
    assert {
        "functions.http.boundary",
        "shared.domain.model",
        "shared.domain.text.pasted",
        "functions.visits.context",
    } <= found
    assert {"functions.graph.models.patch", "embed.js", "page.js"} <= found
    assert sum("import re\n" in path.read_text() for _, path in modules()) <= len(found) + 2


def _shapes(expression: Expression) -> Iterator[str]:
    """Yield what is repeated: each of the characters that the expression knows, and two and three of them in turn.

    Repeated, it makes no difference with which of them it begins: short ones are tried from the second on, too.
    """
    source = expression.pattern.pattern
    text = source.decode("latin-1") if isinstance(source, bytes) else source
    own = [one for one in dict.fromkeys(re.sub(r"\\[a-zA-Z]", " ", text)) if one.isascii() and not one.isalnum()]
    known = "".join(dict.fromkeys([*USUAL, *own, "\n"]))[: len(USUAL) + MARKS]
    yield from known
    yield from map("".join, combinations(known, 2))
    few = [one for one in known if one in "a.@,-/:;= \n'\"("][:5]
    for one, other, third in combinations(few, 3):
        yield from (one + other + third, third + other + one)
    yield from (f"{word}\n" for word in WORDS.findall(text)[:2])


def _worst(expression: Expression, shape: str) -> float:
    """Return the seconds that the slowest way of applying it takes, the best of three times."""
    worst = 0.0
    for length, least in {**dict.fromkeys(SHORT, 0.0), **LONG}.items():
        text = (shape * (length // len(shape) + 1))[:length]
        begins_later = [text[1:] + "\0"] if len(shape) > 1 and length in SHORT else []
        for hostile in (text + "\0", "a" + text + "!", *begins_later):
            given = hostile.encode() if isinstance(expression.pattern.pattern, bytes) else hostile
            for way in expression.ways:
                worst = max(worst, _seconds(expression.pattern, way, given))
                if worst > LONGEST:
                    return worst
        if worst < least:
            break
    return worst


def _seconds(pattern: re.Pattern[str], way: str, text: str) -> float:
    best = 10.0
    for _ in range(3):
        began = process_time()
        if way == "sub":
            pattern.sub(text[:0], text)
        elif way == "finditer":
            list(pattern.finditer(text))
        else:
            getattr(pattern, way)(text)
        best = min(best, process_time() - began)
        if best <= LONGEST:
            break
    return best
