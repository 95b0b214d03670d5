"""The links of a visit: whom they let in, to what, and until when."""

from datetime import timedelta

import pytest

from shared.domain.appointments.visit_links import host_token, join_token
from shared.domain.errors import AlreadyCancelled, NotFound
from shared.domain.links import LINK_LIFE, SignedLink, sign, start_of
from shared.records.keys import VISIT
from shared.use_cases.visits.find_visit import read_visit_link
from tests.support.builders import SECRET
from tests.support.clinic import TEN
from tests.support.virtual_time import virtually
from tests.use_cases.visits.app import Clinic


MINUTE = timedelta(minutes=1)


@virtually
async def test_nothing_more_happens_to_what_is_cancelled():
    clinic = await Clinic.meeting()
    await clinic.cancel(clinic.booked.token)
    door = await clinic.entry_state(clinic.ana)
    assert door.entry_state(TEN) == "cancelled"
    with pytest.raises(AlreadyCancelled):
        await clinic.come(clinic.ana)
    with pytest.raises(AlreadyCancelled):
        await clinic.mark("mark_no_show")


@virtually
async def test_when_one_may_come_in():
    clinic = await Clinic.meeting()
    ana, doc = await clinic.entry_state(clinic.ana), await clinic.entry_state(clinic.doc)
    doors = [ana.entry_state(TEN + minutes * MINUTE) for minutes in (-31, -30, 0, 150, 151)]
    assert doors == ["early", "open", "open", "open", "late"]
    assert doc.entry_state(TEN - timedelta(days=1)) == "open"
    await clinic.wait_until(TEN)
    await clinic.come(clinic.ana)
    assert (await clinic.entry_state(clinic.ana)).entry_state(TEN + 300 * MINUTE) == "open"


@virtually
async def test_a_link_follows_its_appointment_to_another_time():
    clinic = await Clinic.meeting()
    await clinic.move(clinic.booked.token, TEN + timedelta(days=1))
    for token in (clinic.ana, clinic.doc):
        assert (await clinic.entry_state(token)).appointment.start == TEN + timedelta(days=1)
    await clinic.wait_until(TEN + timedelta(days=1))
    await clinic.come(clinic.ana)
    assert list(clinic.rows(VISIT)) == [f"V|202701130900|{clinic.booked.appointment}"]


@virtually
async def test_the_attendees_link_gives_no_hosts_rights_and_the_other_way_round():
    clinic = await Clinic.meeting()
    for token, side in ((clinic.ana, "host"), (clinic.doc, "join"), (clinic.booked.token, "join"), ("x", "join")):
        with pytest.raises(NotFound):
            read_visit_link(token, side, secret=SECRET, now=clinic.now)
    entrance = await clinic.entry_state(clinic.ana)
    assert (entrance.is_host, entrance.party) == (False, f"a.{clinic.booked.id}")
    host = await clinic.entry_state(clinic.doc)
    assert (host.is_host, host.party, host.name) == (True, "s.claire", "Claire")


@virtually
async def test_a_host_link_is_void_for_whoever_no_longer_serves_and_when_it_is_revoked():
    clinic = await Clinic.meeting(staff=("claire", "omar"))
    appointment = clinic.appointment(clinic.booked.appointment)
    mine = appointment.staff[0]
    link = host_token(SECRET, clinic.business, appointment, mine)
    await clinic.entry_state(link)
    await clinic.reassign(appointment.id, "omar" if mine == "claire" else "claire")
    with pytest.raises(NotFound):
        await clinic.entry_state(link)
    given = clinic.appointment(appointment.id)
    assert await clinic.entry_state(host_token(SECRET, clinic.business, given, _other(mine)))
    with pytest.raises(NotFound):
        await clinic.entry_state(host_token(SECRET, clinic.business, appointment, _other(mine)))
    await clinic.reassign(appointment.id, mine)
    with pytest.raises(NotFound):
        await clinic.entry_state(link)


def _other(person: str) -> str:
    return "omar" if person == "claire" else "claire"


@virtually
async def test_links_expire_and_know_when_the_appointment_was():
    clinic = await Clinic.meeting()
    link = read_visit_link(clinic.ana, "join", secret=SECRET, now=TEN)
    assert start_of(link) == TEN
    over = clinic.appointment(clinic.booked.appointment).end + LINK_LIFE
    for token in (clinic.ana, clinic.doc):
        assert await clinic.entry_state(token, over - timedelta(seconds=1))
        with pytest.raises(NotFound):
            await clinic.entry_state(token, over)
    appointment = clinic.appointment(clinic.booked.appointment)
    older = appointment.seat.model_copy(update={"link_version": 0})
    with pytest.raises(NotFound):
        await clinic.entry_state(join_token(SECRET, clinic.business, appointment, older))
    nobody = SignedLink("join", clinic.business, "no-such", "no-such", 1, link.expires)
    with pytest.raises(NotFound):
        await clinic.entry_state(sign(SECRET, nobody))
