"""Saves or removes a calendar's logo: its bytes and the page that names them, in one transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from shared.domain.calendar.business import Business
from shared.domain.calendar.logo import logo_hash, logo_type
from shared.domain.errors import NotFound, Refusal
from shared.records.audit import audit_row
from shared.records.codec import dump, load
from shared.records.keys import BUSINESS, LOGO
from shared.records.table import Rows
from shared.use_cases.commands import Etags, name_command, require_unchanged
from shared.use_cases.ports import Store, Writes


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
    name = logo_hash(data) if data else ""
    stored = {"data": data, "type": logo_type(data)} if data else None
    command = name_command(secret, business, "logo", actor, key, name)
    version = command.hash[:12]

    def reads(_: Rows) -> Iterable[str]:
        return (BUSINESS, LOGO)

    def decide(rows: Rows) -> Refusal | Writes:
        current = rows.values(BUSINESS)
        settings = load(Business, current) if current else None
        if settings is None or current is None or settings.deleted_at:
            return NotFound()
        require_unchanged(settings, etags)
        if settings.page.logo == name:
            return Writes({}, {"logo": name, "version": str(current["version"])})
        page = settings.page.model_copy(update={"logo": name, "show_logo": bool(data)})
        changed = settings.model_copy(update={"page": page, "version": version})
        saved: Changes = {LOGO: stored, BUSINESS: {**dump(changed), "version": version}}
        if now:
            told = "logo changed" if data else "logo removed"
            saved |= audit_row(now, version, actor, told, business)
        return Writes(saved, {"logo": name, "version": version})

    decision = await store.decide(command, reads, decide)
    await store.calendars.reload(business)
    return str(decision.outcome["logo"])
