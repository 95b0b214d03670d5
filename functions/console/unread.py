"""Calendars that cannot be read at present: named where one's calendars are listed, and left out elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shared.i18n.marked import marked
from shared.records.table import Ambiguous
from shared.use_cases.calendars.find_businesses import find_all


if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.console.context import ConsoleContext
    from shared.use_cases.calendars.find_businesses import UnreadCalendar

OUT_OF_REACH = marked("It can’t be read at the moment. Nothing is lost: try again in a minute.")
NEWER = marked("It was saved by another version of Openslot. Nothing is lost: tell the people who run Openslot.")


class UnreadLine(NamedTuple):
    """A calendar by name, empty where that is not known either, and why it cannot be read."""

    name: str
    text: str


async def unread_lines(context: ConsoleContext, unread: Sequence[UnreadCalendar]) -> list[UnreadLine]:
    """Return a line for each; their names come from the organisation's list, which is read only for them."""
    if not unread:
        return []
    try:
        names = {one.id: one.name for one in await find_all(store=context.app.store) if not one.deleted_at}
    except Ambiguous:
        names = {one.id: "" for one in unread}
    _ = context.texts.gettext
    lines = [
        UnreadLine(names[one.id], _(NEWER) if one.is_newer else _(OUT_OF_REACH))
        for one in unread
        if one.id in names
    ]
    return sorted(lines, key=lambda line: line.name.casefold())
