"""Saves or removes a calendar's logo: its bytes and the page that names them, in one transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from shared.domain.calendar.business import Business
from shared.domain.calendar.logo import logo_hash
from shared.domain.errors import NotFound, Refusal
from shared.domain.toolkit.picture_file import read_logo
from shared.records.audit import audit_row
from shared.records.calendars import business_row
from shared.records.codec import load
from shared.records.keys import BUSINESS, LOGO
from shared.records.table import Rows
from shared.use_cases.commands import Etags, name_command, require_unchanged
from shared.use_cases.ports import Command, Store, Writes


if TYPE_CHECKING:
    from shared.records.appointments import Changes


async def save_logo(
    data: bytes,
    etags: Etags = None,
    *,
    business: str,
    key: str,
    store: Store,
    secret: str,
    actor: str = "settings",
    now: datetime | None = None,
) -> str:
    """Store a logo and show it on the page, or remove it if there are no bytes; return its hash.

    Raise InvalidFields for another kind of file, NotFound if there is no calendar, and EditConflict if the etags
    of its settings are outdated. Without `now` (a calendar that a program sets up) there is no audit row.
    """
    logo = Logo(data, logo_hash(data), read_logo(data)) if data else Logo(b"")
    command = name_command(secret, business, "logo", actor, key, logo.name)
    saving = LogoCommand(logo, etags, command, actor, now)
    decision = await store.decide(command, saving.reads, saving.decide)
    await store.calendars.reload(business)
    return str(decision.outcome["logo"])


class Logo(NamedTuple):
    """A picture under the hash that names it; without bytes there is none."""

    data: bytes
    name: str = ""
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class LogoCommand:
    """What saving or removing a logo reads, and what it decides: pure."""

    logo: Logo
    etags: Etags
    command: Command
    actor: str
    now: datetime | None

    def reads(self, _: Rows) -> Iterable[str]:
        return (BUSINESS, LOGO)

    def decide(self, rows: Rows) -> Refusal | Writes:
        current = rows.values(BUSINESS)
        settings = load(Business, current) if current else None
        if settings is None or current is None or settings.deleted_at:
            return NotFound()
        require_unchanged(settings, self.etags)
        if settings.page.logo == self.logo.name:
            return Writes({}, {"logo": self.logo.name, "version": str(current["version"])})
        version = self.command.hash[:12]
        page = settings.page.model_copy(update={"logo": self.logo.name, "show_logo": bool(self.logo.data)})
        changed = settings.model_copy(update={"page": page})
        stored = {"data": self.logo.data, "type": self.logo.media_type} if self.logo.data else None
        saved: Changes = {LOGO: stored, BUSINESS: business_row(changed, version)}
        if self.now:
            told = "logo changed" if self.logo.data else "logo removed"
            saved |= audit_row(self.now, version, self.actor, told, self.command.business)
        return Writes(saved, {"logo": self.logo.name, "version": version})
