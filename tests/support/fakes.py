"""Stand-ins for what is outside: a table in memory that keeps the contract of the real one, and a postman."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.delivery.identity.identity import InvalidToken
from shared.domain.access.permissions import MANAGE, Caller
from shared.domain.appointments.messages import Message
from shared.records.table import Operation, Page, Row, Stale, Values
from shared.storage.limits import check_names, check_operations
from shared.use_cases.ports import MailUnavailable, NotAccepted


START = datetime(2027, 1, 11, 7, 0, tzinfo=UTC)
ONE_ANSWER = 1000  # rows that one answer holds


def loop_clock() -> datetime:
    """The service's clock: the loop's, so that virtual time moves it."""
    return START + timedelta(seconds=asyncio.get_running_loop().time())


class MemoryTable:
    """Keeps the contract of tests/storage/test_table_*.py; yields wherever the real one does I/O."""

    def __init__(self, clock: Callable[[], datetime] = loop_clock) -> None:
        self._clock = clock
        self._rows: dict[tuple[str, str], dict[str, Row]] = {}
        self._writes = 0
        self.transactions = 0
        self.requests = 0

    def copied(self) -> "MemoryTable":
        """Return a table of its own with the same rows: cheaper than to make them again."""
        other = MemoryTable(self._clock)
        other._rows = {place: dict(rows) for place, rows in self._rows.items()}
        other._writes = self._writes
        return other

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        check_names(partition, key)
        self.requests += 1
        await asyncio.sleep(0)
        row = self._rows.get((table, partition), {}).get(key)
        await asyncio.sleep(0)
        return _selected(row, select) if row else None

    async def range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str] = (), limit: int = 0
    ) -> Page:
        check_names(partition, low, high)
        self.requests += 1
        found: list[Row] = []
        pages, position, date = 0, low, self._clock()
        while True:  # each answer is one moment; the next may be another
            await asyncio.sleep(0)
            rows = self._rows.get((table, partition), {})
            keys = sorted(key for key in rows if position <= key < high)
            found += [_selected(rows[key], select) for key in keys[:ONE_ANSWER]]
            if limit and len(found) >= limit:
                return Page(found[:limit], self._clock().replace(microsecond=0), pages + 1)
            pages, date = pages + 1, self._clock().replace(microsecond=0)
            await asyncio.sleep(0)
            if len(keys) <= ONE_ANSWER:
                return Page(found, date, pages)
            position = keys[ONE_ANSWER]

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        check_operations(partition, operations)
        self.requests += 1
        await asyncio.sleep(0)
        etags = self.apply(table, partition, operations)
        await asyncio.sleep(0)
        return etags

    def apply(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        """Apply all or none, in one step that nothing can come between."""
        self.transactions += len(operations) > 1
        rows = self._rows.setdefault((table, partition), {})
        for operation in operations:
            if not _holds(operation, rows.get(operation.key)):
                raise Stale(f"{operation.verb} {operation.key}")
        self._writes += 1
        etag, written = f"e{self._writes}", self._clock()
        for operation in operations:
            if operation.verb == "delete":
                del rows[operation.key]
                continue
            row = rows.get(operation.key)
            before = row.values if row and operation.verb in ("merge", "touch") else {}
            values = {**before, **_stored(operation.values)}
            rows[operation.key] = Row(operation.key, values, etag, written)
        return ["" if operation.verb == "delete" else etag for operation in operations]

    def rows(self, table: str, partition: str) -> list[Row]:
        """What is there, for tests to look at."""
        rows = self._rows.get((table, partition), {})
        return [rows[key] for key in sorted(rows)]


class UnreadableTable(MemoryTable):
    """Every read of it ends in a fault, which is told what was asked for."""

    def __init__(self, fault: Callable[..., Exception]) -> None:
        super().__init__()
        self._fault = fault

    async def get(self, *asked: Any, **_: Any) -> Any:
        raise self._fault(*asked)

    range = get


def _holds(operation: Operation, row: Row | None) -> bool:
    match operation.verb:
        case "insert":
            return row is None
        case "replace" | "delete" | "merge":
            return row is not None and operation.etag in ("", row.etag)
        case "upsert" | "touch":
            return True
    raise ValueError(operation.verb)


def _stored(values: Values) -> Values:
    for name, value in values.items():
        if type(value) not in (str, int, bool, bytes):
            raise TypeError(f"{name} is a {type(value).__name__}")
    return values


def _selected(row: Row, select: Sequence[str]) -> Row:
    if not select:
        return row
    values = {name: row.values[name] for name in select if name in row.values}
    return Row(row.key, values, row.etag, datetime.max.replace(tzinfo=UTC))


class Postman:
    """A mailer that keeps what it was given, and can refuse, be away, or take a letter and then not say so."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.refused: set[str] = set()
        self.is_away = False
        self.forgets_to_answer = 0
        self.takes = 0.0  # seconds
        self.is_broken_for: set[str] = set()
        self.reports = False

    async def deliver(self, letter: Message, now: datetime) -> None:
        await asyncio.sleep(self.takes)
        if self.is_away:
            raise MailUnavailable("connection refused")
        if letter.to in self.refused:
            raise NotAccepted("550 no such mailbox")
        if letter.to in self.is_broken_for:
            raise ZeroDivisionError("a template that cannot cope with this letter")
        self.letters.append(letter)
        if self.forgets_to_answer:
            self.forgets_to_answer -= 1
            raise MailUnavailable("the connection was lost after DATA")

    def to(self, address: str) -> list[Message]:
        return [letter for letter in self.letters if letter.to == address]

    def kinds(self, address: str) -> list[str]:
        return [letter.kind for letter in self.to(address)]


class Tokens:
    """An identity provider's word: who shows a token that was handed out here is who it was handed out to."""

    def __init__(self) -> None:
        self._callers: dict[str, Caller] = {}

    def of(self, email: str, *scopes: str, groups: tuple[str, ...] = ()) -> str:
        """Return the `Authorization` of a person, for all of Graph's scopes unless some are named."""
        granted = frozenset(scopes or {MANAGE})
        name = email.partition("@")[0]
        return self._hand_out(Caller(f"subject-of-{email}", email, name, scopes=granted, groups=frozenset(groups)))

    def of_application(self, *scopes: str) -> str:
        """Return the `Authorization` of a program with application permissions, all unless some are named."""
        granted = frozenset(scopes or {MANAGE})
        return self._hand_out(Caller("an-application", scopes=granted, is_application=True))

    def _hand_out(self, caller: Caller) -> str:
        token = f"token-{len(self._callers)}"
        self._callers[token] = caller
        return f"Bearer {token}"

    async def verify(self, token: str, now: datetime) -> Caller:
        await asyncio.sleep(0)
        if token not in self._callers:
            raise InvalidToken("nobody's")
        return self._callers[token]
