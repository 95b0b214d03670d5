"""Notes what a customer has said to staff: that they want no SMS, or SMS again. It holds for all calendars."""

import hashlib
from datetime import datetime

from shared.domain.appointments.customer import CustomerRecord
from shared.domain.calendar.business import Business
from shared.domain.text.phones import e164, region_of
from shared.records.audit import audit_row
from shared.records.table import Operation
from shared.use_cases.commands import Author
from shared.use_cases.ports import Store
from shared.use_cases.sms.opt_outs import code_of, find_opt_out, record_opt_out


def code_of_customer(record: CustomerRecord, business: Business, secret: str) -> str:
    """Return the name of a customer's number in the list of those who want no SMS; empty if it is no number."""
    number = e164(record.phone, region_of(business.phone, business.time_zone)) if record.phone else ""
    return code_of(secret, number) if number else ""


async def wants_no_sms(record: CustomerRecord, business: Business, *, store: Store, secret: str) -> bool | None:
    """Return whether a customer wants no SMS; None if their number is none, or missing. Raise Ambiguous."""
    code = code_of_customer(record, business, secret)
    if not code:
        return None
    found = await find_opt_out(code, store=store)
    return found is not None and found.is_out


async def note_wish(
    name: str, code: str, *, is_out: bool, author: Author, business: str, store: Store, now: datetime
) -> None:
    """Record the wish of the customer with this id, and who noted it. Raise Ambiguous, Stale."""
    if not await record_opt_out(code, is_out=is_out, by=author.actor, store=store, now=now):
        return
    number = hashlib.sha256(author.key.encode()).hexdigest()[:12]
    action = "customer texts stopped" if is_out else "customer texts allowed"
    told = audit_row(now, number, author.actor, action, name)
    operations = [Operation("upsert", key, values or {}) for key, values in told.items()]
    await store.table.transact("bookings", business, operations)
