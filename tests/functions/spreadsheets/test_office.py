"""A spreadsheet of another maker opens our files: numbers, moments and lengths are what they are, texts stay texts."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from functions.spreadsheets.export import as_file
from functions.spreadsheets.workbook import as_workbook


OFFICE, TABLE = (
    "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}",
    "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}",
)
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
MOMENT = datetime(2026, 3, 29, 9, 30, tzinfo=UTC)
TEXTS = ["Zoé, “Ж”", "=1+1", "-3", "@SUM(A1)"]


UTF_8 = 76  # which a person's LibreOffice takes from the mark at the beginning, and a command line never does


def opened(file: Path, *asked_more: str) -> list[list[tuple[str, str]]]:
    """Return type and value of each cell, as LibreOffice reads a file."""
    office = shutil.which("soffice")
    if office is None or not (Path(office).resolve().parent / "libsclo.so").exists():
        pytest.skip("LibreOffice Calc is not installed: no spreadsheet of another maker opens the files here")
    asked = [office, f"-env:UserInstallation=file://{file.parent}/profile", "--headless"]
    asked += [*asked_more, "--convert-to", "fods", "--outdir", str(file.parent), str(file)]
    subprocess.run(asked, check=True, capture_output=True, timeout=120)
    rows = ET.parse(file.with_suffix(".fods")).iter(f"{TABLE}table-row")
    found = [[_cell(one) for one in row if one.get(f"{OFFICE}value-type")] for row in rows]
    return [row for row in found if row]


def _cell(cell: ET.Element) -> tuple[str, str]:
    assert cell.get(f"{TABLE}formula") is None
    kind = str(cell.get(f"{OFFICE}value-type"))
    names = {"float": "value", "date": "date-value", "time": "time-value"}
    shown = "".join(cell.find(f"{TEXT}p").itertext())  # type: ignore[union-attr]
    return kind, str(cell.get(f"{OFFICE}{names[kind]}")) if kind in names else shown


def test_a_workbook_keeps_its_types(tmp_path):
    file = tmp_path / "visits.xlsx"
    rows = [["Start", "Wait", "Attendees"], [MOMENT, timedelta(minutes=95), 12], TEXTS]
    file.write_bytes(as_workbook(rows, "visits"))
    heading, cells, texts = opened(file)
    assert heading == [("string", one) for one in rows[0]]
    assert cells == [("date", "2026-03-29T09:30:00"), ("time", "PT01H35M00S"), ("float", "12")]
    assert texts == [("string", one) for one in TEXTS]


def test_a_file_has_numbers_and_moments_and_no_formulas(tmp_path):
    file = tmp_path / "visits.csv"
    file.write_bytes(as_file([["Start", "Attendees"], ["2026-03-29 09:30:00", "12"], TEXTS]))
    heading, cells, texts = opened(file, f"--infilter=CSV:{ord(',')},34,{UTF_8}")
    assert heading == [("string", "Start"), ("string", "Attendees")], "the mark at the beginning is no text"
    assert cells == [("date", "2026-03-29T09:30:00"), ("float", "12")]
    assert texts == [("string", one if one == TEXTS[0] else f"'{one}") for one in TEXTS]
