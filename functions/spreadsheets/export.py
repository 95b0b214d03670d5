"""Tables that leave as files: each cell is quoted, and none is taken for a formula by a spreadsheet."""

import csv
import re
from collections.abc import Iterable
from io import StringIO


UNSEEN = r"""[\s\x00-\x1f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"'`]*"""
FORMULA = re.compile(rf"{UNSEEN}[=+\-@\uff1d\uff0b\uff0d\uff20\u2212\ufe62\ufe63\ufe6b]|[\t\r\n]")
"""What spreadsheets calculate: also behind spaces, quotes and marks that nobody sees, and at full width."""


def as_table(rows: Iterable[Iterable[str]], delimiter: str = ",") -> str:
    """Return rows as CSV, or with tabs between as TSV."""
    out = StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def harmless(cell: str) -> str:
    """Return a text as a cell that is no formula: with an apostrophe before it where it looks like one."""
    return f"'{cell}" if FORMULA.match(cell) else cell
