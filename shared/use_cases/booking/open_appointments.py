"""Refuses customers who may not book online: too many appointments to come, or blocked by staff."""

from datetime import datetime, timedelta

from shared.domain.appointments.customer import CustomerRecord
from shared.domain.calendar.business import Business
from shared.domain.errors import ByPhoneOnly, TooManyOpen
from shared.records.codec import load
from shared.records.keys import coming_of, customer_key, is_at, minute
from shared.records.table import Rows, Stale


GONE = ("cancelled", "moved")
SETTLED = timedelta(seconds=10)  # an index cannot be older than a customer's row that was unchanged this long


def refusal_to_hold(rows: Rows, customer: str, business: Business, now: datetime) -> TooManyOpen | None:
    """Return the refusal of one more appointment; None if it is allowed.

    Each booking is conditional on the customer's row, which names the last one: if the index has that, it has them
    all. Raise Stale if the index was read before the customer's row.
    """
    if not business.most_open:
        return None
    _require_one_moment(rows, customer, now)
    found = [row for row in rows.between(coming_of(customer, now)) if row.values["status"] not in GONE]
    return TooManyOpen() if len(found) >= business.most_open else None


def refusal_of_blocked(rows: Rows, customer: str) -> ByPhoneOnly | None:
    """Return the refusal of a customer whom staff have blocked from booking online.

    Each booking is conditional on the customer's row, so none is made once the block was confirmed.
    """
    values = rows.values(customer_key(customer))
    return ByPhoneOnly() if values and load(CustomerRecord, values).is_blocked else None


def _require_one_moment(rows: Rows, customer: str, now: datetime) -> None:
    row, index = rows.find(customer_key(customer))[1], rows.ranges[coming_of(customer, now)]
    last = str(row.values.get("lastSeat", "")) if row else ""
    if row is None or last < minute(now) or index.date - row.written > SETTLED:
        return
    if all(not is_at(one.key, last) for one in index.rows):
        raise Stale(f"{row.key} tells of a booking that its index has not")
