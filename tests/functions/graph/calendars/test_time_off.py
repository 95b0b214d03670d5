"""Time off, why a time is not offered, and the audit: what the Graph API has beside Graph."""

import asyncio
from datetime import timedelta

import pytest

from shared.domain.access.permissions import READ
from tests.functions.graph.app import ADA, SAM, TIM, VAL, GraphWorld
from tests.functions.graph.appointments.bookings import problems, sent
from tests.support.builders import MONDAY, a_business, a_calendar, a_key, a_person
from tests.support.edge import a_booking


def at(clock, zone="Europe/Paris"):
    return {"dateTime": f"2027-01-12T{clock}:00", "timeZone": zone}


OFF = {
    "staffMemberId": "claire",
    "title": "Dentist",
    "notes": "Back by noon.",
    "startDateTime": at("10:00"),
    "endDateTime": at("12:00", "Romance Standard Time"),
}


async def starts(graph):
    return await graph.world.another_process().offered("solo")


async def test_a_time_off_keeps_its_person_from_being_booked_until_it_is_removed(graph):
    before = await starts(graph)
    made = await graph.post("timeOff", OFF)
    assert (made["title"], made["notes"], made["staffMemberId"]) == ("Dentist", "Back by noon.", "claire")
    assert made["startDateTime"] == {"dateTime": "2027-01-12T09:00:00.0000000Z", "timeZone": "UTC"}
    assert before - await starts(graph) == {"10:00", "10:30", "11:00", "11:30"}
    assert (await graph.get(f"timeOff/{made['id']}"))["id"] == made["id"]
    assert [one["id"] for one in await graph.listed("timeOff?$filter=staffMemberId%20eq%20'claire'")] == [
        made["id"]
    ]
    await graph.delete(f"timeOff/{made['id']}")
    assert await starts(graph) == before
    assert (await graph.refused("DELETE", f"timeOff/{made['id']}"))[0] == 404


async def test_of_others_time_off_only_those_who_may_change_it_read_more_than_when_it_is(graph):
    off = await graph.post("timeOff", {**OFF, "title": "burnout", "notes": "confidential"})
    own = await graph.post("timeOff", {**OFF, "staffMemberId": "tim", "title": "Dentist"})
    for email in (ADA, SAM):
        assert (await graph.by(email).get(f"timeOff/{off['id']}"))["title"] == "burnout"
    for email in (VAL, TIM):
        reader = graph.by(email)
        one = await reader.get(f"timeOff/{off['id']}")
        assert (one["title"], one["notes"], one["startDateTime"]) == ("Busy", None, off["startDateTime"])
        listed = await reader.call("GET", "timeOff")
        assert b"burnout" not in listed.body
        assert b"confidential" not in listed.body
        assert await reader.listed("timeOff?$filter=title%20eq%20'burnout'") == []
    assert (await graph.by(TIM).get(f"timeOff/{own['id']}"))["title"] == "Dentist"
    assert (await graph.by(VAL).get(f"timeOff/{own['id']}"))["title"] == "Busy"


async def test_a_time_off_can_be_changed_and_the_person_is_booked_accordingly(graph):
    before = await starts(graph)
    made = await graph.post("timeOff", OFF)
    path = f"timeOff/{made['id']}"
    changed = await graph.patch(
        path, {"title": "Holiday", "notes": None, "startDateTime": at("14:00")}, status=200
    )
    assert (changed["id"], changed["title"], changed["notes"]) == (made["id"], "Holiday", None)
    assert changed["endDateTime"] == {"dateTime": "2027-01-12T15:00:00.0000000Z", "timeZone": "UTC"}
    assert before - await starts(graph) == {"14:00", "14:30", "15:00", "15:30"}
    await graph.patch(path, {"endDateTime": at("14:30")}, status=200)
    assert before - await starts(graph) == {"14:00"}
    await graph.patch(path, await graph.get(path), status=200)
    assert [one["action"] for one in await graph.listed("auditLog")].count("time off changed") == 2
    assert await problems(graph) == []
    await graph.delete(path)
    assert await starts(graph) == before
    assert (await graph.refused("PATCH", path, {"title": "x"}))[0] == 404


async def test_a_time_off_that_moves_to_another_month_blocks_that_one(graph):
    made = await graph.post("timeOff", OFF)
    path, before = f"timeOff/{made['id']}", await starts(graph)
    later = {"dateTime": "2027-03-28T10:00:00", "timeZone": "Europe/Paris"}
    await graph.patch(path, {"startDateTime": later}, status=200)
    assert await starts(graph) - before == {"10:00", "10:30", "11:00", "11:30"}
    assert await problems(graph) == []


@pytest.mark.parametrize(
    ("sent", "first", "last"),
    [
        ({"startDateTime": at("10:00"), "endDateTime": at("12:00")}, "2027-01-11T23:00", "2027-01-12T23:00"),
        ({"startDateTime": at("00:00")}, "2027-01-11T23:00", "2027-01-12T23:00"),
        (
            {"startDateTime": at("00:00"), "endDateTime": {"dateTime": "2027-01-14T00:00:00", "timeZone": "Europe/Paris"}},
            "2027-01-11T23:00",
            "2027-01-13T23:00",
        ),
    ],
)  # fmt: skip
async def test_all_day_is_whole_days_where_the_person_is(graph, sent, first, last):
    rest = {name: value for name, value in OFF.items() if not name.endswith("DateTime")}
    made = await graph.post("timeOff", {**rest, **sent, "isAllDay": True})
    times = [made[name]["dateTime"].removesuffix(":00.0000000Z") for name in ("startDateTime", "endDateTime")]
    assert (made["isAllDay"], times) == (True, [first, last])
    moved = {"startDateTime": {"dateTime": "2027-03-28T15:00:00", "timeZone": "Europe/Paris"}}  # a day of 23 hours
    changed = await graph.patch(f"timeOff/{made['id']}", moved, status=200)
    assert changed["startDateTime"]["dateTime"].startswith("2027-03-27T23:00")
    days = 2 if last.startswith("2027-01-13") else 1
    assert changed["endDateTime"]["dateTime"].startswith(f"2027-03-{27 + days}T22:00")


async def test_an_older_time_off_is_neither_changed_nor_removed(graph):
    made = await graph.post("timeOff", OFF)
    path, tag = f"timeOff/{made['id']}", made["@odata.etag"]
    await graph.patch(path, {"title": "Holiday"}, status=200, if_match=tag)
    for method, document in (("PATCH", {"title": "Dentist"}), ("DELETE", None)):
        assert (await graph.refused(method, path, document, if_match=tag))[0] == 412
    await graph.delete(path, if_match=(await graph.get(path))["@odata.etag"])


async def test_changes_at_once_are_all_there_afterwards(graph):
    made = await graph.post("timeOff", OFF)
    path = f"timeOff/{made['id']}"
    processes = [GraphWorld(graph.world.another_process(), graph.authorization) for _ in range(3)]
    sent = ({"title": "Holiday"}, {"notes": "Far away."}, {"endDateTime": at("13:00")})
    answers = await asyncio.gather(*(one.call("PATCH", path, it) for one, it in zip(processes, sent, strict=True)))
    assert [one.status for one in answers] == [200] * 3
    found = await graph.get(path)
    assert (found["title"], found["notes"]) == ("Holiday", "Far away.")
    assert found["endDateTime"]["dateTime"].startswith("2027-01-12T12:00")
    assert await problems(graph) == []


async def test_the_person_hears_of_another_time_and_not_of_another_title(graph):
    claire = "claire@clinic.example"
    made = await graph.by(SAM).post("timeOff", OFF)
    assert [kind for kind, _ in (await sent(graph))[claire]] == ["time_off"]
    await graph.patch(f"timeOff/{made['id']}", {"title": "Holiday"}, status=200)
    assert await sent(graph) == {}
    for clock in ("12:30", "13:00", "13:30"):
        await graph.patch(f"timeOff/{made['id']}", {"endDateTime": at(clock)}, status=200)
    await graph.patch(f"timeOff/{made['id']}", {"title": "Dentist"}, status=200)
    assert [kind for kind, _ in (await sent(graph))[claire]] == ["time_off"]


async def test_a_repeated_request_makes_one_time_off(graph):
    key = a_key()
    made = [await graph.post("timeOff", OFF, idempotency_key=key) for _ in range(2)]
    assert made[0]["id"] == made[1]["id"]
    assert len(await graph.listed("timeOff")) == 1


async def test_team_members_change_their_own_time_off_and_schedulers_everybodys(graph):
    tim = graph.by(TIM)
    own = await tim.post("timeOff", {**OFF, "staffMemberId": "tim"})
    other = await graph.by(SAM).post("timeOff", OFF)
    assert (await tim.refused("POST", "timeOff", OFF))[0] == 403
    assert (await tim.refused("DELETE", f"timeOff/{other['id']}"))[0] == 403
    assert (await tim.refused("PATCH", f"timeOff/{other['id']}", {"title": "x"}))[0] == 403
    assert (await tim.refused("PATCH", f"timeOff/{own['id']}", {"staffMemberId": "claire"}))[0] == 400
    await tim.patch(f"timeOff/{own['id']}", {"title": "x"}, status=200)
    await tim.delete(f"timeOff/{own['id']}")
    assert (await graph.by(VAL).refused("POST", "timeOff", OFF))[0] == 403
    assert len(await graph.by(VAL).listed("timeOff")) == 1


@pytest.mark.parametrize(
    ("document", "target"),
    [
        ({"staffMemberId": "nobody"}, "/staffMemberId"),
        ({"title": ""}, "/title"),
        ({"endDateTime": at("10:00")}, "/endDateTime"),
        ({"startDateTime": {"dateTime": "soon"}}, "/startDateTime"),
        ({"startDateTime": at("10:00", "Mars")}, "/startDateTime"),
        ({"startDateTime": {"dateTime": "0001-01-01T00:00:00+14:00"}}, "/startDateTime"),
        ({"startDateTime": {"dateTime": "1899-01-01T00:00:00"}}, "/startDateTime"),
        ({"startDateTime": None}, "/startDateTime"),
        ({"who": "x"}, "/who"),
    ],
)
async def test_what_cannot_be_is_refused_by_the_name_of_the_field(graph, document, target):
    status, error = await graph.refused("POST", "timeOff", {**OFF, **document})
    assert (status, error["details"][0]["target"]) == (400, target)


@pytest.mark.parametrize(
    ("document", "target"),
    [
        ({"title": ""}, "/title"),
        ({"endDateTime": at("10:00")}, "/endDateTime"),
        ({"startDateTime": at("12:00"), "endDateTime": at("12:00")}, "/endDateTime"),
        ({"startDateTime": None}, "/startDateTime"),
        ({"isAllDay": "yes"}, "/isAllDay"),
        ({"who": "x"}, "/who"),
    ],
)
async def test_a_change_that_cannot_be_is_refused_and_changes_nothing(graph, document, target):
    made = await graph.post("timeOff", OFF)
    status, error = await graph.refused("PATCH", f"timeOff/{made['id']}", document)
    assert (status, error["details"][0]["target"]) == (400, target)
    assert (await graph.get(f"timeOff/{made['id']}"))["@odata.etag"] == made["@odata.etag"]


async def rules(graph, start, service="consultation"):
    return {
        one["staffMemberId"]: one["rule"]
        for one in await graph.listed(f"services/{service}/whyNotOffered?start={start}")
    }


async def test_the_rule_that_removed_a_time_is_named_for_each_person(graph):
    await graph.post("timeOff", OFF)
    await graph.world.token(start=MONDAY + timedelta(days=1, hours=3), staff="omar")
    found = await rules(graph, "2027-01-12T11:00:00%2B01:00")
    assert found == {"claire": "time_off", "omar": "appointment", "vera": "offered"}
    assert set((await rules(graph, "2027-01-12T07:00:00")).values()) == {"business_hours"}
    assert set((await rules(graph, "2027-01-12T11:07:00")).values()) == {"time_increment"}
    assert set((await rules(graph, "2026-01-12T11:00:00")).values()) == {"in_the_past"}
    assert await graph.by(VAL).listed("services/solo/whyNotOffered?start=2027-01-12T10:00:00") != []


async def test_the_other_calendar_is_named_to_who_may_see_it(graph):
    second = a_calendar(a_business(id="biz0second", slug="second", name="Second"), None, [a_person("claire")])
    await graph.world.save(second)
    sent = a_booking(MONDAY + timedelta(days=1, hours=2))
    made = await graph.world.call("POST", "/api/second/appointments", sent, idempotency_key=a_key())
    assert made.status == 201
    path = "services/solo/whyNotOffered?start=2027-01-12T10:00:00%2B01:00"
    (mine,) = await graph.listed(path)
    assert (mine["rule"], mine["calendars"]) == ("another_calendar", [])
    (seen,) = await graph.by_application(READ).listed(path)
    assert seen["calendars"] == ["Second"]


async def test_an_explanation_needs_a_service_and_a_time(graph):
    for path, status in (
        ("services/solo/whyNotOffered", 400),
        ("services/solo/whyNotOffered?start=x", 400),
        ("services/none/whyNotOffered?start=2027-01-12T10:00:00", 404),
    ):
        assert (await graph.refused("GET", path))[0] == status


@pytest.mark.walk
async def test_the_audit_is_read_from_the_newest_on_page_after_page(graph):
    for number in range(105):
        graph.world.now += timedelta(seconds=1)
        await graph.patch("", {"phone": f"12345{number:03d}"})
    page = await graph.get("auditLog")
    assert len(page["value"]) == 100
    assert (page["value"][0]["actor"], page["value"][0]["action"]) == (ADA, "calendar changed: phone")
    rest = await graph.get(page["@odata.nextLink"].removeprefix("https://book.example.org"))
    assert len(rest["value"]) == 5
    times = [one["dateTime"] for one in page["value"] + rest["value"]]
    assert times == sorted(times, reverse=True)
    assert (await graph.by(SAM).refused("GET", "auditLog"))[0] == 403


async def looks(graph):
    return [one for one in await graph.listed("auditLog") if one["action"].startswith("looked ")]


async def test_that_the_organisation_looked_in_is_told_with_the_time_at_which_it_did(graph):
    head, began = graph.by_organisation(), graph.world.now
    graph.world.now += timedelta(minutes=51, seconds=7)
    for _ in range(3):
        await head.get("")
        graph.world.now += timedelta(minutes=2)
    await graph.get("")
    (first,) = await looks(graph)
    assert first["actor"] == "head@organisation.example"
    assert first["dateTime"] == (began + timedelta(minutes=51, seconds=7)).isoformat()
    graph.world.now += timedelta(minutes=6)  # in the next hour, and after a pause: another look
    await head.get("services")
    later, _ = await looks(graph)
    assert later["dateTime"] == graph.world.now.isoformat()


async def test_a_look_that_goes_on_is_told_once_an_hour(graph):
    head = graph.by_organisation()
    for _ in range(50):
        await head.get("")
        graph.world.now += timedelta(minutes=3)
    assert len(await looks(graph)) == 3
