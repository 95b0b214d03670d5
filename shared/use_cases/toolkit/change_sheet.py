"""Changes what a calendar's infographic says in its own words in one language."""

from collections.abc import Callable

from shared.domain.errors import NotFound
from shared.domain.toolkit.infographic import OwnSheet
from shared.records.codec import load_row
from shared.records.keys import own_sheet_key
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from shared.use_cases.ports import Store
from shared.use_cases.toolkit.own_words import LANGUAGE, WordsCommand


SheetEdit = Callable[[OwnSheet], OwnSheet]
"""A pure function of the words as they are now; it may raise a refusal, such as EditConflict."""
ACTIONS = ("infographic changed", "infographic reset")


async def find_sheet(business: str, language: str, *, store: Store) -> OwnSheet:
    """Return a calendar's own words in a language, blank where there are none; one point read."""
    row = await store.table.get("bookings", business, own_sheet_key(language))
    return load_row(OwnSheet, row) if row else OwnSheet(language=language)


async def change_sheet(
    business: str, language: str, edit: SheetEdit, *, author: Author, body: str, context: Context
) -> None:
    """Apply an edit to the words in one transaction; blank ones are deleted.

    `body` is what was sent. Raise NotFound for what is no language or calendar, and what `edit` raises.
    """
    if not LANGUAGE.fullmatch(language):
        raise NotFound
    command = name_change(context.secret, business, f"infographic {language}", author, body)
    blank, key = OwnSheet(language=language), own_sheet_key(language)
    changing = WordsCommand(
        command, key, blank, edit, f"infographic/{language}", ACTIONS, author.actor, context.now
    )
    await context.store.decide(command, changing.reads, changing.decide)
