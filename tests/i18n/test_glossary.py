"""The words of `shared/i18n/GLOSSARY.md` are held in every text that people read."""

import re
from collections import Counter

import pytest
from babel.messages.pofile import read_po

from shared.i18n import CATALOGUES


FORBIDDEN = {
    "en": r"\b(?:[Mm]ails?|[Mm]ailed|[Ss]omebody|[Aa]nybody|[Ee]verybody|[Nn]obody|[Uu]n?tick(?:ed)?|[Tt]ick(?:ed)?)\b"
    r"|\bcannot\b|\b(?:is|are|was|does|do|did|has|have|could|will) not\b|^Please (?!note|bring)"
    r"|\b(?:your|this|the) booking\b(?! page| rules)|\bcoming appointments?\b(?<!upcoming)|without a booking"
    r"|\btell all\b|\b(?:is|are|was|were) told\b",
    # what would have a gender: "vous avez été déconnecté", "você está conectado", "вы вошёл"
    "fr": r"\b[Vv]ous (?:vous )?(?:n’)?(?:êtes|avez été|étiez|serez|pouvez être)(?: [\w-]+)? \w+(?:é|is|it|u)\b|sans réservation|parti\(e\)|arrivé\(e\)|[Hh]oraires? libres?|\b(?:[LlCc]e|[LlCcDd]es|[Dd]u) calendriers?\b"
    r"|\b(?:[CcLl]es?|[Uu]n|[Dd]u|[Dd]es|[Aa]ux?|[Ss]es|[Aa]ucun|[Pp]as de) services?\b"
    r"|(?<!de )%\(name\)s (?:a été|n’a pas été|est) \w+(?:é|i|u)\b",
    "ru": r"\b[Вв]ы (?:\S+ )?\w+(?:[её]н|лся|шёл|[аеиы]л)\b|вариант(?:а|ов)? времени|поставщик\w* удостоверений|[Пп]иш(?:е|ё)л\b|[Пп]ри[её]м(?:[аеуы]|ом|ов|ах|ами?)?\b"
    r"|^%\((?:name|who)\)s (?:не )?\w+(?:[её]н|лся|шёл|[аеиыя]л)\b",
    "pt_BR": r"\b[Vv]ocê (?:\S+ )?(?:está|foi|estava|será|ficou|continua|estiver|pode estar|pode ser|pode ter sido) (?:\S+ )?\w+(?:[aiu]do|rto|so)\b|\b[Rr]eservas?\b|\b[Cc]ompromissos?\b(?! no calendário|\. Confirme)|\b[Aa]parelhos?\b|On-line"
    r"|\b(?:[Oo]s?|[DdNn]os?|[Ee]stes?|[Dd]estes?|[Nn]enhum) calendários?\b(?! abrem| pessoal)"
    r"|%\(name\)s (?:não )?(?:foi|está) \w+(?:ado|ido|to|so)\b",
}
# what a server is called, and what a business is asked to say in its own words
ALLOWED = ("your mail server", "says before the booking")
# A state in a word or two: what is "Published" is a page (она) or a calendar (он), and other languages agree with it.
STATE = re.compile(r"(?:[Nn]ot )?(?:\w+ed|[Hh]idden|[Ss]hown|[Oo]n|[Oo]ff)")
AGREES = {
    "fr": re.compile(r"(?:[Nn]on )?\w+(?:ées?|ies?|ues)"),
    "ru": re.compile(r"(?:[Нн]е )?\w+(?:[аяеё]н|[аяеё]на|[уы]т|[уы]та)"),
    "pt_BR": re.compile(r"(?:[Nn]ão )?\w+(?:[aiu]da|rta|ta)s?"),
}


def texts(language: str) -> list[str]:
    with (CATALOGUES / ("fr" if language == "en" else language) / "LC_MESSAGES" / "messages.po").open(
        "rb"
    ) as file:
        entries = [entry for entry in read_po(file) if entry.id and entry.context != "template"]
    found = [entry.id if language == "en" else entry.string for entry in entries]
    return [text for one in found for text in ([one] if isinstance(one, str) else one)]


@pytest.mark.parametrize("language", ["fr", "ru", "pt_BR"])
def test_a_blank_line_stands_before_each_entry(language):
    text = (CATALOGUES / language / "LC_MESSAGES" / "messages.po").read_text("utf-8")
    assert re.findall(r'(?m)^msgstr.*\n(?:".*\n)*((?:#|msgctxt|msgid ).*)', text) == []


@pytest.mark.parametrize("language", ["fr", "ru", "pt_BR"])
def test_each_entry_is_said_once(language):
    text = (CATALOGUES / language / "LC_MESSAGES" / "messages.po").read_text("utf-8")
    assert re.findall(r'(?m)^msgstr ".*\n(?:".*\n)*\n*(msgstr .*)', text) == []
    named = re.findall(r'(?m)^(?:msgctxt ".*"\n)?msgid ".*"\n(?:".*"\n)*', text)
    assert [one for one, times in Counter(named).items() if times > 1] == []


@pytest.mark.parametrize("language", FORBIDDEN)
def test_no_text_has_a_word_that_the_glossary_excludes(language):
    wanted = re.compile(FORBIDDEN[language])
    all_texts = texts(language)
    assert len(all_texts) > 500
    found = [text for text in all_texts if wanted.search(text) and not any(one in text for one in ALLOWED)]
    assert found == []


@pytest.mark.parametrize(("language", "deletes"), [("fr", "upprim"), ("ru", "дал[еёия]"), ("pt_BR", "xclu")])
def test_what_is_kept_about_people_is_erased_and_only_things_are_deleted(language, deletes):
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        entries = [(str(one.id), str(one.string)) for one in read_po(file)]
    erased = [one for one in entries if re.search("[Ee]ras", one[0]) and "delete" not in one[0]]
    assert len(erased) > 30
    assert [one for one in erased if re.search(deletes, one[1].replace("запрет на удаление", ""))] == []


@pytest.mark.parametrize("language", AGREES)
def test_a_state_agrees_with_its_noun(language):
    """What has a noun's gender is said of that noun alone: `pgettext` names it, and the entry its context."""
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        bare = [one for one in read_po(file) if isinstance(one.id, str) and not one.context]
    states = [one for one in bare if STATE.fullmatch(one.id)]
    assert len(states) > 10
    assert [(one.id, one.string) for one in states if AGREES[language].fullmatch(one.string)] == []
