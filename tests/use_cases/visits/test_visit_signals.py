"""What the pages in a room say to each other: to whom, in which order, and for how long it is kept."""

import asyncio

import pytest

from shared.domain.errors import NotFound
from tests.support.virtual_time import virtually
from tests.use_cases.visits.app import Clinic


@virtually
async def test_whoever_is_put_back_waits_again_and_may_not_signal():
    clinic = await Clinic.at_ten()
    await clinic.come(clinic.ana)
    await clinic.admit()
    await clinic.beat(clinic.ana, "room", "anaanaana")
    assert await clinic.exchange(clinic.ana, "anaanaana") == []
    await clinic.put_back()
    assert clinic.visit.status == "in_lobby"
    with pytest.raises(NotFound):
        await clinic.exchange(clinic.ana, "anaanaana")


@virtually
async def test_signals_reach_the_page_they_are_for_in_their_order_and_once():
    clinic = await Clinic.at_ten()
    await clinic.both_in_the_room()
    send = [{"to": "docdocdoc", "n": n, "data": f"{n}"} for n in (2, 0, 1)]
    await clinic.exchange(clinic.ana, "anaanaana", send=send)
    await clinic.exchange(clinic.ana, "anaanaana", send=send)
    got = await clinic.exchange(clinic.doc, "docdocdoc")
    assert [(one.sender, one.data) for one in got] == [("anaanaana", "0"), ("anaanaana", "1"), ("anaanaana", "2")]
    assert await clinic.exchange(clinic.doc, "docdocdoc", received=[one.id for one in got]) == []
    assert clinic.inner.rows("signals", f"{clinic.business}|{clinic.booked.appointment}") == []


@virtually
async def test_nobody_outside_the_room_reads_or_writes_its_signals():
    clinic = await Clinic.at_ten()
    await clinic.both_come()
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
    clinic = await Clinic.at_ten()
    await clinic.come(clinic.doc)
    await clinic.beat(clinic.doc, "room", "firstfirst")
    await asyncio.sleep(1)
    await clinic.beat(clinic.doc, "room", "secondsecond")
    with pytest.raises(NotFound):
        await clinic.exchange(clinic.doc, "firstfirst")
    assert await clinic.exchange(clinic.doc, "secondsecond") == []


@virtually
async def test_what_a_room_said_is_forgotten_with_its_end():
    clinic = await Clinic.at_ten()
    await clinic.both_in_the_room()
    await clinic.exchange(clinic.ana, "anaanaana", send=[{"to": "docdocdoc", "n": 0, "data": "offer"}])
    room = f"{clinic.business}|{clinic.booked.appointment}"
    assert len(clinic.inner.rows("signals", room)) == 1
    await clinic.mark("end")
    await clinic.tick()
    assert clinic.inner.rows("signals", room) == []
