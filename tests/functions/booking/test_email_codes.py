"""A calendar that asks for a code from the mail: the page's step, the endpoint, and what guessing and flooding meet."""

import asyncio
import logging
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import pytest_asyncio

from functions.settings.app import Limits, RateLimit
from shared.domain.appointments.messages import Message
from shared.domain.calendar.business import BookingPage
from shared.domain.calendar.email_code import email_code
from shared.records.keys import CODES
from tests.support.builders import MONDAY, SECRET, a_key
from tests.support.edge import World, a_booking, clinic


TEN = MONDAY + timedelta(days=1, hours=2)
ANA = "ana@example.com"
PAGE = BookingPage(is_published=True, require_email_code=True, consent="I agree.")
WIDE = Limits(address=RateLimit(9000, 100), calendar=RateLimit(9000, 100), reads=RateLimit(9000, 100))
FORM = {
    "name": 'Ana "A" <Souza>',
    "email": ANA,
    "notes": "Stairs are hard",
    "consent": "yes",
    "start": TEN.isoformat(),
    "staff": "",
}


def a_careful_clinic(**page):
    return clinic(id="biz0careful", slug="careful", page=PAGE.model_copy(update=page))


@pytest_asyncio.fixture
async def careful() -> World:
    world = World()
    await world.save(a_careful_clinic())
    return world


async def send(world, key="a-key-of-the-form-0001", **changes):
    body = urlencode({"key": key, **FORM, **changes}).encode()
    headers = {"content_type": "application/x-www-form-urlencoded", "accept_language": "en"}
    return await world.call("POST", "/book/careful/consultation", body=body, **headers)


async def book(world, key=None, **changes):
    headers = {"idempotency_key": key or a_key()}
    return await world.call("POST", "/api/careful/appointments", a_booking(consent=True, **changes), **headers)


async def ask(world, email=ANA, **more):
    return await world.call("POST", "/api/careful/codes", {"email": email, **more})


def code_in_mail(world, address=ANA) -> str:
    return world.postman.to(address)[-1].code


def wrong_code(world):
    return f"{(int(email_code(SECRET, 'biz0careful', ANA, world.now)) + 1) % 1_000_000:06d}"


async def asked_code(world, later: int = 0) -> str:
    """Have a code sent, some seconds from now, and return it."""
    world.now += timedelta(seconds=later)
    assert (await ask(world)).status == 202
    return code_in_mail(world)


async def test_the_page_asks_for_the_code_keeps_the_answers_and_books_with_the_same_key(careful):
    answer = await send(careful)
    html = answer.body.decode()
    assert answer.status == 200
    assert "Enter the code we emailed you" in html
    assert 'inputmode="numeric" autocomplete="one-time-code" autofocus' in html
    assert 'name="name" value="Ana &#34;A&#34; &lt;Souza&gt;"' in html
    for name, value in (("notes", "Stairs are hard"), ("consent", "yes"), ("key", "a-key-of-the-form-0001")):
        assert f'name="{name}" value="{value}"' in html
    assert careful.postman.kinds(ANA) == ["code"]
    done = await send(careful, code=code_in_mail(careful))
    assert done.status == 303
    assert (await send(careful, code=code_in_mail(careful))).headers["Location"] == done.headers["Location"]


async def test_no_mail_goes_out_while_the_form_is_not_right(careful):
    answer = await send(careful, consent="", email="x@")
    assert answer.status == 422
    assert "Select the box to agree" in answer.body.decode()
    assert careful.postman.letters == []


async def test_a_wrong_code_is_named_and_no_mail_goes_out_unasked(careful):
    await send(careful)
    for code in (wrong_code(careful), "", "<b>"):
        answer = await send(careful, code=code)
        assert answer.status == 422
        assert "This code is wrong or has expired" in answer.body.decode()
        assert 'aria-invalid="true"' in answer.body.decode()
        assert "<b>" not in answer.body.decode().partition('id="code"')[2].partition(">")[0]
    assert len(careful.postman.letters) == 1


async def test_an_old_code_is_refused_and_a_new_one_can_be_sent(careful):
    await send(careful)
    old = code_in_mail(careful)
    careful.now += timedelta(minutes=11)
    assert (await send(careful, code=old)).status == 422
    answer = await send(careful, code=old, resend="1")
    assert answer.status == 200
    assert f'value="{old}"' not in answer.body.decode()
    assert code_in_mail(careful) != old
    assert (await send(careful, code=code_in_mail(careful))).status == 303


async def test_the_details_can_be_changed_from_the_code_step(careful):
    answer = await send(careful, code="123456", edit="1")
    assert answer.status == 200
    assert "Stairs are hard" in answer.body.decode()
    assert 'name="code"' not in answer.body.decode()


async def test_a_time_that_went_meanwhile_offers_others_and_the_code_stays(careful):
    for number in range(3):
        await book(careful, code=await asked_code(careful, 1), key=a_key() + str(number))
    code = await asked_code(careful, 1)
    answer = await send(careful, code=code)
    assert answer.status == 409
    assert f'name="code" value="{code}"' in answer.body.decode()


async def test_where_the_mail_server_is_away_the_form_is_kept(careful):
    careful.postman.is_away = True
    answer = await send(careful)
    assert answer.status == 503
    assert "We couldn’t email your code" in answer.body.decode()
    assert "Stairs are hard" in answer.body.decode()
    assert 'value="a-key-of-the-form-0001"' in answer.body.decode()
    careful.postman.is_away = False
    assert (await send(careful)).status == 200


async def test_an_address_that_takes_no_mail_looks_like_any_other(careful):
    careful.postman.refused.add(ANA)
    assert (await send(careful)).status == 200
    assert (await ask(careful)).status == 202


async def test_programs_ask_for_a_code_and_book_with_it(careful):
    assert (await careful.call("GET", "/api/careful")).json()["requireEmailCode"] is True
    answer = await book(careful)
    assert (answer.status, answer.errors) == (422, {"/code": "required"})
    assert (await ask(careful, language="pt-BR")).status == 202
    letter = careful.postman.letters[-1]
    assert (letter.kind, letter.language) == ("code", "pt-BR")
    answer = await book(careful, code=wrong_code(careful))
    assert list(answer.errors) == ["/code"]
    assert (await book(careful, code=letter.code)).status == 201


async def test_a_repeated_key_has_its_recorded_answer_whatever_became_of_the_code(careful):
    key, code = a_key(), await asked_code(careful)
    first = await book(careful, key, code=code)
    careful.now += timedelta(hours=1)
    for again in (code, "", wrong_code(careful)):
        assert (await book(careful, key, code=again)).json()["id"] == first.json()["id"]


async def test_a_missing_code_is_not_recorded(careful):
    key = a_key()
    assert (await book(careful, key)).status == 422
    assert (await book(careful, key, code=await asked_code(careful))).status == 201


@pytest.mark.parametrize(
    ("document", "pointer"),
    [({"email": "nobody"}, "/email"), ({}, "/email"), ({"email": ANA, "x": 1}, "/x"), ({"email": 1}, "/email")],
)
async def test_what_is_no_request_for_a_code_is_named(careful, document, pointer):
    answer = await careful.call("POST", "/api/careful/codes", document)
    assert answer.status == 422
    assert list(answer.errors) == [pointer]


async def test_a_calendar_that_asks_for_no_code_sends_none(world):
    assert (await world.call("POST", "/api/clinic/codes", {"email": ANA})).status == 404
    assert (await world.call("POST", "/api/closed/codes", {"email": ANA})).status == 404
    assert world.postman.letters == []


async def test_a_program_is_told_that_mail_is_away(careful):
    careful.postman.is_away = True
    answer = await ask(careful)
    assert answer.status == 503
    assert answer.json()["type"] == "/problems/mail-not-sent"
    assert int(answer.headers["Retry-After"]) >= 1


async def limited() -> World:
    world = World(limits=WIDE)
    await world.save(a_careful_clinic())
    return world


async def test_one_address_is_sent_five_codes_and_then_one_a_minute():
    world = await limited()
    answers = [await ask(world, email) for email in (ANA, "ANA@example.com", ANA, ANA, ANA, ANA)]
    assert [answer.status for answer in answers] == [202] * 5 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61
    assert (await ask(world, "bob@example.com")).status == 202
    page = await send(world)
    assert page.status == 429
    assert "Stairs are hard" in page.body.decode()
    world.now += timedelta(minutes=1)
    assert (await ask(world)).status == 202
    assert (await ask(world)).status == 429


STRANGER, OWNER = "203.0.113.66", "198.51.100.7"


async def test_whoever_guesses_is_stopped_and_then_learns_nothing_from_the_right_code():
    world = await limited()
    right = await asked_code(world)
    guesses = await asyncio.gather(*(guess(world, wrong_code(world), STRANGER) for _ in range(15)))
    assert sorted(answer.status for answer in guesses) == [422] * 10 + [429] * 5
    assert (await guess(world, right, STRANGER)).status == 429
    world.now += timedelta(minutes=1)
    assert (await guess(world, right, STRANGER)).status == 201


async def guess(world, code, client, key=None):
    headers = {"idempotency_key": key or a_key(), "x_forwarded_for": client}
    return await world.call("POST", "/api/careful/appointments", a_booking(consent=True, code=code), **headers)


async def test_a_stranger_who_guesses_locks_nobody_else_out():
    world = await limited()
    right = await asked_code(world)
    for _ in range(11):
        await guess(world, wrong_code(world), STRANGER)
    assert (await guess(world, right, OWNER)).status == 201


async def test_right_codes_are_not_counted_nor_what_is_refused_for_something_else():
    world = await limited()
    code, key = await asked_code(world), a_key()
    assert {(await book(world, key, code=code)).status for _ in range(15)} == {201}
    code = await asked_code(world, 1)
    late = [await book(world, code=code, start=f"{MONDAY:%Y-%m-%d}T03:00:00Z") for _ in range(15)]
    assert {answer.status for answer in late} == {422}
    assert (await book(world, code=code)).status == 201


async def test_a_code_is_used_once_and_by_one_of_many_at_once(careful):
    code = await asked_code(careful)
    answers = await asyncio.gather(*(book(careful, code=code) for _ in range(6)))
    assert sorted(answer.status for answer in answers) == [201] + [422] * 5
    assert {next(iter(one.errors)) for one in answers if one.status == 422} == {"/code"}
    page = await send(careful, code=code)
    assert page.status == 422
    assert "This code is wrong or has expired" in page.body.decode()
    assert (await book(careful, code=await asked_code(careful, 1))).status == 201


async def test_only_a_code_that_was_sent_is_right(careful):
    unasked = email_code(SECRET, "biz0careful", ANA, careful.now)
    assert (await book(careful, code=unasked)).status == 422
    assert (await book(careful, code=await asked_code(careful))).status == 201


async def test_what_a_code_did_not_book_it_may_still_book(careful):
    code = await asked_code(careful)
    assert (await book(careful, code=code, start=f"{MONDAY:%Y-%m-%d}T03:00:00Z")).status == 422
    assert (await book(careful, code=code)).status == 201


async def test_of_codes_that_are_kept_nothing_can_be_told_and_after_an_hour_nothing_is_kept(careful):
    code = await asked_code(careful)
    (row,) = [row for row in careful.table.rows("bookings", "biz0careful") if row.key.startswith(CODES)]
    assert ANA not in repr(row)
    assert code not in repr(row)


async def test_a_code_is_in_no_log_and_in_no_picture_of_a_letter(careful, caplog):
    caplog.set_level(logging.DEBUG)
    await send(careful)
    letter = careful.postman.letters[-1]
    assert isinstance(letter, Message)
    assert letter.code not in repr(letter)
    careful.postman.is_broken_for.add(ANA)
    assert (await ask(careful)).status == 500
    assert letter.code not in caplog.text


async def test_programs_that_read_the_page_are_told_of_the_code(careful, world):
    assert "/api/careful/codes" in (await careful.call("GET", "/book/careful.md")).body.decode()
    assert "/codes" not in (await world.call("GET", "/book/clinic.md")).body.decode()
