"""The ledgers that a command works on: read from rows, claimed and released, written back as rows."""

from collections.abc import Iterable
from typing import Any

from shared.domain.timeline.ledger import Ledger, busy_in, cut_by_month, month_of, months_in
from shared.domain.timeline.ticks import Window
from shared.records.keys import ledger_key
from shared.records.table import Rows, Stale


class Ledgers:
    """A working copy: changes take effect when its rows are written."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._changed: dict[str, Ledger] = {}

    def of(self, month: str, staff: str) -> Ledger:
        """Return a person's ledger of a month, with the changes so far."""
        key = ledger_key(month, staff)
        return self._changed.get(key) or Ledger.from_row(self._rows.values(key))

    def busy(self, window: Window, staff: Iterable[str]) -> dict[str, int]:
        """Return each person's busy mask in a window."""
        months = months_in(window)
        return {one: busy_in(window, {month: self.of(month, one).busy for month in months}) for one in staff}

    def in_month(self, tick: int, staff: Iterable[str]) -> dict[str, Ledger]:
        """Return each person's ledger of the month that contains a tick."""
        return {one: self.of(month_of(tick), one) for one in staff}

    def are_unread(self, ticks: Window, staff: Iterable[str]) -> bool:
        """Return whether what is booked at these ticks with these people is to be confirmed by them."""
        months = months_in(ticks)
        return any(self.of(month, one).is_unread for one in staff for month in months)

    def claim(self, ticks: Window, staff: Iterable[str]) -> None:
        """Claim these ticks of these people, whether or not they are free."""
        for one in staff:
            for month, mask in cut_by_month(ticks.first, ticks.last).items():
                self._changed[ledger_key(month, one)] = self.of(month, one).claim(mask)

    def release(self, ticks: Window, staff: Iterable[str]) -> None:
        """Release what an appointment claims. Raise Stale if the ledgers no longer have the claim."""
        for one in staff:
            for month, mask in cut_by_month(ticks.first, ticks.last).items():
                try:
                    self._changed[ledger_key(month, one)] = self.of(month, one).release(mask)
                except ValueError as error:
                    raise Stale("the appointment and its ledgers were read at two moments") from error

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return the rows of the ledgers that were changed."""
        return {key: ledger.to_row() for key, ledger in self._changed.items()}
