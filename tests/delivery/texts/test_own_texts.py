"""A calendar's own texts in mails and SMS; the default ones as templates say what they say by themselves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.delivery.mail.view import view_of
from shared.delivery.texts.defaults import default_text
from shared.delivery.texts.own import template_of
from shared.delivery.texts.sms import sms_text
from shared.delivery.texts.values import text_kind
from shared.domain.appointments.appointment import AwaitedConfirmation
from shared.domain.messages.message_text import KINDS, PARTS, WITH_SMS, MessageText
from shared.domain.messages.placeholders import names_for
from shared.domain.messages.segments import sms_size
from tests.delivery.mail.letters import APPOINTMENT, EVERY, NOW, SENDER, letter, of_service, with_policy
from tests.delivery.mail.reading import html_of, sent, text_of


def saying(message, **parts):
    own = MessageText(kind=text_kind(message), language=parts.pop("language", "en"), **parts)
    return replace(message, calendar=replace(message.calendar, texts={own.id: own}))


def test_the_default_texts_as_templates_say_what_they_say_without_being_set():
    seen = set()
    for kind, role, language in EVERY:
        message = letter(kind, role, language, name="Dr Moreau" if role != "customer" else "Ada Lovelace")
        if kind in ("code", "report"):
            message = replace(message, name="")
        if (text := text_kind(message)) is None:
            continue
        default = default_text(message)
        for part in PARTS:
            assert not getattr(default, part) or template_of(getattr(default, part), text, part), (text, language)
        tag = "pt_BR" if language == "pt-BR" else language
        own = saying(message, language=tag, subject=default.subject, body=default.body)
        assert view_of(own, SENDER, NOW) == view_of(message, SENDER, NOW)
        seen.add(text)
    assert set(KINDS) - seen == {"staff_cancellation"}  # a letter's appointment takes place


def test_a_mail_says_what_the_calendar_set_with_its_values_and_links():
    body = "Dear **{customer}**,\n{staff} expects you: {day}, {time}. [Move it]({manage link})!"
    mail = sent(saying(letter(), subject="{short start}: {service}", body=body))
    assert mail["Subject"] == "Tue, Dec 1, 3:00 AM: Première consultation"
    assert "<strong>Ada Lovelace</strong>,<br>Dr Camille Moreau expects you" in html_of(mail)
    assert '<a href="https://book.openslot.test/book/demo-clinic/manage/payload.tag">Move it</a>!' in html_of(mail)
    assert "Move it (https://book.openslot.test/book/demo-clinic/manage/payload.tag)!" in text_of(mail)
    assert "You’re booked" not in text_of(mail)


def test_a_text_in_another_language_leaves_the_default():
    french = saying(letter(language="ru"), language="fr", body="Bonjour")
    assert text_of(sent(french)) == text_of(sent(letter(language="ru")))


def test_a_part_that_is_not_set_is_the_default():
    mail, plain = sent(saying(letter(), body="Hi")), sent(letter())
    assert mail["Subject"] == plain["Subject"]
    assert "Hi" in text_of(mail)


def test_a_text_of_the_service_counts_before_the_calendars():
    whole = MessageText(kind="confirmation", language="en", subject="All", body="All")
    own = MessageText(kind="confirmation", language="en", service="s1", body="One")
    message = letter()
    mail = sent(replace(message, calendar=replace(message.calendar, texts={whole.id: whole, own.id: own})))
    assert mail["Subject"] == "All"
    assert "One" in text_of(mail)


def test_optional_parts_follow_the_appointment():
    body = "A{if online} on{end}{if in person} there{end}{if price} for {price}{end}{if can change} or not{end}"
    assert "A there for €60 or not" in text_of(sent(saying(letter(), body=body)))
    online = of_service(letter(), is_online=True)
    late = with_policy(replace(online, manage_token=""))
    assert "A on for €60\n" in text_of(sent(saying(late, body=body)))


def test_a_subject_has_neither_links_nor_codes():
    for kind in KINDS:
        names = names_for(kind, "subject")
        assert not names.links
        assert "code" not in names.values


@pytest.mark.parametrize("language", ["en", "fr", "ru", "pt-BR"])
def test_the_default_sms_says_it_in_few_segments_and_without_the_service(language):
    for kind in WITH_SMS:
        said = sms_text(letter(kind, language=language), SENDER, NOW)
        assert said.startswith("Clinique des Tilleuls")
        assert "consultation" not in said
        assert "{" not in said
        assert sms_size(said).segments <= (4 if language == "ru" else 2)
    assert sms_text(letter("code", language=language), SENDER, NOW) == ""


def test_a_french_sms_sets_the_colon_before_a_link_apart():
    links = [("series", "Toutes les dates"), ("confirmation", "Déplacer ou annuler")]
    for kind, words in links:
        said = sms_text(letter(kind, language="fr"), SENDER, NOW)
        assert f"{words} : https://book.openslot.test" in said


def test_an_sms_of_ones_own_has_plain_quotation_marks_and_whole_links():
    own = saying(letter(), sms="“{customer}”…[Move]({manage link}), [Join]({join link})")
    said = sms_text(own, SENDER, NOW)
    assert said == '"Ada Lovelace"...Move: https://book.openslot.test/book/demo-clinic/manage/payload.tag ,'


def test_one_reminder_of_several_says_its_own_words():
    day = replace(letter("reminder"), before=timedelta(days=1))
    texts = [
        MessageText(kind="reminder", language="en", service="s1", before=minutes, subject=subject)
        for minutes, subject in ((1440, "Tomorrow"), (120, "Soon"))
    ]
    calendar = replace(day.calendar, texts={one.id: one for one in texts})
    said = [
        str(sent(replace(day, calendar=calendar, before=before))["Subject"])
        for before in (timedelta(days=1), timedelta(hours=2), None)
    ]
    assert said[:2] == ["Tomorrow", "Soon"]
    assert said[2].startswith("Reminder")


def test_what_is_to_be_confirmed_is_not_said_to_be_confirmed_whatever_the_calendar_says():
    awaited = AwaitedConfirmation(of_links=1)
    waits = {"appointment": APPOINTMENT.model_copy(update={"awaited": awaited})}
    for language, said in (("en", "To be confirmed"), ("fr", "À confirmer"), ("ru", "Ждёт подтверждения")):
        own = saying(letter(language=language), language=language, subject="Confirmed!", body="It is confirmed.")
        mail = sent(replace(own, **waits))
        assert said in mail["Subject"]
        assert "It is confirmed." not in text_of(mail)
        assert said in text_of(mail)
    text = sms_text(letter(**waits), SENDER, NOW)
    assert "is reserved for you. We'll confirm it" in text
    asked = text_of(sent(letter(role="staff", staff_token="payload.s", **waits)))
    assert "/host/payload.s/confirm" in asked
    assert "Your own calendar can’t be read at the moment" in asked
    (event,) = [
        part.get_content() for part in sent(letter(**waits)).walk() if part.get_content_type() == "text/calendar"
    ]
    assert "STATUS:TENTATIVE" in (event if isinstance(event, str) else event.decode())
