"""Checks, if the calendar requires it, that a customer reads the mail of the address they give.

A code is used once, in the transaction of the booking that it permits.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from shared.domain.appointments.appointment import Customer
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.email_code import is_code_asked, second_of, sent_at, still_valid
from shared.domain.calendar.service import Service
from shared.domain.errors import InvalidFields, TryAgain
from shared.domain.links import digest
from shared.domain.secrets import naming
from shared.domain.text.addresses import folded
from shared.records.appointments import Changes
from shared.records.keys import codes_key
from shared.records.table import Ambiguous, Operation, Row, Rows, Stale, Values
from shared.use_cases.booking.check_form import REQUIRED
from shared.use_cases.context import Context


NOT_RIGHT = "not the code of the last ten minutes"
TRIES = 5


class Coded(Protocol):
    """A form that may carry a code."""

    @property
    def customer(self) -> Customer:
        """Return whose address the code was sent to."""
        ...

    @property
    def code(self) -> str:
        """Return the code as it was typed; empty if none was."""
        ...


def require_code(form: Coded, calendar: Calendar, service: Service) -> None:
    """Raise InvalidFields if a code is required and missing, or if there is no address to send one to."""
    if not is_code_asked(calendar.business.page, service):
        return
    if not form.customer.email:
        raise InvalidFields([REQUIRED.at("/customer/email")])
    if not form.code:
        raise InvalidFields([REQUIRED.at("/code")])


def codes_of(secret: str, calendar: Calendar, service: Service, email: str) -> list[str]:
    """Return the key of the row of codes that were sent to an address; empty if no code is required."""
    asked = is_code_asked(calendar.business.page, service) and email
    return [_key(secret, calendar.business.id, email)] if asked else []


def use_code(rows: Rows, form: Coded, calendar: Calendar, service: Service, secret: str, now: datetime) -> Changes:
    """Return the change that uses up a code. Raise InvalidFields if it was not sent, has expired or was used."""
    changes: Changes = {}
    for key in codes_of(secret, calendar, service, form.customer.email):
        valid = still_valid(_seconds(rows.values(key)), now)
        used = sent_at(secret, calendar.business.id, form.customer.email, form.code, valid)
        if used is None:
            raise InvalidFields([("/code", NOT_RIGHT)])
        changes[key] = _values(second for second in valid if second != used)
    return changes


async def note_code(business: str, email: str, *, context: Context) -> None:
    """Record that a code is sent now: no other is valid. Raise TryAgain."""
    key = _key(context.secret, business, email)
    for _ in range(TRIES):
        try:
            row = await context.store.table.get("bookings", business, key)
            write = _noted(key, row, context.now)
            await context.store.table.transact("bookings", business, [write])
        except (Stale, Ambiguous):  # either way the next read shows what is there
            continue
        return
    raise TryAgain


def _noted(key: str, row: Row | None, now: datetime) -> Operation:
    sent = still_valid(_seconds(row.values if row else None), now)
    values = _values({*sent, second_of(now)})
    return Operation("replace", key, values, row.etag) if row else Operation("insert", key, values)


def _key(secret: str, business: str, email: str) -> str:
    return codes_key(digest(naming(secret), "codes", business, folded(email)).hex()[:32])


def _seconds(values: Values | None) -> list[int]:
    return [int(part) for part in str(values["sent"]).split()] if values else []


def _values(seconds: Iterable[int]) -> Values:
    return {"sent": " ".join(map(str, sorted(seconds)))}
