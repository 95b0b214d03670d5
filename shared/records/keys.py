"""The grammar of row keys, both directions, and documents in rows. Every time in a key is UTC."""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from shared.domain.timeline.ledger import cut_by_month
from shared.records.table import Operation, Range


BUSINESS = "0biz"
LOGO = "0lgo"
CONFIGURATION = Range("0", "1")
ASAP = "0" * 12
FIRST_WEEK, WEEK, HOUR = datetime(1970, 1, 4, 12, tzinfo=UTC), timedelta(days=7), timedelta(hours=1)
COLUMN = 16_000  # characters: in UTF-16 at most what a column holds
WORK_AT_ONCE = Range(f"M|{ASAP}|", f"M|{ASAP}~")
KEY = re.compile(r"[A-Za-z0-9._~|-]{1,120}")
IDENTIFIER = re.compile(r"[A-Za-z0-9._~-]{1,60}")


def minute(moment: datetime) -> str:
    """Return "yyyymmddhhmm" in UTC."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M")


def minute_of(text: str) -> datetime:
    year, month, day, hour, minutes = (int(text[at : at + 2]) for at in (2, 4, 6, 8, 10))
    return datetime(int(text[:2]) * 100 + year, month, day, hour, minutes, tzinfo=UTC)


def service_key(service: str) -> str:
    return f"0svc|{service}"


def staff_key(staff: str) -> str:
    return f"0stf|{staff}"


def question_key(question: str) -> str:
    return f"0que|{question}"


def ledger_key(month: str, staff: str) -> str:
    return f"L|{month}|{staff}"


def ledgers_of(month: str) -> Range:
    return Range(f"L|{month}|", f"L|{month}~")


def ledger_keys(first: int, last: int, staff: Iterable[str]) -> list[str]:
    """Return the ledgers that the ticks [first, last) of these people touch."""
    months = cut_by_month(first, last)
    return [ledger_key(month, person) for person in staff for month in months]


def appointment_key(appointment: str) -> str:
    return f"A|{appointment}"


def seat_key(appointment: str, seat: str) -> str:
    return f"S|{appointment}|{seat}"


def seats_of(appointment: str) -> Range:
    return Range(f"S|{appointment}|", f"S|{appointment}~")


def session_key(start: datetime, service: str, appointment: str) -> str:
    return f"G|{minute(start)}|{service}|{appointment}"


def sessions_at(start: datetime, service: str) -> Range:
    return Range(f"G|{minute(start)}|{service}|", f"G|{minute(start)}|{service}~")


def sessions_between(first: datetime, last: datetime) -> Range:
    return Range(f"G|{minute(first)}", f"G|{minute(last)}")


def day_key(start: datetime, appointment: str) -> str:
    return f"D|{minute(start)}|{appointment}"


def days_between(first: datetime, last: datetime) -> Range:
    """Return the appointments that start in [first, last), by the index of starts."""
    return Range(f"D|{minute(first)}", f"D|{minute(last)}")


def long_key(end: datetime, appointment: str) -> str:
    return f"E|{minute(end)}|{appointment}"


def long_ones_between(first: datetime, last: datetime) -> Range:
    """Return the long appointments that end in (first, last], by the index of ends; to the minute, some more."""
    return Range(f"E|{minute(first)}", f"E|{minute(last)}~")


def visit_key(start: datetime, appointment: str) -> str:
    return f"V|{minute(start)}|{appointment}"


def visits_between(first: datetime, last: datetime) -> Range:
    return Range(f"V|{minute(first)}", f"V|{minute(last)}")


def queue_key(start: datetime) -> str:
    """Return the hour of the queue in which something starts: "Q|week|hour", which is a column of the week's row.

    Weeks begin on Sundays at noon in UTC, so that one row holds any Monday to Saturday of nearly all zones.
    """
    week, hour = divmod((start - FIRST_WEEK) // HOUR, WEEK // HOUR)
    return f"Q|{minute(FIRST_WEEK + week * WEEK)[:8]}|{hour:03d}"


def queue_column(key: str) -> tuple[str, str]:
    """Return the row and the column that an hour of the queue is."""
    row, _, hour = key.rpartition("|")
    return row, f"h{hour}"


def version_bumps(hours: Iterable[str], mark: str) -> list[Operation]:
    """Return the writes that tell that the queue of these hours has changed: one for each week's row."""
    columns: dict[str, dict[str, str]] = {}
    for row, column in map(queue_column, hours):
        columns.setdefault(row, {})[column] = mark
    return [Operation("touch", row, values) for row, values in columns.items()]


def queue_hours(first: datetime, last: datetime) -> list[str]:
    """Return the hours of the queue that hold what starts in [first, last)."""
    whole = first.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return [queue_key(whole + step * HOUR) for step in range(-((whole - last) // HOUR))]


def customer_key(customer: str) -> str:
    return f"C|{customer}"


def customer_appointment_key(customer: str, start: datetime, seat: str) -> str:
    return f"X|{customer}|{minute(start)}|{seat}"


def seats_at(customer: str, start: datetime) -> Range:
    """Return a customer's seats in what starts then, and those that they had there before they moved."""
    return Range(f"X|{customer}|{minute(start)}|", f"X|{customer}|{minute(start)}~")


def appointments_of(customer: str) -> Range:
    """Return a customer's appointments, and where they were before they moved."""
    return Range(f"X|{customer}|", f"X|{customer}~")


def coming_of(customer: str, now: datetime) -> Range:
    """Return a customer's appointments that start from now on."""
    return Range(f"X|{customer}|{minute(now)}", f"X|{customer}|~")


def codes_key(name: str) -> str:
    return f"K|{name}"


def decision_key(command_hash: str) -> str:
    return f"I|{command_hash}"


def work_key(due: datetime | None, subject: str, number: str) -> str:
    """Return a work row's key; no due time means as soon as possible."""
    return f"M|{minute(due) if due else ASAP}|{subject}|{number}"


def work_until(moment: datetime) -> Range:
    """Return the work rows that are due by this moment's minute."""
    return Range("M|", f"M|{minute(moment)}~")


def work_after(key: str) -> Range:
    """Return the work rows about the same subject that were written for later versions of it."""
    return Range(f"{key}-", f"{key.rpartition('|')[0]}|~")


def failed_key(work: str) -> str:
    return f"U{work[1:]}"


def time_off_key(staff: str, start: datetime, identifier: str) -> str:
    return f"T|{staff}|{minute(start)}|{identifier}"


def time_off_of(staff: str) -> Range:
    return Range(f"T|{staff}|", f"T|{staff}~")


def audit_key(now: datetime, number: str) -> str:
    """Return a key that sorts the newest first."""
    return f"Z|{10**15 - int(now.timestamp() * 1000):015d}|{number}"


def member_partition(email: str) -> str:
    """Return where a person's calendars are noted."""
    return hashlib.sha256(email.strip().casefold().encode()).hexdigest()[:32]
