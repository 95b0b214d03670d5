"""Finds every regular expression of what is deployed in its source, with how it is applied."""

import ast
import builtins
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import functions
import shared


ROOTS = (functions, shared)
WAYS = ("match", "fullmatch", "search", "sub", "split", "findall", "finditer")
SIGNS = ("import re\n", "pattern=", *(f".{way}(" for way in WAYS))  # what a module says that makes or applies one
LITERAL = re.compile(r"[(,=:!&|?]\s*/(?![/*])((?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)/([gimsuy]*)")


class Expression(NamedTuple):
    where: str
    pattern: re.Pattern[Any]
    ways: tuple[str, ...]


def modules() -> Iterator[tuple[str, Path]]:
    for root in ROOTS:
        for folder in root.__path__:
            for path in sorted(Path(folder).rglob("*.py")):
                if "node_modules" not in path.parts:
                    parts = path.relative_to(folder).with_suffix("").parts
                    yield ".".join((root.__name__, *parts)).removesuffix(".__init__"), path


@cache
def expressions() -> list[Expression]:
    """Return them all, those of the scripts too."""
    texts = {name: path.read_text() for name, path in modules()}
    trees = {name: ast.parse(text) for name, text in texts.items() if any(sign in text for sign in SIGNS)}
    used = {name: _used(tree) for name, tree in trees.items()}
    imported = [
        (one.name, node.module, name)
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for one in node.names
    ]
    for constant, source, name in imported:
        if source in used and constant.isupper():
            used[source].setdefault(constant, set()).update(used[name].get(constant, set()))
    return [one for name, tree in trees.items() for one in _of_module(name, tree, used[name])] + list(
        _of_scripts()
    )


def _used(tree: ast.Module) -> dict[str, set[str]]:
    """Return by a compiled expression's name how a module applies it."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in WAYS and isinstance(node.value, ast.Name):
            found.setdefault(node.value.id, set()).add(node.attr)
    return found


def _of_module(name: str, tree: ast.Module, ways: dict[str, set[str]]) -> Iterator[Expression]:
    names = {
        id(node.value): node.targets[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        where = f"{name}:{node.lineno}"
        if _is_of_re(node.func, ("compile",)):
            applied = ways.get(names.get(id(node), ""), set()) or {"fullmatch", "search"}
            yield Expression(where, _value(node, name), tuple(sorted(applied)))
        elif _is_of_re(node.func, WAYS):
            pattern = re.compile(_value(node.args[0], name), _flags(node, name))
            assert isinstance(node.func, ast.Attribute)
            yield Expression(where, pattern, (node.func.attr,))
        for keyword in node.keywords:
            if keyword.arg == "pattern":
                yield Expression(where, re.compile(_value(keyword.value, name)), ("search",))


def _is_of_re(called: ast.expr, names: tuple[str, ...]) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and called.attr in names
        and isinstance(called.value, ast.Name)
        and called.value.id == "re"
    )


def _flags(node: ast.Call, module: str) -> int:
    flags = [
        one for one in (*node.args[1:], *(it.value for it in node.keywords)) if ast.unparse(one).startswith("re.")
    ]
    return sum(_value(one, module) for one in flags)


def _value(node: ast.expr, module: str) -> Any:
    """Return what an expression of a module's own names comes to; what only a run knows is a comma."""
    code = compile(ast.Expression(node), module, "eval")
    names = {one.id: "," for one in ast.walk(node) if isinstance(one, ast.Name)}
    return eval(code, names | vars(builtins) | vars(importlib.import_module(module)))


def _of_scripts() -> Iterator[Expression]:
    for path in sorted((Path(functions.__path__[0]) / "assets").rglob("*.js")):
        for line, text in enumerate(path.read_text().splitlines(), 1):
            for found in LITERAL.finditer(text):
                flags = re.IGNORECASE if "i" in found[2] else 0
                yield Expression(f"{path.name}:{line}", re.compile(found[1], flags), ("search",))
