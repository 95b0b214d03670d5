"""Commands for tests of the engine: one takes what only one can have, one gives it back."""

from collections.abc import Iterable

from shared.domain.errors import Refusal, SlotTaken
from shared.records.keys import APPOINTMENT, appointment_key, ledger_key
from shared.records.table import Rows
from shared.storage.engine import Engine
from shared.use_cases.ports import Command, Decision, Writes
from tests.support.fakes import MemoryTable
from tests.support.faulty_table import Call, Fault


BIZ, LEDGER, OTHER = "biz0engine", ledger_key("202701", "claire"), ledger_key("202701", "marc")
ANYTHING = tuple(Fault)
NOT_APPLIED = (Fault.DROPPED_BEFORE, Fault.BUSY, Fault.TOO_MANY)


class Take:
    """A command that takes what only one can have; refused where somebody has it."""

    def __init__(self, who: str, key: str = "", body: str = "", rows: tuple[str, ...] = (LEDGER,)) -> None:
        self.command = Command(BIZ, (key or who).rjust(16, "0"), body or who)
        self.who, self.ledgers = who, rows
        self.decided = 0

    def reads(self, _: Rows) -> Iterable[str]:
        return self.ledgers

    def decide(self, rows: Rows) -> Refusal | Writes:
        self.decided += 1
        if any((rows.values(one) or {}).get("by") for one in self.ledgers):
            return SlotTaken()
        taken = {one: {"by": self.who} for one in self.ledgers}
        work = {f"M|000000000000|{self.who}|1": {"n": 1}, f"Z|1|{self.who}": {"n": 1}}
        return Writes({**taken, appointment_key(self.who): {"by": self.who}, **work}, {"id": self.who})

    async def run(self, engine: Engine) -> Decision:
        return await engine.decide(self.command, self.reads, self.decide)

    async def answer(self, engine: Engine) -> str:
        try:
            return str((await self.run(engine)).outcome["id"])
        except SlotTaken:
            return "taken"


class Free(Take):
    """Gives back what was taken."""

    def decide(self, rows: Rows) -> Refusal | Writes:
        return Writes({LEDGER: {"by": ""}}, {"id": "freed"})


def commits(call: Call) -> bool:
    return call.verb == "transact" and call.table == "bookings"


def taken_by(table: MemoryTable) -> str:
    return next((str(row.values["by"]) for row in table.rows("bookings", BIZ) if row.key == LEDGER), "")


def appointments(table: MemoryTable) -> list[str]:
    return [row.key[2:] for row in table.rows("bookings", BIZ) if row.key.startswith(APPOINTMENT)]
