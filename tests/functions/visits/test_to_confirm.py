"""What is booked while a person's own calendar cannot be read, where the rules have them confirm it."""

from datetime import timedelta

import pytest

from shared.domain.calendar.service import Reminder
from shared.domain.timeline.ledger import Ledger, month_of
from shared.domain.timeline.ticks import floor_tick
from shared.records.keys import ledger_key
from shared.records.table import Operation
from tests.functions.graph.app import GraphWorld
from tests.functions.visits.app import START, Meeting
from tests.functions.visits.test_staff_links import CLAIRE, HALF, SAM, do, page, post, seen_by, send
from tests.support.builders import a_business, a_calendar, a_key, a_person, a_service


ANA = "ana@example.com"


async def an_unread_person(*, allows: bool = False, **service) -> Meeting:
    """Claire, who gets no mail of appointments, has a calendar that was not readable for long when Ana books."""
    meeting = Meeting()
    people = [
        a_person("claire", role="guest"),
        a_person("omar", role="team_member"),
        a_person("sam", role="scheduler"),
    ]
    people[0] = people[0].model_copy(update={"is_told_by_mail": False})
    services = [a_service("visit", **{"staff": ("claire", "omar"), "confirm_staff": False, **service})]
    await meeting.save(a_calendar(a_business(has_staff_links=allows), services, people))
    await unread(meeting)
    answer = await meeting.book(START, service="visit", staff="claire")
    assert answer.status == 201, answer.body
    await meeting.meet_of(answer.json())
    meeting.now = START - timedelta(days=1)
    await meeting.drain()
    return meeting


async def unread(meeting: Meeting, person: str = "claire", *, is_unread: bool = True) -> None:
    key = ledger_key(month_of(floor_tick(START)), person)
    row = await meeting.table.get("bookings", "biz0clinic", key)
    ledger = Ledger.from_row(row.values if row else None)._replace(is_unread=is_unread)
    await meeting.table.transact("bookings", "biz0clinic", [Operation("upsert", key, ledger.to_row())])


async def held(meeting: Meeting):
    return await meeting.stored(meeting.document["id"])


async def test_the_time_is_taken_the_customer_waits_and_the_person_is_asked():
    meeting = await an_unread_person()
    assert (await held(meeting)).is_to_confirm
    (told,), (asked,) = meeting.postman.to(ANA), meeting.postman.to(CLAIRE)
    assert told.appointment.is_to_confirm
    assert asked.staff_token
    again = await meeting.book(START, service="visit", staff="claire", customer={"name": "Bo", "email": "b@x.fr"})
    assert again.status == 409
    html = await page(meeting)
    assert "It waits for your confirmation" in html
    assert f"{meeting.host}/confirm" in html
    assert "To be confirmed" in await seen_by(meeting, "sam", f"?day={START:%Y-%m-%d}")
    manage = await meeting.call("GET", "/book/" + meeting.document["manage"].partition("/book/")[2])
    assert "is reserved for you" in manage.body.decode()


async def test_programs_read_that_it_waits_until_it_is_confirmed():
    meeting = await an_unread_person()
    assert meeting.document["toBeConfirmed"] is True
    token = meeting.document["manage"].rpartition("/")[2]

    async def said():
        one = await meeting.call("GET", f"/api/clinic/appointments/{token}")
        graph = GraphWorld(meeting, meeting.tokens.of(SAM))
        there = f"appointments/{meeting.document['id']}"
        return one.json()["toBeConfirmed"], (await graph.get(there))["isToBeConfirmed"]

    assert await said() == (True, True)
    await send(meeting, "confirm")
    assert await said() == (False, False)


async def test_the_person_confirms_by_the_link_once_and_the_customer_hears_of_it():
    meeting = await an_unread_person()
    answer = await send(meeting, "confirm")
    assert (answer.status, answer.headers["Location"]) == (303, f"{meeting.host}/appointment?news=confirmed")
    assert (await send(meeting, "confirm", key=a_key())).status == 303  # it is done; nobody hears of it twice
    await meeting.drain()
    assert meeting.postman.kinds(ANA) == ["confirmation", "confirmation"]
    assert not meeting.postman.to(ANA)[-1].appointment.is_to_confirm
    assert meeting.postman.kinds(CLAIRE) == ["confirmation"]
    assert "It waits for your confirmation" not in await page(meeting)
    assert (await meeting.audit())[0]["action"] == "confirmed"


async def test_a_scheduler_confirms_at_the_console_and_others_may_not():
    meeting = await an_unread_person()
    there = f"/biz0clinic/{meeting.document['id']}"
    assert "It’s to be confirmed" in await seen_by(meeting, "sam", there)
    assert (await do(meeting, "omar", "", action="confirm")).status == 403
    assert (await held(meeting)).is_to_confirm
    answer = await do(meeting, "sam", "", action="confirm", here="1")
    assert answer.headers["Location"].endswith("news=confirmed")
    assert "It’s to be confirmed" not in await seen_by(meeting, "sam", there)
    await meeting.drain()
    assert meeting.postman.kinds(ANA) == ["confirmation", "confirmation"]


async def test_the_home_and_the_calendar_say_so():
    meeting = await an_unread_person()
    access = a_person("alma", role="administrator", is_bookable=False)
    calendar = await meeting.store.calendars.reload("biz0clinic")
    from dataclasses import replace

    await meeting.save(replace(calendar, staff={**calendar.staff, "alma": access}))
    from shared.domain.access.permissions import Caller

    cookie = meeting.session(Caller("alma", email="alma@clinic.example", name="Alma"))

    async def shown(path):
        answer = await meeting.call("GET", path, cookie=cookie, accept="text/html", accept_language="en")
        assert answer.status == 200
        return answer.body.decode()

    home = await shown("/console/calendars/biz0clinic")
    assert "is to be confirmed" in home
    calendar_page = await shown(f"/console/calendars/biz0clinic/calendar?day={START:%Y-%m-%d}")
    assert "To be confirmed" in calendar_page


@pytest.mark.parametrize("do_it", ["reassign", "move"])
async def test_who_places_it_anew_has_confirmed_it(do_it):
    meeting = await an_unread_person(allows=True)
    if do_it == "reassign":
        assert (await do(meeting, "sam", "/reassign", staff="omar", telling="now")).status == 303
    else:
        assert (await post(meeting, "move", start=f"{START + HALF:%Y-%m-%dT%H:%M:%SZ}")).status == 303
    assert not (await held(meeting)).is_to_confirm


async def test_a_customer_who_moves_it_waits_again_until_the_calendar_is_read():
    meeting = await an_unread_person()
    await send(meeting, "confirm")
    token = meeting.document["manage"].rpartition("/")[2]

    async def move(start):
        body = {"start": start.isoformat()}
        answer = await meeting.call("PATCH", f"/api/clinic/appointments/{token}", body, idempotency_key=a_key())
        assert answer.status == 200, answer.body
        return (await held(meeting)).is_to_confirm

    assert await move(START + HALF)
    await unread(meeting, is_unread=False)
    assert not await move(START + 2 * HALF)


async def test_it_is_too_late_once_it_is_over_or_cancelled():
    meeting = await an_unread_person()
    meeting.now = START + timedelta(hours=2)
    assert (await post(meeting, "confirm")).status == 200
    assert (await held(meeting)).is_to_confirm
    meeting.now = START - timedelta(hours=2)
    assert (await send(meeting, "cancel")).status == 303
    assert (await post(meeting, "confirm", key=a_key())).status == 200
    assert (await do(meeting, "sam", "", action="confirm")).status == 409


async def test_without_its_question_nothing_is_confirmed():
    """An appointment that waits for nobody has no such page, and a press that was sent all the same changes nothing."""
    meeting = await an_unread_person(allows=True)
    await send(meeting, "confirm")
    before = await held(meeting)
    assert "Confirm appointment" not in await page(meeting, "confirm")
    assert (await post(meeting, "confirm", key=a_key())).status == 303
    assert await held(meeting) == before


async def test_a_session_is_confirmed_for_all_who_hold_a_seat():
    meeting = await an_unread_person(maximum_attendees=3, staff=("claire",), reminders=(Reminder(offset=HALF),))
    bo = {"name": "Bo", "email": "bo@x.fr"}
    assert (await meeting.book(START, service="visit", staff="claire", customer=bo)).status == 201
    await meeting.drain()
    await send(meeting, "confirm")
    await meeting.drain()
    await meeting.drain()
    for one in (ANA, "bo@x.fr"):
        assert meeting.postman.kinds(one) == ["confirmation", "change"]
        assert not meeting.postman.to(one)[-1].appointment.is_to_confirm


async def test_new_links_for_the_person_leave_the_question_open():
    meeting = await an_unread_person()
    answer = await do(meeting, "sam", "/link", to="staff.claire")
    assert answer.status == 303, answer.body.decode()
    assert (await held(meeting)).is_to_confirm


async def test_who_asks_to_be_replaced_is_answered_by_a_scheduler():
    meeting = await an_unread_person()
    assert (await send(meeting, "hand-back", message="Busy")).status == 303
    await meeting.drain()
    assert meeting.postman.kinds(SAM)[-1] == "reassign_asked"
