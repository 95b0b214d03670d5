"""What stands at which address of the Graph API, for whom: calendars, currencies, their pages, and nothing."""

import pytest

from shared.domain.access.permissions import READ, WRITE
from tests.functions.graph.app import ADA, CLINIC, GUS, OUTSIDER, ROOT, SAM, TIM, VAL
from tests.support.edge import PUBLIC_URL, closed


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
    assert page["@odata.nextLink"].endswith("?$top=2&$count=true&$orderby=displayName&$skip=2")
    answer = await organisation.call("GET", f"{ROOT}/$count")
    assert (answer.body, answer.headers["Content-Type"]) == (b"5", "text/plain")


async def test_more_than_a_page_is_followed_by_a_link_on_the_public_address(graph):
    headers = {"x_forwarded_host": "evil.example", "x_forwarded_proto": "javascript"}
    path = "/v1.0/solutions/bookingCurrencies?$top=100"
    page = await graph.get(path, **headers, asked_at="http://evil.example:99999")
    assert len(page["value"]) == 100
    assert page["@odata.nextLink"] == f"{PUBLIC_URL}{path}&$skip=100"
    assert page["@odata.context"] == f"{PUBLIC_URL}/v1.0/solutions/$metadata#bookingCurrencies"
    rest = await graph.get(f"{path}&$skip=100")
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
