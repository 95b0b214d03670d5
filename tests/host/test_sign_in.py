"""Signing in to the running app with the demo's real provider, as a browser does it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pytest_asyncio

from infra.local import pieces
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.calendars.save_calendar import save_calendar
from tests.support.builders import SECRET, a_business, a_calendar, a_key, a_person


pytestmark = [pytest.mark.host, pytest.mark.azurite, pytest.mark.asyncio(loop_scope="session")]
COOKIE = "openslot_session"


def the_calendar():
    people = [a_person("zoe", email="member@demo.example", role="team_member"), a_person("guest", role="guest")]
    return a_calendar(a_business(id="biz0signin", slug="sign-in-clinic", name="Clinic"), staff=people)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def app(azurite, tmp_path_factory):
    """The app behind the development host, and the provider that it trusts."""
    port = pieces.free_port()
    url, prefix = f"http://localhost:{port}", "signin"
    tables = Tables(azurite.connection_string, prefix)
    await tables.create_tables()
    await save_calendar(the_calendar(), key=a_key(), store=TableStore(tables), secret=SECRET)
    await tables.close()
    async with pieces.identity_provider(url) as provider:
        environ = {
            "OPENSLOT_TABLES": azurite.connection_string,
            "OPENSLOT_SECRET": SECRET,
            "OPENSLOT_PUBLIC_URL": url,
            "OPENSLOT_TABLE_PREFIX": prefix,
            "OPENSLOT_SIGN_IN_AGAIN": "5",
            "OPENSLOT_OIDC_ACR": "two-factors",
            **provider.settings,
        }
        log = tmp_path_factory.mktemp("sign-in") / "host.log"
        async with pieces.host(port=port, env=environ, log=log) as piece:
            yield piece


class AsBrowsersRead(httpx.AsyncHTTPTransport):
    """The Functions host writes an empty Domain, which browsers pass over and Python's cookie jar does not."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        headers = [(name, value.replace("domain=; ", "")) for name, value in answer.headers.multi_items()]
        answer.headers = httpx.Headers(headers)
        return answer


def a_browser(app: pieces.Piece) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=app.url, timeout=30, headers={"Accept": "text/html"}, transport=AsBrowsersRead()
    )


@pytest_asyncio.fixture
async def browser(app):
    async with a_browser(app) as client:
        yield client


async def follow(browser: httpx.AsyncClient, answer: httpx.Response, email: str, **more: str) -> httpx.Response:
    """Go where answers lead; at the provider, pick who one is, and tick what it asks."""
    for _ in range(12):
        if not answer.has_redirect_location:
            return answer
        target = answer.url.join(answer.headers["location"])
        if target.path.startswith("/pick/"):
            answer = await browser.post(target, data={"email": email, **more})
        else:
            answer = await browser.get(target)
    raise AssertionError("it leads nowhere")


def token_in(page: str) -> str:
    return page.partition('name="csrf" value="')[2].partition('"')[0]


async def signed_in(browser: httpx.AsyncClient, email: str, to: str = "/console") -> httpx.Response:
    return await follow(browser, await browser.get(to), email)


async def test_who_is_not_signed_in_signs_in_and_comes_back(browser):
    first = await browser.get("/console?lang=fr")
    assert first.status_code == 303
    assert first.headers["location"] == "/console/sign-in?to=%2Fconsole%3Flang%3Dfr"
    page = await follow(browser, first, "member@demo.example")
    assert (page.status_code, page.url.query) == (200, b"lang=fr")
    assert page.url.path.startswith("/console/calendars/"), "the home of their only calendar"
    assert "Zoé Lambert" in page.text
    listed = await browser.get("/console?lang=fr")
    assert "Vos agendas" in listed.text
    assert "Membre de l’équipe" in listed.text


async def test_the_session_cookie_keeps_to_the_hosts_rules(browser):
    answer = await browser.get("/console/sign-in")
    seen = [answer.headers["set-cookie"]]
    for _ in range(8):
        target = answer.url.join(answer.headers["location"])
        picking = target.path.startswith("/pick/")
        answer = await (
            browser.post(target, data={"email": "member@demo.example"}) if picking else browser.get(target)
        )
        if answer.url.path == "/console/sign-in/done":
            seen.append(answer.headers["set-cookie"])
            break
    for cookie, name in zip(seen, ("openslot_browser", COOKIE), strict=True):
        pair, *attributes = (part.strip() for part in cookie.split(";"))
        assert pair.partition("=")[0] == name
        assert set(pair.partition("=")[2]) <= set(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
        )
        lower = {one.lower() for one in attributes}
        assert {"path=/", "httponly", "samesite=lax"} <= lower
        assert not any(one.startswith("expires") for one in lower)
    assert answer.headers["location"].startswith("/console/calendars/")


async def test_tabs_that_sign_in_at_once_all_arrive(browser):
    tabs = [await browser.get(f"/console/sign-in?to=/console?tab={number}") for number in range(3)]
    pages = [await follow(browser, tab, "member@demo.example") for tab in tabs]
    assert [page.url.query for page in pages] == [b"tab=0", b"tab=1", b"tab=2"]


@pytest.mark.parametrize("email", ["outsider@demo.example", "guest@demo.example"])
async def test_who_is_on_no_calendar_reads_a_kind_page(browser, email):
    page = await signed_in(browser, email)
    assert page.status_code == 200
    assert "No calendar yet" in page.text
    assert email in page.text
    assert "Clinic" not in page.text


async def test_an_organisation_administrator_sees_the_organisations_calendars(browser):
    page = await signed_in(browser, "admin@demo.example")
    assert "Calendars of the organisation" in page.text
    assert "/book/sign-in-clinic" in page.text


async def test_the_provider_says_how_recent_and_strong_a_sign_in_is_before_data_of_a_person_leaves(browser):
    file = "/console/organisation/customers?find=nobody%40example.com&format=json"
    await signed_in(browser, "admin@demo.example")
    asked = await browser.get(file)
    assert asked.headers["location"].endswith("&again=1")
    way = await browser.get(asked.headers["location"])
    query = parse_qs(urlsplit(way.headers["location"]).query)
    assert (query["max_age"], "two-factors" in query["claims"][0]) == (["270"], True)
    refused = await follow(browser, way, "admin@demo.example")
    assert (refused.status_code, "This needs a stronger sign-in" in refused.text) == (403, True)
    answer = await follow(browser, await browser.get(file), "admin@demo.example", second="on")
    assert (answer.status_code, answer.json()) == (200, [])
    assert (await browser.get(file)).status_code == 200


async def test_who_signs_in_anew_ends_the_session_before(app, browser):
    await signed_in(browser, "member@demo.example")
    kept = browser.cookies[COOKIE]
    again = await follow(browser, await browser.get("/console/sign-in"), "member@demo.example")
    assert again.status_code == 200
    async with a_browser(app) as other:
        assert (await other.get("/console", headers={"Cookie": f"{COOKIE}={kept}"})).status_code == 303
        now = browser.cookies[COOKIE]
        assert (await other.get("/console", headers={"Cookie": f"{COOKIE}={now}"})).status_code == 200


async def test_signing_out_needs_a_form_of_the_session_and_ends_it(browser, app):
    page = await signed_in(browser, "member@demo.example")
    token = token_in(page.text)
    for form, origin in (({}, app.url), ({"csrf": "x" * 43}, app.url), ({"csrf": token}, "https://evil.example")):
        answer = await browser.post("/console/sign-out", data=form, headers={"Origin": origin})
        assert answer.status_code == 403
        assert "has expired" in answer.text
    assert (await browser.get("/console")).status_code == 200
    answer = await browser.post("/console/sign-out", data={"csrf": token}, headers={"Origin": app.url})
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/signed-out")
    assert answer.headers["clear-site-data"] == '"cache"'
    assert (await browser.get("/console")).status_code == 303
    page = await browser.get("/console/signed-out")
    assert "You’re signed out" in page.text
    assert "/session/end?client_id=openslot-console" in page.text


async def test_signing_out_needs_a_post(browser):
    await signed_in(browser, "member@demo.example")
    assert (await browser.get("/console/sign-out")).status_code == 404
    assert (await browser.get("/console")).status_code == 200


async def test_an_answer_for_another_browser_is_refused(app, browser):
    """Whoever lures somebody to a sign-in of their own does not get them into their account."""
    asked = await browser.get("/console/sign-in")
    state = parse_qs(urlsplit(asked.headers["location"]).query)["state"][0]
    async with a_browser(app) as victim:
        await victim.get("/console/sign-in")
        answer = await victim.get("/console/sign-in/done", params={"state": state, "code": "attackers"})
        assert answer.status_code == 400
        assert "You weren’t signed in" in answer.text
        assert COOKIE not in victim.cookies


@pytest.mark.parametrize(
    "query",
    [{}, {"state": "x"}, {"state": "x", "code": "y"}, {"error": "access_denied"}, {"state": "é.é", "code": "ы"}],
)
async def test_garbage_at_the_way_back_signs_nobody_in(browser, query):
    await browser.get("/console/sign-in")
    answer = await browser.get("/console/sign-in/done", params=query)
    assert answer.status_code == 400
    assert COOKIE not in browser.cookies


async def test_a_code_that_the_provider_does_not_know_signs_nobody_in(browser, app):
    asked = await browser.get("/console/sign-in")
    state = parse_qs(urlsplit(asked.headers["location"]).query)["state"][0]
    answer = await browser.get("/console/sign-in/done", params={"state": state, "code": "guessed"})
    assert answer.status_code == 400
    assert COOKIE not in browser.cookies
    assert "guessed" not in app.written()


async def test_a_refusal_at_the_provider_is_told_kindly(browser):
    asked = await browser.get("/console/sign-in")
    state = parse_qs(urlsplit(asked.headers["location"]).query)["state"][0]
    answer = await browser.get("/console/sign-in/done", params={"state": state, "error": "access_denied"})
    assert answer.status_code == 400
    assert "/console/sign-in" in answer.text


async def test_a_tampered_session_is_none(browser):
    await signed_in(browser, "member@demo.example")
    value = browser.cookies[COOKIE]
    payload, seal = value.split(".")
    for forged in (f"{payload}A.{seal}", f"{payload}.{seal[:-2]}AA", payload, f"{payload}.", "", "x.y", "."):
        browser.cookies.clear()
        answer = await browser.get("/console", headers={"Cookie": f"{COOKIE}={forged}"})
        assert answer.status_code == 303, forged
    odd = f'{{"odd": cookie}}; weird=é; {COOKIE}={value}; other="quoted; value"'
    answer = await browser.get("/console", headers={"Cookie": odd.encode()})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/console/../\\evil.example",
        "/consoleevil",
        "/bookevil",
        "/api/clinic",
        "javascript:alert(1)",
        "/console/a\r\nSet-Cookie: x=y",
        "/console/sign-out",
        "/console/" + "x" * 2000,
        "/console/é",
    ],
)
async def test_signing_in_leads_nowhere_else(browser, to):
    asked = await browser.get("/console/sign-in", params={"to": to})
    page = await follow(browser, asked, "member@demo.example")
    assert page.url.path.startswith("/console/calendars/"), "as without it"


async def test_signing_in_leads_back_to_a_booking_page(browser):
    asked = await browser.get("/console/sign-in", params={"to": "/book/no-such-page"})
    page = await follow(browser, asked, "member@demo.example")
    assert (page.url.path, page.status_code) == ("/book/no-such-page", 404)


async def test_a_session_counts_for_the_console_alone(browser):
    await signed_in(browser, "member@demo.example")
    answer = await browser.get("/v1.0/solutions/bookingBusinesses", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_scripts_are_told_in_json(browser):
    answer = await browser.get("/console", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/problem+json")
