"""What staff do from the link in their mail, without an account: see, move, cancel, and ask to be replaced."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest

from shared.domain.access.permissions import Caller
from shared.domain.appointments.terms import TermsChange
from shared.use_cases.appointments.staff_request import CustomerInput, StaffBooking
from tests.functions.visits.app import START, Meeting
from tests.support.builders import a_business, a_calendar, a_person, a_service


HALF = timedelta(minutes=30)
CLAIRE, SAM = "claire@clinic.example", "sam@clinic.example"


async def a_clinic(*, allows: bool = True, **service) -> Meeting:
    """Claire is a guest of the staff: she cannot sign in to the calendar's console. The service is in person."""
    meeting = Meeting()
    people = [
        a_person("claire", role="guest"),
        a_person("omar", role="team_member"),
        a_person("sam", role="scheduler"),
    ]
    services = [a_service("visit", **{"staff": ("claire", "omar"), **service})]
    business = a_business(has_staff_links=allows, phone="+33 1 23")
    await meeting.save(a_calendar(business, services, people))
    answer = await meeting.book(START, service="visit", staff="claire")
    assert answer.status == 201, answer.body
    await meeting.meet_of(answer.json())
    meeting.now = START - timedelta(days=1)
    return meeting


async def page(meeting: Meeting, path: str = "appointment", status: int = 200) -> str:
    answer = await meeting.call("GET", f"{meeting.host}/{path}", accept_language="en")
    assert answer.status == status, answer.body
    return unescape(answer.body.decode())


async def send(meeting: Meeting, path: str, **form: str):
    """Send the form that the page of this path shows, with what is typed into it."""
    html = await page(meeting, path)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))
    return await post(meeting, path.partition("?")[0], **{**hidden, **form})


async def post(meeting: Meeting, path: str, **form: str):
    body = urlencode({"key": "k" * 24, **form}).encode()
    return await meeting.call("POST", f"{meeting.host}/{path}", body=body, accept_language="en")


def start_of(moment) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


async def test_a_guest_moves_an_appointment_from_the_mail_and_everybody_hears_of_it():
    meeting = await a_clinic()
    await meeting.drain()
    (mail,) = meeting.postman.to(CLAIRE)
    assert mail.staff_token == meeting.host.rpartition("/")[2]
    html = await page(meeting)
    assert "Ana Souza" in html
    assert f"{meeting.host}/move" in html
    times = await page(meeting, f"move?date={START:%Y-%m-%d}")
    assert f"start={start_of(START + HALF).replace(':', '%3A')}" in times
    assert f"start={start_of(START).replace(':', '%3A')}" not in times  # where it is now
    answer = await send(meeting, f"move?start={start_of(START + HALF)}")
    assert (answer.status, answer.headers["Location"]) == (303, f"{meeting.host}/appointment?news=moved")
    assert "was rescheduled" in await page(meeting, "appointment?news=moved")
    moved = await meeting.stored(meeting.document["id"])
    assert (moved.start, moved.staff) == (START + HALF, ("claire",))
    await meeting.drain()
    assert meeting.postman.kinds("ana@example.com")[-1] == "change"
    assert meeting.postman.kinds(CLAIRE)[-1] == "change"
    assert (await meeting.audit())[0]["actor"] == CLAIRE


async def test_the_same_form_sent_twice_moves_once():
    meeting = await a_clinic()
    for _ in range(2):
        answer = await post(meeting, "move", start=start_of(START + HALF))
        assert answer.status == 303
    assert (await meeting.stored(meeting.document["id"])).version == 2


async def test_a_time_that_went_is_refused_and_the_times_are_shown_again():
    meeting = await a_clinic()
    assert (await meeting.book(START + HALF, service="visit", staff="claire")).status == 201
    answer = await post(meeting, "move", start=start_of(START + HALF))
    assert answer.status == 409
    assert "hasn’t changed" in unescape(answer.body.decode())
    assert (await meeting.stored(meeting.document["id"])).start == START


@pytest.mark.parametrize("start", ["", "soon", "2027-01-05"])
async def test_what_is_no_time_is_named(start):
    meeting = await a_clinic()
    assert (await post(meeting, "move", start=start)).status == 422


async def test_a_guest_keeps_to_the_rules_for_customers_when_they_move():
    meeting = await a_clinic()
    night = START.replace(hour=2)
    assert (await post(meeting, "move", start=start_of(night))).status == 409
    assert (await meeting.stored(meeting.document["id"])).start == START


async def test_a_guest_cancels_with_a_message_even_shortly_before():
    meeting = await a_clinic()
    meeting.now = START - timedelta(minutes=5)
    answer = await send(meeting, "cancel", message="I am ill.\r\nSorry.")
    assert answer.headers["Location"].endswith("news=cancelled")
    assert not (await meeting.stored(meeting.document["id"])).is_live
    assert "This appointment is cancelled" in await page(meeting)
    await meeting.drain()
    assert meeting.postman.to("ana@example.com")[-1].text == "I am ill.\nSorry."
    again = await post(meeting, "cancel")
    assert again.status == 200  # it says how it stands
    assert f"{meeting.host}/move" not in again.body.decode()


async def test_a_message_that_is_too_long_comes_back_to_be_shortened():
    meeting = await a_clinic()
    for path in ("cancel", "hand-back"):
        answer = await send(meeting, path, message="x" * 2001)
        html = answer.body.decode()
        assert answer.status == 422
        assert "x" * 2001 in html
        assert 'aria-invalid="true"' in html
    assert (await meeting.stored(meeting.document["id"])).is_live


async def test_a_guest_sees_what_else_is_to_come_and_nothing_of_others():
    meeting = await a_clinic()
    later = START + timedelta(days=2)
    mine = await meeting.book(later, service="visit", staff="claire", customer={"name": "Bo", "email": "bo@x.fr"})
    theirs = {"name": "Cy", "email": "cy@x.fr"}
    assert (await meeting.book(later, service="visit", staff="omar", customer=theirs)).status == 201
    html = await page(meeting)
    assert "Bo" in html
    assert "Cy" not in html
    href = re.search(r'<li><a href="(/host/[^"]+/appointment)', html)[1]
    assert (await meeting.call("GET", href)).status == 200
    assert mine.status == 201


async def test_where_the_calendar_does_not_allow_it_there_is_no_page_and_no_button():
    meeting = await a_clinic(allows=False)
    await meeting.drain()
    assert meeting.postman.to(CLAIRE)[0].staff_token == ""
    for path in ("appointment", "move", "cancel", "hand-back"):
        assert (await meeting.call("GET", f"{meeting.host}/{path}")).status == 404
    for path in ("move", "cancel", "hand-back"):
        assert (await post(meeting, path, start=start_of(START + HALF))).status == 404
    assert (await meeting.stored(meeting.document["id"])).version == 1


async def seen_by(meeting: Meeting, who: str, path: str = "") -> str:
    """The queue's page, or one below it, as somebody of the console sees it."""
    cookie = meeting.session(Caller(who, email=f"{who}@clinic.example", name=who.title()))
    url = f"/console/queue{path}"
    answer = await meeting.call("GET", url, cookie=cookie, accept="text/html", accept_language="en")
    assert answer.status == 200, answer.body
    return unescape(answer.body.decode())


async def do(meeting: Meeting, who: str, path: str, **form: str):
    """What somebody at the console sends, by a session of its own."""
    cookie = meeting.session(Caller(who, email=f"{who}@clinic.example", name=who.title()))
    there = f"/console/queue/biz0clinic/{meeting.document['id']}"
    html = (await meeting.call("GET", "/console/queue", cookie=cookie, accept="text/html")).body.decode()
    sent = {"csrf": re.search(r'name="csrf" value="([^"]+)"', html)[1], "key": "d" * 24, **form}
    kind = "application/x-www-form-urlencoded"
    return await meeting.call(
        "POST", f"{there}{path}", body=urlencode(sent).encode(), cookie=cookie, content_type=kind
    )


async def test_a_guest_asks_to_be_replaced_and_the_scheduler_reassigns_it():
    meeting = await a_clinic()
    answer = await send(meeting, "hand-back", message="On leave <sorry>")
    assert answer.headers["Location"].endswith("/appointment?news=asked")
    html = await page(meeting)
    assert "You asked for someone else" in html
    assert f"{meeting.host}/hand-back" not in html
    await meeting.drain()
    asked = meeting.postman.to(SAM)[-1]
    assert (asked.kind, asked.text, asked.visit_token) == ("reassign_asked", "On leave <sorry>", "")
    there = f"/biz0clinic/{meeting.document['id']}"
    assert "Asks to be replaced" in await seen_by(meeting, "sam", f"?day={START:%Y-%m-%d}")
    details = await seen_by(meeting, "sam", there)
    assert "asks to be replaced." in details
    assert "On leave <sorry>" in details
    assert (await do(meeting, "sam", "/reassign", staff="omar", telling="now")).status == 303
    assert (await meeting.stored(meeting.document["id"])).staff == ("omar",)
    assert "asks to be replaced." not in await seen_by(meeting, "sam", there)
    assert (await meeting.call("GET", f"{meeting.host}/appointment")).status == 404  # the link is void
    assert (await post(meeting, "cancel")).status == 404
    await meeting.drain()
    assert meeting.postman.kinds(CLAIRE)[-1] == "cancellation"


async def test_the_scheduler_leaves_it_as_it_is_and_who_asked_hears_of_it():
    meeting = await a_clinic()
    await meeting.drain()  # of two mails in one round either can be the last
    await send(meeting, "hand-back")
    assert (await do(meeting, "omar", "", action="decline")).status == 403  # not his to decide
    meeting.now += timedelta(seconds=1)
    answer = await do(meeting, "sam", "", action="decline", here="1")
    assert answer.headers["Location"].endswith("news=declined")
    assert f"{meeting.host}/hand-back" in await page(meeting)  # they may ask again
    await meeting.drain()
    assert meeting.postman.kinds(CLAIRE)[-1] == "reassign_declined"
    assert "Asks to be replaced" not in await seen_by(meeting, "sam", f"?day={START:%Y-%m-%d}")
    done = [one["action"] for one in await meeting.audit()]
    assert done[:2] == ["declined to reassign", "asked to be replaced"]


async def test_nobody_is_told_of_a_wish_that_is_over_before_they_could_be():
    meeting = await a_clinic()
    await meeting.drain()
    await send(meeting, "hand-back")
    await send(meeting, "cancel")
    await meeting.drain()
    assert meeting.postman.kinds(SAM) == []


async def test_an_appointment_whose_length_is_its_own_is_not_moved_but_cancelled_and_handed_back():
    meeting = await a_clinic()
    longer = StaffBooking(
        service="visit",
        start=START + timedelta(hours=2),
        end=START + timedelta(hours=3),
        staff=("claire",),
        parties=(CustomerInput(name="Di"),),
        terms=TermsChange(),
    )
    made = await meeting.book_by_staff(longer)
    await meeting.meet_of({"id": made.id})
    meeting.now = START
    html = await page(meeting)
    assert f"{meeting.host}/move" not in html
    assert "no longer those of the service" in html
    assert (await post(meeting, "move", start=start_of(START + timedelta(hours=4)))).status == 200
    assert (await meeting.stored(made.id)).start == START + timedelta(hours=2)
    assert (await send(meeting, "cancel")).status == 303


async def test_a_session_moves_with_all_its_seats():
    meeting = await a_clinic(maximum_attendees=3, staff=("claire",))
    times = await page(meeting, f"move?date={START:%Y-%m-%d}")
    assert f"start={start_of(START).replace(':', '%3A')}" not in times
    assert (await send(meeting, f"move?start={start_of(START + HALF)}")).status == 303
    row = await meeting.stored(
        (await meeting.store.table.range("bookings", "biz0clinic", "A|", "A~")).rows[0].key[2:]
    )
    assert row.start == START + HALF


async def test_what_has_begun_or_is_over_cannot_be_changed():
    meeting = await a_clinic()
    meeting.now = START + timedelta(hours=1)
    html = await page(meeting)
    assert "can’t be changed here" in html
    for path in ("move", "cancel", "hand-back"):
        assert f"{meeting.host}/{path}" not in html
        assert (await post(meeting, path, start=start_of(START + timedelta(days=1)))).status == 200
    assert (await meeting.stored(meeting.document["id"])).version == 1
