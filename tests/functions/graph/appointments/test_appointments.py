"""appointments of the Graph API: every property, what is said of it, and what cannot be."""

import pytest

from tests.functions.graph.appointments.bookings import (
    CUSTOMER,
    FULL,
    ONLY_BY_ID,
    TUESDAY,
    ZERO,
    at,
    booking,
    problems,
    shown_at,
)


def without(document, *names):
    return {name: value for name, value in document.items() if name not in names and "@odata.context" not in name}


def facts(document, like):
    """What a document says of what another one sets; customers get an id and a type."""
    found = {name: document[name] for name in like}
    if "customers" in like:
        found["customers"] = [
            {name: one[name] for name in other}
            for one, other in zip(found["customers"], like["customers"], strict=True)
        ]
    return found


async def test_every_property_comes_back(graph):
    made = await graph.post("appointments", FULL)
    found = await graph.get(f"appointments/{made['id']}")
    for one in (made, found):
        assert facts(one, FULL) == FULL
        assert (one["duration"], one["filledAttendeesCount"], one["selfServiceAppointmentId"]) == (
            "PT1H30M",
            1,
            ZERO,
        )
        assert one["customerName"] == "Jordan Miller"
        assert one["customerEmailAddress"] == "jordanm@contoso.com"
        assert one["customerPhone"] == "213-555-0199"
        assert one["customerNotes"] == "Please be on time."
        assert one["customerTimeZone"] == "America/Chicago"
        assert one["customers"][0]["@odata.type"] == "#microsoft.graph.bookingCustomerInformation"
        assert one["createdDateTime"] == "2027-01-11T07:00:00Z"
        assert one["lastUpdatedDateTime"]
        assert (one["status"], one["isOverbooked"]) == ("booked", False)
        assert one["joinWebUrl"] == f"https://book.example.org/console/queue/biz0clinic/{one['id']}/join"
        assert one["anonymousJoinWebUrl"].startswith("https://book.example.org/join/")
    assert await problems(graph) == []
    (listed,) = await graph.listed("appointments")
    assert facts(listed, {**FULL, **ONLY_BY_ID}) == {**FULL, **ONLY_BY_ID}
    customer = await graph.get(f"customers/{made['customers'][0]['customerId']}")
    assert customer["displayName"] == "Jordan Miller"


async def test_what_is_not_said_is_as_the_service_has_it(graph):
    made = await graph.post("appointments", booking(staffMemberIds=["claire"]))
    assert (made["serviceName"], made["duration"], made["endDateTime"]) == ("Solo", "PT30M", shown_at("09:30"))
    assert (made["preBuffer"], made["priceType"], made["price"]) == ("PT0S", "notSet", 0.0)
    assert (made["joinWebUrl"], made["anonymousJoinWebUrl"]) == (None, None)
    assert made["customerTimeZone"] == "Europe/Paris"
    assert made["serviceLocation"] is None


async def test_what_was_shown_can_be_sent_back_whole(graph):
    made = await graph.post("appointments", FULL)
    path = f"appointments/{made['id']}"
    before = await graph.get(path)
    await graph.patch(path, before)
    await graph.patch(
        path, {**before, "serviceNotes": "rewritten", "preBuffer": "0:05:00", "postBuffer": "0:10:00"}
    )
    after = await graph.get(path)
    changing = ("serviceNotes", "@odata.etag", "lastUpdatedDateTime")
    assert without(after, *changing) == without(before, *changing)
    assert after["serviceNotes"] == "rewritten"
    assert await problems(graph) == []


@pytest.mark.walk
@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"startDateTime": at("12:00")}, {"startDateTime": shown_at("12:00"), "endDateTime": shown_at("13:30")}),
        ({"endDateTime": at("11:00")}, {"endDateTime": shown_at("11:00"), "duration": "PT2H"}),
        ({"start": at("13:00"), "end": at("13:10")}, {"startDateTime": shown_at("13:00"), "duration": "PT10M"}),
        ({"startDateTime": at("03:00", zone="Pacific Standard Time")}, {"startDateTime": shown_at("11:00")}),
        ({"price": 20, "priceType": "hourly"}, {"price": 20.0, "priceType": "hourly"}),
        ({"price": 7.25}, {"price": 7.25, "priceType": "startingAt"}),
        ({"reminders": []}, {"reminders": []}),
        ({"reminders": None, "serviceNotes": None}, {"reminders": [], "serviceNotes": None}),
        ({"serviceLocation": None}, {"serviceLocation": None}),
        ({"optOutOfCustomerEmail": False}, {"optOutOfCustomerEmail": False}),
        ({"appointmentLabel": None, "additionalInformation": ""}, {"appointmentLabel": None, "additionalInformation": None}),
        ({"isLocationOnline": False}, {"isLocationOnline": False, "joinWebUrl": None, "anonymousJoinWebUrl": None}),
        ({"isAnonymousJoinEnabled": None}, {"isAnonymousJoinEnabled": None}),
        ({"serviceName": "Other"}, {"serviceName": "Other"}),
        ({"preBuffer": "PT30M", "postBuffer": "0:00:00"}, {"preBuffer": "PT30M", "postBuffer": "PT0S"}),
        ({"customerName": "Jo"}, {"customerName": "Jo", "customerEmailAddress": "jordanm@contoso.com"}),
        ({"customerPhone": None, "customerTimeZone": "Romance Standard Time"}, {"customerPhone": None, "customerTimeZone": "Romance Standard Time"}),
        ({"customers": [{"emailAddress": "new@contoso.com"}]}, {"customerEmailAddress": "new@contoso.com", "customerName": "Jordan Miller"}),
        ({"staffMemberIds": ["claire", "omar"]}, {"staffMemberIds": ["claire", "omar"]}),
    ],
)  # fmt: skip
async def test_a_patch_changes_what_it_names_and_nothing_else(graph, sent, shown):
    made = await graph.post("appointments", FULL)
    path = f"appointments/{made['id']}"
    before = await graph.get(path)
    await graph.patch(path, sent)
    after = await graph.get(path)
    assert {name: after[name] for name in shown} == shown
    moved = {"endDateTime", "duration"} if "startDateTime" in shown else set()
    contact = {name for name in before if name.startswith("customer")} if "customer" in str(sent) else set()
    changing = {*shown, *moved, *contact, "@odata.etag", "lastUpdatedDateTime", "anonymousJoinWebUrl"}
    assert without(after, *changing) == without(before, *changing)
    assert await problems(graph) == []


async def test_a_change_in_the_list_of_customers_and_one_beside_it_both_count(graph):
    made = await graph.post("appointments", FULL)
    path = f"appointments/{made['id']}"
    shown = await graph.get(path)
    shown["customers"][0]["phone"] = "555 0100"
    await graph.patch(path, shown)
    assert (await graph.get(path))["customerPhone"] == "555 0100"
    await graph.patch(path, {**await graph.get(path), "customerName": "Jo"})
    found = await graph.get(path)
    assert (found["customers"][0]["name"], found["customers"][0]["phone"]) == ("Jo", "555 0100")
    assert found["customers"][0]["customQuestionAnswers"] == CUSTOMER["customQuestionAnswers"]


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({"serviceId": "nothing"}, "/serviceId"),
        ({"serviceId": None}, "/serviceId"),
        ({"startDateTime": None}, "/startDateTime"),
        ({"startDateTime": at("25:00")}, "/startDateTime"),
        ({"startDateTime": at("09:00", zone="Mars/Olympus")}, "/startDateTime"),
        ({"startDateTime": {"dateTime": f"{TUESDAY}T09:00:30"}}, "/startDateTime"),
        ({"endDateTime": at("08:00")}, "/endDateTime"),
        ({"endDateTime": at("09:00", day="2027-02-12")}, "/endDateTime"),
        ({"customers": []}, "/customers"),
        ({"customers": [{"emailAddress": "x@example.com"}]}, "/customers/0/name"),
        ({"customers": [{"name": "A", "emailAddress": "x"}]}, "/customers/0/emailAddress"),
        ({"customers": [{"name": "A", "phone": "call me"}]}, "/customers/0/phone"),
        ({"customers": [{"name": "A", "timeZone": "Mars/Olympus"}]}, "/customers/0/timeZone"),
        ({"customers": [{"name": "A", "age": 3}]}, "/customers/0/age"),
        ({"customers": [{"name": "A", "customerId": ZERO}]}, "/customers/0/customerId"),
        ({"customers": [{"name": "A"}, {"name": "B"}]}, "/customers"),
        ({"maximumAttendeesCount": 3}, "/maximumAttendeesCount"),
        ({"maximumAttendeesCount": 0}, "/maximumAttendeesCount"),
        ({"preBuffer": "soon"}, "/preBuffer"),
        ({"postBuffer": "P2D"}, "/postBuffer"),
        ({"price": -1}, "/price"),
        ({"priceType": "cheap"}, "/priceType"),
        ({"reminders": [{"message": "x", "offset": "PT1M", "recipients": "staff"}]}, "/reminders/0/offset"),
        ({"staffMemberIds": "claire"}, "/staffMemberIds"),
        ({"duration": "PT1H", "colour": "red"}, "/colour"),
        ({"customerName": "x", "customers": [{"name": "A"}, {"name": "B"}]}, "/customerName"),
    ],
)
async def test_what_cannot_be_booked_is_refused_by_the_name_of_the_field(graph, changes, target):
    status, error = await graph.refused("POST", "appointments", booking(**changes))
    assert (status, error["code"], error["details"][0]["target"]) == (400, "BadRequest", target)
    assert await graph.listed("appointments") == []


@pytest.mark.parametrize(
    ("changes", "target"),
    [
        ({"serviceId": "consultation"}, "/serviceId"),
        ({"customers": []}, "/customers"),
        ({"customers": [{"customerId": ZERO}]}, "/customers/0/customerId"),
        ({"staffMemberIds": []}, "/staffMemberIds"),
        ({"endDateTime": at("08:00")}, "/endDateTime"),
        ({"maximumAttendeesCount": 2}, "/maximumAttendeesCount"),
        ({"planet": "Mars"}, "/planet"),
    ],
)
async def test_what_cannot_be_changed_is_refused_by_the_name_of_the_field(graph, changes, target):
    made = await graph.post("appointments", booking())
    status, error = await graph.refused("PATCH", f"appointments/{made['id']}", changes)
    assert (status, error["details"][0]["target"]) == (400, target)
