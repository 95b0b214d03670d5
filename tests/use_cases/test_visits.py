"""A visit from its links to its fact: what is written, who may do what, and what the timer does by itself."""

import asyncio
from datetime import timedelta

import pytest

from shared.domain.errors import AlreadyCancelled, NotFound, TryAgain
from shared.domain.links import Link, sign
from shared.use_cases.find_visit import read_visit_link
from shared.use_cases.ports import Ambiguous
from shared.use_cases.visit_links import LIFE, host_token, join_token, start_of
from tests.builders import SECRET
from tests.storage.faults import at_random, no_faults
from tests.use_cases.visit_world import Clinic
from tests.use_cases.world import TEN, persisting
from tests.virtual_time import virtually


MINUTE = timedelta(minutes=1)


async def until(clinic: Clinic, moment) -> None:
    await asyncio.sleep((moment - clinic.now).total_seconds())


async def in_room(clinic: Clinic, seconds: int, *tokens: str) -> None:
    """Give signs of life from the room, as the pages do, and let the timer run."""
    for _ in range(seconds // 10):
        for token in tokens:
            await clinic.beat(token, "room")
        await clinic.tick()
        await asyncio.sleep(10)


@virtually
async def test_a_visit_from_the_waiting_room_to_its_fact():
    clinic = await Clinic.meeting()
    await until(clinic, TEN - 5 * MINUTE)
    await clinic.come(clinic.ana, "Ana", "camera microphone")
    assert clinic.visit.status == "in_lobby"
    await asyncio.sleep(240)
    await clinic.come(clinic.doc)
    await clinic.admit()
    assert clinic.visit.status == "in_progress"
    await clinic.beat(clinic.doc, "room", "docdocdoc")
    await clinic.beat(clinic.ana, "room", "anaanaana")
    await in_room(clinic, 600, clinic.ana, clinic.doc)
    assert clinic.status == "booked"
    await clinic.leave(clinic.ana, "room")
    await clinic.mark("end")
    assert clinic.status == "completed"
    await clinic.tick()
    (fact,) = clinic.facts()
    assert fact == {
        "meeting": clinic.booked.appointment,
        "start": (TEN - MINUTE).isoformat().replace("+00:00", "Z"),
        "wait": "PT4M",
        "duration": "PT10M",
        "status": "completed",
        "attendees": 2,
        "service": "consultation",
        "staff": ["claire"],
    }
    assert [key for key in clinic.rows("M|") if "|visit" not in key] == []
    await clinic.tick_for(timedelta(hours=2), 60)
    assert clinic.rows("M|") == {}
    assert len(clinic.facts()) == 1
    assert await clinic.problems() == []


@virtually
async def test_a_visit_that_is_shorter_than_the_pace_of_the_signs_has_its_length_too():
    clinic = await Clinic.meeting()
    await until(clinic, TEN)
    await clinic.come(clinic.ana)
    await clinic.come(clinic.doc)
    await clinic.admit()
    await clinic.beat(clinic.doc, "room", "docdocdoc")
    await asyncio.sleep(2)
    await clinic.beat(clinic.ana, "room", "anaanaana")
    await asyncio.sleep(5)
    await clinic.mark("end")
    await clinic.tick()
    (fact,) = clinic.facts()
    assert (fact["status"], fact["duration"][:3]) == ("completed", "PT5")


@virtually
async def test_a_visit_whose_pages_fall_silent_is_ended_by_the_timer_once():
    clinic = await Clinic.meeting()
    await until(clinic, TEN)
    await clinic.come(clinic.ana)
    await clinic.admit()
    await in_room(clinic, 120, clinic.ana, clinic.doc)
    await clinic.tick_for(3 * MINUTE)
    assert clinic.status == "booked"
    await clinic.tick_for(3 * MINUTE)
    assert clinic.status == "completed"
    assert [fact["status"] for fact in clinic.facts()] == ["completed"]
    assert clinic.rows("M|") == {}


@virtually
async def test_who_waits_in_vain_was_not_admitted():
    clinic = await Clinic.meeting()
    await until(clinic, TEN)
    await clinic.come(clinic.ana)
    for _ in range(30):
        await clinic.beat(clinic.ana)
        await clinic.tick()
        await asyncio.sleep(10)
    await clinic.tick_for(35 * MINUTE, 30)
    assert clinic.status == "booked"  # until the time is up they may come back
    await clinic.tick_for(10 * MINUTE, 30)
    assert clinic.status == "not_admitted"
    (fact,) = clinic.facts()
    assert (fact["status"], fact["wait"], fact.get("duration"), fact.get("attendees")) == (
        "not_admitted",
        "PT4M50S",
        None,
        None,
    )


@virtually
async def test_staff_who_wait_in_vain_have_a_no_show():
    clinic = await Clinic.meeting()
    await until(clinic, TEN)
    await clinic.come(clinic.doc)
    await in_room(clinic, 60, clinic.doc)
    await clinic.leave(clinic.doc, "room")
    await clinic.tick_for(60 * MINUTE, 30)
    assert clinic.status == "no_show"
    assert [fact["status"] for fact in clinic.facts()] == ["no_show"]


@virtually
async def test_a_visit_to_which_nobody_came_stays_booked_and_leaves_no_fact():
    clinic = await Clinic.meeting()
    await until(clinic, TEN)
    await clinic.tick_for(timedelta(hours=2), 60)
    assert clinic.status == "booked"
    assert clinic.facts() == []
    assert clinic.rows("V|") == {}


@virtually
async def test_who_comes_back_after_the_end_opens_the_visit_and_its_fact_is_taken_back():
    clinic = await Clinic.meeting()
    await until(clinic, TEN)
    await clinic.come(clinic.ana)
    await clinic.mark("end")
    await clinic.tick()
    assert (clinic.status, len(clinic.facts())) == ("not_admitted", 1)
    await asyncio.sleep(60)
    await clinic.come(clinic.ana)
    assert (clinic.status, clinic.visit.status) == ("booked", "in_lobby")
    await clinic.tick()
    assert clinic.facts() == []
    await clinic.admit()
    await in_room(clinic, 60, clinic.ana, clinic.doc)
    await clinic.tick_for(10 * MINUTE)
    assert clinic.status == "completed"
    (fact,) = clinic.facts()
    assert (fact["status"], fact["wait"][:4]) == ("completed", "PT1M")


@virtually
async def test_a_no_show_is_marked_and_taken_back():
    clinic = await Clinic.meeting()
    await until(clinic, TEN)
    await clinic.mark("mark_no_show")
    assert clinic.status == "no_show"
    await clinic.tick()
    assert clinic.facts() == []  # nobody came at all: there is nothing to report
    await asyncio.sleep(1)
    await clinic.mark("undo")
    assert clinic.status == "booked"
    await asyncio.sleep(1)
    await clinic.mark("undo")
    assert clinic.status == "booked"


@virtually
async def test_two_who_admit_at_once_admit_once():
    clinic = await Clinic.meeting(staff=("claire", "omar"), assignment="all")
    await until(clinic, TEN)
    await clinic.come(clinic.ana)
    appointment = clinic.appointment(clinic.booked.appointment)
    others = Clinic(clinic.inner, clinic.calendar, clinic.postman)
    others.booked, others.doc = clinic.booked, host_token(SECRET, clinic.business, appointment, "omar")
    await asyncio.gather(clinic.admit(), others.admit())
    assert clinic.visit.status == "in_progress"
    before = clinic.visit
    await asyncio.sleep(3)
    await others.admit()
    assert clinic.visit == before


@virtually
async def test_an_admission_of_somebody_who_is_not_there_is_none():
    clinic = await Clinic.meeting()
    for who in (f"a.{clinic.booked.id}", "a.nobody", "s.claire", ""):
        await asyncio.sleep(1)
        with pytest.raises(NotFound):
            await clinic.admit(who or "nobody")
    with pytest.raises(NotFound):
        await clinic.put_back()


@virtually
async def test_whoever_is_put_back_waits_again_and_may_not_signal():
    clinic = await Clinic.meeting()
    await until(clinic, TEN)
    await clinic.come(clinic.ana)
    await clinic.admit()
    await clinic.beat(clinic.ana, "room", "anaanaana")
    assert await clinic.exchange(clinic.ana, "anaanaana") == []
    await clinic.put_back()
    assert clinic.visit.status == "in_lobby"
    with pytest.raises(NotFound):
        await clinic.exchange(clinic.ana, "anaanaana")


@virtually
async def test_the_clock_of_another_machine_may_be_behind():
    clinic = await Clinic.meeting()
    await until(clinic, TEN)
    clinic.skew = timedelta(seconds=4)
    await clinic.come(clinic.ana)
    await clinic.mark("end")
    clinic.skew = timedelta()
    await clinic.come(clinic.ana)  # later, by a clock that says earlier
    assert clinic.visit.status == "in_lobby"
    await clinic.admit()
    assert clinic.visit.status == "in_progress"


@virtually
async def test_signs_of_life_are_written_now_and_then_and_the_queue_hears_of_changes_only():
    clinic = await Clinic.meeting()
    await until(clinic, TEN)
    await clinic.come(clinic.ana)
    queue, writes = clinic.queue(), clinic.inner.requests
    await clinic.beat(clinic.ana)
    assert clinic.inner.requests - writes == 3  # settings, appointment, visit: nothing is written
    await asyncio.sleep(12)
    seen = clinic.visit.parties[0].seen
    await clinic.beat(clinic.ana)
    assert clinic.visit.parties[0].seen > seen
    assert clinic.queue() == queue
    await clinic.leave(clinic.ana)
    assert clinic.queue() != queue
    assert clinic.visit.status == "booked"
    assert clinic.inner.requests - writes == 3 + 2 * 4


@virtually
async def test_a_sign_of_somebody_who_never_came_is_none():
    clinic = await Clinic.meeting()
    await clinic.beat(clinic.ana)
    await clinic.leave(clinic.ana)
    assert clinic.rows("V|") == {}


@virtually
async def test_signs_that_meet_are_all_kept():
    clinic = await Clinic.meeting()
    await until(clinic, TEN)
    await clinic.come(clinic.ana)
    await clinic.come(clinic.doc)
    await asyncio.sleep(15)
    now = clinic.now
    await asyncio.gather(clinic.beat(clinic.ana), clinic.beat(clinic.doc), clinic.tell("Five minutes late"))
    assert all(one.seen >= now for one in clinic.visit.parties)
    assert [one.text for one in clinic.visit.messages] == ["Five minutes late"]


async def retrying(act) -> None:
    """Do as pages do: repeat what had no answer."""
    try:
        await act()
    except Ambiguous:
        raise TryAgain from None


@pytest.mark.parametrize("seed", range(5))
@virtually
async def test_a_table_that_fails_and_forgets_to_answer_leaves_one_visit_with_one_fact(seed):
    clinic = await Clinic.meeting()
    await until(clinic, TEN)
    clinic.table.plan = at_random(0.2, seed)
    for act in (lambda: clinic.come(clinic.ana), clinic.admit, lambda: clinic.mark("end")):
        await persisting(retrying, act)
        await asyncio.sleep(5)
    await clinic.tick_for(10 * MINUTE)
    clinic.table.plan = no_faults
    await clinic.tick_for(5 * MINUTE)
    assert clinic.visit.status == "no_show"
    assert [fact["status"] for fact in clinic.facts()] == ["no_show"]
    assert clinic.rows("M|") == {}


@virtually
async def test_nothing_more_happens_to_what_is_cancelled():
    clinic = await Clinic.meeting()
    await clinic.cancel(clinic.booked.token)
    door = await clinic.door(clinic.ana)
    assert door.door(TEN) == "cancelled"
    with pytest.raises(AlreadyCancelled):
        await clinic.come(clinic.ana)
    with pytest.raises(AlreadyCancelled):
        await clinic.mark("mark_no_show")


@virtually
async def test_when_one_may_come_in():
    clinic = await Clinic.meeting()
    ana, doc = await clinic.door(clinic.ana), await clinic.door(clinic.doc)
    doors = [ana.door(TEN + minutes * MINUTE) for minutes in (-31, -30, 0, 150, 151)]
    assert doors == ["early", "open", "open", "open", "late"]
    assert doc.door(TEN - timedelta(days=1)) == "open"
    await until(clinic, TEN)
    await clinic.come(clinic.ana)
    assert (await clinic.door(clinic.ana)).door(TEN + 300 * MINUTE) == "open"


@virtually
async def test_a_link_follows_its_appointment_to_another_time():
    clinic = await Clinic.meeting()
    await clinic.move(clinic.booked.token, TEN + timedelta(days=1))
    for token in (clinic.ana, clinic.doc):
        assert (await clinic.door(token)).appointment.start == TEN + timedelta(days=1)
    await until(clinic, TEN + timedelta(days=1))
    await clinic.come(clinic.ana)
    assert list(clinic.rows("V|")) == [f"V|202701130900|{clinic.booked.appointment}"]


@virtually
async def test_the_attendees_link_gives_no_hosts_rights_and_the_other_way_round():
    clinic = await Clinic.meeting()
    for token, side in ((clinic.ana, "host"), (clinic.doc, "join"), (clinic.booked.token, "join"), ("x", "join")):
        with pytest.raises(NotFound):
            read_visit_link(token, side, secret=SECRET, now=clinic.now)
    entrance = await clinic.door(clinic.ana)
    assert (entrance.is_host, entrance.party) == (False, f"a.{clinic.booked.id}")
    host = await clinic.door(clinic.doc)
    assert (host.is_host, host.party, host.name) == (True, "s.claire", "Claire")


@virtually
async def test_a_host_link_is_void_for_whoever_no_longer_serves_and_when_it_is_revoked():
    clinic = await Clinic.meeting(staff=("claire", "omar"))
    appointment = clinic.appointment(clinic.booked.appointment)
    mine = appointment.staff[0]
    link = host_token(SECRET, clinic.business, appointment, mine)
    await clinic.door(link)
    await clinic.reassign(appointment.id, "omar" if mine == "claire" else "claire")
    with pytest.raises(NotFound):
        await clinic.door(link)
    newer = appointment.model_copy(update={"link_version": 0})
    assert await clinic.door(host_token(SECRET, clinic.business, appointment, _other(mine)))
    with pytest.raises(NotFound):
        await clinic.door(host_token(SECRET, clinic.business, newer, _other(mine)))


def _other(person: str) -> str:
    return "omar" if person == "claire" else "claire"


@virtually
async def test_links_expire_and_know_when_the_appointment_was():
    clinic = await Clinic.meeting()
    link = read_visit_link(clinic.ana, "join", secret=SECRET, now=TEN)
    assert start_of(link) == TEN
    with pytest.raises(NotFound):
        read_visit_link(clinic.ana, "join", secret=SECRET, now=TEN + LIFE)
    appointment = clinic.appointment(clinic.booked.appointment)
    older = appointment.seat.model_copy(update={"link_version": 0})
    with pytest.raises(NotFound):
        await clinic.door(join_token(SECRET, clinic.business, appointment, older))
    nobody = Link("join", clinic.business, "no-such", "no-such", 1, link.expires)
    with pytest.raises(NotFound):
        await clinic.door(sign(SECRET, nobody))


@virtually
async def test_signals_reach_the_page_they_are_for_in_their_order_and_once():
    clinic = await Clinic.meeting()
    await until(clinic, TEN)
    await clinic.come(clinic.ana)
    await clinic.come(clinic.doc)
    await clinic.admit()
    await clinic.beat(clinic.ana, "room", "anaanaana")
    await clinic.beat(clinic.doc, "room", "docdocdoc")
    send = [{"to": "docdocdoc", "n": n, "data": f"{n}"} for n in (2, 0, 1)]
    await clinic.exchange(clinic.ana, "anaanaana", send=send)
    await clinic.exchange(clinic.ana, "anaanaana", send=send)
    got = await clinic.exchange(clinic.doc, "docdocdoc")
    assert [(one.sender, one.data) for one in got] == [("anaanaana", "0"), ("anaanaana", "1"), ("anaanaana", "2")]
    assert await clinic.exchange(clinic.doc, "docdocdoc", received=[one.id for one in got]) == []
    assert clinic.inner.rows("signals", f"{clinic.business}|{clinic.booked.appointment}") == []


@virtually
async def test_nobody_outside_the_room_reads_or_writes_its_signals():
    clinic = await Clinic.meeting()
    await until(clinic, TEN)
    await clinic.come(clinic.ana)
    await clinic.come(clinic.doc)
    await clinic.beat(clinic.doc, "room", "docdocdoc")
    for token, session in ((clinic.ana, "anaanaana"), (clinic.ana, "docdocdoc"), (clinic.doc, "otherother")):
        with pytest.raises(NotFound):
            await clinic.exchange(token, session, send=[{"to": "docdocdoc", "n": 0, "data": "x"}])
    await clinic.beat(clinic.ana, "room", "anaanaana")  # not admitted: it is noted in the waiting room
    assert not clinic.visit.party(f"a.{clinic.booked.id}").has_joined
    await clinic.exchange(clinic.doc, "docdocdoc", send=[{"to": "anaanaana", "n": 0, "data": "x"}])
    assert clinic.inner.rows("signals", f"{clinic.business}|{clinic.booked.appointment}") == []


@virtually
async def test_the_page_that_joined_last_speaks_and_an_older_one_no_longer():
    clinic = await Clinic.meeting()
    await until(clinic, TEN)
    await clinic.come(clinic.doc)
    await clinic.beat(clinic.doc, "room", "firstfirst")
    await asyncio.sleep(1)
    await clinic.beat(clinic.doc, "room", "secondsecond")
    with pytest.raises(NotFound):
        await clinic.exchange(clinic.doc, "firstfirst")
    assert await clinic.exchange(clinic.doc, "secondsecond") == []


@virtually
async def test_what_a_room_said_is_forgotten_with_its_end():
    clinic = await Clinic.meeting()
    await until(clinic, TEN)
    await clinic.come(clinic.ana)
    await clinic.come(clinic.doc)
    await clinic.admit()
    await clinic.beat(clinic.ana, "room", "anaanaana")
    await clinic.beat(clinic.doc, "room", "docdocdoc")
    await clinic.exchange(clinic.ana, "anaanaana", send=[{"to": "docdocdoc", "n": 0, "data": "offer"}])
    room = f"{clinic.business}|{clinic.booked.appointment}"
    assert len(clinic.inner.rows("signals", room)) == 1
    await clinic.mark("end")
    await clinic.tick()
    assert clinic.inner.rows("signals", room) == []


@virtually
async def test_in_person_visits_are_marked_by_hand_and_end_by_hand_alone():
    clinic = await Clinic.meeting(is_online=False)
    await until(clinic, TEN)
    for happening, status, stored in (
        ("arrive", "in_lobby", "booked"),
        ("begin", "in_progress", "booked"),
        ("complete", "completed", "completed"),
        ("undo", "booked", "booked"),
        ("mark_no_show", "no_show", "no_show"),
    ):
        await asyncio.sleep(1)
        await clinic.mark(happening)
        assert (clinic.visit.status, clinic.status) == (status, stored)
    await clinic.tick_for(timedelta(hours=2), 60)
    assert clinic.status == "no_show"
    assert clinic.facts() == []
