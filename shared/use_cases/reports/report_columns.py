"""The columns of reports that a person chose to see, in their order."""

import hashlib

from shared.records.organisation import ORGANISATION, PEOPLE
from shared.records.table import Operation
from shared.use_cases.ports import Store
from shared.use_cases.single_write import write_alone


async def find_columns(subject: str, *, store: Store) -> tuple[str, ...]:
    """Return the columns that a person chose; none if they never did."""
    row = await store.table.get(ORGANISATION, PEOPLE, _key(subject))
    return tuple(filter(None, str(row.values.get("reportColumns", "")).split(","))) if row else ()


async def save_columns(subject: str, columns: tuple[str, ...], *, store: Store) -> None:
    """Keep the columns that a person chose; the latest choice counts. Raise TryAgain."""
    kept = Operation("upsert", _key(subject), {"reportColumns": ",".join(columns)})
    await write_alone(store.table, ORGANISATION, PEOPLE, kept)


def _key(subject: str) -> str:
    return hashlib.sha256(subject.encode()).hexdigest()
