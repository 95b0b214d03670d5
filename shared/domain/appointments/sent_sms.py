"""An SMS that was handed over: what became of it, as far as its provider says; and when reminders may be sent."""

from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from shared.domain.appointments.messages import OutboxEntry
from shared.domain.model import Model


SmsStatus = Literal["sent", "delivered", "failed"]
SmsReason = Literal[
    "", "invalid", "unknown", "landline", "unreachable", "blocked", "spam", "opted_out", "no_sender", "other"
]
Product = Literal["in_person", "online", "walk_in"]
MORNING, EVENING = time(8), time(21)  # between which reminders are sent, where their reader is


class BesideTold(Model):
    """Another outbox entry, with its key, of which the same SMS tells.

    One with the key of a `note` is served by its own worker, which leaves its SMS out and says so there.
    """

    entry: OutboxEntry
    work: str
    note: str = ""


class SentSms(Model):
    """One SMS, without what it said and to which number.

    status      meaning
    sent        its provider has taken it, and reports no more than that: many carriers never do
    delivered   it has reached the telephone
    failed      it has not, for a `reason`

    `entry` and `work` are the outbox entry that it was sent for, and its key, so that it can be sent again.
    `covers` are the seats that it is about, with the starts of their appointments, and `also` the other entries.
    """

    at: datetime
    sender: str
    kind: str
    product: Product = "in_person"
    appointment: str
    seat: str
    entry: OutboxEntry
    work: str
    status: SmsStatus = "sent"
    reason: SmsReason = ""
    covers: tuple[tuple[str, datetime], ...] = ()
    also: tuple[BesideTold, ...] = ()

    @property
    def is_undelivered(self) -> bool:
        """Return whether it did not reach somebody who wants it."""
        return self.status == "failed" and self.reason != "opted_out"

    def after(self, status: SmsStatus, reason: SmsReason) -> "SentSms":
        """Return it after a report. Reports come twice and in any order: the first that is final stands."""
        return self if self.status != "sent" else self.model_copy(update={"status": status, "reason": reason})


def quiet_until(moment: datetime, zone: str) -> datetime | None:
    """Return when a reminder may be sent to a reader in a time zone; None if it may now."""
    here = moment.astimezone(ZoneInfo(zone))
    if MORNING <= here.time() < EVENING:
        return None
    day = here.date() + timedelta(days=here.time() >= EVENING)
    return datetime.combine(day, MORNING, here.tzinfo).astimezone(moment.tzinfo)
