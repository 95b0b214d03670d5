"""POST /api/{business}/appointments: one answer to each key, and each wrong member named."""

import asyncio

import pytest

from functions.http.boundary import LARGEST_BODY
from shared.domain.calendar.business import BookingPage
from shared.storage.calendars import JUST_READ
from tests.support.builders import a_key
from tests.support.edge import PUBLIC_URL, SERVICES, World, a_booking, clinic


URL = "/api/clinic/appointments"
ELEVEN = "2027-01-12T11:00:00+01:00"


async def test_a_booking_is_created_with_its_location_and_links(world):
    answer = await world.book(ELEVEN, service="solo")
    assert answer.status == 201
    booked = answer.json()
    token = booked["manage"].rpartition("/")[2]
    assert answer.headers["Location"] == f"/api/clinic/appointments/{token}"
    assert booked == {
        "id": booked["id"],
        "seat": booked["id"],
        "status": "booked",
        "start": ELEVEN,
        "end": "2027-01-12T11:30:00+01:00",
        "service": "solo",
        "staff": ["claire"],
        "manage": f"{PUBLIC_URL}/book/clinic/manage/{token}",
        "ics": f"{PUBLIC_URL}/book/clinic/manage/{token}/appointment.ics",
        "toBeConfirmed": False,
    }


async def test_links_are_built_from_the_settings_and_never_from_the_request(world):
    answer = await world.call(
        "POST", URL, a_booking(), idempotency_key=a_key(), host="evil.example", x_forwarded_host="evil.example"
    )
    assert b"evil" not in answer.body
    assert "evil" not in answer.headers["Location"]


async def test_the_same_key_has_the_same_answer_byte_for_byte(world):
    key = a_key()
    first = await world.book(key=key)
    for again in (await world.book(key=key), await World(world.table).book(key=key)):
        assert (again.status, again.body, again.headers["Location"]) == (
            201,
            first.body,
            first.headers["Location"],
        )


async def test_the_same_key_has_the_same_answer_after_a_move_and_a_cancellation(world):
    key = a_key()
    first = await world.book(key=key)
    path = first.headers["Location"]
    await world.call("PATCH", path, {"start": ELEVEN}, idempotency_key=a_key())
    await world.call("DELETE", path)
    again = await world.book(key=key)
    assert (again.status, again.body) == (201, first.body)


async def test_the_same_key_with_another_body_is_refused(world):
    key = a_key()
    await world.book(key=key)
    answer = await world.book(ELEVEN, key=key)
    assert (answer.status, answer.json()["type"]) == (422, "/problems/key-reused")


async def test_whoever_comes_second_is_told_so_with_the_nearest_alternatives(world):
    await world.book(service="solo")
    answer = await world.book(service="solo")
    assert (answer.status, answer.json()["type"]) == (409, "/problems/slot-taken")
    starts = [slot["start"][:16] for slot in answer.json()["alternatives"]]
    assert starts == [f"2027-01-12T{time}" for time in ("09:00", "09:30", "10:30", "11:00", "11:30", "12:00")]
    assert answer.json()["alternatives"][0]["end"] == "2027-01-12T09:30:00+01:00"


async def test_alternatives_do_not_name_who_is_not_listed(world):
    for _ in range(3):
        await world.book()
    answer = await world.book()
    assert answer.status == 409
    assert {tuple(slot["staff"]) for slot in answer.json()["alternatives"]} == {("claire", "omar")}
    assert b"vera" not in answer.body


async def test_the_last_place_of_a_group_is_the_last(world):
    for _ in range(2):
        assert (await world.book(service="course", anotherSeat=True)).status == 201
    answer = await world.book(service="course", anotherSeat=True)
    assert (answer.status, answer.json()["type"]) == (409, "/problems/group-full")
    assert answer.json()["alternatives"]


@pytest.mark.parametrize(
    "key", [None, "", "short", "x" * 129, "sixteen letters!", "a-key-of-16-chars,a-key-of-16-chars"]
)
async def test_a_booking_needs_a_key_that_is_one(world, key):
    headers = {} if key is None else {"idempotency_key": key}
    answer = await world.call("POST", URL, a_booking(), **headers)
    assert (answer.status, answer.json()["type"]) == (400, "/problems/bad-request")
    assert "Idempotency-Key" in answer.json()["detail"]


@pytest.mark.parametrize("body", [b"", b"{", b"nonsense", b"\xff\xfe{}", b"[" * 20_000, b'{"a": "\\ud800"}'])
async def test_what_is_no_json_is_a_bad_request(world, body):
    answer = await world.call("POST", URL, body=body, idempotency_key=a_key())
    assert (answer.status, answer.json()["type"]) == (400, "/problems/bad-request")


@pytest.mark.parametrize("body", [b"null", b"[]", b"7", b'"text"'])
async def test_a_body_that_is_no_object_is_wrong_as_a_whole(world, body):
    answer = await world.call("POST", URL, body=body, idempotency_key=a_key())
    assert (answer.status, list(answer.errors)) == (422, [""])


async def test_a_body_may_have_64_kib_and_not_a_byte_more(world):
    allowed = await world.call("POST", URL, body=b"{" + b" " * (LARGEST_BODY - 1), idempotency_key=a_key())
    assert allowed.status == 400
    answer = await world.call("POST", URL, body=b"{" + b" " * LARGEST_BODY, idempotency_key=a_key())
    assert (answer.status, answer.json()["type"]) == (413, "/problems/too-large")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
async def test_a_body_of_another_type_is_refused(world, kind):
    answer = await world.call("POST", URL, a_booking(), idempotency_key=a_key(), content_type=kind)
    assert answer.status == 415


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=utf-8", "application/ld+json"])
async def test_json_is_json_by_any_of_its_names(world, kind):
    answer = await world.call("POST", URL, a_booking(), idempotency_key=a_key(), content_type=kind)
    assert answer.status == 201


@pytest.mark.parametrize(
    "start",
    ["2027-01-12T09:00Z", "2027-01-12t09:00:00z", "2027-01-12T14:30:00+05:30", "2027-01-13T08:59:00+23:59"],
)
async def test_a_start_may_be_written_in_any_offset(world, start):
    answer = await world.book(start)
    assert (answer.status, answer.json()["start"]) == (201, "2027-01-12T10:00:00+01:00")


async def test_a_calendar_that_asks_for_consent_needs_it(world):
    await world.save(clinic(page=BookingPage(is_published=True, consent="I agree.")))
    answer = await world.book()
    assert (answer.status, answer.errors) == (422, {"/consent": "required"})
    assert (await world.book(consent=True)).status == 201


async def test_a_calendar_that_is_not_published_is_as_unknown_as_any(world):
    for body in (a_booking(), a_booking(service="nothing"), a_booking(staff="vera"), a_booking(consent=True)):
        answers = [
            await world.call("POST", f"/api/{slug}/appointments", body, idempotency_key=a_key())
            for slug in (
                "nobody",
                "closed",
                "CLINIC'",
                "a",
                "x" * 300,
                "%C3%A9t%C3%A9",
                "%00",
                "..%2f",
                "%F0%9F%98%80",
            )
        ]
        assert {(one.status, one.body, tuple(sorted(one.headers.items()))) for one in answers} == {
            (404, answers[0].body, tuple(sorted(answers[0].headers.items())))
        }


async def test_settings_that_another_process_changed_are_asked_before_a_form_is_refused(world):
    await world.call("GET", "/api/clinic")
    new = SERVICES[1].model_copy(update={"id": "brand-new"})
    calendar = clinic()
    await world.another_process().save(type(calendar)(calendar.business, {"brand-new": new}, calendar.staff, {}))
    await asyncio.sleep(JUST_READ)
    assert (await world.book(service="brand-new")).status == 201
