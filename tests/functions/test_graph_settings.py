"""services, staffMembers and customQuestions of the Graph API."""

from datetime import timedelta
from uuid import UUID

import pytest

from shared.domain.permissions import APPOINTMENTS, WRITE
from tests.builders import MONDAY, a_key
from tests.functions.graph_world import ADA, OUTSIDER, SAM, VAL, staffed_clinic
from tests.functions.world import a_booking, closed


PREFER = {"prefer": "include-unknown-enum-members"}
WEEK = [
    {"day": day, "timeSlots": [{"startTime": "10:00:00.0000000", "endTime": "12:30:00.0000000"}] if day == "monday" else []}
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
]  # fmt: skip
LOCATION = {
    "displayName": "Contoso Lunch Delivery",
    "locationEmailAddress": "lunch@contoso.com",
    "locationUri": "https://contoso.com/lunch",
    "locationType": "restaurant",
    "uniqueId": "room-7",
    "uniqueIdType": "directory",
    "address": {"street": "4567 Main Street", "city": "Buffalo", "state": "NY", "countryOrRegion": "USA", "postalCode": "98052"},
    "coordinates": {"latitude": 42.88, "longitude": -78.87, "altitude": 180.5, "accuracy": 3.0, "altitudeAccuracy": 1.5},
}  # fmt: skip
SERVICE = {
    "displayName": "Bento",
    "description": "Individual bento box lunch delivery",
    "notes": "Home-cooked special",
    "additionalInformation": "Please be on time.",
    "defaultDuration": "PT1H30M",
    "preBuffer": "PT5M",
    "postBuffer": "PT10M",
    "defaultPrice": 10.5,
    "defaultPriceType": "fixedPrice",
    "defaultLocation": LOCATION,
    "defaultReminders": [
        {"message": "tomorrow", "offset": "P1D", "recipients": "allAttendees"},
        {"message": "soon", "offset": "PT2H", "recipients": "customer"},
        {"message": "yours", "offset": "PT15M", "recipients": "staff"},
    ],
    "customQuestions": [{"questionId": "before", "isRequired": True}, {"questionId": "why", "isRequired": False}],
    "isAnonymousJoinEnabled": True,
    "isCustomerAllowedToManageBooking": False,
    "isHiddenFromCustomers": True,
    "isLocationOnline": True,
    "smsNotificationsEnabled": True,
    "languageTag": "fr-CA",
    "maximumAttendeesCount": 4,
    "schedulingPolicy": {
        "timeSlotInterval": "PT1H",
        "minimumLeadTime": "PT10H",
        "maximumAdvance": "P10D",
        "sendConfirmationsToOwner": False,
        "allowStaffSelection": False,
        "isMeetingInviteToCustomersEnabled": False,
        "generalAvailability": {"availabilityType": "customWeeklyHours", "businessHours": WEEK},
        "customAvailabilities": [
            {"availabilityType": "notBookable", "startDate": "2030-12-24", "endDate": "2030-12-26", "businessHours": None},
            {"availabilityType": "customWeeklyHours", "startDate": "2031-01-01", "endDate": "2031-01-31", "businessHours": WEEK},
            {"availabilityType": "bookWhenStaffAreFree", "startDate": "2031-02-01", "endDate": "2031-02-01", "businessHours": None},
        ],
    },
    "staffMemberIds": ["omar", "claire"],
    "staffAssignment": "all",
    "anyoneRule": "evenly",
    "customerFields": {"email": "optional", "phone": "required", "address": "optional", "notes": "hidden"},
    "followUp": {"message": "How was it?", "offset": "P1D", "recipients": "customer"},
    "confirmsToCustomer": False,
    "confirmsToStaff": False,
    "color": "#aabbcc",
    "meetingRoom": {
        "provider": "teams",
        "linkTemplate": None,
        "organizerId": "11111111-0000-4000-8000-000000000001",
    },
}  # fmt: skip
PERSON = {
    "displayName": "Dana Swope",
    "emailAddress": "danas@contoso.com",
    "role": "externalGuest",
    "timeZone": "America/Chicago",
    "useBusinessHours": False,
    "workingHours": WEEK,
    "availabilityIsAffectedByPersonalCalendar": True,
    "isEmailNotificationEnabled": False,
    "membershipStatus": "pendingAcceptance",
    "colorIndex": 7,
    "serves": "inPerson",
    "isListed": False,
    "isBookable": False,
    "priority": 3,
    "notifyOfTimeOff": False,
    "languageTag": "pt-BR",
}
QUESTION = {
    "displayName": "How did you hear of us?",
    "answerInputType": "radioButton",
    "answerOptions": ["Friends", "Press"],
}
KINDS = {"services": SERVICE, "staffMembers": PERSON, "customQuestions": QUESTION}
EACH = pytest.mark.parametrize("kind", KINDS)


def of_status(kind):
    return 200 if kind == "customQuestions" else 204


@EACH
async def test_every_property_comes_back(graph, kind):
    sent = KINDS[kind]
    made = await graph.post(kind, sent, **PREFER)
    assert UUID(made["id"]).version == 4
    for found in (made, await graph.get(f"{kind}/{made['id']}", **PREFER)):
        assert {name: found[name] for name in sent} == sent
        assert found["createdDateTime"] == "2027-01-11T07:00:00Z"
    (listed,) = [one for one in await graph.listed(kind, **PREFER) if one["id"] == made["id"]]
    shown = {**sent, "defaultReminders": []} if kind == "services" else sent
    assert {name: listed[name] for name in sent} == shown


@EACH
async def test_what_was_shown_can_be_sent_back_whole(graph, kind):
    made = await graph.post(kind, KINDS[kind])
    path = f"{kind}/{made['id']}"
    shown = await graph.get(path)
    await graph.patch(path, {**shown, "displayName": "Renamed"}, status=of_status(kind))
    again = await graph.get(path)
    assert {name for name in shown if shown[name] != again[name]} <= {
        "displayName",
        "@odata.etag",
        "lastUpdatedDateTime",
    }
    assert again["displayName"] == "Renamed"


@EACH
async def test_a_change_that_changes_nothing_leaves_its_time(graph, kind):
    made = await graph.post(kind, KINDS[kind])
    graph.world.now += timedelta(hours=1)
    await graph.patch(f"{kind}/{made['id']}", {}, status=of_status(kind))
    assert (await graph.get(f"{kind}/{made['id']}"))["lastUpdatedDateTime"] == made["lastUpdatedDateTime"]


@EACH
async def test_a_repeated_request_makes_one_thing(graph, kind):
    key, before = a_key(), len(await graph.listed(kind))
    made = [await graph.post(kind, KINDS[kind], idempotency_key=key) for _ in range(2)]
    assert made[0]["id"] == made[1]["id"]
    assert len(await graph.listed(kind)) == before + 1
    assert (await graph.refused("POST", kind, {**KINDS[kind], "displayName": "x"}, idempotency_key=key))[0] == 422


@EACH
async def test_what_is_removed_is_gone_from_lists_and_by_its_id(graph, kind):
    made = await graph.post(kind, KINDS[kind])
    before = len(await graph.listed(kind))
    await graph.delete(f"{kind}/{made['id']}")
    assert len(await graph.listed(kind)) == before - 1
    for method in ("GET", "PATCH", "DELETE"):
        document = {} if method == "PATCH" else None
        assert (await graph.refused(method, f"{kind}/{made['id']}", document))[0] == 404


@EACH
async def test_an_older_state_is_not_overwritten(graph, kind):
    made = await graph.post(kind, KINDS[kind])
    path, etag = f"{kind}/{made['id']}", made["@odata.etag"]
    assert (await graph.call("GET", path)).headers["ETag"] == etag
    await graph.patch(path, {"displayName": "First"}, status=of_status(kind), if_match=etag)
    for method, document in (("PATCH", {"displayName": "Second"}), ("DELETE", None)):
        assert (await graph.refused(method, path, document, if_match=etag))[0] == 412
    assert (await graph.get(path))["displayName"] == "First"


@EACH
async def test_another_calendars_are_not_there(graph, kind):
    await graph.world.save(closed())
    made = await graph.post(kind, KINDS[kind])
    organisation = graph.by_organisation()
    other = "/v1.0/solutions/bookingBusinesses/biz0closed"
    assert (await organisation.refused("GET", f"{other}/{kind}/{made['id']}"))[0] == 404
    assert (await graph.by(OUTSIDER).refused("GET", f"{kind}/{made['id']}"))[0] == 404


@EACH
async def test_only_administrators_change_settings_and_viewers_see_them(graph, kind):
    for email in (SAM, VAL):
        other = graph.by(email)
        assert len(await other.listed(kind)) > 0
        assert (await other.refused("POST", kind, KINDS[kind]))[0] == 403
    status = 403 if kind != "customQuestions" else 201
    assert (await graph.by(ADA, APPOINTMENTS).call("POST", kind, KINDS[kind])).status == status
    assert (await graph.by_application(WRITE).call("POST", kind, KINDS[kind])).status == 201


@EACH
async def test_counts_are_numbers(graph, kind):
    answer = await graph.call("GET", f"{kind}/$count")
    assert answer.body == str(len(await graph.listed(kind))).encode()


@pytest.mark.parametrize(
    ("kind", "document", "target"),
    [
        ("services", {"displayName": None}, "/displayName"),
        ("services", {"defaultDuration": "PT0S"}, "/defaultDuration"),
        ("services", {"defaultDuration": "1 hour"}, "/defaultDuration"),
        ("services", {"defaultDuration": None}, "/defaultDuration"),
        ("services", {"preBuffer": "P2D"}, "/preBuffer"),
        ("services", {"defaultPrice": -1}, "/defaultPrice"),
        ("services", {"defaultPrice": "10"}, "/defaultPrice"),
        ("services", {"defaultPriceType": "cheap"}, "/defaultPriceType"),
        ("services", {"maximumAttendeesCount": 0}, "/maximumAttendeesCount"),
        ("services", {"maximumAttendeesCount": 1.5}, "/maximumAttendeesCount"),
        ("services", {"staffMemberIds": ["nobody"]}, "/staffMemberIds"),
        ("services", {"customQuestions": [{"questionId": "none"}]}, "/customQuestions/0/questionId"),
        ("services", {"defaultReminders": [{"offset": "PT1M", "message": ""}]}, "/defaultReminders/0/offset"),
        ("services", {"defaultReminders": [{"offset": "PT1H"}] * 11}, "/defaultReminders"),
        ("services", {"schedulingPolicy": {"timeSlotInterval": "PT3M"}}, "/schedulingPolicy/timeSlotInterval"),
        ("services", {"defaultLocation": {"coordinates": {"latitude": 91.0}}}, "/defaultLocation/coordinates/latitude"),
        ("services", {"defaultLocation": {"locationType": "moon"}}, "/defaultLocation/locationType"),
        ("services", {"color": "blue"}, "/color"),
        ("services", {"description": "x" * 8001}, "/description"),
        ("services", {"price": 3}, "/price"),
        ("staffMembers", {"role": "boss"}, "/role"),
        ("staffMembers", {"emailAddress": None}, "/emailAddress"),
        ("staffMembers", {"emailAddress": "nobody"}, "/emailAddress"),
        ("staffMembers", {"timeZone": "Mars"}, "/timeZone"),
        ("staffMembers", {"membershipStatus": "maybe"}, "/membershipStatus"),
        ("staffMembers", {"workingHours": [{"day": "monday", "timeSlots": [{"startTime": "12:00:00", "endTime": "11:00:00"}]}]}, "/workingHours"),
        ("staffMembers", {"colorIndex": -1}, "/colorIndex"),
        ("customQuestions", {"displayName": ""}, "/displayName"),
        ("customQuestions", {"answerInputType": "essay"}, "/answerInputType"),
        ("customQuestions", {"answerInputType": "radioButton", "answerOptions": []}, "/answerOptions"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_by_the_name_of_the_field(graph, kind, document, target):
    made = await graph.post(kind, KINDS[kind])
    for method, path, body in (
        ("PATCH", f"{kind}/{made['id']}", document),
        ("POST", kind, {**KINDS[kind], **document}),
    ):
        status, error = await graph.refused(method, path, body)
        assert (status, error["code"]) == (400, "BadRequest")
        assert target in {one["target"] for one in error["details"]}, error


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("services", "displayName"),
        ("staffMembers", "displayName"),
        ("staffMembers", "emailAddress"),
        ("staffMembers", "role"),
        ("customQuestions", "displayName"),
    ],
)
async def test_what_is_required_is_named(graph, kind, missing):
    sent = {name: value for name, value in KINDS[kind].items() if name != missing}
    _, error = await graph.refused("POST", kind, sent)
    assert [(one["target"], one["message"]) for one in error["details"]] == [(f"/{missing}", "required")]


async def test_a_service_starts_as_graphs_do(graph):
    made = await graph.post("services", {"displayName": "Plain"})
    assert (made["defaultDuration"], made["preBuffer"], made["maximumAttendeesCount"]) == ("PT30M", "PT0S", 1)
    assert (made["isHiddenFromCustomers"], made["isAnonymousJoinEnabled"], made["schedulingPolicy"]) == (
        False,
        False,
        None,
    )
    assert made["webUrl"] == f"https://book.example.org/book/clinic/{made['id']}"
    assert (await graph.world.call("GET", f"/book/clinic/{made['id']}")).status == 200


async def test_durations_as_pythons_sdk_sends_them_are_understood(graph):
    made = await graph.post(
        "services", {"displayName": "Plain", "defaultDuration": "0:45:00", "postBuffer": "1:00:00"}
    )
    assert (made["defaultDuration"], made["postBuffer"]) == ("PT45M", "PT1H")


async def test_a_policy_of_a_service_begins_as_the_calendars_and_null_gives_it_back(graph):
    made = await graph.post("services", {"displayName": "Plain", "schedulingPolicy": {"timeSlotInterval": "PT1H"}})
    path = f"services/{made['id']}"
    assert made["schedulingPolicy"]["maximumAdvance"] == "P60D"
    await graph.patch(path, {"schedulingPolicy": {"minimumLeadTime": "PT2H"}})
    policy = (await graph.get(path))["schedulingPolicy"]
    assert (policy["timeSlotInterval"], policy["minimumLeadTime"]) == ("PT1H", "PT2H")
    await graph.patch(path, {"schedulingPolicy": None})
    assert (await graph.get(path))["schedulingPolicy"] is None


@pytest.mark.parametrize("kind", ["fixedPrice", "startingAt", "hourly", "free", "priceVaries", "callUs", "notSet"])
async def test_prices_of_every_kind_come_back(graph, kind):
    made = await graph.post("services", {"displayName": "Plain", "defaultPriceType": kind, "defaultPrice": 0.1})
    assert (made["defaultPriceType"], made["defaultPrice"]) == (kind, 0.1)


async def test_a_removed_service_is_no_longer_offered_but_serves_whom_it_has(graph):
    world = graph.world
    token = await world.token()
    await graph.delete("services/consultation")
    assert (await world.book()).status in (404, 422)
    names = [one["id"] for one in (await world.call("GET", "/api/clinic")).json()["services"]]
    assert "consultation" not in names
    shown = (await world.call("GET", f"/api/clinic/appointments/{token}")).json()
    assert shown["service"] in ("Consultation", "consultation")
    moved = await world.call(
        "PATCH", f"/api/clinic/appointments/{token}", {"start": (MONDAY + timedelta(days=2, hours=3)).isoformat()}, idempotency_key=a_key()
    )  # fmt: skip
    assert moved.status == 200
    rows = (await world.table.range("bookings", "biz0clinic", "Z|", "Z~")).rows
    assert any("service removed, coming appointments that stay: 1" in row.values["body"] for row in rows)


async def test_a_removed_person_is_no_longer_booked_seen_or_let_in(graph):
    world = graph.world
    start = MONDAY + timedelta(days=1, hours=2)
    await world.token(start=start, staff="claire")
    await graph.delete("staffMembers/claire")
    assert (await world.book(start + timedelta(hours=1), staff="claire")).status == 422
    assert "claire" not in [one["id"] for one in (await world.call("GET", "/api/clinic")).json()["staff"]]
    services = await graph.listed("services")
    assert all("claire" not in one["staffMemberIds"] for one in services)
    assert (await graph.by("claire@clinic.example").refused("GET", ""))[0] == 404
    await graph.patch("services/consultation", {"displayName": "Visit"})
    again = await graph.post("staffMembers", {**PERSON, "emailAddress": "claire@clinic.example"})
    assert again["id"] != "claire"


async def test_a_removed_question_is_no_longer_asked(graph):
    await graph.delete("customQuestions/before")
    (service,) = [one for one in await graph.listed("services") if one["id"] == "detailed"]
    assert service["customQuestions"] == [{"questionId": "why", "isRequired": False}]
    booking = a_booking(
        service="detailed", customer={"name": "Ana", "email": "ana@example.com", "phone": "+33 1 23 45"}
    )
    answer = await graph.world.call("POST", "/api/clinic/appointments", booking, idempotency_key=a_key())
    assert answer.status == 201


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("administrator", "administrator"),
        ("scheduler", "unknownFutureValue"),
        ("teamMember", "unknownFutureValue"),
        ("member", "unknownFutureValue"),
        ("viewer", "viewer"),
        ("guest", "guest"),
        ("externalGuest", "externalGuest"),
    ],
)
async def test_roles_beyond_the_sentinel_are_shown_to_those_who_know_them(graph, role, shown):
    made = await graph.post("staffMembers", {"displayName": "Sam", "emailAddress": "s@x.example", "role": role})
    assert made["role"] == shown
    path = f"staffMembers/{made['id']}"
    await graph.patch(path, {**made, "displayName": "Sam S."})
    answer = await graph.call("GET", path, **PREFER)
    assert answer.headers["Preference-Applied"] == "include-unknown-enum-members"
    assert answer.json()["role"] == {"member": "teamMember"}.get(role, role)
    assert answer.json()["@odata.type"] == "#microsoft.graph.bookingStaffMember"


async def test_a_role_takes_effect_at_once(graph):
    newcomer = graph.by("new@clinic.example")
    assert (await newcomer.refused("GET", ""))[0] == 404
    made = await graph.post(
        "staffMembers", {"displayName": "New", "emailAddress": "New@Clinic.example", "role": "viewer"}
    )
    assert (await newcomer.get())["displayName"] == "Clinic"
    assert len(await newcomer.listed("/v1.0/solutions/bookingBusinesses")) == 1
    await graph.patch(f"staffMembers/{made['id']}", {"role": "guest"})
    assert (await newcomer.refused("GET", ""))[0] == 404
    assert await newcomer.listed("/v1.0/solutions/bookingBusinesses") == []


async def test_working_hours_begin_as_the_business_hours_and_are_kept_while_those_count(graph):
    plain = {"displayName": "P", "emailAddress": "p@x.example", "role": "guest"}
    made = await graph.post("staffMembers", plain)
    assert made["useBusinessHours"]
    assert made["workingHours"] == (await graph.get())["businessHours"]
    own = await graph.post("staffMembers", {**plain, "workingHours": WEEK})
    assert own["useBusinessHours"] is False
    await graph.patch(f"staffMembers/{own['id']}", {"useBusinessHours": True})
    found = await graph.get(f"staffMembers/{own['id']}")
    assert (found["useBusinessHours"], found["workingHours"]) == (True, WEEK)
    assert (await graph.world.store.calendars.reload("biz0clinic")).staff[own["id"]].hours is None


async def test_who_serves_in_one_way_only_is_offered_for_that(graph):
    for serves, is_online, is_offered in (
        ("virtual", True, True),
        ("virtual", False, False),
        ("inPerson", True, False),
        ("inPerson", False, True),
        ("both", True, True),
    ):
        await graph.patch("staffMembers/claire", {"serves": serves})
        await graph.patch("services/solo", {"isLocationOnline": is_online})
        assert bool(await graph.world.offered("solo")) is is_offered


async def test_whoever_has_not_accepted_cannot_be_booked(graph):
    for status, is_offered in (("pendingAcceptance", False), ("rejectedByStaff", False), ("active", True)):
        await graph.patch("staffMembers/claire", {"membershipStatus": status})
        assert bool(await graph.world.offered("solo")) is is_offered


async def test_tick_boxes_are_shown_to_those_who_know_them(graph):
    made = await graph.post("customQuestions", {"displayName": "Sure?", "answerInputType": "checkBox"})
    assert made["answerInputType"] == "unknownFutureValue"
    path = f"customQuestions/{made['id']}"
    changed = await graph.patch(path, {**made, "displayName": "Really?"}, status=200, **PREFER)
    assert (changed["answerInputType"], changed["displayName"]) == ("checkBox", "Really?")


async def test_lists_of_settings_are_filtered_sorted_and_selected(graph):
    url = "staffMembers?$filter=startswith(emailAddress,'clai') or displayName eq 'Omar'&$orderby=displayName desc&$select=displayName&$count=true"
    found = await graph.get(url.replace(" ", "%20"))
    assert found["@odata.count"] == 2
    assert [one["displayName"] for one in found["value"]] == ["Omar", "Claire"]
    assert all("@odata.type" in one and "emailAddress" not in one for one in found["value"])


async def test_a_thousand_people_are_listed_in_pages_and_serve_together_in_one_service(graph):
    calendar = staffed_clinic()
    people = [
        calendar.staff["claire"].model_copy(
            update={"id": f"00000000-0000-4000-8000-{number:012d}", "email": f"p{number}@x.example"}
        )
        for number in range(1000)
    ]
    await graph.world.save(type(calendar)(calendar.business, {}, {one.id: one for one in people}, {}))
    made = await graph.post("services", {"displayName": "All", "staffMemberIds": [one.id for one in people]})
    assert len(made["staffMemberIds"]) == 1000
    found, url = [], "staffMembers"
    while url:
        page = await graph.get(url)
        found += page["value"]
        url = page.get("@odata.nextLink", "").removeprefix("https://book.example.org")
    assert len({one["id"] for one in found}) == 1008
    await graph.delete(f"staffMembers/{people[0].id}")
    assert len((await graph.get(f"services/{made['id']}"))["staffMemberIds"]) == 999
    assert await graph.world.offered(made["id"])
