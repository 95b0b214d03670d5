"""Save a calendar's logo: its bytes and the page that names them, in one transaction."""

from collections.abc import Iterable

from shared.domain.business import Business
from shared.domain.errors import NotFound, Refusal
from shared.domain.logo import logo_hash, logo_type
from shared.use_cases.commands import name_command
from shared.use_cases.ports import Rows, Store, Writes
from shared.use_cases.rows import BUSINESS, LOGO, dump, load


async def save_logo(data: bytes, *, business: str, key: str, store: Store, secret: str) -> str:
    """Store a logo and show it on the page; return its hash. Raises InvalidFields for what is no such image."""
    kind, name = logo_type(data), logo_hash(data)
    command = name_command(secret, business, "logo", "settings", key, name)
    version = command.hash[:12]

    def reads(_: Rows) -> Iterable[str]:
        return (BUSINESS, LOGO)

    def decide(rows: Rows) -> Refusal | Writes:
        current = rows.values(BUSINESS)
        if current is None:
            return NotFound()
        settings = load(Business, current)
        page = settings.page.model_copy(update={"logo": name, "show_logo": True})
        changed = settings.model_copy(update={"page": page, "version": version})
        saved = {LOGO: {"data": data, "type": kind}, BUSINESS: {**dump(changed), "version": version}}
        return Writes(saved, {"logo": name, "version": version})

    decision = await store.decide(command, reads, decide)
    await store.calendars.reload(business)
    return str(decision.outcome["logo"])
