"""Figures of the tree: how large its parts are, and how well they can be read."""

import ast
import io
import tokenize
from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

from tests.tree.source import (
    PRODUCT,
    crowded,
    in_circles,
    keys_outside_records,
    modules,
    services_below_the_boundary,
    types_defined_twice,
)


class Function(NamedTuple):
    """`length` is in lines, without blank ones and the docstring."""

    where: str
    length: int
    is_public: bool
    is_described: bool


def functions_of(path: str, source: str) -> Iterator[Function]:
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            said = ast.get_docstring(node, clean=False) or ""
            length = written("\n".join(lines[node.lineno - 1 : node.end_lineno])) - written(said)
            yield Function(f"{path} {node.name}", length, not node.name.startswith("_"), bool(said))


def written(source: str) -> int:
    """Return the lines that are not blank."""
    return sum(1 for line in source.splitlines() if line.strip())


def comments(source: str) -> int:
    return sum(one.type == tokenize.COMMENT for one in tokenize.generate_tokens(io.StringIO(source).readline))


class Figure(NamedTuple):
    """What was counted or measured, and the most, or the least, that it may be; `where` names the largest."""

    name: str
    value: float
    limit: float
    is_least: bool = False
    where: str = ""

    @property
    def is_met(self) -> bool:
        return self.value >= self.limit if self.is_least else self.value <= self.limit


def sizes() -> list[Figure]:
    """Return how large modules and functions are, and how much is said of them."""
    sources = dict(modules(*PRODUCT))
    lengths = {path: written(source) for path, source in sources.items() if source.strip()}
    functions = [one for path, source in sources.items() for one in functions_of(path, source)]
    public = [one for one in functions if one.is_public]
    module = max(lengths, key=lengths.__getitem__)
    longest = max(functions, key=lambda one: one.length)
    said = 100 * sum(map(comments, sources.values())) / sum(lengths.values())
    silent = 100 * sum(not one.is_described for one in public) / len(public)
    return [
        Figure("lines of a module, median", median(lengths.values()), 90),
        Figure("lines of the longest module", lengths[module], 300, where=module),
        Figure("lines of a function, median", median(one.length for one in functions), 6),
        Figure("lines of the longest function", longest.length, 35, where=longest.where),
        Figure("comments in 100 lines", round(said, 1), 1.5, is_least=True),
        Figure("public functions without a docstring, %", round(silent), 15),
    ]


def figures() -> list[Figure]:
    """Return all of them."""
    return [
        *sizes(),
        Figure("folders of more than 18 modules", len(crowded("functions", 18) | crowded("shared", 18)), 0),
        Figure("modules in import circles", len(in_circles()), 0),
        Figure("types defined twice", len(types_defined_twice()), 0),
        Figure("keys built or cut outside the records", len(keys_outside_records()), 0),
        Figure("services() below the boundary", len(services_below_the_boundary()), 1),  # what Graph shows as on
    ]
