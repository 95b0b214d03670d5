"""The mail that brings a code: big digits, no calendar, and nothing in the headers."""

import pytest

from tests.delivery.mail.letters import letter
from tests.delivery.mail.reading import calendars_of, html_of, sent, text_of


@pytest.mark.parametrize(
    ("language", "subject", "opening"),
    [
        ("en", "Your code for Clinique des Tilleuls", "Enter this code on the page"),
        ("fr", "Votre code pour Clinique des Tilleuls", "Saisissez ce code sur la page"),
        ("ru", "Ваш код: Clinique des Tilleuls", "Введите этот код на странице"),
        ("pt-BR", "Seu código para Clinique des Tilleuls", "Digite este código na página"),
    ],
)
def test_it_says_what_it_is_for_in_the_readers_language(language, subject, opening):
    made = sent(letter("code", language=language))
    assert made["Subject"] == subject
    assert opening in text_of(made)
    assert "10" in text_of(made)


def test_the_digits_stand_by_themselves_in_text_and_html():
    made = sent(letter("code"))
    assert "\n    048213\n" in text_of(made)
    assert 'class="sunken code">048213</td>' in html_of(made)


def test_the_code_is_in_no_header_and_the_mail_answers_none():
    made = sent(letter("code"))
    assert all("048213" not in value for value in made.values())
    assert made["References"] is None
    assert made["In-Reply-To"] is None


def test_it_brings_no_calendar_and_no_way_to_a_booking():
    made = sent(letter("code"))
    assert calendars_of(made) == []
    assert "/book/" not in text_of(made)
    assert "If that wasn’t you" in text_of(made)
