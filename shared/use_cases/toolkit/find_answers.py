"""Finds what a calendar answers in its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.toolkit.questions import BY_ID, OwnAnswer
from shared.records.codec import load_row
from shared.records.keys import own_answers_in


if TYPE_CHECKING:
    from shared.use_cases.ports import Store


async def find_answers(business: str, language: str, *, store: Store) -> dict[str, OwnAnswer]:
    """Return a calendar's own answers in a language, by question; one range read."""
    page = await store.table.range("bookings", business, *own_answers_in(language))
    found = (load_row(OwnAnswer, row) for row in page.rows)
    return {one.question: one for one in found if one.question in BY_ID}
