"""Another time for what was typed: on the form and on the page of a taken time, in any language, never in addresses."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest

from shared.domain.calendar.service import AskedQuestion, Question
from tests.functions.pages.test_limits import FORM
from tests.support.builders import MONDAY, a_business, a_calendar, a_service
from tests.support.edge import World, clinic


PERSONAL = ("Ana Souza", "ana@example.com", "Stairs are hard")


@pytest.fixture
async def world():
    world = World()
    await world.save(clinic())
    return world


async def post(world, path, values, language="en"):
    headers = {"content_type": "application/x-www-form-urlencoded", "accept_language": language}
    answer = await world.call("POST", path, body=urlencode(values).encode(), **headers)
    return answer.status, answer.body.decode()


def buttons(html):
    """From the words or the name of a button to the address that it sends the form to."""
    found = re.findall(r"<button ([^>]*)>(.*?)</button>", html, re.DOTALL)
    named = {}
    for attributes, inner in found:
        if address := re.search(r'formaction="([^"]+)"', attributes):
            label = re.search(r'aria-label="([^"]+)"', attributes)
            words = re.sub(r"<[^>]+>", "", inner).strip()
            named[unescape(label[1] if label else words)] = unescape(address[1])
    return named


def hidden(html):
    return {
        name: unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html)
    }


async def test_another_time_keeps_what_was_typed_through_days_and_languages(world):
    status, form = await post(world, "/book/clinic/consultation?lang=en", {**FORM, "edit": "1"})
    assert status == 200
    status, times = await post(world, buttons(form)["Change time"], FORM)
    assert (status, 'data-event="event_type_viewed"' in times) == (200, True)
    kept = hidden(times)
    assert set(PERSONAL) <= set(kept.values())
    for place in (1, 5):  # on to another day, and from there to another month
        ways = buttons(times)
        day = [href for name, href in ways.items() if "times" in name or "202" in name][place]
        status, times = await post(world, day, kept)
        assert (status, hidden(times)) == (200, kept)
    status, russian = await post(world, buttons(times)["Русский"], kept)
    assert (status, hidden(russian)) == (200, kept)
    assert 'lang="ru"' in russian
    slot = next(href for name, href in buttons(times).items() if "start=" in href)
    status, again = await post(world, slot, kept)
    assert status == 200
    for each in PERSONAL:
        assert each in again
    assert 'type="hidden" name="start"' in again
    for page in (form, times, russian, again):
        for address in re.findall(r'(?:href|action|formaction)="([^"]+)"', page):
            assert not any(part in address for part in ("Ana", "ana", "Stairs")), address


async def test_all_services_and_another_of_them_keep_what_was_typed_for_the_first(world):
    """Also what the other service does not ask for: it is there once the first is chosen again."""
    questions = [Question(id="why", text="Why?"), Question(id="size", text="Size?")]
    first = a_service("consultation", questions=(AskedQuestion(id="why"),))
    other = a_service("fitting", questions=(AskedQuestion(id="size"),))
    await world.save(a_calendar(a_business(), [first, other], questions=questions))
    typed = {**FORM, "q-why": "My knee", "edit": "1"}
    _, form = await post(world, "/book/clinic/consultation?lang=en", typed)
    _, times = await post(world, buttons(form)["Change time"], typed)
    status, services = await post(world, buttons(times)["All services"], hidden(times))
    assert (status, 'data-event="profile_page_viewed"' in services) == (200, True)
    status, russian = await post(world, buttons(services)["Русский"], hidden(services))
    assert (status, hidden(russian)) == (200, hidden(services))
    for name, is_asked in (("Fitting", False), ("Consultation", True)):
        _, times = await post(world, buttons(services)[name], hidden(services))
        slot = next(href for href in buttons(times).values() if "start=" in href)
        status, form = await post(world, slot, hidden(times))
        assert status == 200
        assert "Ana Souza" in form
        assert ('name="q-why" value="My knee"' in form, 'label for="q-why"' in form) == (not is_asked, is_asked)
        assert "My knee" in form
        _, times = await post(world, buttons(form)["Change time"], hidden(form) | typed)
        _, services = await post(world, buttons(times)["All services"], hidden(times))
    for page in (services, times, form):
        for address in re.findall(r'(?:href|action|formaction)="([^"]+)"', page):
            assert not any(part in address for part in ("Ana", "ana", "knee")), address


async def test_a_person_and_a_zone_are_chosen_with_the_answers(world):
    there = "/book/clinic/consultation?show=times&staff=claire"
    _, times = await post(world, there, {**FORM, "staff": "omar", "tz": "Asia/Tokyo"})
    assert re.search(r'<option value="omar" selected>', times)
    assert re.search(r'<option value="Asia/Tokyo" selected>', times)
    assert all("staff=omar" in href and "tz=Asia" in href for href in buttons(times).values() if "start=" in href)
    _, anyone = await post(world, there, {**FORM, "staff": ""})
    assert "staff=" not in "".join(href for href in buttons(anyone).values() if "start=" in href)


async def test_a_taken_time_offers_another_person_first_and_books_nothing_until_it_is_confirmed(world):
    assert (await post(world, "/book/clinic/consultation", FORM))[0] == 303
    mine = {**FORM, "key": "a-key-of-the-form-0002", "name": "Bo Ek", "email": "bo@example.com"}
    status, html = await post(world, "/book/clinic/consultation", mine)
    assert status == 409
    assert "<title>Time taken: " in html
    slots = re.findall(r'type="radio" name="slot" value="([^"]+)"', html)
    first = MONDAY + timedelta(days=1, hours=2)
    assert slots[0] == f"{first.isoformat()} omar"
    assert all(one.endswith(" claire") for one in slots[1:])
    assert "<bdi>Omar</bdi>" in html
    assert html.index('name="slot"') < html.index(">Confirm booking<")
    assert 'name="start" value=' in html
    again = {**mine, "key": hidden(html)["key"]}
    assert (await post(world, "/book/clinic/consultation", again))[0] == 409  # nothing was chosen
    again = {**again, "key": "a-key-of-the-form-0003", "slot": slots[0]}
    status, _ = await post(world, "/book/clinic/consultation", again)
    assert status == 303
    status, html = await post(world, "/book/clinic/consultation", {**again, "key": "a-key-of-the-form-0004"})
    assert status == 409
    assert not any(one.startswith(first.isoformat()) for one in re.findall(r'name="slot" value="([^"]+)"', html))


async def test_another_time_is_led_to_from_a_taken_one_too(world):
    assert (await post(world, "/book/clinic/consultation", FORM))[0] == 303
    _, html = await post(
        world, "/book/clinic/consultation", {**FORM, "key": "a-key-of-the-form-0002", "name": "Bo"}
    )
    status, times = await post(world, buttons(html)["Choose another time"], {**FORM, "name": "Bo"})
    assert (status, hidden(times)["name"]) == (200, "Bo")


async def test_times_that_are_asked_for_by_a_plain_address_are_the_usual_page(world):
    answer = await world.call("GET", "/book/clinic/consultation?show=times&lang=en")
    assert (answer.status, "formaction" in answer.body.decode()) == (200, False)
