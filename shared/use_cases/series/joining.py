"""How an appointment joins its series, and the one message about all of them its recipients.

The message is an outbox entry that is filed with the first appointment and due a minute later. Each of the others
replaces it, with its own recipients added, in the transaction that books it. So wherever a run stops, people are
told of what is booked; and once the entry was served, or is being served, the next appointment files another one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.notices import series_notice
from shared.domain.appointments.recipients import Recipient, merge_recipients
from shared.domain.appointments.series import AppointmentSeries, due_at
from shared.records.appointments import Changes
from shared.records.codec import dump, load
from shared.records.keys import series_key, work_key
from shared.records.table import Rows
from shared.records.work import work_rows


def held_series(rows: Rows, series: str) -> AppointmentSeries | None:
    """Return a series as it was read; None if none of it is booked."""
    values = rows.values(series_key(series))
    return load(AppointmentSeries, values) if values else None


def series_reads(rows: Rows, series: str) -> Iterable[str]:
    """Yield the key of a series, then that of the message about it."""
    yield series_key(series)
    if held := held_series(rows, series):
        yield _entry_key(held)


def joined_rows(
    rows: Rows, series: str, appointment: str, recipients: Sequence[Recipient], now: datetime, seat: str = ""
) -> Changes:
    """Return the rows of a series that an appointment joins, and of the message that its recipients get.

    Of a session of a group, it is the customer's `seat` that joins.
    """
    before = held_series(rows, series)
    waiting = _waiting(rows, before) if before else None
    due = before.due if before and waiting else due_at(now, before.due if before else None)
    there, seats = (before.appointments, before.seats) if before else ((), ())
    seats = (*seats, seat) if seat else seats
    after = AppointmentSeries(id=series, due=due, appointments=(*there, appointment), seats=seats)
    told = series_notice(after, recipients)
    if waiting:
        more = merge_recipients(waiting.recipients, recipients)
        told = replace(told, work=waiting.model_copy(update={"recipients": more}))
    return {series_key(series): dump(after), **work_rows([told])}


def _waiting(rows: Rows, series: AppointmentSeries) -> OutboxEntry | None:
    """Return the message that waits to be sent; None if it was sent, or if a worker has taken it."""
    values = rows.values(_entry_key(series))
    entry = load(OutboxEntry, values) if values else None
    return entry if entry and not entry.leased_by else None


def _entry_key(series: AppointmentSeries) -> str:
    entry = series_notice(series, ())
    return work_key(entry.at, entry.subject, entry.number)
