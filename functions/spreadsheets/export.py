"""Tables as files: each cell is quoted, and none is a formula when a spreadsheet opens it."""

import csv
import re
from collections.abc import Iterable
from io import StringIO
from itertools import islice


UNSEEN = r"""[\s\x00-\x1f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"'`]*"""
FORMULA = re.compile(rf"{UNSEEN}[=+\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe66\ufe6b]|[\t\r\n]")
"""What spreadsheets take for a formula, also after spaces, quotes and invisible marks, and in full width."""


AT_ONCE = 1000
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for the encoding of its country


def as_table(rows: Iterable[Iterable[str]], delimiter: str = ",") -> str:
    """Return rows as CSV, or as TSV with tabs."""
    out = StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def as_file(rows: Iterable[Iterable[str]], delimiter: str = ",") -> bytes:
    """Return the same as a file, some rows at a time to save memory."""
    found, left = bytearray(BYTE_ORDER_MARK.encode()), iter(rows)
    while some := list(islice(left, AT_ONCE)):
        found += as_table(some, delimiter).encode()
    return bytes(found)


def harmless(cell: str) -> str:
    """Return the cell with an apostrophe before it if a spreadsheet would take it for a formula."""
    return f"'{cell}" if FORMULA.match(cell) else cell
