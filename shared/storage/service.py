"""What both clients of the table service share: its tables, its limits, and what its answers mean."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from shared.records.table import Ambiguous, Stale


TABLES = ("bookings", "due", "slugs", "members", "org", "limits", "signals", "facts")
CONNECTION_TIMEOUT, READ_TIMEOUT, KEPT_ALIVE, POOL = 3, 8, 20, 64
ONE_ANSWER = 1000  # rows in one answer of the service, at most
# Not delete and replace by itself: the transport repeats PUT and DELETE, and a success would look stale.
ALONE = ("insert", "merge", "upsert", "touch")
AUDIENCE = "https://storage.azure.com"
CONDITIONS = (404, 409, 412)
UNCLEAR = (408, 429)
ReadAnswer = TypeVar("ReadAnswer")


class AccessToken(Protocol):
    """What an identity shows the service."""

    @property
    def token(self) -> str:
        """The bearer token."""
        ...


class TokenSource(Protocol):
    """An identity, for accounts that are reached without a key."""

    async def get_token(self, *scopes: str) -> AccessToken:
        """Return a token that holds for a while. Raises Ambiguous."""
        ...

    async def close(self) -> None:
        """Give up what is still being asked."""
        ...


class TableMissing(Exception):
    """The storage account is new: nothing was written."""


class WrongRequest(Exception):
    """The service refused a request that could never succeed: a fault of ours, or of the settings.

    `index` is the operation of a transaction that it names, for the log alone.
    """

    def __init__(self, status: int, code: str, index: int | None = None) -> None:
        where = "" if index is None else f" in operation {index}"
        super().__init__(f"{status} {code}{where}")
        self.status, self.code, self.index = status, code, index


def meaning(status: int, code: str, index: int | None = None) -> Exception:
    """Return what an answer other than a success says; `code` is empty if its text was not the service's.

    Only a parsed 4xx other than 408 and 429 is a clear answer.
    """
    if not 400 <= status < 500 or status in UNCLEAR or not code:
        return Ambiguous(f"{status} {code}")
    if code == "TableNotFound":
        return TableMissing()
    return Stale(code) if status in CONDITIONS else WrongRequest(status, code, index)


async def creating(
    call: Callable[[], Awaitable[ReadAnswer]], create_tables: Callable[[], Awaitable[None]]
) -> ReadAnswer:
    """Make a call; if the storage account is still empty, create the tables and repeat it."""
    try:
        return await call()
    except TableMissing:
        await create_tables()
        return await call()
