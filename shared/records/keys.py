"""The grammar of row keys in the partition of a calendar, both directions. Every time in a key is UTC.

A key is its kind, then its parts, with | between them; the last part is an id. The docstring of
shared/storage/tables.py describes the kinds. Nothing above this layer builds a key or takes one apart. Ranges are
half-open and end on ~, which sorts after every other character of a key.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from shared.domain.appointments.recipients import Recipient
from shared.domain.text.addresses import spellings
from shared.domain.timeline.ledger import cut_by_month
from shared.records.table import Range


BUSINESS, LOGO = "0biz", "0lgo"
SETTINGS = "0"
LEDGER, APPOINTMENT, SEAT, SESSION, DAY, LONG_ONE = "L|", "A|", "S|", "G|", "D|", "E|"
CUSTOMER, CUSTOMER_APPOINTMENT, TIME_OFF, VISIT, QUEUE, SERIES = "C|", "X|", "T|", "V|", "Q|", "R|"
DECISION, CODES, WORK, SENT, FAILED, AUDIT = "I|", "K|", "M|", "N|", "U|", "Z|"
SMS = "P|"
HOLD, HOLDINGS, SEAL = "H|", "B|", "J|"
OWN_ANSWER, OWN_SHEET = "W|", "F|"
FONT_REGULAR, FONT_BOLD = "t|regular", "t|bold"
CONFIGURATION = Range("0", "1")  # the kinds of settings begin with 0, so that one read gets them all
ASAP = "0" * 12  # in place of a minute; sorts before all of them, so it is always due
LAST_SEAL = 99_999_999
COLUMN = 16_000  # characters: at most 64 KB in UTF-16, the limit of a column
WORK_AT_ONCE = Range(f"M|{ASAP}|", f"M|{ASAP}~")
KEY = re.compile(r"[A-Za-z0-9._~|-]{1,120}")
IDENTIFIER = re.compile(r"[A-Za-z0-9._~-]{1,60}")


def minute(moment: datetime) -> str:
    """Return "yyyymmddhhmm" in UTC."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M")


def minute_of(text: str) -> datetime:
    """Return the moment of "yyyymmddhhmm" in UTC."""
    year, month, day, hour, minutes = (int(text[at : at + 2]) for at in (2, 4, 6, 8, 10))
    return datetime(int(text[:2]) * 100 + year, month, day, hour, minutes, tzinfo=UTC)


def every(kind: str) -> Range:
    """Return the range of all rows of a kind."""
    return Range(kind, f"{kind[:-1]}~")


def parts_of(whole: Range, bounds: Iterable[str]) -> list[Range]:
    """Return a range in parts to read side by side, cut where ids begin with the bounds."""
    lows = [whole.low, *(whole.low + bound for bound in bounds)]
    return [Range(low, high) for low, high in zip(lows, [*lows[1:], whole.high], strict=True)]


def following(key: str) -> str:
    """Return where the keys after this one begin: - sorts before every other character of a key."""
    return f"{key}-"


def kind_of(key: str) -> str:
    """Return the letters of a key's kind."""
    return key.partition("|")[0]


def id_of(key: str) -> str:
    """Return the id that a key ends on: an appointment's, a seat's, a person's, a customer's."""
    return key.rpartition("|")[2]


def start_of(key: str) -> datetime:
    """Return the start that the key of a day, a session or a visit begins with."""
    return minute_of(key.split("|")[1])


def service_key(service: str) -> str:
    """Return the key of a service's settings."""
    return f"0svc|{service}"


def staff_key(staff: str) -> str:
    """Return the key of a person's settings."""
    return f"0stf|{staff}"


def question_key(question: str) -> str:
    """Return the key of a custom question."""
    return f"0que|{question}"


def text_key(text: str) -> str:
    """Return the key of a calendar's own text for messages."""
    return f"0txt|{text}"


def ledger_key(month: str, staff: str) -> str:
    """Return the key of one person's ledger of one UTC month."""
    return f"L|{month}|{staff}"


def ledgers_of(month: str) -> Range:
    """Return the ledgers of all staff of one UTC month."""
    return Range(f"L|{month}|", f"L|{month}~")


def month_of(ledger: str) -> str:
    """Return the month "yyyymm" of a ledger's key."""
    return ledger.split("|")[1]


def ledger_keys(first: int, last: int, staff: Iterable[str]) -> list[str]:
    """Return the ledgers that the ticks [first, last) of these people touch."""
    months = cut_by_month(first, last)
    return [ledger_key(month, person) for person in staff for month in months]


def hold_key(staff: str, first: datetime, digest: str) -> str:
    """Return the key of a hold on a person's time from `first` on."""
    return f"H|{staff}|{minute(first)}|{digest}"


def holds_in(month: str, staff: str) -> Range:
    """Return the holds on a person's time that begin in a UTC month."""
    return Range(f"H|{staff}|{month}", f"H|{staff}|{month}~")


def holdings_key(appointment: str) -> str:
    """Return the key of what an appointment holds in other calendars."""
    return f"B|{appointment}"


def appointment_key(appointment: str) -> str:
    """Return the key of an appointment."""
    return f"A|{appointment}"


def series_key(series: str) -> str:
    """Return the key of a series of appointments."""
    return f"R|{series}"


def appointments_named(beginning: str) -> Range:
    """Return the appointments whose ids begin with this."""
    return Range(f"A|{beginning}", f"A|{beginning}~")


def seat_key(appointment: str, seat: str) -> str:
    """Return the key of a group's seat."""
    return f"S|{appointment}|{seat}"


def seats_of(appointment: str) -> Range:
    """Return the seats of a group, those that are cancelled or moved included."""
    return Range(f"S|{appointment}|", f"S|{appointment}~")


def session_key(start: datetime, service: str, appointment: str) -> str:
    """Return the key by which a session with free seats is found."""
    return f"G|{minute(start)}|{service}|{appointment}"


def sessions_at(start: datetime, service: str) -> Range:
    """Return the open sessions of a service at one start."""
    return Range(f"G|{minute(start)}|{service}|", f"G|{minute(start)}|{service}~")


def service_of(session: str) -> str:
    """Return the service of an open session's key."""
    return session.split("|")[2]


def sessions_between(first: datetime, last: datetime) -> Range:
    """Return the open sessions of all services that start in [first, last)."""
    return Range(f"G|{minute(first)}", f"G|{minute(last)}")


def day_key(start: datetime, appointment: str) -> str:
    """Return the key of an appointment in the index of starts."""
    return f"D|{minute(start)}|{appointment}"


def days_between(first: datetime, last: datetime) -> Range:
    """Return the appointments that start in [first, last), by the index of starts."""
    return Range(f"D|{minute(first)}", f"D|{minute(last)}")


def days_at(start: datetime) -> Range:
    """Return the appointments that begin at this start, by the index of starts."""
    return Range(f"D|{minute(start)}|", f"D|{minute(start)}~")


def days_from(first: datetime) -> Range:
    """Return the appointments that start at `first` or later."""
    return Range(f"D|{minute(first)}", every(DAY).high)


def long_key(end: datetime, appointment: str) -> str:
    """Return the key of a long appointment in the index of ends."""
    return f"E|{minute(end)}|{appointment}"


def long_ones_between(first: datetime, last: datetime) -> Range:
    """Return the long appointments that end in (first, last], by the index of ends; rounded to minutes."""
    return Range(f"E|{minute(first)}", f"E|{minute(last)}~")


def visit_key(start: datetime, appointment: str) -> str:
    """Return the key of a visit, which is like that of its appointment in the index of starts."""
    return f"V|{minute(start)}|{appointment}"


def visits_between(first: datetime, last: datetime) -> Range:
    """Return the visits whose appointments start in [first, last)."""
    return Range(f"V|{minute(first)}", f"V|{minute(last)}")


def customer_key(customer: str) -> str:
    """Return the key of a customer."""
    return f"C|{customer}"


def customer_appointment_key(customer: str, start: datetime, seat: str) -> str:
    """Return the key of a seat in its customer's index."""
    return f"X|{customer}|{seat_place(start, seat)}"


def seat_place(start: datetime, seat: str) -> str:
    """Return where a seat stands in its customer's index; places are in the order of their starts."""
    return f"{minute(start)}|{seat}"


def place_of(key: str) -> str:
    """Return where a customer's index has a seat, by its key."""
    return key.split("|", 2)[2]


def listed_at(key: str) -> datetime:
    """Return the start of a seat in its customer's index, by its key."""
    return minute_of(key.split("|")[2])


def is_at(key: str, place: str) -> bool:
    """Return whether a customer's index has a key at a place."""
    return key.endswith(f"|{place}")


def seats_at(customer: str, start: datetime) -> Range:
    """Return a customer's seats at this start, and those that were there before they were moved."""
    return Range(f"X|{customer}|{minute(start)}|", f"X|{customer}|{minute(start)}~")


def appointments_of(customer: str) -> Range:
    """Return a customer's appointments, and the places that they had before they were moved."""
    return Range(f"X|{customer}|", f"X|{customer}~")


def appointments_near(customer: str, first: datetime, last: datetime) -> Range:
    """Return a customer's appointments that start in [first, last)."""
    return Range(f"X|{customer}|{minute(first)}", f"X|{customer}|{minute(last)}")


def coming_of(customer: str, now: datetime) -> Range:
    """Return a customer's appointments that start at `now` or later."""
    return Range(f"X|{customer}|{minute(now)}", f"X|{customer}|~")


def codes_key(name: str) -> str:
    """Return the key of the codes that were sent to an address, by a hash of it."""
    return f"K|{name}"


def decision_key(command_hash: str) -> str:
    """Return the key of the decision on a command."""
    return f"I|{command_hash}"


def work_key(due: datetime | None, subject: str, number: str) -> str:
    """Return the key of an outbox entry; `due` None means as soon as possible."""
    return f"M|{minute(due) if due else ASAP}|{subject}|{number}"


def later_key(work: str, due: datetime) -> str:
    """Return the key of the same outbox entry when it is due at another time."""
    return f"M|{minute(due)}|{work.split('|', 2)[2]}"


def due_of(work: str) -> datetime | None:
    """Return the minute at which an outbox entry is due, by its key; None if as soon as possible."""
    stamp = work.split("|")[1]
    return None if stamp == ASAP else minute_of(stamp)


WISH = "wish-"
"""Begins the subject of what tells that somebody asks to be replaced; the appointment follows."""


def subject_of(work: str) -> str:
    """Return what an outbox entry is about, by its key: a seat, an appointment, or "invitation" and the like."""
    return work.split("|")[2]


def number_of(work: str) -> str:
    """Return what distinguishes an outbox entry from others of its subject, by its key."""
    return work.split("|", 3)[3]


def work_until(moment: datetime) -> Range:
    """Return the outbox entries that are due by this moment's minute."""
    return Range("M|", f"M|{minute(moment)}~")


def work_at_once(subject: str) -> Range:
    """Return the outbox entries of a subject that are due as soon as possible."""
    return Range(f"M|{ASAP}|{subject}|", f"M|{ASAP}|{subject}|~")


def work_after(key: str) -> Range:
    """Return the outbox entries of the same subject for its later versions."""
    # The number begins with the version, padded with zeros, so keys sort by version.
    return Range(f"{key}-", f"{key.rpartition('|')[0]}|~")


def failed_key(work: str) -> str:
    """Return the key of the failed recipients of an outbox entry."""
    return f"U{work[1:]}"


def retried_key(failed: str) -> str:
    """Return the key under which a failed entry of the outbox is tried again, as soon as possible."""
    return f"M|{ASAP}|{failed.split('|', 2)[2]}"


def sent_key(appointment: str, work: str, recipient: Recipient) -> str:
    """Return the key of what became of a message, for each try; `appointment` is empty if it has none."""
    told = f"{work} {' '.join(recipient.who)}"
    return f"N|{appointment}|{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def sent_of(appointment: str) -> Range:
    """Return what became of the messages about an appointment."""
    return Range(f"N|{appointment}|", f"N|{appointment}~")


def appointment_of_note(sent: str) -> str:
    """Return the appointment of what became of a message, by its key."""
    return sent.split("|")[1]


def sms_key(at: datetime, work: str, seat: str) -> str:
    """Return the key of an SMS that is handed over: by when, its outbox entry, and whose it is."""
    return f"P|{minute(at)}|{hashlib.sha256(f'{work} {seat}'.encode()).hexdigest()[:16]}"


def sms_between(first: datetime, last: datetime) -> Range:
    """Return the SMS that were handed over in [first, last)."""
    return Range(f"P|{minute(first)}", f"P|{minute(last)}")


def audit_until(moment: datetime) -> str:
    """Return the key at which the entries of the audit up to a moment begin; later ones sort before it."""
    return audit_key(moment, "")


def seal_key(number: int) -> str:
    """Return the key of a seal of the audit; the newest sorts first."""
    return f"J|{LAST_SEAL - number:08d}"


def seal_number(key: str) -> int:
    """Return the number of a seal by its key."""
    return LAST_SEAL - int(id_of(key))


def progress_key(name: str) -> str:
    """Return the key of how far a long piece of work has got."""
    return f"Y|{name}"


def days_after(day: str, until: datetime) -> Range:
    """Return the appointments that start before `until`, after those up to this key of the index; all if empty."""
    return Range(following(day) if day else DAY, f"D|{minute(until)}")


def own_answer_key(language: str, question: str) -> str:
    """Return the key of a calendar's own answer to a question of customers."""
    return f"W|{language}|{question}"


def own_answers_in(language: str) -> Range:
    """Return a calendar's own answers in a language."""
    return Range(f"W|{language}|", f"W|{language}~")


def own_sheet_key(language: str) -> str:
    """Return the key of a calendar's own words on its infographic in a language."""
    return f"F|{language}"


def own_picture_key(place: str) -> str:
    """Return the key of a calendar's own picture for a place of its infographic."""
    return f"t|picture|{place}"


def time_off_key(staff: str, start: datetime, identifier: str) -> str:
    """Return the key of a time off."""
    return f"T|{staff}|{minute(start)}|{identifier}"


def time_off_of(staff: str) -> Range:
    """Return the times off of one person."""
    return Range(f"T|{staff}|", f"T|{staff}~")


def audit_key(now: datetime, number: str) -> str:
    """Return a key that sorts the newest first."""
    # Rows sort in ascending order only, so the number falls as time passes.
    return f"Z|{10**15 - int(now.timestamp() * 1000):015d}|{number}"


def member_partition(email: str) -> str:
    """Return the partition that lists a person's calendars."""
    return member_partitions(email)[0]


def member_partitions(email: str) -> list[str]:
    """Return the same, then the partition by the domain in letters (as in earlier versions) if that differs."""
    return [hashlib.sha256(one.encode()).hexdigest()[:32] for one in spellings(email)]
