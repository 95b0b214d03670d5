"""How a command gets its identity, and how settings that changed meanwhile make it plan again."""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

from shared.domain.calendar.business import Calendar
from shared.domain.errors import EditConflict, InvalidFields, Refusal, TryAgain
from shared.domain.links import digest
from shared.domain.model import Model
from shared.domain.secrets import naming, verifying
from shared.records.calendars import etag_of
from shared.records.keys import BUSINESS
from shared.records.table import Range, Rows
from shared.use_cases.ports import Command, Decision, Store, Writes


KEY = re.compile(r"[A-Za-z0-9_-]{16,128}")
PLANS = 5


class SettingsChanged(Exception):
    """The settings that a plan was made with are no longer the calendar's."""


def name_command(
    secret: str, business: str, route: str, actor: str, key: str, body: str, proof: str = ""
) -> Command:
    """Return the command: the same key from the same actor on the same route is the same command."""
    if not KEY.fullmatch(key):
        raise InvalidFields([("Idempotency-Key", "16 to 128 characters of A-Z a-z 0-9 _ -")])
    *newer, name = (digest(one, "command", business, route, actor, key).hex()[:40] for one in verifying(secret))
    shown = digest(naming(secret), "proof", proof).hex()[:16] if proof else ""
    return Command(business, name, hashlib.sha256(body.encode()).hexdigest()[:32], shown, tuple(newer))


def require_current(rows: Rows, calendar: Calendar) -> None:
    """Raise SettingsChanged where the calendar read by this command is another version than the plan's."""
    settings = rows.values(BUSINESS)
    if settings is None or settings.get("version") != calendar.business.version:
        raise SettingsChanged


class Plan(Protocol):
    """What one command reads, and what it decides by that, with the settings that it was made for: pure."""

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Name what to read next, given what has been read."""

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return why not, or what to write. Raises SettingsChanged where the settings are others by now."""


async def run_command(
    command: Command, plan_for: Callable[[Calendar], Plan], *, calendar: Calendar, store: Store
) -> Decision:
    """Run a command to its one decision, and plan it anew while a calendar's settings change under it.

    A plan may tell by `due()` when it expects messages to be due: their markers are then written beside the first
    reads. Raises the refusal that was decided, and TryAgain where no decision came about.
    """
    for _ in range(PLANS):
        plan = plan_for(calendar)
        due = plan.due() if isinstance(plan, Foreseeing) else ()
        try:
            return await store.decide(command, plan.reads, plan.decide, due=due)
        except SettingsChanged:
            calendar = await store.calendars.reload(calendar.business.id)
    raise TryAgain


@runtime_checkable
class Foreseeing(Protocol):
    """A plan that knows beforehand at which moments messages may be due."""

    def due(self) -> Iterable[datetime]: ...


@dataclass(frozen=True, slots=True)
class Author:
    """Who asks for a change and by which key: the same key again is the same change."""

    actor: str
    key: str


def name_change(secret: str, business: str, action: str, author: Author, body: str) -> Command:
    return name_command(secret, business, action, author.actor, author.key, body)


def new_guid(command: Command) -> str:
    """Return the id of what a command creates: however often it is sent, it makes one thing."""
    return str(UUID(command.hash[:32], version=4))


Etags = Collection[str] | None
"""The states that a document may be in for a change to be made; None is whatever it is in."""


def is_stale(document: Model, etags: Etags) -> bool:
    """Return whether somebody else has changed what the etags stand for."""
    return etags is not None and etag_of(document) not in etags


def require_unchanged(document: Model, etags: Etags) -> None:
    """Raise EditConflict where somebody else has changed what the etags stand for."""
    if is_stale(document, etags):
        raise EditConflict
