"""What a person chose to see of reports: the columns of the table in their order, and a group of calendars."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from shared.records.organisation import ORGANISATION, PEOPLE
from shared.records.table import Operation
from shared.use_cases.ports import Store
from shared.use_cases.single_write import write_alone


COLUMNS, CALENDARS = "reportColumns", "reportCalendars"


class ReportChoice(NamedTuple):
    """The columns, and the calendars by their ids; each is empty for those who never chose."""

    columns: tuple[str, ...] = ()
    calendars: tuple[str, ...] = ()


async def find_choice(subject: str, *, store: Store) -> ReportChoice:
    """Return what a person chose; one round trip."""
    row = await store.table.get(ORGANISATION, PEOPLE, _key(subject))
    if row is None:
        return ReportChoice()
    columns, calendars = (str(row.values.get(name) or "") for name in (COLUMNS, CALENDARS))
    return ReportChoice(_parts(columns), _parts(calendars))


async def save_columns(subject: str, columns: Sequence[str], *, store: Store) -> None:
    """Keep the columns that a person chose; the latest choice counts. Raise TryAgain."""
    await _save(subject, COLUMNS, columns, store)


async def save_calendars(subject: str, calendars: Sequence[str], *, store: Store) -> None:
    """Keep the calendars that a person chose, none for all of them; the latest choice counts. Raise TryAgain."""
    await _save(subject, CALENDARS, calendars, store)


async def _save(subject: str, name: str, chosen: Sequence[str], store: Store) -> None:
    kept = Operation("touch", _key(subject), {name: ",".join(chosen)})
    await write_alone(store.table, ORGANISATION, PEOPLE, kept)


def _parts(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))


def _key(subject: str) -> str:
    return hashlib.sha256(subject.encode()).hexdigest()
