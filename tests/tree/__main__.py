"""Figures of the tree: how large its parts are, and how well they can be read.

python -m tests.tree
"""

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


def main() -> None:
    sources = dict(modules(*PRODUCT))
    lengths = {path: written(source) for path, source in sources.items() if source.strip()}
    functions = [one for path, source in sources.items() for one in functions_of(path, source)]
    public = [one for one in functions if one.is_public]
    longest_module = max(lengths, key=lengths.__getitem__)
    longest = max(functions, key=lambda one: one.length)
    said = 100 * sum(map(comments, sources.values())) / sum(lengths.values())
    silent = 100 * sum(not one.is_described for one in public) / len(public)
    rows = [
        ("folders of more than 18 modules", len(crowded("functions", 18) | crowded("shared", 18)), "0"),
        ("modules in import circles", len(in_circles()), "0"),
        ("lines of a module, median", median(lengths.values()), "90"),
        ("lines of the longest module", lengths[longest_module], f"300 ({longest_module})"),
        ("lines of a function, median", median(one.length for one in functions), "6"),
        ("lines of the longest function", longest.length, f"35 ({longest.where})"),
        ("functions of more than 35 lines", sum(one.length > 35 for one in functions), "0"),
        ("comments in 100 lines", round(said, 1), "1.5 or more"),
        ("public functions without a docstring, %", round(silent), "15"),
        ("types defined twice", len(types_defined_twice()), "0"),
        ("keys built or cut outside the records", len(keys_outside_records()), "0"),
        ("services() below the boundary", len(services_below_the_boundary()), "0"),
    ]
    for name, value, wanted in rows:
        print(f"  {name:<42} {value:>6}  wanted: {wanted}")


if __name__ == "__main__":
    main()
