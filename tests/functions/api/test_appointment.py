"""GET, PATCH and DELETE of an appointment by its manage token, within the policy and never beyond it."""

from datetime import timedelta

import pytest

from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.links import SignedLink, read_link, sign
from tests.support.builders import MONDAY, SECRET, a_key
from tests.support.edge import World, a_booking, clinic, closed


TEN, ELEVEN = "2027-01-12T10:00:00+01:00", "2027-01-12T11:00:00+01:00"
DAY_BEFORE = SchedulingPolicy(minimum_lead_time=timedelta(hours=24), maximum_advance=timedelta(days=60))


@pytest.fixture
async def url(world):
    return f"/api/clinic/appointments/{await world.token()}"


async def move(world, url, start=ELEVEN, key=None, **changes):
    return await world.call("PATCH", url, {"start": start, **changes}, idempotency_key=key or a_key())


async def test_its_holder_sees_it(world, url):
    answer = await world.call("GET", url)
    assert answer.status == 200
    assert (answer.json()["status"], answer.json()["start"]) == ("booked", TEN)


async def test_what_is_shown_is_what_was_answered_when_it_was_booked(world):
    booked = await world.book()
    assert (await world.call("GET", booked.headers["Location"])).body == booked.body


async def test_it_can_be_moved(world, url):
    answer = await move(world, url)
    assert (answer.status, answer.json()["start"]) == (200, ELEVEN)
    assert (await world.call("GET", url)).json()["start"] == ELEVEN


async def test_a_move_has_one_answer_to_each_key(world, url):
    key = a_key()
    first = await move(world, url, key=key)
    await move(world, url, "2027-01-12T12:00:00+01:00")
    again = await move(world, url, key=key)
    assert (again.status, again.body) == (200, first.body)
    assert (await world.call("GET", url)).json()["start"] == "2027-01-12T12:00:00+01:00"


async def test_a_move_to_a_time_that_is_taken_is_a_conflict_with_alternatives(world):
    await world.book(service="solo", start=ELEVEN)
    url = f"/api/clinic/appointments/{await world.token(service='solo')}"
    answer = await move(world, url)
    assert (answer.status, answer.json()["type"]) == (409, "/problems/slot-taken")
    assert answer.json()["alternatives"]
    assert (await world.call("GET", url)).json()["start"] == TEN


@pytest.mark.parametrize("headers", [{}, {"idempotency_key": ""}, {"idempotency_key": "short"}])
async def test_a_move_needs_a_key(world, url, headers):
    answer = await world.call("PATCH", url, {"start": ELEVEN}, **headers)
    assert answer.status == 400


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/start"]),
        ({"start": ELEVEN, "status": "completed"}, ["/status"]),
        ({"start": "0001-01-01T00:00:00Z"}, ["/start"]),
        ({"start": "9999-12-31T23:59:59-23:59"}, ["/start"]),
        ({"start": "2027-01-12T11:00:00"}, ["/start"]),
        ({"start": "2190-01-12T11:00:00Z"}, ["/start"]),
        ({"start": "2027-01-12T11:00:30+01:00"}, ["/start"]),
        ({"start": "2027-01-12T20:00:00+01:00"}, ["/start"]),
        ({"start": ELEVEN, "staff": "vera"}, ["/staff"]),
        ({"start": ELEVEN, "staff": "nobody"}, ["/staff"]),
        ({"start": ELEVEN, "staff": ""}, ["/staff"]),
        ({"start": ELEVEN, "staff": 7}, ["/staff"]),
    ],
)
async def test_each_wrong_member_of_a_move_is_named(world, url, body, pointers):
    answer = await world.call("PATCH", url, body, idempotency_key=a_key())
    assert (answer.status, list(answer.errors)) == (422, pointers)
    assert (await world.call("GET", url)).json()["start"] == TEN


async def test_it_can_be_cancelled_twice_with_the_same_answer_and_without_a_key(world, url):
    first, again = await world.call("DELETE", url), await world.call("DELETE", url)
    assert (first.status, first.json()["status"]) == (200, "cancelled")
    assert (again.status, again.body) == (200, first.body)
    with_key = await world.call("DELETE", url, idempotency_key=a_key())
    assert (with_key.status, with_key.body) == (200, first.body)
    assert (await world.call("GET", url)).json()["status"] == "cancelled"


async def test_a_cancellation_refuses_a_key_that_is_none(world, url):
    assert (await world.call("DELETE", url, idempotency_key="short")).status == 400
    assert (await world.call("GET", url)).json()["status"] == "booked"


async def test_what_is_cancelled_cannot_be_moved(world, url):
    await world.call("DELETE", url)
    answer = await move(world, url)
    assert (answer.status, answer.json()["type"]) == (409, "/problems/already-cancelled")
    assert answer.json()["alternatives"] == []


async def test_what_is_cancelled_can_be_booked_again(world):
    url = f"/api/clinic/appointments/{await world.token(service='solo')}"
    await world.call("DELETE", url)
    assert (await world.book(service="solo")).status == 201


async def test_outside_the_policy_it_is_too_late_to_move_or_cancel(world, url):
    await world.save(clinic(policy=DAY_BEFORE))
    world.now = MONDAY + timedelta(hours=2, seconds=1)  # 24 hours before are over
    moved = await move(world, url, "2027-01-14T10:00:00+01:00")
    cancelled = await world.call("DELETE", url)
    for answer in (moved, cancelled):
        assert (answer.status, answer.json()["type"]) == (422, "/problems/changes-closed")
    assert (await world.call("GET", url)).json()["status"] == "booked"


async def test_within_the_policy_it_may_be_changed_to_the_last_moment(world, url):
    await world.save(clinic(policy=DAY_BEFORE))
    world.now = MONDAY + timedelta(hours=2, seconds=-1)
    assert (await move(world, url, "2027-01-14T10:00:00+01:00")).status == 200


async def test_it_can_be_managed_though_the_page_is_no_longer_published(world, url):
    await world.save(closed(id="biz0clinic", slug="clinic"))
    assert (await world.call("GET", url)).status == 200
    assert (await world.call("DELETE", url)).status == 200


async def forgeries(world, token):
    """Tokens that are none: altered, cut, of another scope, calendar or time, and signed by somebody else."""
    link = read_link(SECRET, token, "manage", world.now)
    payload, _, tag = token.partition(".")
    foreign = await world.call("POST", "/api/other/appointments", a_booking(), idempotency_key=a_key())
    return [
        "forged",
        ".",
        "~",
        payload,
        f"{payload}.",
        f".{tag}",
        f"{payload}.{tag}.",
        f"{payload}={'.'}{tag}",
        f"{payload}.{tag[:-1]}",
        f"{payload}.{tag.swapcase()}",
        f"{payload[:-1]}.{tag}",
        f"{payload.swapcase()}.{tag}",
        token.upper(),
        "%00",
        "%F0%9F%98%80.%F0%9F%98%80",
        "x" * 3000,
        sign("another-secret-that-is-long-enough-too", link),
        sign(SECRET, link._replace(scope="ics")),
        sign(SECRET, link._replace(business="biz0other")),
        sign(SECRET, link._replace(link_version=0)),
        sign(SECRET, link._replace(appointment="gone", seat="gone")),
        sign(SECRET, link._replace(seat="gone")),
        foreign.headers["Location"].rpartition("/")[2],
    ]


async def test_every_link_that_is_none_is_not_found_alike(world):
    await world.save(clinic(id="biz0other", slug="other"))
    token = await world.token()
    reference = await world.call("GET", "/api/nobody/appointments/forged")
    bodies = {"GET": None, "PATCH": {"start": ELEVEN}, "DELETE": None}
    for one in await forgeries(world, token):
        for method, body in bodies.items():
            key = {"idempotency_key": a_key()} if body else {}
            answer = await world.call(method, f"/api/clinic/appointments/{one}", body, **key)
            assert (answer.status, answer.body, answer.headers) == (404, reference.body, reference.headers), one
    assert (await world.call("GET", f"/api/clinic/appointments/{token}")).json()["status"] == "booked"


async def test_of_ten_thousand_altered_tokens_none_is_taken(world):
    token = await world.token()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
    altered = {token[:at] + letter + token[at + 1 :] for at in range(len(token)) for letter in letters} - {token}
    assert len(altered) > 8000
    assert not [one for one in altered if read_link(SECRET, one, "manage", world.now)]


def test_only_links_can_be_read_and_they_as_they_were_signed():
    link = SignedLink("manage", "b", "a", "s", 1, 2_000_000_000)
    assert read_link(SECRET, sign(SECRET, link), "manage", MONDAY) == link


async def test_an_unknown_calendar_is_not_found_before_a_body_is_looked_at(world):
    """And a body is looked at before the calendar is: so nothing in the answer tells which of them is known."""
    for method in ("PATCH", "POST"):
        path = "/appointments/forged" if method == "PATCH" else "/appointments"
        known, unknown = [
            await world.call(method, f"/api/{slug}{path}", {"x": 1}, idempotency_key=a_key())
            for slug in ("closed", "nobody")
        ]
        assert (known.status, known.body) == (unknown.status, unknown.body)


async def dump(world: World) -> list:
    tables = ("bookings", "slugs", "org", "due", "limits")
    partitions = {key for key in world.table._rows if key[0] in tables}
    return [(key, world.table.rows(*key)) for key in sorted(partitions)]


async def test_get_changes_nothing(world, url):
    before = await dump(world)
    for path in (
        "/api/clinic",
        "/api/clinic/slots?service=consultation",
        "/api/clinic/slots?service=course&staff=omar",
        "/api/clinic/slots",
        url,
        "/api/clinic/appointments/forged",
        "/healthz",
        "/readyz",
        "/openapi.json",
    ):
        await world.call("GET", path)
    assert await dump(world) == before


async def test_answers_that_are_about_a_person_are_kept_by_nobody(world, url):
    for answer in (await world.call("GET", url), await move(world, url), await world.call("DELETE", url)):
        assert answer.headers["Cache-Control"] == "no-store"


async def test_an_answer_holds_nothing_of_the_customer(world, url):
    for answer in (await world.call("GET", url), await move(world, url), await world.call("DELETE", url)):
        assert b"ana" not in answer.body.lower().replace(b"manage", b"")
