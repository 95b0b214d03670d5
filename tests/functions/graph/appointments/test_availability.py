"""getStaffAvailability of the Graph API."""

import pytest

from shared.domain.access.permissions import CALENDARS, READ
from tests.functions.graph.app import ADA
from tests.functions.graph.appointments.bookings import at, booking, shown_at


PATH = "getStaffAvailability"


def asked(*people, start="07:00", end="17:00", **changes):
    return {"staffIds": list(people), "startDateTime": at(start), "endDateTime": at(end), **changes}


def item(status, start, end, service=None):
    return {"status": status, "serviceId": service, "startDateTime": shown_at(start), "endDateTime": shown_at(end)}


async def test_programs_are_told_when_people_are_free_busy_away_or_have_seats_left(graph):
    await graph.post("appointments", booking("09:00", "10:00", staffMemberIds=["claire"], preBuffer="PT5M"))
    await graph.post("appointments", booking("13:00", "14:00", service="course", staffMemberIds=["omar"]))
    off = {"staffMemberId": "omar", "title": "x", "startDateTime": at("15:00"), "endDateTime": at("18:00")}
    await graph.post("timeOff", off)
    found = await graph.by_application(READ).post(PATH, asked("omar", "claire"), status=200)
    assert found["value"] == [
        {
            "staffId": "omar",
            "availabilityItems": [
                item("available", "08:00", "13:00"),
                item("slotsAvailable", "13:00", "14:00", "course"),
                item("available", "14:00", "15:00"),
                item("outOfOffice", "15:00", "17:00"),
            ],
        },
        {
            "staffId": "claire",
            "availabilityItems": [
                item("available", "08:00", "08:55"),
                item("busy", "08:55", "10:00"),
                item("available", "10:00", "16:00"),
            ],
        },
    ]


async def test_a_session_that_is_full_is_busy(graph):
    people = [{"name": name, "emailAddress": f"{name}@example.com"} for name in ("a", "b")]
    sent = booking("09:00", "10:00", service="course", staffMemberIds=["omar"], customers=people)
    await graph.post("appointments", sent)
    (found,) = (await graph.by_application().post(PATH, asked("omar"), status=200))["value"]
    assert item("busy", "09:00", "10:00") in found["availabilityItems"]


async def test_it_is_for_programs_alone(graph):
    for scope in (READ, *CALENDARS):
        await graph.by_application(scope).post(PATH, asked("omar"), status=200)
    for somebody in (graph, graph.by(ADA, *CALENDARS), graph.by_organisation()):
        assert (await somebody.refused("POST", PATH, asked("omar")))[0] == 403


@pytest.mark.parametrize(
    ("changes", "status", "target"),
    [
        ({"staffIds": []}, 400, "/staffIds"),
        ({"staffIds": None}, 400, "/staffIds"),
        ({"staffIds": ["omar", "nobody"]}, 404, None),
        ({"endDateTime": at("07:00")}, 400, "/endDateTime"),
        ({"endDateTime": at("07:00", day="2027-06-12")}, 400, "/endDateTime"),
        ({"startDateTime": None}, 400, "/startDateTime"),
        ({"startDateTime": at("27:00")}, 400, "/startDateTime"),
        ({"serviceId": "x"}, 400, "/serviceId"),
    ],
)
async def test_what_cannot_be_asked_is_refused(graph, changes, status, target):
    found, error = await graph.by_application().refused("POST", PATH, {**asked("omar"), **changes})
    assert found == status
    assert target is None or error["details"][0]["target"] == target


async def test_many_people_come_page_by_page_in_the_order_in_which_they_are_named(graph):
    people = ["vera", "omar", "claire", "sam"]
    app = graph.by_application()
    first = await app.post(f"{PATH}?$top=3", asked(*people), status=200)
    assert [one["staffId"] for one in first["value"]] == people[:3]
    url = first["@odata.nextLink"].removeprefix("https://book.example.org")
    rest = await app.post(url, asked(*people), status=200)
    assert [one["staffId"] for one in rest["value"]] == people[3:]
    assert "@odata.nextLink" not in rest
    pages = await app.post(f"{PATH}?$skiptoken=1", asked(*people), status=200)
    assert [one["staffId"] for one in pages["value"]] == people[1:]
    for token in ("x", "-1", "99999", "1.5"):
        assert (await app.refused("POST", f"{PATH}?$skiptoken={token}", asked(*people)))[0] == 400
