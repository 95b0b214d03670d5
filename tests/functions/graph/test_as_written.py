"""What a client writes comes back as it was written, and what it does not write is as Graph documents it."""

import pytest

from functions.graph.models.time_zones import as_written
from tests.functions.graph.app import ROOT
from tests.functions.graph.appointments.bookings import booking
from tests.functions.graph.calendars.settings import PERSON


ZONES = ("Pacific Standard Time", "pacific standard time", "Europe/Paris", "US/Eastern", "Kamchatka Standard Time")
PRICES = ("undefined", "fixedPrice", "startingAt", "hourly", "free", "priceVaries", "callUs", "notSet")
MIDNIGHT = "23:59:59.9999999"


@pytest.mark.parametrize("zone", ZONES)
async def test_the_name_of_a_zone_comes_back_wherever_it_was_written(graph, zone):
    await graph.patch("", {"bookingPageSettings": {"businessTimeZone": zone}})
    assert (await graph.get())["bookingPageSettings"]["businessTimeZone"] == zone
    await graph.patch("", {"phone": "+33 1"})
    assert (await graph.get())["bookingPageSettings"]["businessTimeZone"] == zone
    made = await graph.post("staffMembers", {**PERSON, "timeZone": zone})
    assert made["timeZone"] == (await graph.get(f"staffMembers/{made['id']}"))["timeZone"] == zone
    customer = {"name": "Ana", "emailAddress": "ana@example.com", "timeZone": zone}
    one = await graph.post("appointments", booking("19:00", customers=[customer]))
    assert (one["customerTimeZone"], one["customers"][0]["timeZone"]) == (zone, zone)
    await graph.patch(f"appointments/{one['id']}", {"customerTimeZone": "Romance Standard Time"})
    assert (await graph.get(f"appointments/{one['id']}"))["customerTimeZone"] == "Romance Standard Time"


def test_a_zone_that_was_changed_otherwise_since_goes_by_its_own_name():
    assert as_written("Europe/Paris", "Pacific Standard Time") == "Europe/Paris"
    assert as_written("Europe/Paris", "") == "Europe/Paris"
    assert as_written(None, "") is None


@pytest.mark.parametrize("kind", PRICES)
async def test_each_type_of_price_comes_back(graph, kind):
    service = await graph.post("services", {"displayName": "Bento", "defaultPriceType": kind, "defaultPrice": 5})
    assert (service["defaultPriceType"], service["defaultPrice"]) == (kind, 5.0)
    one = await graph.post("appointments", booking(priceType=kind, price=7))
    assert (one["priceType"], one["price"]) == (kind, 7.0)


async def test_an_undefined_price_is_no_price_for_customers(graph):
    await graph.patch("services/solo", {"defaultPriceType": "undefined"})
    world = graph.world.another_process()
    services = (await world.call("GET", "/api/clinic")).json()["services"]
    assert next(one for one in services if one["id"] == "solo")["price"]["kind"] == "not_set"
    assert (await world.call("GET", "/book/clinic")).status == 200


async def test_the_colour_of_a_page_keeps_its_case(graph):
    await graph.patch("", {"bookingPageSettings": {"bookingPageColorCode": "#A1b2C3"}})
    assert (await graph.get())["bookingPageSettings"]["bookingPageColorCode"] == "#A1b2C3"
    page = await graph.world.another_process().call("GET", "/book/clinic")
    assert (page.status, b"a1b2c3" in page.body.lower()) == (200, True)


async def test_a_new_service_has_the_documented_defaults(graph):
    made = await graph.post("services", {"displayName": "Bento"})
    expected = {
        "isCustomerAllowedToManageBooking": False,
        "isAnonymousJoinEnabled": False,
        "isHiddenFromCustomers": False,
        "isLocationOnline": False,
        "smsNotificationsEnabled": False,
        "maximumAttendeesCount": 1,
        "schedulingPolicy": None,
        "defaultReminders": [],
        "customQuestions": [],
        "staffMemberIds": [],
    }
    assert {name: made[name] for name in expected} == expected
    await graph.patch(f"services/{made['id']}", {"staffMemberIds": ["claire"]})
    one = await graph.post("appointments", booking(service=made["id"]))
    assert one["isCustomerAllowedToManageBooking"] is False
    await graph.patch(f"services/{made['id']}", {"isCustomerAllowedToManageBooking": True})
    await graph.patch(f"services/{made['id']}", {"isCustomerAllowedToManageBooking": None})
    assert (await graph.get(f"services/{made['id']}"))["isCustomerAllowedToManageBooking"] is False


async def test_a_new_calendar_has_the_documented_defaults(graph):
    made = await graph.by_organisation().post(ROOT, {"displayName": "Contoso"})
    policy, page = made["schedulingPolicy"], made["bookingPageSettings"]
    assert (policy["timeSlotInterval"], policy["minimumLeadTime"], policy["maximumAdvance"]) == (
        "PT30M",
        "P1D",
        "P365D",
    )
    assert (policy["sendConfirmationsToOwner"], policy["allowStaffSelection"]) == (True, True)
    assert policy["isMeetingInviteToCustomersEnabled"] is False
    assert [value for value in page.values() if isinstance(value, bool)] == [False] * 5
    assert (made["languageTag"], made["businessType"], made["isPublished"], made["publicUrl"]) == (
        "en-US",
        "",
        False,
        None,
    )
    days = {
        one["day"]: [(it["startTime"], it["endTime"]) for it in one["timeSlots"]] for one in made["businessHours"]
    }
    assert days["monday"] == days["friday"] == [("08:00:00.0000000", "17:00:00.0000000")]
    assert days["saturday"] == days["sunday"] == []


@pytest.mark.parametrize(
    "end", ["24:00:00", "23:59:00", "23:59", "23:59:59", "23:59:59.9999999", "00:00:00", "24:00:00.0000000"]
)
async def test_hours_until_midnight_may_be_written_in_many_ways_wherever_there_are_hours(graph, end):
    week = [{"day": "tuesday", "timeSlots": [{"startTime": "22:00:00", "endTime": end}]}]
    special = {"startDate": "2027-01-13", "endDate": "2027-01-13", "businessHours": week}
    window = {**special, "availabilityType": "customWeeklyHours"}
    custom = {"availabilityType": "customWeeklyHours", "businessHours": week}
    await graph.patch(
        "",
        {"businessHours": week, "specialDates": [special], "schedulingPolicy": {"customAvailabilities": [window]}},
    )
    await graph.patch("services/solo", {"schedulingPolicy": {"generalAvailability": custom}})
    await graph.patch("staffMembers/claire", {"useBusinessHours": False, "workingHours": week})
    business, service, person = [await graph.get(path) for path in ("", "services/solo", "staffMembers/claire")]
    for days in (
        business["businessHours"],
        business["specialDates"][0]["businessHours"],
        business["schedulingPolicy"]["customAvailabilities"][0]["businessHours"],
        service["schedulingPolicy"]["generalAvailability"]["businessHours"],
        person["workingHours"],
    ):
        (slot,) = next(one["timeSlots"] for one in days if one["day"] == "tuesday")
        assert slot == {"startTime": "22:00:00.0000000", "endTime": MIDNIGHT}
    await graph.patch("", business)
    assert (await graph.get())["businessHours"] == business["businessHours"]
    assert "23:30" in await graph.world.another_process().offered("solo")


@pytest.mark.parametrize("names", [("start", "end"), ("startDateTime", "endDateTime")])
async def test_a_view_is_asked_for_by_the_names_of_either_calendar(graph, names):
    one = await graph.post("appointments", booking())
    first, last = names
    path = f"calendarView?{first}=2027-01-12T00:00:00.0000000&{last}=2027-01-13T00:00:00Z"
    assert [it["id"] for it in await graph.listed(path)] == [one["id"]]
    assert (await graph.refused("GET", f"calendarView?{first}=2027-01-12T00:00:00"))[0] == 400


async def test_an_answer_keeps_whether_it_was_required(graph):
    customer = {"name": "Ana", "email": "ana@example.com", "phone": "+33 1 23 45 67"}
    answers = {"before": "Yes", "why": "A knee"}
    await graph.patch(
        "services/detailed",
        {
            "customQuestions": [
                {"questionId": "why", "isRequired": True},
                {"questionId": "before", "isRequired": False},
            ]
        },
    )
    await graph.world.another_process().token(service="detailed", answers=answers, customer=customer)
    await graph.patch("services/detailed", {"customQuestions": [{"questionId": "why", "isRequired": False}]})
    (one,) = await graph.listed("appointments")
    found = {
        it["questionId"]: (it["isRequired"], it["answerInputType"], it["answer"])
        for it in one["customers"][0]["customQuestionAnswers"]
    }
    assert found == {"why": (True, "text", "A knee"), "before": (False, "radioButton", "Yes")}
