"""The pages as programs see them: headers, statuses, hostile input; no browser needed, the system is the same."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]
GOOD = {"name": "Ada", "email": "ada@example.com"}


@pytest_asyncio.fixture(loop_scope="session")
async def client(system):
    async with httpx.AsyncClient(base_url=system.url, timeout=20) as opened:
        yield opened


async def free_starts(client, days, service="corner-shop/quick"):
    """The addresses of the times of a day that far ahead; each test has a day of its own."""
    day = datetime.now(UTC).date() + timedelta(days=days)
    html = (await client.get(f"/book/{service}?date={day}")).text
    return [href.replace("&amp;", "&") for href in re.findall(r'<a href="([^"]+)" class="slot"', html)]


async def free_start(client, days):
    return (await free_starts(client, days))[0]


async def form_at(client, href):
    html = (await client.get(href)).text
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))


async def test_every_page_has_a_strict_policy_and_no_cookie(client):
    for path in (
        "/book/riverside",
        "/book/riverside/visit",
        await free_start(client, 10),
        "/book/nobody",
        "/problems/slot-taken",
    ):
        answer = await client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "set-cookie" not in answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not re.search(r" style=| on\w+=|<script(?! type=\"module\" src=)|<style", answer.text), path


async def test_embedded_pages_name_their_friends_and_nobody_else(system, client):
    policy = (await client.get("/book/riverside?embed=1")).headers["content-security-policy"]
    assert policy.endswith(f"frame-ancestors {system.friend.url}")
    policy = (await client.get("/book/corner-shop?embed=1")).headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'none'")


async def test_a_month_costs_one_round_trip_once_the_settings_are_known(client):
    await client.get("/book/riverside/visit")
    timing = (await client.get("/book/riverside/visit?month=2099-01")).headers["server-timing"]
    assert 'depth;desc="1"' in timing


async def test_programs_get_markdown(client):
    for answer in (
        await client.get("/book/riverside.md"),
        await client.get("/book/riverside", headers={"Accept": "text/markdown"}),
    ):
        assert answer.headers["content-type"].startswith("text/markdown")
        assert "/api/riverside/slots" in answer.text
        assert "Accept," in answer.headers["vary"]
    assert "Accept," in (await client.get("/book/riverside")).headers["vary"]


async def test_looking_changes_nothing_and_sending_sees_other(client):
    href = await free_start(client, 11)
    form = await form_at(client, href)
    assert (await form_at(client, href))["key"] != form["key"]
    sent = [await client.post("/book/corner-shop/quick", data={**form, **GOOD}) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [303, 303]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    manage = urlsplit(sent[0].headers["location"]).path
    before = await client.get(f"{manage}/cancel")
    assert before.headers["cache-control"] == "no-store"
    assert "This appointment is cancelled" not in (await client.get(manage)).text
    ics = await client.get(f"{manage}/appointment.ics")
    assert "METHOD:PUBLISH" in ics.text
    assert ics.headers["content-type"].startswith("text/calendar")


async def test_cancelling_twice_answers_the_same(client):
    form = await form_at(client, await free_start(client, 12))
    manage = urlsplit(
        (await client.post("/book/corner-shop/quick", data={**form, **GOOD})).headers["location"]
    ).path
    key = (await form_at(client, f"{manage}/cancel"))["key"]
    answers = [
        await client.post(f"{manage}/cancel", data={"key": each}) for each in (key, key, "another-key-of-16-chars")
    ]
    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert "This appointment is cancelled" in (await client.get(manage)).text


async def test_a_robot_in_the_trap_books_nothing(client):
    form = await form_at(client, await free_start(client, 13))
    answer = await client.post("/book/corner-shop/quick", data={**form, **GOOD, "website": "https://spam.example"})
    assert answer.status_code == 422
    assert "trap for robots" in answer.text
    assert (await client.post("/book/corner-shop/quick", data={**form, **GOOD})).status_code == 303


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"name": ""}, 422),
        ({"email": "x"}, 422),
        ({"name": "A" * 500}, 422),
        ({"name": "Ada\u202egnp.exe"}, 422),
        ({"name": "Ada\x00"}, 422),
        ({"start": "2000-01-01T09:00:00Z"}, 422),
        ({"start": "2999-01-01T09:00:00Z"}, 422),
        ({"start": "whenever"}, 422),
        ({"start": ""}, 422),
        ({"key": "short"}, 422),
        ({"key": ""}, 422),
        ({"staff": "nobody"}, 422),
        ({"notes": "n" * 70_000}, 413),
        ({f"f{number}": "x" for number in range(200)}, 400),
    ],
)
async def test_bad_input_is_refused_and_nothing_breaks(client, changes, status):
    form = await form_at(client, await free_start(client, 14))
    answer = await client.post("/book/corner-shop/quick", data={**form, **GOOD, **changes})
    assert answer.status_code == status
    assert "</html>" in answer.text


async def test_what_a_form_does_not_ask_is_left_aside(client):
    form = await form_at(client, await free_start(client, 16))
    answer = await client.post("/book/corner-shop/quick", data={**form, **GOOD, "unknown": "field"})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "query",
    [
        "tz=%00",
        "tz=../../etc/passwd",
        "month=9999-99",
        "date=2026-02-30",
        "lang=%3Cscript%3E",
        "staff=%3Cb%3E",
        "name=%22%3E%3Cscript%3E",
        "start=x",
        "embed_origin=*",
        "utm_source=" + "x" * 3000,
    ],
)
async def test_a_strange_address_gives_a_page_or_nothing(client, query):
    answer = await client.get(f"/book/riverside/visit?{query}")
    assert answer.status_code == (303 if query == "start=x" else 200)
    assert "<script>" not in answer.text
    assert "<b>" not in answer.text


async def test_a_forged_link_tells_no_more_than_its_calendar_or_than_an_unknown_one(client):
    for paths in (
        ["/book/nobody", "/book/nobody/x", "/book/nobody/manage/x.y", "/book/nobody/manage/x.y/move"],
        ["/book/riverside/manage/x.y", "/book/riverside/manage/x.y/move"],
    ):
        answers = [await client.get(path) for path in paths]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.text for answer in answers}) == 1
    gone = await client.get("/book/corner-shop/visit")
    assert gone.status_code == 404
    assert 'href="/book/corner-shop"' in gone.text


async def test_prefill_and_campaign_survive_to_the_form(client):
    html = (
        await client.get("/book/riverside/visit?firstName=Ada&lastName=Byron&RefID=spring&utm_source=mail&a1=No")
    ).text
    href = re.findall(r'<a href="([^"]+)" class="slot"', html)[0].replace("&amp;", "&")
    page = (await client.get(href)).text
    assert 'value="Ada Byron"' in page
    assert re.search(r'value="No" checked', page)
    action = re.search(r'method="post" action="([^"]+)"', page)[1]
    assert "RefID=spring" in action
    assert "firstName" not in action
