"""An export of what many calendars keep about a customer: who asked for it, and how far it is."""

from datetime import datetime, timedelta

from shared.domain.model import Model


KEPT = timedelta(days=1)
"""How long an export is there, from when it was asked for."""


class ExportJob(Model):
    """`said` is the address or number that is looked for, and `actor` who wants it, as the activity names them.

    The calendars are gone through in the order of their ids, of which `after` is the last one that is done:
    `looked` of `calendars`, as many as there were when it went on last. `found` of them know the customer, and
    `unread` are the names of those of which something could not be read.
    """

    said: str
    actor: str
    asked_at: datetime
    after: str = ""
    looked: int = 0
    calendars: int = 0
    found: int = 0
    unread: tuple[str, ...] = ()
    is_done: bool = False

    @property
    def ends_at(self) -> datetime:
        """When it is deleted."""
        return self.asked_at + KEPT
