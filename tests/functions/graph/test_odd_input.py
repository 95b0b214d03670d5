"""What nobody sends by accident, sent to the Graph API: refused in the envelope, at once, and never a fault."""

import json

import pytest


ODD = (
    "a%2Fb",
    "%5C",
    "%00",
    "%23",
    "%3F",
    "%25",
    "%FF",
    "%27",
    "x" * 200,
    "a%20b",
    "%F0%9F%98%80",
    "0biz|x",
    "..",
)
LISTS = ("services", "staffMembers", "customQuestions", "customers", "timeOff")


@pytest.mark.parametrize("name", ODD)
async def test_no_id_that_is_none_gets_as_far_as_the_table(graph, name):
    requests = graph.world.table.requests
    for kind in LISTS:
        assert (await graph.refused("GET", f"{kind}/{name}"))[0] == 404
        assert (await graph.refused("DELETE", f"{kind}/{name}"))[0] == 404
    assert (await graph.refused("PATCH", f"customers/{name}", {"displayName": "x"}))[0] == 404
    assert (await graph.refused("POST", f"/v1.0/solutions/bookingBusinesses/{name}/restore"))[0] == 404
    assert graph.world.table.requests - requests < 40


@pytest.mark.parametrize("open_close", [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("depth", [25, 400, 900, 200_000])
async def test_what_is_nested_too_deep_is_refused(graph, depth, open_close):
    opening, closing = open_close
    body = f'{{"displayName":{opening * depth}1{closing * depth}}}'[: 500 * 1024]
    status, error = await graph.refused("PATCH", "", body=body.encode())
    assert (status, error["code"]) == (400, "BadRequest")


async def test_a_token_of_another_list_is_refused(graph):
    for kind in (*LISTS, "auditLog"):
        assert (await graph.refused("GET", f"{kind}?$skiptoken=a%2Fb"))[0] == 400
    assert (await graph.refused("GET", "services?$skiptoken=abc"))[0] == 400


@pytest.mark.parametrize(
    "query", ["/$count", "?$filter=actor eq 'x'", "?$orderby=actor", "?$count=true", "?$skip=1"]
)
async def test_the_audit_comes_in_pages_and_in_no_other_way(graph, query):
    assert (await graph.refused("GET", f"auditLog{query}"))[0] == 400


async def test_a_context_is_told_below_the_root_whatever_its_case(graph):
    found = await graph.get("/V1.0/Solutions/BookingBusinesses")
    assert found["@odata.context"] == "https://book.example.org/v1.0/solutions/$metadata#BookingBusinesses"
    audit = await graph.by_organisation().get("/v1.0/solutions/bookingOrganization/auditLog")
    assert audit["@odata.context"].endswith("/v1.0/solutions/$metadata#bookingOrganization/auditLog")


@pytest.mark.parametrize(
    "document",
    [
        '{"displayName":"\\ud800"}',
        '{"\\ud800":1}',
        '{"address":{"\\ud800":"x"}}',
        '{"displayName":NaN}',
        '{"displayName":' + "1" * 5000 + "}",
        json.dumps({"defaultCurrencyIso": "\u202eRUE"}),
    ],
)
async def test_what_is_no_text_is_refused(graph, document):
    assert (await graph.refused("PATCH", "", body=document.encode()))[0] == 400


@pytest.mark.walk
async def test_settings_that_are_more_in_all_than_a_row_holds_are_refused(graph):
    slots = [
        {"startTime": f"{hour:02d}:{minute:02d}", "endTime": f"{hour:02d}:{minute + 9:02d}"}
        for hour in range(24)
        for minute in (0, 20)
    ]
    week = [{"day": day, "timeSlots": slots} for day in ("monday", "tuesday", "wednesday", "thursday", "friday")]
    dates = {"startDate": "2027-12-24", "endDate": "2027-12-26", "businessHours": week}
    rules = [{**dates, "availabilityType": "customWeeklyHours"}] * 45
    await graph.patch("", {"specialDates": [dates] * 45})
    await graph.patch("", {"schedulingPolicy": {"customAvailabilities": rules}})
    names = {
        "bookingPageSettings": {"accessControl": "restrictedToOrganization"},
        "pageAudience": ["x" * 254] * 1000,
    }
    status, error = await graph.refused("PATCH", "", names)
    assert (status, error["code"]) == (400, "BadRequest")


async def test_an_organisation_that_names_more_than_a_row_holds_is_refused(graph):
    head, path = graph.by_organisation(), "/v1.0/solutions/bookingOrganization"
    await head.patch(path, {"creators": ["x" * 254] * 1000}, status=200)
    assert (await head.refused("PATCH", path, {"administrators": ["y" * 254] * 1000}))[0] == 400
