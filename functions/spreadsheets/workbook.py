"""A table as an XLSX workbook: cells keep their types, and a text is never a formula.

Written row by row into a zip file, so that a long table takes little memory. Only what every spreadsheet knows is
used: one sheet, a bold first row that stays in view, and formats for moments and lengths.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import islice
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile


SheetCell = str | int | datetime | timedelta | None
AT_ONCE = 1000
EPOCH, DAY = datetime(1899, 12, 30, tzinfo=UTC), timedelta(days=1)  # the day 0 of spreadsheets
BOLD, MOMENT, LENGTH = 1, 2, 3  # places in the list of cell formats
LONGEST = 32_767  # characters of a cell
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no XML can hold them

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{DOCUMENT}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{MAIN}"><numFmts count="2">'
        '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/>'
        '<numFmt numFmtId="165" formatCode="[h]:mm:ss"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        "<borders><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
        "</styleSheet>"
    ),
}


def as_workbook(rows: Iterable[Iterable[SheetCell]], name: str) -> bytes:
    """Return rows as a workbook; the first of them is the heading, `name` is that of the sheet."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=3) as file:
        for path, text in {**PARTS, "xl/workbook.xml": _book(name)}.items():
            file.writestr(path, HEAD + text)
        with file.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for text in _sheet(rows):
                sheet.write(text.encode())
    return out.getvalue()


def _book(name: str) -> str:
    title = quoteattr(re.sub(r"[\[\]:*?/\\]", " ", FORBIDDEN.sub("", name))[:31].strip("' ") or "1")
    return (
        f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>'
        f'<sheet name={title} sheetId="1" r:id="r1"/></sheets></workbook>'
    )


def _sheet(rows: Iterable[Iterable[SheetCell]]) -> Iterator[str]:
    yield (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        '<cols><col min="1" max="40" width="20" customWidth="1"/></cols><sheetData>'
    )
    left = iter(rows)
    yield from (_row(row, BOLD) for row in islice(left, 1))
    while some := list(islice(left, AT_ONCE)):
        yield "".join(map(_row, some))
    yield "</sheetData></worksheet>"


def _row(row: Iterable[SheetCell], style: int = 0) -> str:
    return f"<row>{''.join([_cell(cell, style) for cell in row])}</row>"


def _cell(cell: SheetCell, style: int) -> str:
    if isinstance(cell, str):
        text = escape(FORBIDDEN.sub("", cell[:LONGEST]))
        return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{text}</t></is></c>' if text else "<c/>"
    if isinstance(cell, datetime):
        return f'<c s="{MOMENT}"><v>{(cell - EPOCH) / DAY!r}</v></c>'
    if isinstance(cell, timedelta):
        return f'<c s="{LENGTH}"><v>{cell / DAY!r}</v></c>'
    return "<c/>" if cell is None else f'<c s="{style}"><v>{cell}</v></c>'
