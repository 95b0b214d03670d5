"""A calendar's own words have their language in mails too, where the reader's is another."""

import pytest

from shared.domain.appointments.appointment import Answer, Consent
from tests.delivery.mail.letters import NOW, SEAT, letter, of_business, of_service
from tests.delivery.mail.reading import html_of, sent
from tests.support.own_words import Reader, own


SAID = ("nom", "consultation", "adresse", "texte", "motif", "choix", "oui", "accord")


def written(language, kind="confirmation", role="customer", **changes):
    answers = (
        Answer(question="q1", text=own("motif"), answer="My knee"),
        Answer(question="q2", text=own("choix"), answer=own("oui"), kind="choice", options=(own("oui"),)),
    )
    seat = SEAT.model_copy(update={"answers": answers, "consent": Consent(at=NOW, text=own("accord"))})
    made = of_business(letter(kind, role, language, seat=seat, **changes), name=own("nom"), address=own("adresse"))
    return of_service(made, name=own("consultation"), confirmation_text=f"{own('texte')}\n[Way](https://x.test)")


def read(made):
    reader = Reader()
    reader.feed(html_of(sent(made)))
    return [(lang, text) for lang, text in reader.found if text.startswith(own(""))]


@pytest.mark.parametrize("language", ["en", "ru", "pt-BR"])
def test_what_the_calendar_says_has_its_language(language):
    found = read(written(language))
    assert {word for word in SAID if any(own(word) in text for _, text in found)} == set(SAID)
    assert [text for lang, text in found if lang != "fr"] == []


def test_the_staffs_mail_has_it_beside_the_customers_name():
    html = html_of(sent(written("en", role="staff")))
    assert f'Ada Lovelace · <span lang="fr">{own("consultation")}</span>' in html
    assert 'lang="fr">My knee' not in html


def test_a_reminders_text_has_it():
    assert ("fr", own("rappel")) in read(written("en", "reminder", text=own("rappel")))


def test_a_mail_in_the_calendars_language_says_so_once():
    assert "<span lang=" not in html_of(sent(written("fr")))
