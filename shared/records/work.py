"""The rows of what is due: messages and whatever else a timer does."""

from collections.abc import Iterable

from shared.domain.appointments.messages import NewEntry
from shared.records.appointments import Changes
from shared.records.codec import dump
from shared.records.keys import (
    work_key,
)


def work_rows(due: Iterable[NewEntry]) -> Changes:
    """Return the rows of what is to be told; a notice that tells nobody still takes over what earlier ones owe."""
    said = [one for one in due if one.work.recipients or one.work.version > 1]
    return {work_key(one.at, one.subject, one.number): dump(one.work) for one in said}
