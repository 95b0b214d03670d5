"""Every link of every page leads somewhere, for whoever is shown it; and so does every link in a mail."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from shared.delivery.mail.message import compose
from shared.delivery.mail.sender import Sender
from shared.domain.access.permissions import Caller
from shared.domain.calendar.business import BookingPage, WaitingRoom
from tests.functions.console.app import PEOPLE, START, Console
from tests.functions.pages.links import Walk
from tests.support.builders import A_LINK, MONDAY, a_business, a_calendar, a_person, a_service
from tests.support.edge import ORGANISATION_ADMINISTRATOR, PUBLIC_URL


if TYPE_CHECKING:
    from email.message import EmailMessage

pytestmark = pytest.mark.walk
STAFF = {**PEOPLE, "boss": a_person("boss", role="administrator")}
ROLES = {"administrator": "boss", "scheduler": "desk", "team member": "claire", "viewer": "eye"}
# followed as customers see them early; from elsewhere they are opened
OFFERED = tuple(f"/book/clinic/{name}" for name in ("video", "here", "course", "unanswered"))
ON_DEMAND = WaitingRoom(on_demand="video")


def a_clinic(**business):
    services = [
        a_service("video", is_online=True, staff=("claire",)),
        a_service("here", staff=("omar",)),
        a_service("course", staff=("omar",), maximum_attendees=3),
        a_service("unanswered", is_online=True, staff=("claire",), allow_anonymous_join=False, meeting=A_LINK),
    ]
    return a_calendar(a_business(**{"waiting_room": ON_DEMAND, **business}), services, list(STAFF.values()))


@pytest.fixture
async def console() -> Console:
    """Four calendars of one staff: open to all, to nobody, to members, to some members; and visits in the first."""
    world = Console(now=MONDAY)
    await world.save(a_clinic())
    for name, page in {
        "closed": BookingPage(),
        "members": BookingPage(is_published=True, access="organisation"),
        "named": BookingPage(is_published=True, access="organisation", audience=("boss@clinic.example",)),
    }.items():
        await world.save(a_clinic(id=f"biz0{name}", slug=name, name=name.title(), page=page))
    booked = (await world.book(START, service="video")).json()
    world.id, world.join = booked["id"], booked["joinUrl"].removeprefix(PUBLIC_URL)
    for number, service in enumerate(("here", "course", "unanswered"), 1):
        customer = {"name": f"Bob {number}", "email": f"b{number}@example.com"}
        assert (
            await world.book(START + timedelta(hours=number), service=service, customer=customer)
        ).status == 201
    return world


async def walked(
    world: Console, *starts: str, leaves: tuple[str, ...] = (), combines: bool = False, **headers: str
) -> Walk:
    walk = Walk(world, leaves, combines=combines, **headers)
    await walk.walk(*starts)
    assert not walk.wrong, "\n".join(walk.wrong)
    return walk


HOURS = {"early": timedelta(hours=-2), "at the start": timedelta(), "long after": timedelta(days=40)}


@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize("role", ROLES)
async def test_every_link_of_the_console_leads_somewhere(console, role, hours):
    console.now = START + HOURS[hours]
    if hours == "at the start":
        await console.ana("enter", {"name": "Ana"})
    starts = "/console", f"/console/queue?day={START:%Y-%m-%d}"
    # settings are the same at any hour: their links are followed once
    leaves = ("/book/",) if hours == "early" else ("/book/", "/console/calendars/")
    combines = (role, hours) == ("administrator", "early")
    walk = await walked(console, *starts, leaves=leaves, combines=combines, cookie=console.cookie(ROLES[role]))
    assert {"console_home", "queue_show", "queue_details", "book_landing"} <= set(walk.routes)
    assert ("trial_host" in walk.routes) == (role != "viewer")
    assert ("queue_reschedule" in walk.routes) == (role != "viewer")


async def test_every_link_that_a_customer_sees_leads_somewhere(console):
    """From the booking page on, and from a booking's own pages: before, during and after it, moved and cancelled."""
    manage = [
        (await console.book(START + timedelta(days=1), service=one)).json()["manage"] for one in ("video", "here")
    ]
    for state, now in {
        "booked": MONDAY,
        "begun": START,
        "ended": START + timedelta(days=2),
    }.items():
        console.now = now
        leaves = () if state == "booked" else OFFERED
        starts = "/book/clinic", "/now/clinic", *manage, console.join
        walk = await walked(console, *starts, leaves=leaves, combines=not leaves)
        assert {"book_landing", "book_service", "manage_show", "walk_in_show"} <= set(walk.routes), state
        assert ("book_send" in walk.routes) == (not leaves)
        if state != "ended":
            expected = {"manage_cancel", "manage_move", "manage_calendar_file", "join_page", "join_test"}
            assert expected <= set(walk.routes), state


async def test_every_link_of_a_cancelled_and_of_a_moved_booking_leads_somewhere(console):
    for service, changed in (("video", "DELETE"), ("here", "DELETE"), ("video", "PATCH")):
        booked = (await console.book(START + timedelta(days=1, hours=1), service=service)).json()
        body = {"start": (START + timedelta(days=1, hours=2)).isoformat()} if changed == "PATCH" else None
        token = booked["manage"].rpartition("/")[2]
        key = {"idempotency_key": f"changes-it-{token[:12]}".replace(".", "")}
        answer = await console.call(changed, f"/api/clinic/appointments/{token}", body, **key)
        assert answer.status in (200, 204), answer.body
        starts = booked["manage"], *([booked["joinUrl"]] if service == "video" else [])
        await walked(console, *starts, leaves=OFFERED)


async def test_every_link_of_the_refusals_leads_somewhere(console):
    """A page that is not there names ways on, and they are."""
    for lost in (
        "/book/nobody",
        "/book/clinic/nothing",
        "/book/clinic/manage/forged.link",
        "/join/forged",
        "/console/x",
    ):
        walk = Walk(console, leaves=("/console", "/book/"), cookie=console.cookie("desk"))
        await walk.walk(lost)
        own = (
            "the start leads to",
            f"https://book.example.org{lost} leads to GET https://book.example.org{lost}?lang=",
        )
        assert all(one.startswith(own) for one in walk.wrong), walk.wrong  # it says so in the other languages too
    for code in ("not-found", "slot-taken", "try-again"):
        await walked(console, f"/problems/{code}")


def links_in(mail: EmailMessage) -> set[str]:
    html = mail.get_body(("html",)).get_content()
    text = mail.get_body(("plain",)).get_content()
    found = re.findall(r'href="([^"]+)"', html) + re.findall(r"https?://[^\s<>]+", text)
    return {one.replace("&amp;", "&") for one in found if one.startswith(PUBLIC_URL)}


async def test_every_link_in_a_mail_leads_somewhere(console):
    """As the mails come: to the customer and to the staff, on booking, moving, cancelling and before the visit."""
    sender = Sender("bookings@example.org", PUBLIC_URL, "example.org")
    for service in ("video", "here", "unanswered"):
        booked = (await console.book(START + timedelta(days=2), service=service)).json()
        token = booked["manage"].rpartition("/")[2]
        await console.drain()
        body = {"start": (START + timedelta(days=2, hours=2)).isoformat()}
        url = f"/api/clinic/appointments/{token}"
        assert (await console.call("PATCH", url, body, idempotency_key=f"moves-{service}-000000000")).status == 200
        await console.drain()
        assert (await console.call("DELETE", url)).status in (200, 204)
        await console.drain()
    letters = console.postman.letters
    assert {(one.kind, one.role) for one in letters} >= {
        ("confirmation", "customer"),
        ("confirmation", "staff"),
        ("change", "customer"),
        ("cancellation", "customer"),
    }
    found = {link for one in letters for link in links_in(compose(one, sender, console.now))}
    assert {link.split("/")[3] for link in found} >= {"book", "join", "host"}
    to_hosts = {link for link in found if link.split("/")[3] == "host"}
    await walked(console, *sorted(found - to_hosts), leaves=OFFERED)
    # what follows a visit is at the console, where those who host it are signed in
    await walked(console, *sorted(to_hosts), leaves=("/console", "/book/"), cookie=console.cookie("claire"))


async def test_the_home_names_what_is_not_published_and_links_only_to_what_opens(console):
    """To a page of some members alone, for instance, it leads those whom that page names."""
    for who, opened in (("boss", {"clinic", "members", "named"}), ("desk", {"clinic", "members"})):
        page = (await console.open(who, "/console?lang=en")).body.decode()
        assert set(re.findall(r'href="/book/([^"?]+)"', page)) == opened
        assert page.count("Not published") == 1
        assert page.count("For certain people only") == 1


async def test_so_do_the_organisations_calendars(console):
    head = console.session(Caller("head", email=ORGANISATION_ADMINISTRATOR, name="Head"))
    page = (await console.call("GET", "/console?lang=en", cookie=head, accept="text/html")).body.decode()
    assert set(re.findall(r'href="/book/([^"?]+)"', page)) == {"clinic", "members"}
    assert page.count("Not published") == 1
    await walked(console, "/console", leaves=("/book/",), cookie=head)
