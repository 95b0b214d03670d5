"""The store that the use cases are handed: the engine, and the settings and masks that pages read."""

from shared.storage.calendars import Calendars
from shared.storage.engine import Engine
from shared.storage.queues import Queues
from shared.storage.shared_reads import SharedReads
from shared.use_cases.ports import Table


class TableStore(Engine):
    """One per process and table service."""

    def __init__(self, table: Table, *, seed: str = "") -> None:
        reads = SharedReads(table)
        self.calendars, self.queues = Calendars(table, reads), Queues(table, reads)
        super().__init__(table, seed=seed, changed=self.calendars.forget_masks, reads=reads)
