"""Who books, moves or reassigns has the own calendars of those concerned read before: no caller forgets it."""

import ast
from collections.abc import Iterator

import pytest

from tests.tree.source import PRODUCT, modules


WORDS_ALONE = {"functions/visits/notes.py", "functions/console/appointments/pages.py queue_notes"}
AFTER_ALL_WERE_READ = {
    "shared/use_cases/appointments/hand_over.py",
    "shared/use_cases/appointments/rebalance.py",
}  # each calendar once, and not for each appointment


def functions(source: str) -> Iterator[ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AsyncFunctionDef):
            yield node


def readers() -> set[str]:
    """Return the commands that can have own calendars read."""
    found = (one for _, source in modules("shared") for one in functions(source))
    return {one.name for one in found if any(each.arg == "reading" for each in one.args.kwonlyargs)}


def called(function: ast.AsyncFunctionDef) -> set[str]:
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {one.id for one in calls if isinstance(one, ast.Name)}


@pytest.mark.walk
def test_who_calls_a_command_that_reads_own_calendars_has_it_do_so():
    commands, forgetful = readers(), []
    for path, source in modules(*PRODUCT):
        for one in functions(source):
            if not called(one) & commands or {path, f"{path} {one.name}"} & (WORDS_ALONE | AFTER_ALL_WERE_READ):
                continue
            if "reading" not in (ast.get_source_segment(source, one) or ""):
                forgetful.append(f"{path} {one.name}")
    assert {"create_appointment", "move_appointment", "undo_seat"} <= commands
    assert forgetful == []
