"""Every text of the starter templates is translated, and a calendar that starts with one is in its language."""

from dataclasses import fields

import pytest

from shared.domain.calendar.business import BookingPage, Business, Calendar, WaitingRoom
from shared.domain.calendar.starter_templates import TEMPLATES
from shared.i18n import LANGUAGES, translator
from shared.presentation.starter import with_starter_entries


TRANSLATED = [language for language in LANGUAGES if language != "en"]
SAME = {("fr", "Vaccination"), ("pt_BR", "Manicure")}  # words of both languages


def texts_in(value: object) -> set[str]:
    """The texts of a template, but for the codes of fields that are not read by people."""
    if isinstance(value, str):
        return {value} - {"", "required", "optional"}
    if isinstance(value, tuple):
        return {text for one in value for text in texts_in(one)}
    if hasattr(value, "__dataclass_fields__"):
        return {text for one in fields(value) for text in texts_in(getattr(value, one.name))}
    return set()


def bare(**business) -> Calendar:
    return Calendar(Business(**{"id": "biz", "slug": "new", "name": "New", **business}), {}, {}, {})


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("kind", TEMPLATES)
def test_every_text_of_a_template_is_translated(kind, language):
    texts = translator(language)
    found = texts_in(TEMPLATES[kind])
    assert len(found) > 5
    assert [one for one in found if texts.pgettext("template", one) == one and (language, one) not in SAME] == []


def test_a_calendar_that_starts_with_a_template_is_in_its_own_language():
    calendar = with_starter_entries(bare(language="pt-BR"), "health")
    assert calendar.business.page.header.startswith("Escolha o que você precisa")
    assert {one.name for one in calendar.services.values()} >= {"Primeira consulta", "Vacinação"}
    assert {one.text for one in calendar.questions.values()} >= {"Você já esteve aqui antes?"}
    choice = next(one for one in calendar.questions.values() if one.kind == "choice")
    assert choice.options == ("Sim", "Não")


def test_only_visits_in_person_ask_to_bring_something():
    services = with_starter_entries(bare(), "health").services.values()
    assert {one.name: bool(one.confirmation_text) for one in services}["Video consultation"] is False
    assert all(one.confirmation_text for one in services if not one.is_online)


def test_words_that_the_calendar_has_already_are_kept():
    own = bare(page=BookingPage(header="Ours"), waiting_room=WaitingRoom(tips=("A tip of ours",)))
    business = with_starter_entries(own, "health").business
    assert (business.page.header, business.waiting_room.tips) == ("Ours", ("A tip of ours",))


@pytest.mark.parametrize("kind", TEMPLATES)
def test_the_ids_are_the_same_whenever_it_is_made(kind):
    one, other = with_starter_entries(bare(), kind), with_starter_entries(bare(), kind)
    assert one == other
    assert with_starter_entries(bare(id="biz2"), kind).services.keys().isdisjoint(one.services)
