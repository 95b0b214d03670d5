"""The pages about threats name tests: each of them is there."""

import re

import pytest

from infra.local.pieces import ROOT


DOCS = ROOT / ".github/docs"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
THREATS = [*(f"S{number}" for number in range(1, 31)), *(f"C{number}" for number in range(1, 19))]


def rows(name: str) -> list[list[str]]:
    lines = (line for line in (DOCS / name).read_text("utf-8").splitlines() if line.startswith("| "))
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines][2:]


@pytest.mark.parametrize("name", ["threats.md", "asvs.md"])
def test_every_test_that_is_named_is_there(name):
    named = NAMED.findall((DOCS / name).read_text("utf-8"))
    assert named
    sources = {path: (ROOT / path).read_text("utf-8") for path, _ in named if (ROOT / path).exists()}
    assert [f"{path}::{test}" for path, test in named if f"def {test}(" not in sources.get(path, "")] == []


def test_every_threat_has_its_measure_and_a_test():
    found = rows("threats.md")
    assert [row[0] for row in found] == THREATS
    assert [row[0] for row in found if not row[2]] == []
    assert [row[0] for row in found if not NAMED.search(row[-1])] == []


def test_every_chapter_of_the_asvs_has_a_state_and_its_reason():
    found = rows("asvs.md")
    assert [row[0].split()[0] for row in found] == [f"V{number}" for number in range(1, 18)]
    assert all(row[1].startswith(("met", "not met", "not applicable")) and row[2] for row in found)
