"""bookingBusinesses and bookingCurrencies of the Graph API."""

from datetime import timedelta

import pytest

from shared.domain.permissions import READ, WRITE
from tests.builders import a_key
from tests.functions.graph_world import ADA, CLINIC, GUS, OUTSIDER, ROOT, SAM, TIM, VAL
from tests.functions.world import closed


HOURS = [{"day": "monday", "timeSlots": [{"startTime": "10:00:00.0000000", "endTime": "12:00:00.0000000"}]}]
FULL = {
    "displayName": "Fourth Coffee",
    "businessType": "Café",
    "address": {"street": "4567 Main Street", "city": "Buffalo", "state": "NY", "countryOrRegion": "USA", "postalCode": "98052"},
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
        "generalAvailability": {"availabilityType": "customWeeklyHours", "businessHours": None},
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
    "specialDates": [{"title": "Christmas", "startDate": "2030-12-25", "endDate": "2030-12-25", "businessHours": []}],
    "pageHeader": "Welcome.",
    "pageLayout": "cards",
    "pageAudience": ["@fourthcoffee.com", "group:baristas", "ana@example.com"],
    "frameOrigins": ["https://www.fourthcoffee.com"],
    "mailFrom": "bookings@fourthcoffee.com",
    "waitingRoom": {"text": "Welcome.", "tips": ["Have your card at hand."], "onDemandServiceId": "video"},
    "meetingRoom": {"provider": "link", "linkTemplate": "https://meet.example/{meeting}", "organizerId": None},
}  # fmt: skip


def week(hours):
    days = {one["day"]: one for one in hours}
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return [days.get(name, {"day": name, "timeSlots": []}) for name in names]


async def test_every_property_of_a_calendar_comes_back(graph):
    full = {**FULL, "schedulingPolicy": {**FULL["schedulingPolicy"]}}
    full["schedulingPolicy"]["generalAvailability"] = {
        "availabilityType": "customWeeklyHours",
        "businessHours": week(HOURS),
    }
    full["specialDates"] = [{**FULL["specialDates"][0], "businessHours": week([])}]
    made = await graph.by_organisation().post(ROOT, full)
    found = await graph.by_organisation().get(f"{ROOT}/{made['id']}")
    assert {name: found[name] for name in full} == full
    assert {name: made[name] for name in full} == full


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
    assert (await graph.get())["bookingPageSettings"]["businessTimeZone"] == "America/Los_Angeles"


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


async def test_publishing_gives_the_page_its_address_and_can_be_repeated(graph):
    for _ in range(2):
        await graph.post("unpublish", status=204)
        found = await graph.get()
        assert (found["isPublished"], found["publicUrl"]) == (False, None)
        assert (await graph.world.call("GET", "/api/clinic")).status == 404
    for _ in range(2):
        await graph.post("microsoft.graph.publish", status=204)
        found = await graph.get()
        assert (found["isPublished"], found["publicUrl"]) == (True, "https://book.example.org/book/clinic")
        assert (await graph.world.call("GET", "/api/clinic")).status == 200


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


async def test_a_deleted_calendar_is_gone_at_once_and_can_be_restored_for_thirty_days(graph):
    organisation = graph.by_organisation()
    await graph.delete("")
    assert (await graph.refused("GET", ""))[0] == 404
    assert (await graph.refused("PATCH", "", {"phone": "1"}))[0] == 404
    for other in (graph.world, graph.world.another_process()):
        assert (await other.call("GET", "/api/clinic")).status == 404
        assert (await other.call("GET", "/book/clinic")).status == 404
    assert [one["displayName"] for one in await graph.listed(ROOT)] == []
    assert len(await organisation.listed(ROOT)) == 1
    graph.world.now += timedelta(days=29)
    restored = await graph.post("restore", status=200)
    assert restored["isPublished"]
    assert (await graph.world.call("GET", "/api/clinic")).status == 200
    await graph.delete("")
    graph.world.now += timedelta(days=31)
    assert (await graph.refused("POST", "restore"))[0] == 404
    assert (await graph.by(VAL).refused("POST", "restore"))[0] == 404


async def test_only_those_who_may_restore_know_of_a_deleted_calendar(graph):
    await graph.delete("")
    assert (await graph.by(OUTSIDER).refused("POST", "restore"))[0] == 404
    assert (await graph.by(VAL).refused("POST", "restore"))[0] == 403
    assert (await graph.by_nobody().refused("POST", "restore"))[0] == 401
    await graph.by_organisation().post("restore", status=200)


async def test_a_renamed_calendar_keeps_its_old_address_and_its_id(graph):
    renamed = await graph.post("rename", {"displayName": "Practice", "slug": "practice"}, status=200)
    assert (renamed["displayName"], renamed["publicUrl"]) == ("Practice", "https://book.example.org/book/practice")
    for slug in ("clinic", "practice"):
        assert (await graph.world.call("GET", f"/api/{slug}")).json()["name"] == "Practice"
    assert (await graph.get())["displayName"] == "Practice"
    status, error = await graph.refused("POST", "rename", {"displayName": "X", "slug": "closed"})
    assert (status, error["code"]) == (409, "Conflict")
    assert (await graph.refused("POST", "rename", {"displayName": "X", "slug": "No Slug"}))[0] == 400


async def test_a_clone_has_the_settings_and_neither_people_nor_publicity(graph):
    organisation = graph.by_organisation()
    made = await organisation.post("clone", {"displayName": "Second clinic"})
    assert made["isPublished"] is False
    source = await graph.get()
    same = ("businessHours", "schedulingPolicy", "languageTag", "defaultCurrencyIso")
    assert [made[name] for name in same] == [source[name] for name in same]
    assert made["id"] != source["id"]
    with_staff = await organisation.post("clone", {"displayName": "Third", "withStaff": True})
    assert with_staff["displayName"] == "Third"


async def test_a_repeated_request_makes_one_calendar_and_the_same_key_for_another_is_refused(graph):
    organisation, key = graph.by_organisation(), a_key()
    made = [await organisation.post(ROOT, {"displayName": "Twice"}, idempotency_key=key) for _ in range(2)]
    assert made[0]["id"] == made[1]["id"]
    status, error = await organisation.refused("POST", ROOT, {"displayName": "Else"}, idempotency_key=key)
    assert (status, error["code"]) == (422, "UnprocessableEntity")
    assert (await organisation.refused("POST", ROOT, {"displayName": "X"}, idempotency_key="short"))[0] == 400


async def test_a_client_request_id_stands_for_one_request(graph):
    organisation = graph.by_organisation()
    names = [one["id"] for one in await organisation.listed(ROOT)]
    for name in ("One", "One", "Two"):
        answer = await organisation.call("POST", ROOT, {"displayName": name}, client_request_id="0f9a-request")
        assert answer.headers["client-request-id"] == "0f9a-request"
    assert len(await organisation.listed(ROOT)) == len(names) + 2


async def test_two_calendars_of_one_name_have_addresses_of_their_own(graph):
    organisation = graph.by_organisation()
    made = [await organisation.post(ROOT, {"displayName": "Зубная клиника"}) for _ in range(2)]
    made += [await organisation.post(ROOT, {"displayName": "Café du Coin"}) for _ in range(2)]
    for one in made:
        await organisation.post(f"{ROOT}/{one['id']}/publish", status=204)
    urls = [(await organisation.get(f"{ROOT}/{one['id']}"))["publicUrl"] for one in made]
    assert len(set(urls)) == 4
    assert urls[2].endswith("/book/cafe-du-coin")


async def test_whoever_creates_a_calendar_is_its_administrator(graph):
    organisation = graph.by_organisation()
    made = await organisation.post(ROOT, {"displayName": "Mine"})
    calendar = await graph.world.store.calendars.find_by_id(made["id"].partition("@")[0])
    (founder,) = calendar.staff.values()
    assert (founder.email, founder.role, founder.is_bookable) == (
        "head@organisation.example",
        "administrator",
        False,
    )


async def test_the_list_holds_the_calendars_that_one_may_see_with_id_and_name_alone(graph):
    for email in (ADA, SAM, TIM, VAL):
        assert await graph.by(email).listed(ROOT) == [{"id": "biz0clinic@example.org", "displayName": "Clinic"}]
    for email in (GUS, OUTSIDER):
        assert await graph.by(email).listed(ROOT) == []
    everything = await graph.by_organisation().listed(ROOT)
    assert len(everything) == 2
    assert await graph.by_application().listed(ROOT) == everything
    assert await graph.by_organisation().listed(f"{ROOT}?query=nothing") == []
    assert len(await graph.by_organisation().listed(f"{ROOT}?query=CLIN")) == 2


async def test_lists_page_and_count(graph):
    organisation = graph.by_organisation()
    for number in range(3):
        await organisation.post(ROOT, {"displayName": f"Calendar {number}"})
    page = await organisation.get(f"{ROOT}?$top=2&$count=true&$orderby=displayName")
    assert (page["@odata.count"], len(page["value"])) == (5, 2)
    assert "@odata.nextLink" not in page
    answer = await organisation.call("GET", f"{ROOT}/$count")
    assert (answer.body, answer.headers["Content-Type"]) == (b"5", "text/plain")


async def test_more_than_a_page_is_followed_by_a_link_on_the_address_that_was_used(graph):
    headers = {"x_forwarded_host": "graph.example.com", "x_forwarded_proto": "https"}
    page = await graph.get("/v1.0/solutions/bookingCurrencies", **headers)
    assert len(page["value"]) == 100
    assert page["@odata.nextLink"] == "https://graph.example.com/v1.0/solutions/bookingCurrencies?$skip=100"
    rest = await graph.get("/v1.0/solutions/bookingCurrencies?$skip=100")
    assert len({one["id"] for one in page["value"] + rest["value"]}) == len(page["value"]) + len(rest["value"])
    assert "@odata.nextLink" not in rest


async def test_currencies_are_those_of_the_world(graph):
    assert (await graph.get("/v1.0/solutions/bookingCurrencies/EUR"))["symbol"] == "€"
    assert (await graph.refused("GET", "/v1.0/solutions/bookingCurrencies/XXX"))[0] == 404
    url = "/v1.0/solutions/bookingCurrencies?$count=true&$filter=id%20eq%20%27USD%27&$orderby=id%20desc&$select=id,symbol&$top=2"
    found = await graph.get(url)
    assert (found["@odata.count"], found["value"]) == (1, [{"id": "USD", "symbol": "$"}])


async def test_roles_and_scopes_are_asked_about(graph):
    assert (await graph.by_nobody().refused("GET", ""))[0] == 401
    answer = await graph.by_nobody().call("GET", "")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    for email in (OUTSIDER, GUS):
        assert (await graph.by(email).refused("GET", ""))[1]["code"] == "ErrorItemNotFound"
    for email in (SAM, TIM, VAL):
        assert (await graph.by(email).refused("PATCH", "", {"phone": "1"}))[1]["code"] == "Forbidden"
    assert (await graph.by(ADA, READ).refused("PATCH", "", {"phone": "1"}))[0] == 403
    assert (await graph.by(ADA, WRITE).refused("POST", "publish"))[0] == 403
    assert (await graph.by(ADA).refused("POST", ROOT, {"displayName": "X"}))[0] == 403
    assert (await graph.by_application().refused("POST", ROOT, {"displayName": "X"}))[0] == 403


async def test_foreign_and_missing_calendars_are_the_same(graph):
    await graph.world.save(closed())
    for missing in ("biz0closed@example.org", "biz0closed", "nothing@example.org", "a b", "x" * 300, "%00"):
        answer = await graph.call("GET", f"{ROOT}/{missing}")
        assert (answer.status, answer.json()["error"]["message"]) == (404, "There is nothing here")


async def test_bare_ids_serve_too(graph):
    assert (await graph.get(f"{ROOT}/biz0clinic"))["id"] == "biz0clinic@example.org"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1.0", 404, "ErrorItemNotFound"),
        ("GET", "/v1.0/", 404, "ErrorItemNotFound"),
        ("GET", "/v1.0/me", 404, "ErrorItemNotFound"),
        ("GET", "/v1.0/solutions/nothing", 404, "ErrorItemNotFound"),
        ("GET", f"{CLINIC}/nothing", 404, "ErrorItemNotFound"),
        ("GET", f"{CLINIC}/$count", 404, "ErrorItemNotFound"),
        ("PUT", CLINIC, 405, "MethodNotAllowed"),
        ("PATCH", ROOT, 405, "MethodNotAllowed"),
        ("GET", f"{CLINIC}/publish", 405, "MethodNotAllowed"),
        ("POST", "/v1.0/solutions/bookingCurrencies", 405, "MethodNotAllowed"),
        ("DELETE", "/v1.0/solutions/bookingCurrencies/EUR", 405, "MethodNotAllowed"),
        ("OPTIONS", ROOT, 405, "MethodNotAllowed"),
        ("GET", f"{ROOT}?$search=x", 400, "BadRequest"),
        ("GET", f"{ROOT}?$filter=x", 400, "BadRequest"),
    ],
)
async def test_whatever_is_not_there_is_told_in_the_envelope(graph, method, path, status, code):
    found, error = await graph.refused(method, path)
    assert (found, error["code"]) == (status, code)


async def test_paths_have_no_case_and_keys_may_stand_in_brackets(graph):
    for path in (
        "/V1.0/Solutions/BOOKINGbusinesses/biz0clinic",
        "/v1.0/solutions/bookingBusinesses('biz0clinic')",
    ):
        assert (await graph.call("GET", path)).status == 200


async def test_a_head_request_is_a_get(graph):
    assert (await graph.call("HEAD", "")).status == 200


async def test_changes_are_told_in_the_audit(graph):
    await graph.patch("", {"phone": "1 2 3 4 5", "email": "new@clinic.example"})
    rows = await graph.world.table.range("bookings", "biz0clinic", "Z|", "Z~")
    assert '"action": "calendar changed: phone, email"' in rows.rows[0].values["body"]
    assert f'"actor": "{ADA}"' in rows.rows[0].values["body"]
