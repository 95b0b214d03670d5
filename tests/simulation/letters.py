"""What readers should have in their mailboxes at the end, and should not."""

from collections.abc import Sequence
from datetime import datetime

from tests.simulation.post import Arrived
from tests.simulation.watch import Watch


def stale_letters(watch: Watch, arrived: Sequence[Arrived], business: str) -> list[str]:
    return []


def missing_letters(
    watch: Watch, arrived: Sequence[Arrived], outages: Sequence[tuple[datetime, datetime]], now: datetime
) -> list[str]:
    return []
