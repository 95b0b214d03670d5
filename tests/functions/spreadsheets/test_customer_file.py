"""CSV as people have it: encodings, separators, line ends, and quotes that do not fit."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.spreadsheets.customer_file import CONTINUATION, UNCLOSED, UNDOUBLED, read_records, read_text


def score(heading):
    return sum(cell in ("name", "email") for cell in heading.cells), len(heading.cells)


def records(text):
    return list(read_records(text, score))


def cells(text):
    return [one.cells for one in records(text)]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("name\nZoë", "utf-8"),
        ("name\nZoë", "utf-8-sig"),
        ("name\nZoë", "utf-16"),
        ("name\nИван", "utf-16-le"),
        ("name\nИван", "utf-16-be"),
        ("nom;prénom\nLefèvre;Zoë", "cp1252"),
        ("nome;observações\nJoão;não há", "cp1252"),
        ("NOME;OBSERVAÇÕES\nJOÃO;AÇÃO", "cp1252"),
        ("имя;почта\nПётр;petr@example.com", "cp1251"),
        ("name;email\nАнна;anna@example.com", "cp1251"),
        ("name;email\nЛи Ян;li@example.com", "cp1251"),
        ("name;email\nOlá À;ola@example.com", "cp1252"),
        ("nom;prénom\rLefèvre;Zoë", "mac_roman"),
        ("NOME;OBSERVAÇÕES\rJOÃO;“AÇÃO”", "mac_roman"),
        ("имя;почта\rПётр;petr@example.com", "mac_cyrillic"),
    ],
)
def test_a_text_is_read_in_the_encoding_it_was_written_in(text, encoding):
    assert read_text(text.encode(encoding)).removeprefix("\ufeff") == text


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_separator_and_line_end_will_do(separator, end):
    rows = [("name", "email"), ("Ann, B; C", "ann@example.com"), ("", "x")]
    text = end.join(separator.join(f'"{cell}"' if cell else "" for cell in row) for row in rows)
    assert cells(text) == rows


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "sep=; "])
def test_the_separator_that_excel_names_is_passed_over_and_counted_as_a_line(first):
    found = records(f"{first}\r\nname;email\r\nAnn,B;x\r\n")
    assert [(one.line, one.cells) for one in found] == [(2, ("name", "email")), (3, ("Ann,B", "x"))]


def test_lines_are_counted_where_records_begin_and_empty_ones_are_no_records():
    found = records('\nname,email\n"A\nB",x\n\n,\nC,y')
    assert [(one.line, one.cells[0]) for one in found] == [(2, "name"), (3, "A\nB"), (7, "C")]


def test_spaces_around_quotes_and_texts_of_formulas_are_none_of_a_cell():
    assert cells('name, "email"\n"Ann" , ="0612"')[1] == ("Ann", "0612")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [('"Ann "Quoted" Lee",x', UNDOUBLED), ('"Ann,x', UNDOUBLED), ('Ann,"x', UNDOUBLED)],
)
def test_a_bad_quote_costs_its_own_line(bad, reason):
    found = records(f'name,email\nA,a\n{bad}\nB,b\n"C, D",c\n')
    assert [(one.line, one.cells, one.wrong) for one in found[1:]] == [
        (2, ("A", "a"), ""),
        (3, (), reason),
        (4, ("B", "b"), ""),
        (5, ("C, D", "c"), ""),
    ]


def test_a_quote_that_is_never_closed_costs_its_own_line():
    found = records('name,email\n"Ann,x\nB,b\nC\n')
    assert [(one.line, one.wrong) for one in found[1:]] == [(2, UNCLOSED), (3, ""), (4, CONTINUATION)]


def test_the_rest_of_a_broken_record_is_nobody():
    found = records('name,email,notes\nAnn,x,"one\ntwo "three" four\nB,b,\n')
    assert [(one.line, one.wrong) for one in found[1:]] == [(2, UNDOUBLED), (3, CONTINUATION), (4, "")]


@pytest.mark.walk
def test_many_open_quotes_are_read_in_one_go():
    assert len(records("name\n" + '"a\n' * 50_000)) == 50_001
    assert len(records('name\n"' + 'a""\n' * 50_000)) == 50_001


@given(
    rows=st.lists(
        st.lists(st.text(alphabet='ab "\n\r,;\t', max_size=6), min_size=2, max_size=2), min_size=1, max_size=6
    ),
    separator=st.sampled_from(",;\t"),
)
def test_what_a_csv_writer_writes_is_read_back(rows, separator):
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerows([["name", "email"], *rows])
    expected = [tuple(cell.strip() for cell in row) for row in rows]
    assert cells(out.getvalue())[1:] == [row for row in expected if any(row)]


@given(st.text(alphabet='a"\n\r,', max_size=40))
def test_every_line_with_text_is_in_some_record(text):
    found = records(f"name,email\n{text}")[1:]
    assert [one.line for one in found] == sorted({one.line for one in found})
    whole = "".join("".join(one.cells) for one in found)
    assert any(one.wrong for one in found) or whole.count("a") == text.count("a")
