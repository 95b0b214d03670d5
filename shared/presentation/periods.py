"""How long something is kept, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from gettext import NullTranslations

YEAR = 365


def kept_for(texts: NullTranslations, days: int) -> str:
    """Return how long something is kept; 0 is as long as their calendar."""
    if not days:
        return texts.gettext("As long as their calendar")
    if days % YEAR:
        return texts.ngettext("%(num)s day", "%(num)s days", days) % {"num": days}
    return texts.ngettext("%(num)s year", "%(num)s years", days // YEAR) % {"num": days // YEAR}
