"""Tables of the console as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import azure.functions as func

from functions.spreadsheets.export import as_file
from functions.spreadsheets.workbook import as_workbook


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from functions.spreadsheets.workbook import SheetCell

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS: Mapping[str, tuple[str, str]] = {"csv": (",", "text/csv"), "tsv": ("\t", "text/tab-separated-values")}
"""By the end of a file's name, what separates its cells, and its media type."""


def kind_of_file(req: func.HttpRequest) -> str:
    """Return the kind of file that is asked for instead of a page; empty for none."""
    kind = str(req.params.get("format", ""))
    return kind if kind in KINDS else ""


def workbook(rows: Iterable[Iterable[SheetCell]], name: str) -> func.HttpResponse:
    """Return a table as a workbook, in which moments, lengths and numbers are what they are."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return func.HttpResponse(as_workbook(rows, name), headers=headers, mimetype=WORKBOOK)


def download(rows: Iterable[Iterable[str]], name: str, kind: str = "csv") -> func.HttpResponse:
    """Return a table as a file that spreadsheets open in any language."""
    delimiter, media_type = KINDS[kind]
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    body = as_file(rows, delimiter)
    return func.HttpResponse(body, headers=headers, mimetype=media_type, charset="utf-8")
