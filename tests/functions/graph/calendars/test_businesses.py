"""bookingBusinesses of the Graph API: every property, what is said of it, and what cannot be."""

import pytest

from tests.functions.graph.app import ADA, CLINIC, ROOT
from tests.functions.graph.appointments.bookings import ADDRESS
from tests.functions.graph.calendars.settings import CLOSED_WEEK, WEEK


ORGANIZATION = "/v1.0/solutions/bookingOrganization"
FULL = {
    "displayName": "Fourth Coffee",
    "businessType": "Café",
    "address": ADDRESS,
    "phone": "206-555-0100",
    "email": "manager@fourthcoffee.com",
    "webSiteUrl": "https://www.fourthcoffee.com",
    "languageTag": "pt-BR",
    "defaultCurrencyIso": "BRL",
    "businessHours": [
        {"day": day, "timeSlots": []} if day in ("saturday", "sunday") else
        {"day": day, "timeSlots": [{"startTime": "08:00:00.0000000", "endTime": "12:00:00.0000000"}, {"startTime": "13:00:00.0000000", "endTime": "23:59:59.9999999"}]}
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    ],
    "schedulingPolicy": {
        "timeSlotInterval": "PT1H",
        "minimumLeadTime": "PT10H",
        "maximumAdvance": "P10D",
        "sendConfirmationsToOwner": False,
        "allowStaffSelection": False,
        "isMeetingInviteToCustomersEnabled": True,
        "generalAvailability": {"availabilityType": "customWeeklyHours", "businessHours": WEEK},
        "customAvailabilities": [
            {"availabilityType": "notBookable", "startDate": "2030-12-24", "endDate": "2030-12-26", "businessHours": None},
        ],
    },
    "bookingPageSettings": {
        "accessControl": "restrictedToOrganization",
        "bookingPageColorCode": "#123456",
        "businessTimeZone": "America/Sao_Paulo",
        "customerConsentMessage": "I agree to *everything*.",
        "enforceOneTimePassword": True,
        "isBusinessLogoDisplayEnabled": True,
        "isCustomerConsentEnabled": True,
        "isSearchEngineIndexabilityDisabled": True,
        "isTimeSlotTimeZoneSetToBusinessTimeZone": True,
        "privacyPolicyWebUrl": "https://www.fourthcoffee.com/privacy",
        "termsAndConditionsWebUrl": "https://www.fourthcoffee.com/terms",
    },
    "specialDates": [{"title": "Christmas", "startDate": "2030-12-25", "endDate": "2030-12-25", "businessHours": CLOSED_WEEK}],
    "pageHeader": "Welcome.",
    "pageLayout": "cards",
    "pageAudience": ["@fourthcoffee.com", "group:baristas", "ana@example.com"],
    "frameOrigins": ["https://www.fourthcoffee.com"],
    "mailFrom": "bookings@fourthcoffee.com",
    "maximumOpenAppointments": 7,
    "waitingRoom": {"text": "Welcome.", "tips": ["Have your card at hand."], "onDemandServiceId": "video"},
    "meetingRoom": {"provider": "link", "linkTemplate": "https://meet.example/{meeting}", "organizerId": None},
}  # fmt: skip


async def test_every_property_of_a_calendar_comes_back(graph):
    await graph.by_organisation().patch(ORGANIZATION, {"mailSenders": ["@fourthcoffee.com"]}, status=200)
    made = await graph.by_organisation().post(ROOT, FULL)
    found = await graph.by_organisation().get(f"{ROOT}/{made['id']}")
    for one in (made, found):
        assert {name: one[name] for name in FULL} == FULL


async def test_a_calendar_sends_only_in_a_name_that_the_organisation_keeps(graph):
    head = graph.by_organisation()
    for address in ("ceo@evil.example", "bookings@contoso.example"):
        status, error = await graph.refused("PATCH", "", {"mailFrom": address})
        assert (status, error["details"][0]["target"]) == (400, "/mailFrom")
        assert (await head.refused("POST", ROOT, {"displayName": "X", "mailFrom": address}))[0] == 400
    await head.patch(ORGANIZATION, {"mailSenders": ["@Contoso.example", "front@desk.example"]}, status=200)
    for address in ("Bookings@contoso.example", "front@desk.example", "bookings@example.org", None):
        await graph.patch("", {"mailFrom": address})
        assert (await graph.get())["mailFrom"] == address
    for address in ("x@sub.contoso.example", "back@desk.example", "x@evilcontoso.example"):
        assert (await graph.refused("PATCH", "", {"mailFrom": address}))[0] == 400
    for names in (["*"], ["@"], ["contoso.example"], ["group:boss"], [7]):
        assert (await head.refused("PATCH", ORGANIZATION, {"mailSenders": names}))[0] == 400


async def test_what_is_saved_already_may_stay_though_the_list_is_another_by_now(graph):
    head = graph.by_organisation()
    await head.patch(ORGANIZATION, {"mailSenders": ["@contoso.example"]}, status=200)
    await graph.patch("", {"mailFrom": "a@contoso.example"})
    await head.patch(ORGANIZATION, {"mailSenders": []}, status=200)
    await graph.patch("", {"displayName": "New name", "mailFrom": "a@contoso.example"})
    assert (await graph.refused("PATCH", "", {"mailFrom": "b@contoso.example"}))[0] == 400


async def test_a_calendar_starts_as_graphs_do(graph):
    made = await graph.by_organisation().post(ROOT, {"displayName": "Contoso"})
    assert made["@odata.context"].endswith("/v1.0/solutions/$metadata#bookingBusinesses/$entity")
    policy = made["schedulingPolicy"]
    lengths = (policy["timeSlotInterval"], policy["minimumLeadTime"], policy["maximumAdvance"])
    assert lengths == ("PT30M", "P1D", "P365D")
    assert (policy["sendConfirmationsToOwner"], policy["allowStaffSelection"]) == (True, True)
    assert policy["isMeetingInviteToCustomersEnabled"] is False
    assert (made["isPublished"], made["publicUrl"], made["businessType"]) == (False, None, "")
    assert (made["languageTag"], made["defaultCurrencyIso"], made["phone"]) == ("en-US", "USD", None)
    flags = {
        name: value for name, value in made["bookingPageSettings"].items() if name.startswith(("is", "enforce"))
    }
    assert set(flags.values()) == {False}
    assert len(flags) == 5
    days = [(one["day"], len(one["timeSlots"])) for one in made["businessHours"]]
    assert days == [
        *((day, 1) for day in ("monday", "tuesday", "wednesday", "thursday", "friday")),
        ("saturday", 0),
        ("sunday", 0),
    ]
    assert made["createdDateTime"] == made["lastUpdatedDateTime"] == "2027-01-11T07:00:00Z"
    assert made["id"].endswith("@example.org")


async def test_what_was_shown_can_be_sent_back_whole(graph):
    shown = await graph.get()
    shown["phone"] = "555"
    await graph.patch("", shown)
    again = await graph.get()
    assert again["phone"] == "555"
    changed = {name for name in shown if shown[name] != again[name]}
    assert changed == {"@odata.etag", "lastUpdatedDateTime"}


async def test_a_change_leaves_what_it_does_not_name_and_null_clears(graph):
    await graph.patch("", {"phone": "123 456", "address": {"city": "Lyon", "street": "1 rue X"}})
    await graph.patch(
        "", {"address": {"street": None}, "schedulingPolicy": {"maximumAdvance": "30 days, 0:00:00"}}
    )
    found = await graph.get()
    assert (found["phone"], found["address"]["city"], found["address"]["street"]) == ("123 456", "Lyon", None)
    assert found["schedulingPolicy"]["maximumAdvance"] == "P30D"
    assert found["bookingPageSettings"]["businessTimeZone"] == "Europe/Paris"
    await graph.patch("", {"phone": None, "address": None})
    found = await graph.get()
    assert (found["phone"], found["address"]) == (None, None)


async def test_windows_names_of_zones_are_understood(graph):
    await graph.patch("", {"bookingPageSettings": {"businessTimeZone": "Pacific Standard Time"}})
    calendar = await graph.world.store.calendars.find("clinic")
    assert calendar.business.time_zone == "America/Los_Angeles"


@pytest.mark.walk
@pytest.mark.parametrize(
    ("document", "target"),
    [
        ({"displayName": ""}, "/displayName"),
        ({"displayName": None}, "/displayName"),
        ({"displayName": 3}, "/displayName"),
        ({"displayName": "a\u202eb"}, "/displayName"),
        ({"nonsense": 1}, "/nonsense"),
        ({"email": "nobody"}, "/email"),
        ({"webSiteUrl": "javascript:alert(1)"}, "/webSiteUrl"),
        ({"defaultCurrencyIso": "ZZZ"}, "/defaultCurrencyIso"),
        ({"languageTag": "not a tag"}, "/languageTag"),
        ({"businessHours": [{"day": "funday", "timeSlots": []}]}, "/businessHours/0/day"),
        ({"businessHours": [{"day": "monday", "timeSlots": [{"startTime": "17:00:00", "endTime": "09:00:00"}]}]}, "/businessHours"),
        ({"businessHours": [{"day": "monday", "timeSlots": [{"startTime": "09:00:00", "endTime": "12:00:00"}, {"startTime": "11:00:00", "endTime": "13:00:00"}]}]}, "/businessHours"),
        ({"businessHours": [{"day": "monday", "timeSlots": [{"startTime": "9", "endTime": "12:00:00"}]}]}, "/businessHours/0/timeSlots/0/startTime"),
        ({"schedulingPolicy": {"timeSlotInterval": "PT7M"}}, "/schedulingPolicy/timeSlotInterval"),
        ({"schedulingPolicy": {"timeSlotInterval": "half an hour"}}, "/schedulingPolicy/timeSlotInterval"),
        ({"schedulingPolicy": {"minimumLeadTime": "PT30M"}}, "/schedulingPolicy/minimumLeadTime"),
        ({"schedulingPolicy": {"maximumAdvance": "PT1H"}}, "/schedulingPolicy/maximumAdvance"),
        ({"schedulingPolicy": {"unknown": 1}}, "/schedulingPolicy/unknown"),
        ({"schedulingPolicy": {"customAvailabilities": [{"availabilityType": "notBookable", "startDate": "2030-12-24", "endDate": "2030-12-23"}]}}, "/schedulingPolicy/customAvailabilities/0/last"),
        ({"bookingPageSettings": {"bookingPageColorCode": "red"}}, "/bookingPageSettings/bookingPageColorCode"),
        ({"bookingPageSettings": {"businessTimeZone": "Mars"}}, "/bookingPageSettings/businessTimeZone"),
        ({"bookingPageSettings": {"accessControl": "nobody"}}, "/bookingPageSettings/accessControl"),
        ({"bookingPageSettings": {"isCustomerConsentEnabled": True}}, "/bookingPageSettings/customerConsentMessage"),
        ({"bookingPageSettings": {"privacyPolicyWebUrl": "data:x"}}, "/bookingPageSettings/privacyPolicyWebUrl"),
        ({"bookingPageSettings": {"enforceOneTimePassword": None}}, "/bookingPageSettings/enforceOneTimePassword"),
        ({"frameOrigins": ["https://*"]}, "/frameOrigins"),
        ({"waitingRoom": {"tips": ["x"] * 21}}, "/waitingRoom/tips"),
        ({"waitingRoom": {"onDemandServiceId": "x" * 61}}, "/waitingRoom/onDemandServiceId"),
        ({"meetingRoom": {"provider": "skype"}}, "/meetingRoom/provider"),
        ({"meetingRoom": {"provider": "link", "linkTemplate": "http://meet.example"}}, "/meetingRoom/linkTemplate"),
        ({"meetingRoom": {"provider": "teams"}}, "/meetingRoom/organizerId"),
        ({"pageAudience": ["ana@example.com"]}, "/pageAudience"),
        ({"pageAudience": ["x" * 255], "bookingPageSettings": {"accessControl": "restrictedToOrganization"}}, "/pageAudience/0"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_by_the_name_of_the_field(graph, document, target):
    status, error = await graph.refused("PATCH", "", document)
    assert (status, error["code"]) == (400, "BadRequest")
    assert target in {one["target"] for one in error["details"]}
    status, error = await graph.by_organisation().refused("POST", ROOT, {"displayName": "New", **document})
    assert status == 400
    assert target in {one["target"] for one in error["details"]}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff", b"NaN", b"[" * 100_000])
async def test_what_is_no_object_is_refused(graph, body):
    answer = await graph.world.call("PATCH", CLINIC, body=body, authorization=graph.authorization)
    assert (answer.status, answer.json()["error"]["code"]) == (400, "BadRequest")


async def test_other_media_and_bodies_beyond_measure_are_refused(graph):
    for kind, body, status in (("text/plain", b"{}", 415), ("application/json", b" " * 600_000, 413)):
        answer = await graph.world.call(
            "PATCH", CLINIC, body=body, authorization=graph.authorization, content_type=kind
        )
        assert answer.status == status


async def test_an_older_state_is_not_overwritten(graph):
    first = await graph.get()
    etag = (await graph.call("GET", "")).headers["ETag"]
    assert etag == first["@odata.etag"]
    await graph.patch("", {"phone": "111 111"}, if_match=etag)
    status, error = await graph.refused("PATCH", "", {"phone": "222 222"}, if_match=etag)
    assert (status, error["code"]) == (412, "PreconditionFailed")
    assert (await graph.get())["phone"] == "111 111"
    assert (await graph.refused("DELETE", "", if_match=etag))[0] == 412
    await graph.patch("", {"phone": "333 333"}, if_match="*")


async def test_changes_are_told_in_the_audit(graph):
    await graph.patch("", {"phone": "1 2 3 4 5", "email": "new@clinic.example"})
    newest, *_ = await graph.world.audit()
    assert (newest["action"], newest["actor"]) == ("calendar changed: phone, email", ADA)
