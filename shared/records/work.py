"""The rows of outbox entries: messages and other work of the timer."""

from collections.abc import Iterable

from shared.domain.appointments.notices import NewEntry
from shared.records.appointments import Changes
from shared.records.codec import dump
from shared.records.keys import (
    work_key,
)


def work_rows(due: Iterable[NewEntry]) -> Changes:
    """Return the rows of these entries.

    An entry without recipients is written too if it is of a later version: it takes over those of earlier ones.
    """
    said = [one for one in due if one.work.recipients or one.work.version > 1]
    return {work_key(one.at, one.subject, one.number): dump(one.work) for one in said}
