"""The words of `shared/i18n/GLOSSARY.md` are held in every text that people read."""

import re

import pytest
from babel.messages.pofile import read_po

from shared.i18n import CATALOGUES


FORBIDDEN = {
    "fr": r"sans réservation|parti\(e\)|arrivé\(e\)|[Hh]oraires? libres?",
    "ru": r"вариант(?:а|ов)? времени|[Пп]иш(?:е|ё)л\b",
    "pt_BR": r"\b[Rr]eservas?\b|\b[Aa]parelhos?\b|On-line",
}


def texts(language: str) -> list[str]:
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        entries = [entry for entry in read_po(file) if entry.id and entry.context != "template"]
    return [
        text for one in (entry.string for entry in entries) for text in ([one] if isinstance(one, str) else one)
    ]


@pytest.mark.parametrize("language", FORBIDDEN)
def test_no_text_has_a_word_that_the_glossary_excludes(language):
    wanted = re.compile(FORBIDDEN[language])
    all_texts = texts(language)
    assert len(all_texts) > 500
    assert [text for text in all_texts if wanted.search(text)] == []
