"""Catalogues are complete, plurals are right, and every language renders."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from functions.pages.visitor import read_visitor
from shared.i18n import CATALOGUES, LANGUAGES, html_tag, match_language, translator


ROOT = Path(__file__).parents[3]
TRANSLATED = [language for language in LANGUAGES if language != "en"]
OF_A_NOUN = ((1, "c"), 2)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": OF_A_NOUN,
    "marked": None,
    "marked_for": OF_A_NOUN,
}
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}}


def messages_of_pages() -> set:
    pages = extract_from_dir(ROOT / "functions", METHODS, OPTIONS, keywords=KEYWORDS)
    formats = extract_from_dir(ROOT / "shared/i18n", [("**.py", "python")], keywords=KEYWORDS)
    shared = extract_from_dir(ROOT / "shared/presentation", [("**.py", "python")], keywords=KEYWORDS)
    return {(message, context) for found in (pages, formats, shared) for _, _, message, _, context in found}


def catalogue(language: str):
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


@pytest.mark.walk
@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_of_the_pages_is_translated(language):
    own = catalogue(language)
    missing = [
        (message, context)
        for message, context in messages_of_pages()
        if (entry := own.get(message, context)) is None or not entry.string
    ]
    assert missing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_plural_has_all_its_forms(language):
    own = catalogue(language)
    for message in own:
        if message.pluralizable:
            assert len(message.string) == own.num_plurals, message.id
            assert all(message.string), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_name_the_same_values_as_the_original(language):
    wrong = [(message.id, errors) for message, errors in catalogue(language).check() if errors]
    assert wrong == []


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 день"), (2, "2 дня"), (5, "5 дней"), (11, "11 дней"), (21, "21 день"), (104, "104 дня")],
)
def test_russian_counts_as_russians_do(count, words):
    assert translator("ru").ngettext("%(num)s day", "%(num)s days", count) % {"num": count} == words


@pytest.mark.parametrize(
    ("tag", "language"),
    [("fr-CA", "fr"), ("pt", "pt_BR"), ("pt-br", "pt_BR"), ("EN-us", "en"), ("de", None), ("", None)],
)
def test_a_language_tag_finds_its_catalogue(tag, language):
    assert match_language(tag) == language


def test_html_writes_languages_with_a_hyphen():
    assert html_tag("pt_BR") == "pt-BR"


@pytest.mark.parametrize(
    ("query", "header", "language"),
    [
        ({"lang": "ru"}, "fr", "ru"),
        ({}, "de, fr;q=0.5, ru;q=0.9", "ru"),
        ({"lang": "xx"}, "", "en"),
        ({}, "*;q=0.1, ;;;, \x00", "en"),
    ],
)
def test_the_address_wins_over_the_browser(query, header, language):
    assert read_visitor(query, header, None).language == language


def test_english_of_the_visitors_region_is_written_as_there():
    from datetime import UTC, datetime

    moment = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    assert read_visitor({}, "en-GB", None).formats.time(moment) == "14:30"
    assert read_visitor({}, "en-US", None).formats.time(moment) == "2:30\u202fPM"
