"""Tables of the console as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import azure.functions as func

from functions.spreadsheets.export import as_table


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KINDS: Mapping[str, tuple[str, str]] = {"csv": (",", "text/csv"), "tsv": ("\t", "text/tab-separated-values")}
"""By the end of a file's name, what separates its cells, and its media type."""
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the encoding of its country


def kind_of_file(req: func.HttpRequest) -> str:
    """Return the kind of file that is asked for instead of a page; empty for none."""
    kind = str(req.params.get("format", ""))
    return kind if kind in KINDS else ""


def download(rows: Iterable[Iterable[str]], name: str, kind: str = "csv") -> func.HttpResponse:
    """Return a table as a file that spreadsheets open in any language."""
    delimiter, media_type = KINDS[kind]
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    text = BYTE_ORDER_MARK + as_table(rows, delimiter)
    return func.HttpResponse(text, headers=headers, mimetype=media_type, charset="utf-8")
