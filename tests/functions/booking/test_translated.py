"""A calendar whose texts are in two languages: what its customers read, agree to, and get."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from shared.delivery.calendar_files.calendar_file import calendar_file
from shared.delivery.mail.render import render
from shared.delivery.mail.sender import Sender
from shared.delivery.mail.view import view_of
from shared.delivery.sms.wording import whole_sms
from shared.domain.calendar.business import BookingPage, WaitingRoom
from shared.domain.calendar.place import Address, Location
from shared.domain.calendar.service import AskedQuestion, Question, Reminder
from shared.domain.calendar.toolkit import Toolkit
from shared.domain.calendar.words import BusinessWords, QuestionWords, ServiceWords
from tests.support.builders import MONDAY, a_business, a_calendar, a_service
from tests.support.edge import PUBLIC_URL, World


START = MONDAY + timedelta(days=1, hours=2)
SENDER = Sender("bookings@example.org", PUBLIC_URL, "example.org")
BUSINESS = BusinessWords(
    language="fr",
    name="La clinique",
    consent="J’accepte [tout](https://a.example)",
    waiting_text="Un instant",
    tips=("Asseyez-vous",),
)
VISIT = a_service(
    "visit",
    description="A short one",
    confirmation_text="Bring a card",
    is_online=True,
    questions=(AskedQuestion(id="first", required=True),),
    translations=(ServiceWords(language="fr", name="Visite", confirmation_text="Apportez une carte"),),
)
FIRST = Question(
    id="first",
    text="First visit?",
    kind="choice",
    options=("Yes", "No"),
    translations=(QuestionWords(language="fr", text="Première visite ?", options=(("Yes", "Oui"),)),),
)


@pytest.fixture
async def world():
    made = World()
    page = BookingPage(is_published=True, header="Welcome", consent="I agree")
    room = WaitingRoom(text="One moment", tips=("Sit down",))
    business = a_business(
        page=page, waiting_room=room, translations=(BUSINESS,), toolkit=Toolkit(is_public=True, is_linked=True)
    )
    await made.save(a_calendar(business, [VISIT, a_service("plain")], None, [FIRST]))
    return made


async def page(world, path, language="fr"):
    answer = await world.call("GET", path, accept_language=language)
    assert answer.status == 200
    return answer.body.decode()


async def booked(world, language="fr", **changes):
    form = {
        "key": "a-key-of-the-form-0001",
        "start": START.isoformat(),
        "name": "Ana",
        "email": "ana@example.com",
        "q-first": "Yes",
        "consent": "yes",
        **changes,
    }
    headers = {"content_type": "application/x-www-form-urlencoded", "accept_language": language}
    return await world.call("POST", "/book/clinic/visit", body=urlencode(form).encode(), **headers)


async def test_the_page_is_in_the_readers_words_and_says_the_language_of_those_that_are_not(world):
    html = await page(world, "/book/clinic")
    assert "<bdi>La clinique</bdi>" in html
    assert "<bdi>Visite</bdi>" in html
    assert '<div class="prose" lang="en"><p dir="auto">Welcome</p></div>' in html
    assert '<bdi lang="en">A short one</bdi>' in html
    assert '<bdi lang="en">Plain</bdi>' in html
    assert ">Clinic<" not in html
    assert "# La clinique" in (await world.call("GET", "/book/clinic.md", accept_language="fr")).body.decode()


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_other_readers_get_the_calendars_own(world, language):
    html = await page(world, "/book/clinic", language)
    assert "La clinique" not in html
    assert ">Clinic</bdi>" in html
    assert "Visite" not in html


async def test_a_reader_of_any_region_gets_the_language(world):
    assert "La clinique" in await page(world, "/book/clinic", "fr-CA")


async def test_options_are_shown_in_the_readers_words_and_stored_in_the_calendars(world):
    html = await page(world, f"/book/clinic/visit?start={START:%Y-%m-%dT%H}%3A00%3A00Z")
    assert "Première visite ?" in html
    assert re.search(r'value="Yes"[^>]*><bdi>Oui</bdi>', html)
    assert re.search(r'value="No"[^>]*><bdi lang="en">No</bdi>', html)
    assert "J’accepte" in html
    answer = await booked(world, email="nobody", **{"q-first": "Yes"})
    assert answer.status == 422
    assert re.search(r'value="Yes" checked', answer.body.decode())
    assert (await booked(world)).status == 303
    await world.drain()
    (given,) = world.postman.letters[0].seat.answers
    assert (given.text, given.answer, given.options) == ("First visit?", "Yes", ("Yes", "No"))


@pytest.mark.parametrize(
    ("language", "words", "kept"), [("fr", BUSINESS.consent, "fr"), ("en", "I agree", ""), ("ru", "I agree", "")]
)
async def test_what_was_agreed_to_is_kept_as_it_was_read(world, language, words, kept):
    assert (await booked(world, language)).status == 303
    await world.drain()
    agreed = world.postman.letters[0].seat.consent
    assert (agreed.text, agreed.language) == (words, kept)


async def test_a_program_that_read_the_calendars_own_consent_agrees_to_that(world):
    booking = {
        "service": "visit",
        "start": START.isoformat(),
        "customer": {"name": "Ana", "email": "ana@example.com"},
        "answers": {"first": "Yes"},
        "consent": True,
        "language": "fr",
    }
    answer = await world.call("POST", "/api/clinic/appointments", booking, idempotency_key="a-key-of-a-program")
    assert answer.status == 201
    await world.drain()
    assert world.postman.letters[0].seat.consent.text == "I agree"


async def test_the_customer_gets_all_of_it_in_their_language_and_the_staff_in_the_calendars(world):
    answer = await booked(world)
    html = await page(world, answer.headers["Location"].partition("?")[0])
    assert "<bdi>Visite</bdi>" in html
    assert "Apportez une carte" in html
    await world.drain()
    by_role = {one.role: one for one in world.postman.letters}
    letter = by_role["customer"]
    shown = view_of(letter, SENDER, world.now)
    assert (shown.business, shown.title, shown.message) == ("La clinique", "Visite", "Apportez une carte")
    assert "La clinique" in whole_sms(replace(letter, channel="sms"), SENDER, world.now)
    written = render("letter.html", shown)
    assert re.findall('lang="en">[^<]*', written) == []
    assert "Première visite" in written
    assert "Oui" in written
    file = calendar_file(letter, SENDER, world.now, "PUBLISH").decode().replace("\r\n ", "")
    assert "Visite" in file
    assert "First visit" not in file
    of_staff = view_of(by_role["staff"], SENDER, world.now)
    assert "Visit" in of_staff.title
    assert of_staff.business == "Clinic"
    agreed = next(one for section in of_staff.sections for one in section.facts if one.label == "Consent")
    assert (agreed.is_own, agreed.lang) == (False, "fr")


async def test_the_postal_address_is_in_the_readers_language_wherever_it_is_shown(world):
    calendar = await world.store.calendars.reload("biz0clinic")
    told = BUSINESS.model_copy(update={"address": "Rue Neuve 1, Bruxelles"})
    own = Address(street="New Street 1", city="Brussels")
    business = calendar.business.model_copy(update={"address": own, "translations": (told,)})
    services = {**calendar.services, "visit": VISIT.model_copy(update={"is_online": False})}
    await world.save(replace(calendar, business=business, services=services))
    manage = (await booked(world)).headers["Location"].partition("?")[0]
    for path in ("/book/clinic", "/book/clinic/visit", manage):
        assert "<bdi>Rue Neuve 1, Bruxelles</bdi>" in await page(world, path), path
        assert '<bdi lang="en">New Street 1, Brussels</bdi>' in await page(world, path, "ru"), path
    assert (await world.call("GET", "/api/clinic?lang=fr")).json()["address"] == "Rue Neuve 1, Bruxelles"
    assert "Rue Neuve 1" in (await world.call("GET", "/book/clinic.md", accept_language="fr")).body.decode()
    await world.drain()
    by_role = {one.role: one for one in world.postman.letters}
    written = render("letter.html", view_of(by_role["customer"], SENDER, world.now))
    assert "Rue Neuve 1" in written
    assert re.findall('lang="en">[^<]*', written) == []
    assert "Rue Neuve 1" in calendar_file(by_role["customer"], SENDER, world.now, "PUBLISH").decode()
    assert "New Street 1" in calendar_file(by_role["staff"], SENDER, world.now, "PUBLISH").decode()


async def test_a_reminder_and_the_place_are_in_the_customers_language(world):
    calendar = await world.store.calendars.reload("biz0clinic")
    reminder = Reminder(offset=timedelta(hours=1), message="Bring a card", recipients="all")
    words = ServiceWords(language="fr", location="Salle 2", messages=(("Bring a card", "Apportez une carte"),))
    place = Location(name="Room 2", address=Address(city="Ghent"))
    visit = a_service("visit", location=place, reminders=(reminder,), translations=(words,))
    await world.save(replace(calendar, services={**calendar.services, "visit": visit}))
    manage = (await booked(world)).headers["Location"].partition("?")[0]
    assert "<bdi>Salle 2, Ghent</bdi>" in await page(world, manage)
    assert '<bdi lang="en">Room 2, Ghent</bdi>' in await page(world, manage, "ru")
    # what was agreed keeps its words, in both languages, though the service says something else by then
    later = visit.model_copy(update={"reminders": (reminder.model_copy(update={"message": "Come early"}),)})
    await world.save(replace(calendar, services={**calendar.services, "visit": later}))
    world.now = START - timedelta(hours=1)
    await world.drain()
    told = {one.role: one for one in world.postman.letters if one.kind == "reminder"}
    shown = view_of(told["customer"], SENDER, world.now)
    assert shown.message == "Apportez une carte"
    assert 'lang="en">Room' not in render("letter.html", shown)
    assert "Salle 2" in render("letter.html", shown)
    assert "Salle 2" in calendar_file(told["customer"], SENDER, world.now, "PUBLISH").decode()
    assert view_of(told["staff"], SENDER, world.now).message == "Bring a card"


async def test_json_is_in_the_readers_words_and_takes_answers_in_the_calendars(world):
    async def told(query="", accepted=""):
        answer = await world.call("GET", f"/api/clinic{query}", accept_language=accepted)
        return answer.headers["Content-Language"], json.loads(answer.body)

    language, french = await told("?lang=fr")
    assert (language, french["readIn"], french["language"]) == ("fr", "fr", "en")
    assert (french["name"], french["header"]) == ("La clinique", "Welcome")
    visit = next(one for one in french["services"] if one["id"] == "visit")
    assert visit["name"] == "Visite"
    (question,) = visit["questions"]
    assert (question["text"], question["options"]) == ("Première visite ?", ["Yes", "No"])
    assert question["optionTexts"] == ["Oui", "No"]
    assert (await told(accepted="fr-CA"))[1] == french
    assert (await told())[1]["name"] == "Clinic"
    assert (await told("?lang=xx", "ru"))[1]["name"] == "Clinic"
    booking = {
        "service": "visit",
        "start": START.isoformat(),
        "customer": {"name": "Ana", "email": "ana@example.com"},
        "answers": {"first": question["options"][0]},
        "consent": True,
        "readIn": french["readIn"],
    }
    answer = await world.call("POST", "/api/clinic/appointments", booking, idempotency_key="a-key-of-a-program")
    assert answer.status == 201
    await world.drain()
    assert world.postman.letters[0].seat.consent.text == BUSINESS.consent


async def test_pages_of_help_and_the_waiting_room_are_in_the_readers_words(world):
    help_page = await page(world, "/help/clinic")
    assert "La clinique" in help_page
    assert "Visite" in help_page
    assert "Clinic" not in help_page.replace("/clinic", "")
    assert "La clinique" in await page(world, "/help/clinic/infographic")
    await booked(world)
    await world.drain()
    letter = next(one for one in world.postman.letters if one.role == "customer")
    lobby = await page(world, f"/join/{letter.visit_token}")
    assert "La clinique" in lobby
    assert "Visite" in lobby
    world.now = START - timedelta(minutes=5)
    lobby = await page(world, f"/join/{letter.visit_token}")
    assert "Un instant" in lobby
    assert '<ul class="tips"><li>' in lobby.replace("\n", "")
    assert "Asseyez-vous" in lobby


async def test_a_page_of_one_language_is_in_it_for_everyone(world):
    calendar = await world.store.calendars.reload("biz0clinic")
    fixed = calendar.business.page.model_copy(update={"languages": ("fr",)})
    await world.save(replace(calendar, business=calendar.business.model_copy(update={"page": fixed})))
    html = await page(world, "/book/clinic", "en")
    assert '<html lang="fr"' in html
    assert "La clinique" in html
    assert "lang=en" not in html
