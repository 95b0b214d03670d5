"""The course of a visit, from who comes to its fact: what staff do in it, and what the timer does by itself."""

import asyncio
from datetime import timedelta

import pytest

from shared.domain.appointments.visit_links import host_token
from shared.domain.errors import NotFound, TryAgain
from shared.records.keys import VISIT, WORK
from shared.records.table import Ambiguous
from shared.use_cases.organisation.settings import change_organisation
from tests.support.builders import SECRET, a_key
from tests.support.clinic import TEN, persisting
from tests.support.faulty_table import at_random, no_faults
from tests.support.virtual_time import virtually
from tests.use_cases.visits.app import Clinic


MINUTE = timedelta(minutes=1)


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
    await clinic.wait_until(TEN - 5 * MINUTE)
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
        "together": 2,
        "service": "consultation",
        "staff": ["claire"],
    }
    assert [key for key in clinic.rows(WORK) if "|visit" not in key] == []
    await clinic.tick_for(timedelta(hours=2), 60)
    assert clinic.rows(WORK) == {}
    assert len(clinic.facts()) == 1
    assert await clinic.problems() == []


@virtually
async def test_nothing_is_kept_while_reports_are_off_and_what_was_stays():
    clinic = await Clinic.meeting()

    async def turn(*, on: bool) -> None:
        await change_organisation(
            lambda before: before.model_copy(update={"has_analytics": on}),
            actor="head",
            number=a_key()[:12],
            store=clinic.store,
            now=clinic.now,
        )

    async def meet() -> None:
        await clinic.come(clinic.ana)
        await clinic.come(clinic.doc)
        await clinic.admit()
        await in_room(clinic, 60, clinic.ana, clinic.doc)
        await clinic.mark("end")
        await clinic.tick()

    await turn(on=False)
    await clinic.wait_until(TEN)
    await meet()
    assert (clinic.status, clinic.facts()) == ("completed", [])
    await turn(on=True)
    await meet()
    assert len(clinic.facts()) == 1


@virtually
async def test_a_visit_that_is_shorter_than_the_pace_of_the_signs_has_its_length_too():
    clinic = await Clinic.at_ten()
    await clinic.both_come()
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
    clinic = await Clinic.at_ten()
    await clinic.come(clinic.ana)
    await clinic.admit()
    await in_room(clinic, 120, clinic.ana, clinic.doc)
    await clinic.tick_for(3 * MINUTE)
    assert clinic.status == "booked"
    await clinic.tick_for(3 * MINUTE)
    assert clinic.status == "completed"
    assert [fact["status"] for fact in clinic.facts()] == ["completed"]
    assert clinic.rows(WORK) == {}


@virtually
async def test_who_waits_in_vain_was_not_admitted():
    clinic = await Clinic.at_ten()
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
    clinic = await Clinic.at_ten()
    await clinic.come(clinic.doc)
    await in_room(clinic, 60, clinic.doc)
    await clinic.leave(clinic.doc, "room")
    await clinic.tick_for(60 * MINUTE, 30)
    assert clinic.status == "no_show"
    assert [fact["status"] for fact in clinic.facts()] == ["no_show"]


@virtually
async def test_a_visit_to_which_nobody_came_stays_booked_and_leaves_no_fact():
    clinic = await Clinic.at_ten()
    await clinic.tick_for(timedelta(hours=2), 60)
    assert clinic.status == "booked"
    assert clinic.facts() == []
    assert clinic.rows(VISIT) == {}


@virtually
async def test_who_comes_back_after_the_end_opens_the_visit_and_its_fact_is_taken_back():
    clinic = await Clinic.at_ten()
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
    clinic = await Clinic.at_ten()
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
    clinic = await Clinic.at_ten(staff=("claire", "omar"), assignment="all")
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
async def test_the_clock_of_another_machine_may_be_behind():
    clinic = await Clinic.at_ten()
    clinic.skew = timedelta(seconds=4)
    await clinic.come(clinic.ana)
    await clinic.mark("end")
    clinic.skew = timedelta()
    await clinic.come(clinic.ana)  # later, by a clock that says earlier
    assert clinic.visit.status == "in_lobby"
    await clinic.admit()
    assert clinic.visit.status == "in_progress"


async def retrying(act) -> None:
    """Do as pages do: repeat what had no answer."""
    try:
        await act()
    except Ambiguous:
        raise TryAgain from None


@pytest.mark.parametrize("seed", range(5))
@virtually
async def test_a_table_that_fails_and_forgets_to_answer_leaves_one_visit_with_one_fact(seed):
    clinic = await Clinic.at_ten()
    clinic.table.plan = at_random(0.2, seed)
    for act in (lambda: clinic.come(clinic.ana), clinic.admit, lambda: clinic.mark("end")):
        await persisting(retrying, act)
        await asyncio.sleep(5)
    await clinic.tick_for(10 * MINUTE)
    clinic.table.plan = no_faults
    await clinic.tick_for(5 * MINUTE)
    assert clinic.visit.status == "no_show"
    assert [fact["status"] for fact in clinic.facts()] == ["no_show"]
    assert clinic.rows(WORK) == {}


@virtually
async def test_in_person_visits_are_marked_by_hand_and_end_by_hand_alone():
    clinic = await Clinic.at_ten(is_online=False)
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
