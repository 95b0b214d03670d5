"""An id that no row can have is as one that nobody has, at every address and in every body: refused at once."""

from itertools import product
from urllib.parse import quote, urlencode

import pytest

from functions.graph.routes import ROUTES
from tests.functions.console.app import FORM, a_console
from tests.functions.graph.app import ADA, CLINIC, GraphWorld, staffed_clinic
from tests.support.builders import a_key
from tests.support.edge import World, routes


pytestmark = pytest.mark.walk
ODD = [
    "a/b",
    "a#b",
    "a?b",
    "a\\b",
    "a b",
    "a%2Fb",
    "a|b",
    "..",
    "é",
    "😀",
    "\u202e",
    "\u0007",
    "'",
    "a" * 200,
    "a" * 5000,
]
REFUSED = (400, 404, 405, 422)
IDS = ("serviceId", "staffMemberId", "questionId", "customerId")
LISTS = ("staffMemberIds", "staffIds")
BODIES = (
    ("POST", "appointments"),
    ("PATCH", "appointments/BOOKED"),
    ("POST", "timeOff"),
    ("POST", "rebalance"),
    ("PATCH", "services/consultation"),
    ("POST", "services"),
)
WHEN = {"dateTime": "2027-01-12T10:00:00", "timeZone": "UTC"}
BODY = {
    "displayName": "Ada",
    "title": "Off",
    "startDateTime": WHEN,
    "endDateTime": {**WHEN, "dateTime": "2027-01-12T10:30:00"},
}


async def a_clinic() -> GraphWorld:
    world = World()
    await world.save(staffed_clinic())
    return GraphWorld(world, world.tokens.of(ADA))


@pytest.mark.parametrize("odd", ODD, ids=ascii)
async def test_at_every_address_of_graph(odd: str) -> None:
    graph = await a_clinic()
    for route in ROUTES:
        if "{id}" not in route.path or not route.has_calendar:
            continue
        path = f"/v1.0/{route.path}".replace("{business}", "biz0clinic").replace("{id}", quote(odd, safe=""))
        document = BODY if route.method in ("POST", "PATCH") else None
        answer = await graph.call(route.method, path, document, idempotency_key=a_key())
        assert answer.status in REFUSED, (route, answer.body)


@pytest.mark.parametrize("name", [*IDS, *LISTS])
async def test_in_every_body_of_graph(name: str) -> None:
    graph = await a_clinic()
    booked = (await graph.world.book()).json()["id"]
    before = (await graph.world.stored(booked)).staff
    for odd, (method, path) in product(ODD, BODIES):
        more = {name: [odd] if name in LISTS else odd}
        if name == "customerId":
            more = {"serviceId": "consultation", "customers": [{"customerId": odd}]}
        if name == "questionId":
            more = {"customQuestions": [{"questionId": odd}]}
        url = f"{CLINIC}/{path}".replace("BOOKED", booked)
        answer = await graph.call(method, url, {**BODY, **more}, idempotency_key=a_key())
        assert answer.status < 500, (path, odd, answer.body)
        assert (await graph.world.stored(booked)).staff == before, (path, odd)


@pytest.mark.parametrize("odd", ODD, ids=ascii)
async def test_at_every_address_of_pages_api_and_console(odd: str) -> None:
    console = await a_console()
    cookie, key = console.cookie("desk"), a_key()
    for route in routes():
        names = [one for one in ("appointment", "service", "code", "hash", "token") if one in route.template.text]
        if not names or route.name.startswith("sign"):
            continue
        path = route.template.text
        for name in ("appointment", "service", "code", "hash", "token"):
            path = path.replace(f"{{{name}}}", quote(odd, safe=""))
        slug = "biz0clinic" if path.startswith("console") else "clinic"
        path = path.replace("{business}", slug)
        for method in sorted(route.methods):
            answer = await console.call(method, f"/{path}", cookie=cookie, idempotency_key=key, accept="text/html")
            assert answer.status < 500, (method, path, answer.body)


@pytest.mark.parametrize("odd", ODD, ids=ascii)
async def test_in_the_forms_of_the_console(odd: str) -> None:
    console = await a_console()
    for path in ("reassign", "reschedule"):
        answer = await console.send("desk", f"/console/queue/biz0clinic/{console.id}/{path}", staff=odd)
        assert answer.status in REFUSED, answer.body
        assert (await console.appointment()).staff == ("claire",)
    for fields in ({"service": odd, "staff": "claire"}, {"service": "video", "staff": odd}):
        form = {"date": "2027-01-13", "time": "10:00", "name": "Ada", **fields}
        answer = await console.send("desk", "/console/bookings/biz0clinic/new", **form)
        assert answer.status in REFUSED, answer.body
    body = urlencode({"action": f"admit a.{odd}"}).encode()
    url = f"/console/queue/biz0clinic/{console.id}"
    answer = await console.call("POST", url, body=body, content_type=FORM, cookie=console.cookie("desk"))
    assert answer.status in (403, *REFUSED)


@pytest.mark.parametrize("odd", ODD, ids=ascii)
async def test_in_the_public_api(odd: str) -> None:
    world = World()
    await world.save(staffed_clinic())
    for changes in ({"service": odd}, {"staff": odd}):
        assert (await world.book(**changes)).status in (*REFUSED, 409)
    for query in ({"service": odd}, {"service": "consultation", "staff": odd}):
        assert (await world.call("GET", f"/api/clinic/slots?{urlencode(query)}")).status in REFUSED
    assert (await world.call("GET", f"/api/{quote(odd, safe='')}")).status == 404
    assert (await world.call("GET", f"/book/{quote(odd, safe='')}")).status == 404
