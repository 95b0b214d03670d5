"""The pages about threats name tests: each of them is there."""

import re

import pytest

from infra.local.pieces import ROOT


DOCS = ROOT / ".github/docs"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
THREATS = [*(f"S{number}" for number in range(1, 31)), *(f"C{number}" for number in range(1, 21))]

POINTS = {
    1: {1: 2, 2: 9, 3: 11, 4: 3, 5: 2},
    2: {1: 3, 2: 3, 3: 4, 4: 1},
    3: {2: 2, 3: 4, 4: 6, 5: 5, 7: 2},
    4: {1: 3, 2: 1, 3: 2, 4: 4},
    5: {1: 1, 2: 3, 3: 2, 4: 3},
    6: {1: 3, 2: 12, 3: 4, 4: 4, 5: 5, 6: 3, 8: 4},
    7: {1: 3, 2: 4, 3: 2, 4: 5, 5: 2, 6: 2},
    8: {1: 2, 2: 3, 3: 1, 4: 1},
    9: {1: 3, 2: 4},
    10: {1: 2, 2: 2, 3: 4, 4: 11, 5: 5, 6: 2, 7: 3},
    11: {1: 2, 2: 3, 3: 3, 4: 4, 5: 1, 6: 1},
    12: {1: 3, 2: 2, 3: 4},
    13: {1: 1, 2: 5, 3: 2, 4: 5},
    14: {1: 2, 2: 4, 3: 3},
    15: {1: 3, 2: 3, 3: 7},
    16: {1: 1, 2: 5, 3: 4, 4: 3, 5: 3},
    17: {1: 1, 2: 4, 3: 2},
}
"""How many points of levels 1 and 2 each section of a chapter has; those of level 3 follow them."""


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


def test_every_point_of_the_asvs_has_a_state_and_its_reason():
    found = rows("asvs.md")
    assert [one for row in found for one in points(row[0])] == [
        f"{chapter}.{section}.{number}"
        for chapter, sections in POINTS.items()
        for section, count in sections.items()
        for number in range(1, count + 1)
    ]
    assert all(row[1] in ("met", "not met", "not applicable") and row[2] for row in found)


def test_what_the_asvs_leans_on_is_there():
    text = (DOCS / "asvs.md").read_text("utf-8")
    assert set(re.findall(r"\b[SC]\d+\b", text)) <= {*THREATS}
    assert [
        one for one in re.findall(r"`((?:functions|shared|infra)/[\w/.]+)`", text) if not (ROOT / one).exists()
    ] == []


def points(cell: str) -> list[str]:
    """Return the points of a row: 1.2.6–8 stands for three."""
    first, _, last = cell.partition("–")
    section, _, number = first.rpartition(".")
    return [f"{section}.{one}" for one in range(int(number), int(last or number) + 1)]
