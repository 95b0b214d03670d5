"""Several appointments of a customer that are changed together are one SMS, as they are one mail."""

from typing import Any

import pytest

from shared.domain.appointments.messages import OutboxEntry
from shared.records.codec import load_row
from shared.records.keys import SMS, WORK
from shared.use_cases.messages.find_undelivered import list_undelivered
from shared.use_cases.sms.take_report import take_report
from tests.support.builders import SECRET
from tests.support.clinic import ANA
from tests.support.faulty_table import Fault, no_faults, times
from tests.support.virtual_time import virtually
from tests.use_cases.appointments import desk
from tests.use_cases.series.test_book_series import SERVED, repeat, weekly
from tests.use_cases.series.test_change_series import LATER, cancel, move
from tests.use_cases.sms.world import MOBILE, World


@pytest.mark.parametrize(("how", "said"), [(move, "have changed"), (cancel, "are cancelled")])
@virtually
async def test_what_is_changed_at_once_is_one_sms(how: Any, said: str) -> None:
    world = await World.texted(reminders=())
    done = await repeat(world, weekly(3), party=desk.a_party(ANA, phone=MOBILE, send_sms=True))
    await world.tick_for(SERVED)
    await how(world, [one.appointment for one in done.booked])
    await world.tick_for(LATER, every=30)
    booked, changed = world.telephones.said
    assert all(day in booked and day in changed for day in ("Jan 12", "Jan 19", "Jan 26"))
    assert said in changed
    assert [len(one.series) for one in world.postman.to(ANA)] == [3, 3]


@virtually
async def test_one_sms_about_several_that_fails_is_undelivered_for_each() -> None:
    world = await World.texted(reminders=())
    done = await repeat(world, weekly(3), party=desk.a_party(ANA, phone=MOBILE, send_sms=True))
    await world.tick_for(SERVED)
    await move(world, [one.appointment for one in done.booked])
    await world.tick_for(LATER, every=30)
    reference = world.telephones.texts[-1].handover.reference
    await take_report(reference, "failed", "blocked", store=world.store, secret=SECRET)
    found = await list_undelivered(world.business, 9, store=world.store, now=world.now)
    assert {one.appointment.id for one in found if one.appointment} == {one.appointment for one in done.booked}
    assert [(one.recipient.kind, one.why) for one in found] == [("phone", "blocked")] * 3


@virtually
async def test_an_unclear_storage_is_no_failed_try_and_keeps_nobody_else_waiting() -> None:
    world = await World.texted(reminders=())
    done = await repeat(world, weekly(3), party=desk.a_party(ANA, phone=MOBILE, send_sms=True))
    await world.tick_for(SERVED)
    await move(world, [one.appointment for one in done.booked])
    world.table.plan = times(1000, Fault.DROPPED_BEFORE, lambda call: call.writes(SMS))
    await world.tick_for(LATER, every=30)
    waiting = [load_row(OutboxEntry, row) for row in world.rows(WORK).values()]
    assert {(*map(str, one.recipients), one.attempts) for one in waiting} == {("phone", 0)}
    world.table.plan = no_faults
    await world.tick()
    assert len(world.telephones.said) == 2
    assert world.rows(WORK) == {}
