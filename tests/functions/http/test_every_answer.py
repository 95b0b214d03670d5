"""What holds for every route: its headers, HEAD wherever there is GET, and what nothing may keep or frame."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from tests.functions.console.app import PEOPLE, a_console
from tests.functions.graph.app import ADA, CLINIC
from tests.support.builders import MONDAY
from tests.support.edge import routes


HEADERS = (
    *("X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy"),
    *("Cross-Origin-Resource-Policy", "Content-Security-Policy", "Strict-Transport-Security", "Cache-Control"),
)
ASSETS = ("assets", "embed", "robots")  # they are text, and run nothing by themselves
NAMED = {"business": "clinic", "service": "video", "code": "not-found", "path": "x"}
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def console():
    return await a_console()


def addresses():
    """Each route's address, with what the clinic has for the names in it where that is public."""
    for route in routes():
        path = re.sub(r"\{\*?(\w+)\}", lambda found: NAMED.get(found[1], "x.y"), route.template.text)
        yield route, f"/{path}"


async def test_head_is_there_wherever_get_is_and_answers_as_it_does(console):
    token = await console.token(service="video")
    manage, join = f"/book/clinic/manage/{token}", console.join
    own = [manage, f"{manage}/move", f"{manage}/cancel", f"{manage}/appointment.ics", join, f"{join}/test"]
    own += [
        "/book/clinic",
        "/book/clinic.md",
        "/book/clinic/video",
        "/api/clinic",
        f"/api/clinic/appointments/{token}",
    ]
    own += ["/embed.js", "/robots.txt", "/openapi.json", "/problems/slot-taken", "/", "/healthz", "/nothing/here"]
    for path in [*own, *(path for route, path in addresses() if "GET" in route.methods)]:
        got, headed = await console.call("GET", path), await console.call("HEAD", path)
        assert headed.status == got.status, path
        assert headed.headers.keys() == got.headers.keys(), path
        assert path not in own[:-1] or got.status == 200, path
    for path in ("/console", "/console/queue", f"/console/queue/biz0clinic/{console.id}"):
        got = await console.call("HEAD", path, cookie=console.cookie("desk"), accept="text/html")
        assert got.status == 200
    authorization = console.tokens.of(PEOPLE["desk"].email)
    assert (await console.call("HEAD", f"{CLINIC}/services", authorization=authorization)).status == 200


async def test_every_answer_has_all_headers_that_keep_a_browser_safe(console):
    for route, path in addresses():
        for method in sorted(route.methods):
            answer = await console.call(method, path)
            for name in HEADERS if route.name not in ASSETS else HEADERS[:1]:
                assert name in answer.headers, (method, path, name)


@pytest.mark.walk
async def test_a_request_reads_the_clock_once_at_most(console):
    """What it compares is then of one moment, also where a tick, a day or a link's life ends meanwhile."""
    reads, own = [], console.services
    console.services = replace(own, now=lambda: reads.append(1) or console.now)
    for route, path in addresses():
        for method in sorted(route.methods):
            reads.clear()
            await console.call(method, path, cookie=console.cookie("desk"), accept="text/html")
            assert len(reads) <= 1, (method, path)
    console.services = own


@pytest.mark.parametrize("path", ["/", "/nothing", "/book", "/book/clinic/video/x", "/.env", "/v2.0/x", "/a/b/c"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_what_no_route_takes_has_an_answer_of_ours(console, method, path):
    answer = await console.call(method, path, accept_language="en")
    assert answer.status == (200 if path == "/" and method in ("GET", "HEAD") else 404)
    assert answer.headers["Content-Type"] == "text/html"
    assert answer.headers.keys() >= {*HEADERS}
    assert ("booking page" if path == "/" and answer.status == 200 else "Page not found") in answer.body.decode()


@pytest.mark.parametrize(("path", "accept"), [("/api", ""), ("/api/x/y/z", ""), ("/x", "application/json")])
async def test_programs_get_a_problem_for_what_is_not_there(console, path, accept):
    answer = await console.call("GET", f"{path}/" if path == "/api" else path, accept=accept)
    assert (answer.status, answer.json()["type"]) == (404, "/problems/not-found")


async def test_nothing_of_people_is_kept_by_a_browser_and_pages_of_everyone_may_be(console):
    token = await console.token(start=MONDAY + timedelta(days=1, hours=4), service="video")
    manage, login = f"/book/clinic/manage/{token}", {"cookie": console.cookie("desk"), "accept": "text/html"}
    details = f"/console/queue/biz0clinic/{console.id}"
    private = [
        *("/console", "/console/queue", details, f"{details}/reschedule", f"{details}/cancel"),
        *("/console/bookings/biz0clinic/new", manage, f"{manage}/move", f"{manage}/cancel", console.join),
        f"{manage}/appointment.ics",
    ]
    for path in private:
        answer = await console.call("GET", path, **login)
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store"), path
    queue = await console.json_of("desk")
    assert queue.headers["Cache-Control"] == "no-store"
    for path in ("/book/clinic", "/book/clinic/video"):
        assert (await console.call("GET", path)).headers["Cache-Control"] == "private, no-cache"


async def test_pages_that_ask_for_a_camera_or_an_answer_are_in_no_frame(console):
    for path in (console.join, f"{console.join}/test", "/now/clinic", "/console/queue", "/membership/x.y"):
        policy = (await console.call("GET", f"{path}?embed=1")).headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy, path


async def test_scripts_make_no_markup_but_by_our_one_policy(console):
    policy = (await console.call("GET", "/book/clinic")).headers["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'; trusted-types openslot-page" in policy


async def test_graph_keeps_its_way_of_being_asked_by_head(console):
    assert (await console.call("HEAD", CLINIC, authorization=console.tokens.of(ADA))).status == 404
