"""What a timer run did."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SendCounts:
    """The counts of a timer run.

    sent        messages that the mailer accepted
    dropped     recipients whose message was out of date or had no address
    postponed   entries and calendars left to a later run
    failed      recipients, or entries that could not be read, that are not tried again
    unread      shards that could not be asked what is due: their calendars are left to a later run
    """

    sent: int = 0
    dropped: int = 0
    postponed: int = 0
    failed: int = 0
    unread: int = 0

    def __add__(self, other: "SendCounts") -> "SendCounts":
        return SendCounts(
            self.sent + other.sent,
            self.dropped + other.dropped,
            self.postponed + other.postponed,
            self.failed + other.failed,
            self.unread + other.unread,
        )
