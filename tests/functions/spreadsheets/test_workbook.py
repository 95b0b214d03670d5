"""Workbooks: what is written is read back with its type, texts are never formulas, and the file is one."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest

from functions.spreadsheets.workbook import as_workbook


MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_workbook(body: bytes) -> list[list]:
    """The rows of the first sheet, by the types and formats of the file; moments are in UTC."""
    with ZipFile(BytesIO(body)) as file:
        assert file.testzip() is None
        sheet = ET.fromstring(file.read("xl/worksheets/sheet1.xml"))
        styles = ET.fromstring(file.read("xl/styles.xml"))
    codes = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{MAIN}numFmt")}
    formats = [codes.get(one.get("numFmtId"), "") for one in styles.find(f"{MAIN}cellXfs")]
    return [[_value(cell, formats) for cell in row] for row in sheet.iter(f"{MAIN}row")]


def _value(cell, formats):
    assert cell.find(f"{MAIN}f") is None
    if cell.get("t") == "inlineStr":
        return "".join(one.text or "" for one in cell.iter(f"{MAIN}t"))
    value = cell.findtext(f"{MAIN}v")
    if value is None:
        return None
    if "yyyy" in (code := formats[int(cell.get("s", 0))]):
        moment = datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=float(value))
        return (moment + timedelta(milliseconds=0.5)).replace(microsecond=0)
    if "[h]" in code:
        return timedelta(seconds=round(float(value) * 86_400))
    return int(value)


def test_cells_keep_their_types():
    moment = datetime(2026, 3, 29, 1, 30, 15, tzinfo=UTC)
    rows = [["When", "Length", "Number", "Text", "Nothing"], [moment, timedelta(hours=30), 7, '<é & "x"> ', None]]
    found = read_workbook(as_workbook(rows, "visits"))
    assert found == [rows[0], [moment, timedelta(hours=30), 7, '<é & "x"> ', None]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "0012", "1E5"])
def test_a_text_stays_a_text(text):
    assert read_workbook(as_workbook([["Name"], [text]], "visits"))[1] == [text]


def test_what_no_xml_can_hold_is_left_out():
    assert read_workbook(as_workbook([["a\x00b\x1f\ufffe"], ["x" * 40_000]], "a/b[c]"))[0] == ["ab"]


def test_a_long_table_is_whole():
    found = read_workbook(as_workbook(([str(number), number] for number in range(2500)), "visits"))
    assert found == [[str(number), number] for number in range(2500)]
