"""How a command gets its identity, and how it is planned again if the calendar's settings change meanwhile."""

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
PLANS = 5  # how often a command is planned before it gives up


class SettingsChanged(Exception):
    """The settings that a plan was made with are no longer the calendar's."""


def name_command(
    secret: str, business: str, route: str, actor: str, key: str, body: str, proof: str = ""
) -> Command:
    """Return the command: the same key from the same actor on the same route is the same command."""
    if not KEY.fullmatch(key):
        raise InvalidFields([("Idempotency-Key", "16 to 128 characters of A-Z a-z 0-9 _ -")])
    # Named by the oldest secret still in use, so that a key repeated while secrets change is the same command.
    *newer, name = (digest(one, "command", business, route, actor, key).hex()[:40] for one in verifying(secret))
    shown = digest(naming(secret), "proof", proof).hex()[:16] if proof else ""
    return Command(business, name, hashlib.sha256(body.encode()).hexdigest()[:32], shown, tuple(newer))


def require_current(rows: Rows, calendar: Calendar) -> None:
    """Raise SettingsChanged if the command read other settings than the ones that its plan was made with."""
    settings = rows.values(BUSINESS)
    if settings is None or settings.get("version") != calendar.business.version:
        raise SettingsChanged


class Plan(Protocol):
    """What one command reads and decides, for the settings that it was made with. Pure: no input or output."""

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Return what to read next, given what has been read; called again until it names nothing new."""

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return a refusal or what to write. Raise SettingsChanged if the settings are no longer the plan's."""


async def run_command(
    command: Command, plan_for: Callable[[Calendar], Plan], *, calendar: Calendar, store: Store
) -> Decision:
    """Run a command to its one decision; plan it again each time the calendar's settings change meanwhile.

    A plan with a method `due()` says when its messages may be due: their markers are then written in parallel with
    the first reads. Raise the refusal that was decided, and TryAgain if there is no decision.
    """
    for _ in range(PLANS):
        plan = plan_for(calendar)
        due = plan.due() if isinstance(plan, Foreseeing) else ()
        command = command._replace(elsewhere=calendar.elsewhere)
        try:
            return await store.decide(command, plan.reads, plan.decide, due=due)
        except SettingsChanged:
            calendar = await store.calendars.reload(calendar.business.id)
    raise TryAgain


@runtime_checkable
class Foreseeing(Protocol):
    """A plan that knows before it reads at which moments messages may be due."""

    def due(self) -> Iterable[datetime]:
        """Return these moments; too many cost a marker each, a missing one another round trip."""
        ...


@dataclass(frozen=True, slots=True)
class Author:
    """Who requests a change, and the idempotency key: the same key from the same actor is the same change."""

    actor: str
    key: str


def name_change(secret: str, business: str, action: str, author: Author, body: str) -> Command:
    """Return the command of a change by staff or a program. Raise InvalidFields for a key that is none."""
    return name_command(secret, business, action, author.actor, author.key, body)


def new_guid(command: Command) -> str:
    """Return the id of what a command creates: repeating the command creates no second one."""
    return str(UUID(command.hash[:32], version=4))


Etags = Collection[str] | None
"""The versions of a document that a change is accepted for; None accepts any."""


def is_stale(document: Model, etags: Etags) -> bool:
    """Return whether the document was changed since the etags were handed out."""
    return etags is not None and etag_of(document) not in etags


def require_unchanged(document: Model, etags: Etags) -> None:
    """Raise EditConflict if the document was changed since the etags were handed out."""
    if is_stale(document, etags):
        raise EditConflict
