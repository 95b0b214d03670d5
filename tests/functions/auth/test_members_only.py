"""A page that serves members of the organisation only: they come in by session or token, nobody else does."""

import asyncio

import pytest

from shared.domain.access.permissions import Caller
from shared.domain.calendar.business import BookingPage
from shared.storage.calendars import JUST_READ
from tests.support.builders import MONDAY, a_key
from tests.support.edge import World, a_booking, clinic


SLOTS = "/api/clinic/slots?service=consultation&from=2027-01-12&to=2027-01-12"
PAGE = BookingPage(is_published=True, access="organisation")


@pytest.fixture
async def world() -> World:
    world = World()
    await world.save(clinic(page=PAGE))
    return world


def a_session(world, email="ada@clinic.example", *groups):
    return world.session(Caller(f"subject-of-{email}", email, groups=frozenset(groups)))


@pytest.mark.parametrize(
    "path", ["/book/clinic", "/book/clinic/consultation", "/book/clinic/consultation?start=2027-01-12T09:00:00Z"]
)
async def test_visitors_are_sent_to_sign_in_and_come_back(world, path):
    answer = await world.call("GET", path)
    plain = path.partition("?")[0]
    assert (answer.status, answer.headers["Location"]) == (303, f"/console/sign-in?to={plain}")
    assert (await world.call("GET", path, cookie=a_session(world))).status == 200


@pytest.mark.parametrize("path", ["/api/clinic", SLOTS])
async def test_programs_need_a_token(world, path):
    assert (await world.call("GET", path)).status == 401
    assert (await world.call("GET", path, authorization="Bearer forged")).status == 401
    assert (await world.call("GET", path, cookie="openslot_session=forged")).status == 401
    assert (await world.call("GET", path, authorization=world.tokens.of("x@y.example"))).status == 200


async def test_only_members_book(world):
    key = {"idempotency_key": a_key()}
    refused = await world.call("POST", "/api/clinic/appointments", a_booking(), idempotency_key=a_key())
    assert (refused.status, refused.json()["type"]) == (401, "/problems/unauthenticated")
    made = await world.call("POST", "/api/clinic/appointments", a_booking(), cookie=a_session(world), **key)
    assert made.status == 201


async def test_a_form_is_taken_from_members_only(world):
    form = f"start=2027-01-12T09:00:00Z&name=Ana&email=ana%40example.com&key={a_key()}".encode()
    kind = "application/x-www-form-urlencoded"
    refused = await world.call("POST", "/book/clinic/consultation", body=form, content_type=kind)
    assert refused.status == 401
    made = await world.call(
        "POST", "/book/clinic/consultation", body=form, content_type=kind, cookie=a_session(world)
    )
    assert made.status == 303
    managed = made.headers["Location"]
    assert (await world.call("GET", managed)).status == 200, "whoever has the link needs no session"


async def test_a_page_that_is_closed_to_others_is_closed_to_them_at_once_in_every_process(world):
    await world.save(clinic(page=PAGE.model_copy(update={"access": "everyone"})))
    other = world.another_process()
    assert (await other.call("GET", SLOTS)).status == 200
    await world.save(clinic(page=PAGE))
    await asyncio.sleep(JUST_READ)
    assert (await other.call("GET", SLOTS)).status == 401
    assert (
        await other.call("POST", "/api/clinic/appointments", a_booking(), idempotency_key=a_key())
    ).status == 401


async def test_a_session_that_is_over_admits_nobody(world):
    cookie = a_session(world)
    world.now = MONDAY.replace(day=13)
    assert (await world.call("GET", "/api/clinic", cookie=cookie)).status == 401


async def test_what_is_not_published_is_there_for_nobody(world):
    await world.save(clinic(page=PAGE.model_copy(update={"is_published": False})))
    for path in ("/api/clinic", "/book/clinic"):
        assert (await world.call("GET", path, cookie=a_session(world))).status == 404


NAMED = ("ada@clinic.example", "@partner.example", "group:friends", "subject-of-tim@clinic.example")
ADMITTED = [
    ("Ada@Clinic.example", ()),
    ("anybody@partner.example", ()),
    ("eve@clinic.example", ("group:friends",)),
    ("tim@clinic.example", ()),
]
OTHERS = [("eve@clinic.example", ("group:foes",)), ("ada@clinic.example.org", ()), ("x@not-partner.example", ())]


@pytest.fixture
async def some(world: World) -> World:
    await world.save(clinic(page=PAGE.model_copy(update={"audience": NAMED})))
    return world


@pytest.mark.parametrize(("email", "groups"), ADMITTED)
async def test_a_page_serves_those_whom_it_names(some, email, groups):
    cookie = a_session(some, email, *groups)
    for path in ("/book/clinic", "/book/clinic/consultation", "/api/clinic", SLOTS, "/book/clinic.md"):
        assert (await some.call("GET", path, cookie=cookie)).status == 200, path
    sent = await some.call("POST", "/api/clinic/appointments", a_booking(), idempotency_key=a_key(), cookie=cookie)
    assert sent.status == 201


@pytest.mark.parametrize(("email", "groups"), OTHERS)
async def test_other_members_are_told_so_and_not_sent_to_sign_in_again(some, email, groups):
    cookie = a_session(some, email, *groups)
    for path in ("/book/clinic", "/book/clinic/consultation", "/api/clinic", SLOTS):
        assert (await some.call("GET", path, cookie=cookie)).status == 403, path
    for path, body in (("/api/clinic/appointments", a_booking()), ("/api/clinic/codes", {"email": "a@b.example"})):
        sent = await some.call("POST", path, body, idempotency_key=a_key(), cookie=cookie)
        assert sent.status == 403, path
    form = f"start=2027-01-12T09:00:00Z&name=Ana&email=ana%40example.com&key={a_key()}".encode()
    kind = "application/x-www-form-urlencoded"
    sent = await some.call("POST", "/book/clinic/consultation", body=form, content_type=kind, cookie=cookie)
    assert sent.status == 403
    assert (await some.call("GET", "/book/clinic")).status == 303, "whoever is nobody yet may sign in"


async def test_whom_a_page_serves_holds_at_once_in_every_process(some):
    other, cookie = some.another_process(), a_session(some)
    assert (await other.call("GET", "/api/clinic", cookie=cookie)).status == 200
    await some.save(clinic(page=PAGE.model_copy(update={"audience": ("tim@clinic.example",)})))
    await asyncio.sleep(JUST_READ)
    assert (await other.call("GET", "/api/clinic", cookie=cookie)).status == 403
    await some.save(clinic(page=PAGE.model_copy(update={"is_published": False, "audience": NAMED})))
    await asyncio.sleep(JUST_READ)
    for email in ("ada@clinic.example", "eve@clinic.example"):
        assert (await other.call("GET", "/api/clinic", cookie=a_session(some, email))).status == 404
