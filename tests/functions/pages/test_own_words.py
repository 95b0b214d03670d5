"""A calendar's own words have their language, where the page is in another: screen readers read them in it."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode, urlsplit

import pytest

from shared.domain.access.permissions import Caller
from shared.domain.appointments.visit_links import host_token, join_token
from shared.domain.calendar.business import BookingPage, WaitingRoom
from shared.domain.calendar.service import AskedQuestion, Question
from tests.functions.console.app import PEOPLE, START, Console
from tests.functions.visits.app import Meeting
from tests.support.builders import A_LINK, MONDAY, SECRET, a_business, a_calendar, a_person, a_service
from tests.support.edge import ORGANISATION_ADMINISTRATOR
from tests.support.own_words import Reader, own


@pytest.fixture
async def meeting():
    questions = [
        Question(id="why", text=own("motif")),
        Question(id="first", text=own("première"), kind="choice", options=(own("oui"), own("non"))),
    ]
    service = a_service(
        "video",
        description=own("description"),
        is_online=True,
        staff=("claire",),
        questions=(AskedQuestion(id="why"), AskedQuestion(id="first")),
    )
    service = service.model_copy(update={"name": own("consultation")})
    there = a_service(
        "there",
        is_online=True,
        staff=("claire",),
        allow_anonymous_join=False,
        meeting=A_LINK,
        location=own("lieu"),
    )
    asked = a_service("asked", is_online=True, staff=("claire",), allow_anonymous_join=False, meeting=A_LINK)
    other = a_service("here", staff=("claire",)).model_copy(update={"name": own("autre")})
    page = BookingPage(is_published=True, header=own("accueil"), consent=own("accord"))
    room = WaitingRoom(text=own("salle"), tips=(own("conseil"),), on_demand="video")
    business = a_business(
        name=own("clinique"), language="fr", page=page, waiting_room=room, phone="+33 1 23", address=own("rue")
    )
    made = Meeting()
    await made.save(
        a_calendar(
            business,
            [service, other, there, asked],
            [a_person("claire")],
            questions,
        )
    )
    answer = await made.book(MONDAY.replace(day=MONDAY.day + 1, hour=10), service="video", consent=True)
    assert answer.status == 201, answer.body
    made.document = answer.json()
    return made


def paths(meeting):
    manage = urlsplit(meeting.document["manage"]).path
    join = urlsplit(meeting.document["joinUrl"]).path
    start = MONDAY.replace(day=MONDAY.day + 2, hour=10).isoformat().replace("+00:00", "Z")
    booking = [manage, f"{manage}/cancel", f"{manage}/move"]
    return [
        "/book/clinic",
        "/book/clinic/video",
        f"/book/clinic/video?start={start}",
        "/now/clinic",
        join,
        *booking,
    ]


@pytest.mark.parametrize(("lang", "spoken"), [("en", "fr"), ("ru", "fr"), ("fr-CA", "fr")])
async def test_every_page_says_which_language_the_calendars_words_are_in(meeting, lang, spoken):
    for path in paths(meeting):
        answer = await meeting.call("GET", f"{path}{'&' if '?' in path else '?'}lang={lang}")
        assert answer.status == 200, path
        reader = Reader()
        reader.feed(answer.body.decode())
        assert reader.found, path
        assert [one for one in reader.found if one[0] != spoken] == [], path


@pytest.mark.parametrize("service", ["there", "asked"])
async def test_how_to_take_part_says_so_too(meeting, service):
    start = MONDAY.replace(day=MONDAY.day + 1, hour=12)
    booked = (await meeting.book(start, service=service, consent=True)).json()
    made = await meeting.stored(booked["id"])
    meeting.now = start
    join = f"/join/{join_token(SECRET, 'biz0clinic', made, made.seat)}"
    for path in (urlsplit(booked["manage"]).path, join):
        html = (await meeting.call("GET", f"{path}?lang=en")).body.decode()
        assert "How to join" in html, path
        assert wrong_in(html, "fr") == [], path


async def test_so_do_pages_that_a_form_leads_to(meeting):
    """A form with errors, a time that was taken, a booking that was cancelled, and a visit from the host's side."""
    sent = {"start": meeting.document["start"], "name": "Bo", "email": "bo@example.com", "consent": "yes"}
    for fields, status in (({"name": ""}, 422), ({}, 409)):
        body = urlencode({**sent, "key": f"own-words-{status}-0000000", **fields}).encode()
        answer = await meeting.call(
            "POST", "/book/clinic/video?lang=en", body=body, content_type="application/x-www-form-urlencoded"
        )
        assert (answer.status, wrong_in(answer.body.decode(), "fr")) == (status, [])
    made = await meeting.stored(meeting.document["id"])
    join = urlsplit(meeting.document["joinUrl"]).path
    host = f"/host/{host_token(SECRET, 'biz0clinic', made, 'claire')}"
    manage = urlsplit(meeting.document["manage"]).path
    for moment in (made.start, made.start + timedelta(days=1)):
        meeting.now = moment
        for path in (join, host, f"{join}/test", manage, "/now/clinic"):
            html = (await meeting.call("GET", f"{path}?lang=en")).body.decode()
            assert wrong_in(html, "fr") == [], (path, moment)
    meeting.now = MONDAY
    await meeting.call("DELETE", f"/api/clinic/appointments/{manage.rpartition('/')[2]}")
    for path in (join, host, manage, f"{manage}/move", "/book/clinic/gone"):
        html = (await meeting.call("GET", f"{path}?lang=en")).body.decode()
        assert wrong_in(html, "fr") == [], path


def wrong_in(html, spoken):
    """What is shown of the calendar's own words in another language than theirs."""
    reader = Reader()
    reader.feed(html)
    assert reader.found
    return [one for one in reader.found if one[0] != spoken]


async def test_a_page_in_the_calendars_language_says_so_once(meeting):
    html = (await meeting.call("GET", "/book/clinic?lang=fr")).body.decode()
    assert html.count('lang="fr"') == 3  # the page, and its entry in the menu with hreflang


@pytest.fixture
async def desk():
    """A console of two calendars in French, with a booking that answers a question and agrees to something."""
    world = Console(now=MONDAY)
    questions = [
        Question(id="why", text=own("motif")),
        Question(id="first", text=own("première"), kind="choice", options=(own("oui"), own("non"))),
    ]
    asked = (AskedQuestion(id="why"), AskedQuestion(id="first"))
    video = a_service("video", is_online=True, staff=("claire",), questions=asked)
    video = video.model_copy(update={"name": own("consultation")})
    page = BookingPage(is_published=True, consent=own("accord"))
    for slug in ("clinic", "other"):
        business = a_business(id=f"biz0{slug}", slug=slug, name=own(slug), language="fr", page=page)
        await world.save(a_calendar(business, [video], list(PEOPLE.values()), questions))
    booked = await world.book(START, service="video", consent=True, answers={"why": "Knee", "first": own("oui")})
    assert booked.status == 201, booked.body
    world.id = booked.json()["id"]
    return world


def consoles_paths(desk):
    actions = ("", "/reschedule", "/reassign", "/link", "/cancel", "/notes")
    queue = ["/console", "/console/queue", "/console/bookings/biz0clinic/new"]
    return [*queue, *(f"{desk.path}{action}" for action in actions)]


@pytest.mark.parametrize(("lang", "spoken"), [("en", "fr"), ("ru", "fr")])
async def test_the_console_says_so_too(desk, lang, spoken):
    for path in consoles_paths(desk):
        answer = await desk.open("desk", f"{path}?lang={lang}")
        assert answer.status == 200, path
        reader = Reader()
        reader.feed(answer.body.decode())
        assert reader.found, path
        assert [one for one in reader.found if one[0] != spoken] == [], path


async def test_so_does_the_home_of_an_organisations_administrator(desk):
    head = desk.session(Caller("head", email=ORGANISATION_ADMINISTRATOR))
    html = (await desk.call("GET", "/console?lang=en", cookie=head, accept="text/html")).body.decode()
    assert own("other") in html
    assert wrong_in(html, "fr") == []


async def test_times_and_numbers_of_the_console_keep_together_and_their_direction(desk):
    await desk.open("desk", "/console")
    desk.now = START + timedelta(minutes=3)
    for path in ("/console/queue", desk.path, f"{desk.path}/cancel"):
        html = unescape((await desk.open("desk", f"{path}")).body.decode())
        span = re.search(r"<bdi class=\"numbers\" dir=\"ltr\">\d+:\d\d[^<]*[–-][^<]*</bdi>", html)
        assert span, path


async def test_titles_tell_pages_apart(desk):
    start = (START + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    form = (await desk.call("GET", f"/book/clinic/video?start={start}&lang=en")).body.decode()
    assert unescape(_title(form)).startswith(f"{own('consultation')}, Tuesday, January 12, ")
    assert re.search(r"\d:\d\d", _title(form))
    details = (await desk.open("desk", desk.path)).body.decode()
    assert _title(details) == "Ana Souza – Appointment – Openslot"


def _title(html):
    return re.search("<title>(.*?)</title>", html, re.DOTALL)[1]
