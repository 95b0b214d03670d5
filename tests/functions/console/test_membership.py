"""Invitations to be bookable: the mail, the page behind its link, the answer, and what it changes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from shared.domain.errors import NotFound
from shared.domain.links import SignedLink, read_link, sign
from shared.records.keys import staff_key
from shared.use_cases.calendars.answer_invitation import answer_invitation
from shared.use_cases.calendars.change_calendar import change_calendar
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from tests.support.builders import MONDAY, SECRET, a_business, a_calendar, a_key, a_person, a_service
from tests.support.edge import World


BUSINESS, CLAIRE, OMAR = "biz0clinic", "claire@clinic.example", "omar@clinic.example"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
async def world() -> World:
    world = World()
    people = [a_person("claire"), a_person("omar")]
    await world.save(a_calendar(a_business(), [a_service(staff=("claire", "omar"))], people))
    return world


async def change_person(world: World, name: str, key: str = "", **changes) -> None:
    def change(calendar):
        person = calendar.staff[name].model_copy(update=changes)
        return replace(calendar, staff={**calendar.staff, name: person})

    author = Author("head@clinic.example", key or a_key())
    command = name_change(SECRET, BUSINESS, "test", author, repr(changes))
    await change_calendar(
        command, change, action="person changed", subject=name, author=author, store=world.store, now=world.now
    )


async def invited(world: World) -> str:
    """Ask Claire, and return the link of her mail."""
    await change_person(world, "claire", membership="pending")
    await world.drain()
    (letter,) = [one for one in world.postman.to(CLAIRE) if one.kind == "invitation"][-1:]
    return f"/membership/{letter.membership_token}"


async def membership(world: World, name: str = "claire") -> str:
    return (await world.store.calendars.reload(BUSINESS)).staff[name].membership


async def answer(world: World, link: str, said: str, key: str = ""):
    body = urlencode({"answer": said, "key": key or a_key()}).encode()
    return await world.call("POST", link, body=body, content_type=FORM)


async def test_who_becomes_pending_gets_one_mail_and_nobody_else_does(world):
    key = a_key()
    await change_person(world, "claire", key, membership="pending")
    await change_person(world, "claire", key, membership="pending")
    await change_person(world, "claire", priority=3)
    await world.drain()
    await world.drain()
    assert world.postman.kinds(CLAIRE) == ["invitation"]
    assert world.postman.to(OMAR) == []


async def test_a_person_who_was_added_as_pending_is_asked(world):
    def add(calendar):
        return replace(calendar, staff={**calendar.staff, "vera": a_person("vera", membership="pending")})

    author = Author("head", a_key())
    command = name_change(SECRET, BUSINESS, "test", author, "")
    await change_calendar(
        command, add, action="added", subject="vera", author=author, store=world.store, now=world.now
    )
    await world.drain()
    assert world.postman.kinds("vera@clinic.example") == ["invitation"]


async def test_who_is_no_longer_asked_gets_no_mail(world):
    await change_person(world, "claire", membership="pending")
    await change_person(world, "claire", membership="active")
    await world.drain()
    assert world.postman.to(CLAIRE) == []


async def test_another_address_is_asked_anew_and_the_old_link_is_void(world):
    link = await invited(world)
    await change_person(world, "claire", email="other@clinic.example")
    await world.drain()
    assert world.postman.kinds("other@clinic.example") == ["invitation"]
    assert (await world.call("GET", link)).status == 404
    assert (await answer(world, link, "accept")).status == 404
    assert await membership(world) == "pending"


async def test_looking_at_the_page_changes_nothing(world):
    link = await invited(world)
    for _ in range(3):
        page = await world.call("GET", link)
        assert page.status == 200
        assert page.headers["Cache-Control"] == "no-store"
    assert b"Take bookings?" in page.body
    assert await membership(world) == "pending"


async def test_the_answer_may_change_and_counts_at_once(world):
    link = await invited(world)
    assert (await world.book(staff="claire")).status == 422  # nobody can book her yet
    for said, state, heading in (
        ("accept", "active", "You’re taking bookings".encode()),
        ("reject", "rejected", "You’re not taking bookings".encode()),
        ("accept", "active", "You’re taking bookings".encode()),
    ):
        done = await answer(world, link, said)
        assert (done.status, done.headers["Location"]) == (303, f"{link}?new=1")
        assert heading in (await world.call("GET", link)).body
        news = b'<h1 tabindex="-1" autofocus>' + heading
        assert news in (await world.call("GET", done.headers["Location"])).body
        assert await membership(world) == state
    assert (await world.book(staff="claire")).status == 201
    await answer(world, link, "reject")
    assert (await world.book("2027-01-13T10:00:00+01:00", staff="claire")).status == 422


async def test_the_same_form_sent_twice_counts_once(world):
    link, key = await invited(world), a_key()
    await answer(world, link, "accept", key)
    await answer(world, link, "reject")
    assert (await answer(world, link, "accept", key)).status == 303
    assert await membership(world) == "rejected"


async def test_who_rejects_reads_what_is_still_coming_and_the_audit_says_how_much(world):
    await world.token(staff="claire")
    await world.token(start=MONDAY + timedelta(days=1, hours=4), staff="omar")
    link = await invited(world)
    await answer(world, link, "reject")
    page = (await world.call("GET", link)).body.decode()
    assert "Upcoming appointments" in page
    assert "10:00" in page
    assert page.count("Consultation") == 1
    assert "Ana" not in page  # the link may have been forwarded
    newest, *_ = await world.audit()
    assert newest["actor"] == CLAIRE
    assert newest["action"].startswith("invitation rejected, coming appointments that stay: 1")


async def test_an_administrator_can_change_it_too(world):
    link = await invited(world)
    await change_person(world, "claire", membership="active")
    assert "You’re taking bookings".encode() in (await world.call("GET", link)).body
    await answer(world, link, "reject")
    await change_person(world, "claire", membership="active")
    assert (await world.book(staff="claire")).status == 201


@pytest.mark.parametrize("said", ["", "maybe", "active"])
async def test_what_is_no_answer_is_refused(world, said):
    link = await invited(world)
    assert (await answer(world, link, said)).status == 400
    assert await membership(world) == "pending"


async def test_forged_expired_and_foreign_links_open_nothing(world):
    link = await invited(world)
    token = link.rpartition("/")[2]
    real = read_link(SECRET, token, "membership", world.now)
    assert real
    forged = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        sign("another-secret-of-another-installation!!", real),
        sign(SECRET, real._replace(scope="manage")),
        sign(SECRET, real._replace(business="biz0absent")),
        sign(SECRET, real._replace(appointment="omar")),
        sign(SECRET, real._replace(expires=int(world.now.timestamp()))),
        sign(SECRET, SignedLink("membership", BUSINESS, "nobody", real.seat, 1, real.expires)),
        "x",
    ]
    for one in forged:
        assert (await world.call("GET", f"/membership/{one}")).status == 404, one
        assert (await answer(world, f"/membership/{one}", "accept")).status == 404, one
        assert (await answer(world, f"/membership/{one}", "nonsense")).status == 404, one
    assert await membership(world) == "pending"


async def test_who_was_removed_cannot_answer_any_more(world):
    link = await invited(world)

    def remove(calendar):
        gone = calendar.staff["claire"].model_copy(update={"removed_at": world.now})
        staff = {name: one for name, one in calendar.staff.items() if name != "claire"}
        return replace(calendar, staff=staff, former={"claire": gone})

    author = Author("head", a_key())
    command = name_change(SECRET, BUSINESS, "remove", author, "")
    await change_calendar(
        command, remove, action="removed", subject="c", author=author, store=world.store, now=world.now
    )
    with pytest.raises(NotFound):
        await answer_invitation(
            link.rpartition("/")[2], "active", key=a_key(), context=Context(world.store, SECRET, world.now)
        )
    assert any(row.key == staff_key("claire") for row in world.table.rows("bookings", BUSINESS))


@pytest.mark.parametrize(
    ("tag", "words"), [("fr", "Acceptez-vous"), ("ru", "Принимаете записи"), ("pt-BR", "Receber agendamentos")]
)
async def test_the_page_speaks_the_readers_language(world, tag, words):
    link = await invited(world)
    assert words in (await world.call("GET", f"{link}?lang={tag}")).body.decode()


async def test_the_form_works_as_it_is_written(world):
    link = await invited(world)
    page = (await world.call("GET", link)).body.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    assert 'name="answer" value="accept"' in page
    assert 'name="answer" value="reject"' in page
    assert (await answer(world, link, "accept", key[1])).status == 303
    assert 'value="accept"' not in (await world.call("GET", link)).body.decode()


async def test_a_program_asks_people_by_the_graph_api(world):
    staff = f"/v1.0/solutions/bookingBusinesses/{BUSINESS}/staffMembers"
    vera = {"displayName": "Vera", "emailAddress": "vera@clinic.example", "role": "guest"}
    token = world.tokens.of_application()
    made = await world.call("POST", staff, {**vera, "membershipStatus": "pendingAcceptance"}, authorization=token)
    assert (made.status, made.json()["membershipStatus"]) == (201, "pendingAcceptance")
    await world.drain()
    (letter,) = world.postman.to("vera@clinic.example")
    await answer(world, f"/membership/{letter.membership_token}", "reject")
    found = await world.call("GET", f"{staff}/{made.json()['id']}", authorization=token)
    assert found.json()["membershipStatus"] == "rejectedByStaff"


async def test_the_last_administrator_cannot_decline_until_another_has_accepted():
    world = World()
    people = [a_person("claire", role="administrator"), a_person("omar", role="administrator")]
    await world.save(a_calendar(a_business(), [a_service(staff=("claire", "omar"))], people))
    link = await invited(world)
    await change_person(world, "omar", membership="pending")
    await change_person(world, "claire", membership="active")
    page = await world.call("GET", link)
    assert "You’re the last administrator of this calendar" in page.body.decode()
    assert 'value="reject"' not in page.body.decode()
    refused = await answer(world, link, "reject")
    assert refused.status == 409
    assert "Make someone else administrator first" in refused.body.decode()
    assert await membership(world) == "active"
    await change_person(world, "omar", membership="active")
    assert (await answer(world, link, "reject")).status == 303
    assert await membership(world) == "rejected"
