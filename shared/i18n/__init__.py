"""Translations of everything people read: a gettext catalogue per language, English being the message ids."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from unicodedata import bidirectional


LANGUAGES = {"en": "English", "fr": "Français", "ru": "Русский", "pt_BR": "Português (Brasil)"}
CATALOGUES = Path(__file__).parent


def match_language(tag: str) -> str | None:
    """The catalogue that serves a language tag: `fr-CA` → `fr`, `pt` → `pt_BR`, `de` → None."""
    wanted = tag.strip().replace("-", "_").lower()
    for language in LANGUAGES:
        if wanted == language.lower() or wanted.split("_")[0] == language.split("_")[0]:
            return language
    return None


def html_tag(language: str) -> str:
    """The language as HTML and HTTP write it: `pt-BR`."""
    return language.replace("_", "-")


def own_tag(language: str, reads: str) -> str:
    """The tag of the language that a text is in, where the reader's is another."""
    own = html_tag(match_language(language) or language)
    return own if own != reads else ""


def is_right_to_left(name: str) -> bool:
    """Return whether a language that is called `name` in itself is written from right to left."""
    return bidirectional(name[0]) in ("R", "AL")


def translator(language: str) -> NullTranslations:
    """The translations for a language tag; those of English where we have none."""
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
    """A `.po` file as gettext reads it; `python -m shared.i18n` stores these for a quicker start."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - only where nothing was compiled
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with source.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    binary = BytesIO()
    write_mo(binary, catalogue)
    return binary.getvalue()
