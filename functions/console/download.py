"""Tables of the console as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import azure.functions as func

from functions.spreadsheets.export import as_file


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KINDS: Mapping[str, tuple[str, str]] = {"csv": (",", "text/csv"), "tsv": ("\t", "text/tab-separated-values")}
"""By the end of a file's name, what separates its cells, and its media type."""


def kind_of_file(req: func.HttpRequest) -> str:
    """Return the kind of file that is asked for instead of a page; empty for none."""
    kind = str(req.params.get("format", ""))
    return kind if kind in KINDS else ""


def download(rows: Iterable[Iterable[str]], name: str, kind: str = "csv") -> func.HttpResponse:
    """Return a table as a file that spreadsheets open in any language."""
    delimiter, media_type = KINDS[kind]
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    body = as_file(rows, delimiter)
    return func.HttpResponse(body, headers=headers, mimetype=media_type, charset="utf-8")
