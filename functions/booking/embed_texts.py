"""The words of embed.js in each language; the build puts them into it."""

from __future__ import annotations

from shared.i18n import LANGUAGES, translator
from shared.i18n.marked import marked


TEXTS = (marked("Book an appointment"), marked("Close"))


def embed_texts() -> dict[str, list[str]]:
    """Return the words by language, as the first two letters of its tag."""
    return {language[:2]: [translator(language).gettext(text) for text in TEXTS] for language in LANGUAGES}
