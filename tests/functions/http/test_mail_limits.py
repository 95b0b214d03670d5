"""One mail address is given so often: strangers are not mailed by the dozen, and a family gets its appointments."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from functions.settings.app import Limits, RateLimit
from shared.domain.calendar.service import CustomerFields
from shared.domain.text.addresses import mailbox_of
from tests.functions.pages.test_limits import FORM
from tests.support.builders import MONDAY, a_key
from tests.support.edge import World, clinic


DAY, HALF = timedelta(days=1), timedelta(minutes=30)
TUESDAY = MONDAY + timedelta(days=1, hours=2)
TEXTS = {"send_sms": True, "customer_fields": CustomerFields(phone="optional")}
GENEROUS, FEW = RateLimit(1000, 100), RateLimit(3, 1 / 600)


async def a_world(mails: RateLimit = FEW, **business) -> World:
    world = World(limits=Limits(address=GENEROUS, calendar=GENEROUS, mails=mails))
    await world.save(clinic(**business))
    return world


def by(email: str) -> dict[str, object]:
    return {"customer": {"name": "Ana", "email": email}}


async def send(world: World, number: int, **changes: str):
    form = {**FORM, "key": a_key(), "start": (TUESDAY + number * HALF).isoformat(), **changes}
    headers = {"content_type": "application/x-www-form-urlencoded", "accept_language": "en"}
    return await world.call("POST", "/book/clinic/consultation", body=urlencode(form).encode(), **headers)


async def test_a_program_is_told_when_to_come_back_and_others_are_not_kept_waiting():
    world = await a_world()
    spellings = ["ana@example.com", "ANA@example.com", "ana+clinic@Example.com", "ana+x@example.com"]
    answers = [await world.book(TUESDAY + number * HALF, **by(one)) for number, one in enumerate(spellings)]
    assert [one.status for one in answers] == [201, 201, 201, 429]
    refused = answers[-1]
    assert refused.json()["type"] == "/problems/too-many-mails"
    assert 0 < int(refused.headers["Retry-After"]) <= 601
    assert (await world.book(TUESDAY + 4 * HALF, **by("bob@example.com"))).status == 201
    world.now += timedelta(minutes=10)
    assert (await world.book(TUESDAY + 5 * HALF, **by("ana@example.com"))).status == 201


async def test_what_is_refused_or_repeated_mails_nobody_and_does_not_count():
    world, key = await a_world(), a_key()
    assert (await world.book(key=key, service="solo", **by("ana@example.com"))).status == 201
    for _ in range(5):
        assert (await world.book(key=key, service="solo", **by("ana@example.com"))).status == 201
        assert (await world.book(service="solo", **by("ana@example.com"))).status == 409
    for number in (1, 2):
        assert (await world.book(TUESDAY + number * HALF, **by("ana@example.com"))).status == 201
    assert (await world.book(TUESDAY + 3 * HALF, **by("ana@example.com"))).status == 429


async def test_the_page_keeps_what_was_typed_and_says_what_is_the_matter():
    world = await a_world()
    assert [(await send(world, number)).status for number in range(3)] == [303] * 3
    answer = await send(world, 3, name="Ana the Fourth")
    html = answer.body.decode()
    assert (answer.status, "Retry-After" in answer.headers) == (429, True)
    assert "This email address was just used for many bookings" in html
    assert "Ana the Fourth" in html


async def test_a_booking_is_not_moved_to_and_fro_to_mail_its_address():
    world = await a_world()
    token, statuses = await world.token(), []
    for number in range(1, 6):
        body = {"start": (TUESDAY + number * HALF).isoformat()}
        path = f"/api/clinic/appointments/{token}"
        statuses.append((await world.call("PATCH", path, body, idempotency_key=a_key())).status)
    assert statuses == [200, 200, 200, 429, 429]


@pytest.mark.parametrize("limits", [Limits(are_on=False), Limits(address=GENEROUS, calendar=GENEROUS)])
async def test_a_family_books_ten_times_and_without_limits_as_often_as_it_likes(limits):
    world = World(limits=limits)
    await world.save(clinic())
    answers = [(await world.book(TUESDAY + number * HALF)).status for number in range(12)]
    assert answers == ([201] * 12 if not limits.are_on else [201] * 10 + [429] * 2)


async def test_who_holds_as_many_as_they_can_is_told_so_on_the_page_and_by_code():
    world = await a_world(GENEROUS, most_open=2)
    assert [(await send(world, number)).status for number in range(2)] == [303] * 2
    answer = await send(world, 2, name="Ana the Third")
    html = answer.body.decode()
    assert answer.status == 422
    assert "book any more upcoming appointments here" in html
    assert "Ana the Third" in html
    refused = await world.book(TUESDAY + 3 * HALF, **by(FORM["email"].upper()))
    assert (refused.status, refused.json()["type"]) == (422, "/problems/too-many-open")


def test_what_follows_a_plus_is_a_label():
    assert mailbox_of("Ana+Clinic@Example.com") == mailbox_of("ana@example.com") == "ana@example.com"
    assert mailbox_of("+@example.com") == "+@example.com"
    assert mailbox_of("a+b+c@x.example") == "a@x.example"
    spellings = ("münchen", "MÜNCHEN", "mu\u0308nchen", "m\ufe0fünchen", "xn--mnchen-3ya", "𝐦ünchen")
    assert {mailbox_of(f"ana@{one}.example") for one in spellings} == {"ana@xn--mnchen-3ya.example"}
    assert mailbox_of("ana@e\ufe0fxam𝐩le.com") == "ana@example.com"


async def test_nobody_is_texted_by_the_dozen_whatever_addresses_come_with_the_number():
    world = World(limits=Limits(address=GENEROUS, calendar=GENEROUS, mails=FEW))
    texting = replace(
        clinic(), services={"consultation": clinic().services["consultation"].model_copy(update=TEXTS)}
    )
    await world.save(texting)
    numbers = ["+33 6 11 22 33 44", "06 11 22 33 44", "0033611223344", "06.11.22.33.44"]

    async def book(number: int, phone: str, consent: str = "Yes, text me"):
        customer = {"name": "Ana", "email": f"a{number}@example.com", "phone": phone}
        more = {"smsConsent": consent} if consent else {}
        return (await world.book(TUESDAY + number * HALF, customer=customer, **more)).status

    assert [await book(number, phone) for number, phone in enumerate(numbers)] == [201, 201, 201, 429]
    assert await book(4, numbers[0], consent="") == 201
    assert await book(5, "+33 6 99 88 77 66") == 201
    world.now += timedelta(minutes=10)
    assert await book(6, numbers[1]) == 201
