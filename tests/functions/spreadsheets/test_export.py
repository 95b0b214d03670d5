"""Tables that leave: what people typed stays text in any spreadsheet."""

import csv
from io import StringIO

import pytest

from functions.spreadsheets.export import as_table, harmless


FORMULAS = [
    *("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\ttext", "\rtext", "\ntext"),
    *("＝1+1", "＋1", "－1", "＠x", "−1", "﹢1", "﹦1", "﹣1", "﹫x"),
    *("  =1", "\u00a0=1", "\u3000＝1", '"=1', "'=1", '" =1', "`=1", "\ufeff=1", "\u200b=1", "\u202e=1", "\x00=1"),
    *("=cmd|' /C calc'!A0", '=HYPERLINK("http://x")', "-2+3+cmd|' /C calc'!A0"),
]


@pytest.mark.parametrize("cell", FORMULAS)
def test_what_looks_like_a_formula_is_text(cell):
    assert harmless(cell) == f"'{cell}"
    assert as_table([[cell]]).startswith("\"'")


@pytest.mark.parametrize(
    "cell", ["", "Ana", "a=b", "1-2", "x@y.example", "O'Brien", '"quoted"', " a", "Ünal + Co"]
)
def test_other_text_stays_as_it_is(cell):
    assert harmless(cell) == cell


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_no_cell_becomes_two_whatever_a_reader_takes_for_a_delimiter(delimiter):
    rows = [["x;=1+1", "a,b", "c\td", "e|f"], ["line\nbreak", '"', "", "z"]]
    text = as_table(rows, delimiter)
    assert list(csv.reader(StringIO(text), delimiter=delimiter)) == rows
    assert text.startswith(f'"x;=1+1"{delimiter}"a,b"')
