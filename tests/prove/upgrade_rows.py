"""Rows that two versions write: what each of them holds, what is gone from them, and what readers take for it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from shared.domain.appointments.appointment import Appointment
from shared.records.appointments import projection
from shared.records.codec import load_row
from shared.storage.tables import Tables


if TYPE_CHECKING:
    from shared.records.table import Page, Row
    from tests.load.system import Clinic

INDEXES = ("D|", "E|")
NEWER_COLUMNS = ("by", "ref", "wish", "left", "confirm")
# Columns are written again by this version whenever the appointment changes; until then readers take them as empty.
# Where a place was before it was moved is gone: an erasure does not find what it left there.
KNOWN_LOSSES = {f"{kind[0]} {name}" for kind in INDEXES for name in NEWER_COLUMNS} | {"S body.wasIn"}


class AsRead(Tables):
    """The tables, where columns of the day index that the released version leaves out have what a reader takes for them."""

    async def range(self, table: str, partition: str, *more: Any, **options: Any) -> Page:
        page = await super().range(table, partition, *more, **options)
        return page._replace(rows=[_filled(row) if row.key.startswith(INDEXES) else row for row in page.rows])


def _filled(row: Row) -> Row:
    known = projection(load_row(Appointment, row))
    missing = {name: known[name] for name in NEWER_COLUMNS if name not in row.values}
    return row._replace(values={**row.values, **missing})


async def members_of(tables: Tables, clinics: list[Clinic]) -> dict[tuple[str, str], set[str]]:
    """Return the columns of every row, and the members of its document."""
    found: dict[tuple[str, str], set[str]] = {}
    for clinic in clinics:
        business = clinic.calendar.business.id
        for row in (await tables.range("bookings", business, "!", "~")).rows:
            text = "".join(str(row.values[one]) for one in sorted(row.values) if re.fullmatch(r"body\d*", one))
            members = json.loads(text) if text.startswith("{") else {}
            found[business, row.key] = {*row.values, *(f"body.{one}" for one in members)}
    return found


def lost_since(before: dict[tuple[str, str], set[str]], after: dict[tuple[str, str], set[str]]) -> set[str]:
    """Return what rows had, and have no more: the kind of the row, and the name."""
    return {
        f"{row[1].partition('|')[0]} {name}"
        for row, names in before.items()
        for name in names - after.get(row, names)
    }
