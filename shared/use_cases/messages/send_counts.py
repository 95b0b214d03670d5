"""What a run of the timer did."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SendCounts:
    """What one run of the timer did, in letters and rows."""

    sent: int = 0
    dropped: int = 0
    postponed: int = 0
    failed: int = 0

    def __add__(self, other: "SendCounts") -> "SendCounts":
        return SendCounts(
            self.sent + other.sent,
            self.dropped + other.dropped,
            self.postponed + other.postponed,
            self.failed + other.failed,
        )
