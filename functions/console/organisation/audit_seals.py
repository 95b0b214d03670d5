"""Whether the activity is as it was written: what the page says once its seals were checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shared.use_cases.organisation.seal_audit import AuditPlace, check_audit, is_whole


if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from functions.console.context import ConsoleContext
    from shared.i18n.formats import Formats

CHECK = "check"


class SealsView(NamedTuple):
    """What was found: how many entries are sealed, until when, by which last seal, and where they are altered."""

    is_whole: bool
    entries: int
    until: str
    last: str
    wrong: Sequence[str]


async def seals_view(
    context: ConsoleContext, place: AuditPlace, erased_before: datetime | None, formats: Formats
) -> SealsView | None:
    """Return what a check finds; None where nothing is sealed yet."""
    checked = await check_audit(place, erased_before, store=context.app.store)
    if not checked:
        return None
    newest = checked[0].seal
    return SealsView(
        is_whole(checked),
        sum(one.found for one in checked),
        formats.when(newest.until),
        newest.hash,
        [formats.span(one.seal.since, one.seal.until) for one in checked if one.state == "altered"],
    )
