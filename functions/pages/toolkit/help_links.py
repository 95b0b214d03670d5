"""Where a calendar's pages of help are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.presentation.toolkit.answers import HelpLinks, Writer


if TYPE_CHECKING:
    from functions.pages.visitor import Visitor
    from shared.domain.toolkit.facts import ToolkitFacts


def help_links(origin: str, slug: str) -> HelpLinks:
    """Return the absolute addresses of a calendar's pages for customers; `origin` is this site's."""
    pages = f"{origin}/help/{slug}"
    return HelpLinks(f"{origin}/book/{slug}", f"{origin}/now/{slug}", f"{pages}/test", f"{pages}/guide")


def answer_writer(facts: ToolkitFacts, visitor: Visitor, origin: str) -> Writer:
    """Return what writes standard answers in the language of a visitor."""
    return Writer(facts, visitor.texts, visitor.formats, help_links(origin, facts.business.slug))
