"""Signs of life: what they write, whom they tell, and how they meet."""

import asyncio

from shared.records.keys import VISIT
from tests.support.virtual_time import virtually
from tests.use_cases.visits.app import Clinic


@virtually
async def test_signs_of_life_are_written_now_and_then_and_the_queue_hears_of_changes_only():
    clinic = await Clinic.at_ten()
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
    assert clinic.rows(VISIT) == {}


@virtually
async def test_signs_that_meet_are_all_kept():
    clinic = await Clinic.at_ten()
    await clinic.both_come()
    await asyncio.sleep(15)
    now = clinic.now
    await asyncio.gather(clinic.beat(clinic.ana), clinic.beat(clinic.doc), clinic.tell("Five minutes late"))
    assert all(one.seen >= now for one in clinic.visit.parties)
    assert [one.text for one in clinic.visit.messages] == ["Five minutes late"]
