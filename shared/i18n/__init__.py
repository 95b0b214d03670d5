"""Translations of all texts for people: a gettext catalogue for each language; message ids are in English."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from unicodedata import bidirectional


LANGUAGES = {"en": "English", "fr": "Français", "ru": "Русский", "pt_BR": "Português (Brasil)"}
CATALOGUES = Path(__file__).parent


def match_language(tag: str) -> str | None:
    """Return the catalogue for a language tag: `fr-CA` → `fr`, `pt` → `pt_BR`, `de` → None."""
    wanted = tag.strip().replace("-", "_").lower()
    for language in LANGUAGES:
        if wanted == language.lower() or wanted.split("_")[0] == language.split("_")[0]:
            return language
    return None


def html_tag(language: str) -> str:
    """Return the language as HTML and HTTP have it: `pt-BR`."""
    return language.replace("_", "-")


def own_tag(language: str, reads: str) -> str:
    """Return the tag of a text's language, empty if it is the one that the reader has anyway."""
    own = html_tag(match_language(language) or language)
    return own if own != reads else ""


def is_right_to_left(name: str) -> bool:
    """Return whether a language that is called `name` in itself is written from right to left."""
    return bidirectional(name[0]) in ("R", "AL")


def translator(language: str) -> NullTranslations:
    """Return the translations for a language tag; English if there is no catalogue."""
    return _catalogue(match_language(language) or "en")


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    source = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    compiled = source.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
        return GNUTranslations(BytesIO(compiled.read_bytes()))
    return GNUTranslations(BytesIO(compile_catalogue(source)))


def compile_catalogue(source: Path) -> bytes:
    """Return a `.po` file as gettext reads it; `python -m shared.i18n` stores these for a quicker start."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - only where nothing was compiled
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with source.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    binary = BytesIO()
    write_mo(binary, catalogue)
    return binary.getvalue()
