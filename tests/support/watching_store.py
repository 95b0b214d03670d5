"""A store that holds commands to what costs nothing extra: whatever they write on a condition they have named to read."""

from collections.abc import Iterable
from datetime import datetime

from shared.domain.errors import Refusal
from shared.records.table import Rows
from shared.storage.plan import unread_keys
from shared.storage.store import TableStore
from shared.use_cases.ports import Command, Decide, Decision, Reads, Writes


class NamingStore(TableStore):
    """The engine would read what was forgotten, one round trip later; here that is a fault of the command."""

    async def decide(
        self,
        command: Command,
        reads: Reads,
        decide: Decide,
        *,
        due: Iterable[datetime] = (),
        earlier: Rows | None = None,
    ) -> Decision:
        def checked(rows: Rows) -> Refusal | Writes:
            verdict = decide(rows)
            if isinstance(verdict, Writes) and (unread := unread_keys(rows, verdict)):
                raise AssertionError(f"{', '.join(unread)} are written on a condition, and not named to be read")
            return verdict

        return await super().decide(command, reads, checked, due=due, earlier=earlier)
