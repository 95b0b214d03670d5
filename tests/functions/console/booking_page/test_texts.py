"""Consent, links to privacy and terms, and the waiting room's words, as the console changes them."""

import re
from datetime import timedelta

import pytest

from shared.domain.calendar.business import BookingPage, WaitingRoom
from tests.functions.console.app import START
from tests.functions.console.booking_page.place import PAGE, a_place, business_of, error_at, save, see
from tests.support.builders import a_service


ALL = {"languages": ["en", "fr", "ru", "pt-BR"]}


async def test_customers_are_asked_for_the_wording_and_it_is_kept_while_they_are_not():
    world = await a_place()
    await save(
        world, "/texts", **ALL, asks_consent="yes", consent="I *agree*", privacy_url="https://clinic.example/p"
    )
    page = (await business_of(world)).page
    assert (page.consent, page.privacy_url) == ("I *agree*", "https://clinic.example/p")
    await save(world, "/texts", **ALL, consent="I *agree*")
    page = (await business_of(world)).page
    assert (page.consent, page.unasked_consent, page.privacy_url) == ("", "I *agree*", "")
    assert "I *agree*" in await see(world, "/texts")


async def test_consent_without_a_wording_is_refused_at_its_field():
    world = await a_place()
    answer = await save(world, "/texts", **ALL, asks_consent="yes", terms_url="https://clinic.example/t")
    assert answer.status == 422
    assert error_at(answer.body.decode(), "consent") == "Enter what customers agree to, or clear the box above"
    assert "https://clinic.example/t" in answer.body.decode()


async def test_an_address_that_leads_nowhere_on_the_web_is_refused():
    world = await a_place()
    answer = await save(world, "/texts", **ALL, privacy_url="javascript:alert(1)")
    assert "Enter a web address" in error_at(answer.body.decode(), "privacy_url")


async def test_the_preview_shows_the_line_of_consent_as_customers_will_read_it():
    world = await a_place()
    token = (await see(world, "/texts")).partition('name="csrf" value="')[2].partition('"')[0]
    sent = {
        "csrf": token,
        **ALL,
        "asks_consent": "yes",
        "consent": "I agree to **this**, [see](https://x.example)",
    }
    html = (await world.post("boss", f"{PAGE}/preview?of=texts", **sent)).body.decode()
    assert '<label for="consent">I agree to <strong>this</strong>, <a href="https://x.example"' in html
    assert (await business_of(world)).page.consent == ""


async def test_the_page_offers_the_languages_that_are_ticked_and_begins_with_the_first():
    world = await a_place()
    assert (await save(world, "/texts", languages=["fr", "ru"], first_language="fr")).status == 303
    page = (await business_of(world)).page
    assert (page.languages, page.first_language) == (("fr", "ru"), "fr")
    for accepted, read in (("en", "fr"), ("ru-RU,en", "ru"), ("de", "fr")):
        html = (await world.call("GET", "/book/clinic", accept_language=accepted)).body.decode()
        assert f'<html lang="{read}"' in html
    assert 'lang="en"' not in re.sub(r"<bdi.*?</bdi>", "", html).partition("<main")[0]
    assert '<html lang="fr"' in (await world.call("GET", "/book/clinic?lang=en")).body.decode()
    assert (await world.call("GET", "/api/clinic")).json()["languages"] == ["fr", "ru"]
    assert '<option value="en"' not in (await world.open("boss", f"{PAGE}/embed")).body.decode()
    preview = (await world.open("boss", f"{PAGE}/preview?of=look&lang=en")).body.decode()
    assert '<html lang="fr"' in preview


async def test_customers_who_ask_for_no_offered_language_have_their_mails_in_the_first():
    world = await a_place()
    await save(world, "/texts", languages=["fr", "ru"], first_language="ru")
    booked = await world.book(START, service="video", language="en")
    assert (await world.stored(booked.json()["id"])).seat.language == "ru"
    chosen = await world.book(START + timedelta(hours=1), service="video", language="fr")
    assert (await world.stored(chosen.json()["id"])).seat.language == "fr"


async def test_all_languages_stay_all_and_a_first_one_that_is_not_offered_is_refused():
    world = await a_place()
    await save(world, "/texts", **ALL)
    assert (await business_of(world)).page.languages == ()
    answer = await save(world, "/texts", languages=["fr"])
    assert error_at(answer.body.decode(), "first_language") == "Choose one of the languages selected above"
    assert error_at((await save(world, "/texts")).body.decode(), "languages") == "Choose at least one"


async def test_words_and_tips_of_the_waiting_room_are_saved_and_previewed():
    world = await a_place()
    tips = "Sit down\n\nHave your card\nSit down"
    await save(world, "/waiting-room", text="We are **coming**", tips=tips, on_demand="video")
    room = (await business_of(world)).waiting_room
    assert (room.text, room.tips, room.on_demand) == ("We are **coming**", ("Sit down", "Have your card"), "video")
    html = (await world.open("boss", f"{PAGE}/preview?of=waiting-room")).body.decode()
    assert "We are <strong>coming</strong>" in html
    assert "Have your card" in html


async def test_a_tip_that_is_too_long_is_named_by_its_line():
    world = await a_place()
    answer = await save(world, "/waiting-room", tips="Short\n" + "x" * 501, on_demand="")
    assert error_at(answer.body.decode(), "tips") == "Line 2 is too long: at most 500 characters"


async def test_people_come_only_for_a_service_that_one_can_join_alone():
    group = a_service("class", is_online=True, maximum_attendees=5, staff=("claire",))
    world = await a_place([a_service("video", is_online=True, staff=("claire",)), group, a_service("here")])
    html = await see(world, "/waiting-room")
    assert '<option value="video">' in html
    assert '<option value="class">' not in html
    assert '<option value="here">' not in html
    answer = await save(world, "/waiting-room", on_demand="class")
    assert error_at(answer.body.decode(), "on_demand") == "Choose one of these"


async def test_the_link_for_the_door_is_there_once_people_may_come():
    world = await a_place()
    assert "https://book.example.org/now/clinic" not in await see(world, "/waiting-room")
    await save(world, "/waiting-room", on_demand="video")
    assert "https://book.example.org/now/clinic" in await see(world, "/waiting-room")


@pytest.mark.parametrize(
    ("path", "control", "kept", "sent"),
    [
        ("/waiting-room", "on_demand", {"page": BookingPage(require_email_code=True)}, {"on_demand": "video"}),
        (
            "/access",
            "require_email_code",
            {"waiting_room": WaitingRoom(on_demand="video")},
            {"access": "everyone", "most_open": "3", "require_email_code": "yes"},
        ),
    ],
)
async def test_coming_without_a_booking_and_a_code_by_mail_exclude_each_other(path, control, kept, sent):
    world = await a_place(**kept)
    answer = await save(world, path, **sent)
    assert answer.status == 422
    assert "off under" in error_at(answer.body.decode(), control)
