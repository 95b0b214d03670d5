"""One name, one meaning, one place: held for the whole tree."""

import ast
from pathlib import Path

import pytest

from tests.tree.source import PRODUCT, crowded, in_circles, keys_outside_records, modules, types_defined_twice


@pytest.mark.walk
def test_each_public_type_is_defined_once():
    assert types_defined_twice() == {}


def test_keys_of_rows_are_built_and_cut_by_the_records_alone():
    assert keys_outside_records() == []


def test_no_module_imports_itself_by_way_of_others():
    assert in_circles() == []


@pytest.mark.walk
@pytest.mark.parametrize("folder", ["functions", "shared", "infra/local", "tests"])
def test_a_folder_holds_at_most_eighteen_modules(folder):
    assert crowded(folder, 18) == {}


def test_packages_hand_nothing_on():
    """Whoever imports a package for one of its modules must not pay for another."""
    found = [
        f"{path}: {ast.unparse(node)}"
        for path, source in modules(*PRODUCT)
        if Path(path).name == "__init__.py" and path != "shared/i18n/__init__.py"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
    ]
    assert found == []


@pytest.mark.walk
def test_nothing_is_decided_by_the_english_of_a_problem():
    """Its code is there for that: a sentence can be worded anew."""
    found = [
        f"{path}: {ast.unparse(node)}"
        for path, source in modules(*PRODUCT)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Compare)
        for side in (node.left, *node.comparators)
        if isinstance(side, ast.Attribute) and side.attr == "detail"
    ]
    assert found == []
