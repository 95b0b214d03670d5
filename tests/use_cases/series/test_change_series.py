"""A series is changed appointment by appointment, each once, and people are told of all of it in one message."""

from datetime import datetime, timedelta

import pytest

from shared.domain.appointments.appointment import Appointment
from shared.domain.calendar.business import Calendar
from shared.domain.errors import AlreadyTold, NothingToUndo
from shared.records.keys import LEDGER
from shared.use_cases.appointments.staff_request import AppointmentChange
from shared.use_cases.series.change_series import ChangedOne, SeriesChange, pending_together
from shared.use_cases.series.find_series import find_series
from shared.use_cases.telling.announce import Telling
from tests.support.builders import a_key
from tests.support.clinic import ANA, BOB, DESK, HALF, TEN, World, three_people
from tests.support.faulty_table import Call, Fault, no_faults
from tests.support.virtual_time import virtually
from tests.use_cases.appointments import desk
from tests.use_cases.series.test_book_series import SERVED, WEEK, repeat, weekly


CLAIRE, MARC = "claire@clinic.example", "marc@clinic.example"
LATER = timedelta(minutes=11)  # by then people are told of what can be undone


async def booked(times: int = 3, calendar: Calendar | None = None) -> tuple[World, list[str]]:
    """A series of which everybody knows, and empty mailboxes."""
    world = await World.opened(calendar)
    done = await repeat(world, weekly(times), **({"staff": ("claire",)} if calendar else {}))
    await world.tick_for(SERVED)
    world.postman.letters.clear()
    return world, [one.appointment for one in done.booked]


def changing(world: World, telling: Telling = "later", key: str = "") -> SeriesChange:
    return SeriesChange(DESK, key or a_key(), telling, **world.args())


async def series(world: World, names: list[str]) -> list[Appointment]:
    one = world.appointment(names[0])
    return await find_series(one.series, business=world.business, store=world.store)


async def move(
    world: World,
    names: list[str],
    start: datetime = TEN + HALF,
    telling: Telling = "later",
    key: str = "",
    **more: object,
) -> list[ChangedOne]:
    wanted = AppointmentChange(start=start, **more)
    return await changing(world, telling, key).move([world.appointment(one) for one in names], TEN, wanted)


async def cancel(
    world: World, names: list[str], telling: Telling = "later", message: str = ""
) -> list[ChangedOne]:
    return await changing(world, telling).cancel([world.appointment(one) for one in names], message)


async def pending(world: World, name: str) -> list[Appointment]:
    return pending_together(await series(world, [name]), world.appointment(name))


def told(world: World, address: str) -> list[tuple[str, int]]:
    return [(one.kind, len(one.series)) for one in world.postman.to(address)]


@pytest.mark.parametrize(("telling", "at"), [("now", SERVED), ("later", LATER)])
@virtually
async def test_each_recipient_gets_one_message_about_all_that_were_moved(telling: Telling, at: timedelta) -> None:
    world, names = await booked()
    await move(world, names, telling=telling)
    await world.tick()
    assert world.postman.letters == []  # it can be undone
    await world.tick_for(at)
    assert told(world, ANA) == told(world, CLAIRE) == [("change", 3)]
    (letter,) = world.postman.to(ANA)
    starts = [one.appointment.start for one in letter.series if one.appointment]
    assert starts == [TEN + HALF, TEN + WEEK + HALF, TEN + 2 * WEEK + HALF]
    assert await world.problems() == []


@virtually
async def test_of_a_cancellation_with_its_text_too() -> None:
    world, names = await booked(5)
    await cancel(world, names[2:], message="We are ill.")
    await world.tick_for(LATER)
    assert told(world, ANA) == told(world, CLAIRE) == [("cancellation", 3)]
    assert {letter.text for letter in world.postman.to(ANA)} == {"We are ill."}


@virtually
async def test_nobody_is_told_of_what_is_changed_without_a_word() -> None:
    world, names = await booked()
    await cancel(world, names, "never")
    await world.tick_for(LATER)
    assert world.postman.letters == []


@virtually
async def test_who_serves_them_no_longer_and_who_does_get_one_message_each() -> None:
    world, names = await booked(calendar=three_people())
    await move(world, names, staff=("marc",))
    await world.tick_for(LATER)
    assert told(world, CLAIRE) == [("cancellation", 3)]
    assert told(world, MARC) == [("series", 3)]
    assert told(world, ANA) == [("change", 3)]
    assert await world.problems() == []


@virtually
async def test_a_refused_one_is_told_of_to_nobody_and_the_others_at_once() -> None:
    world, names = await booked()
    await world.book(TEN + WEEK + HALF, email=BOB)
    await world.tick_for(SERVED)
    world.postman.letters.clear()
    done = await move(world, names)
    assert [bool(one.refusal) for one in done] == [False, True, False]
    await world.tick_for(LATER)
    assert told(world, ANA) == [("change", 2)]


@virtually
async def test_all_are_undone_and_stand_as_people_know_them() -> None:
    world, names = await booked()
    before = {key: row.values for key, row in world.rows(LEDGER).items()}
    await move(world, names, TEN + WEEK)  # into each other's places
    found = await pending(world, names[1])
    assert found[0].id == names[1]
    assert {one.id for one in found} == set(names)
    undoing = changing(world)
    done = await undoing.undo(found, found[0].version)
    assert not any(one.refusal for one in done)
    assert [world.appointment(one).start for one in names] == [TEN, TEN + WEEK, TEN + 2 * WEEK]
    now = {key: row.values for key, row in world.rows(LEDGER).items() if any(row.values.values())}
    assert now == before
    again = await undoing.undo(await pending(world, names[1]), found[0].version)
    assert not any(one.refusal for one in again)  # the same request, which has been done
    await world.tick_for(LATER)
    assert world.postman.letters == []
    assert await world.problems() == []


@virtually
async def test_one_is_undone_alone_and_the_message_tells_of_the_others() -> None:
    world, names = await booked()
    await cancel(world, names)
    await changing(world).undo([world.appointment(names[1])], world.appointment(names[1]).version)
    await world.tick_for(LATER)
    assert told(world, ANA) == [("cancellation", 2)]
    assert world.appointment(names[1]).is_live


@virtually
async def test_they_are_told_of_all_at_once_instead_of_later() -> None:
    world, names = await booked()
    await move(world, names)
    found = await pending(world, names[0])
    assert not any(one.refusal for one in await changing(world).tell(found, found[0].version))
    await world.tick_for(SERVED)
    assert told(world, ANA) == [("change", 3)]
    late = await changing(world).undo(found, found[0].version)
    assert {type(one.refusal) for one in late} == {NothingToUndo}


@virtually
async def test_undone_too_late_all_stay_as_they_were_told() -> None:
    world, names = await booked()
    await cancel(world, names)
    found = await pending(world, names[0])
    await world.tick_for(LATER)
    late = await changing(world).undo(found, found[0].version)
    assert {type(one.refusal) for one in late} == {AlreadyTold}


@virtually
async def test_one_that_is_changed_again_by_itself_is_told_of_by_itself() -> None:
    world, names = await booked()
    await move(world, names)
    await desk.change(world, names[1], start=TEN + WEEK + 4 * HALF)
    await world.tick_for(LATER)
    assert sorted(told(world, ANA)) == [("change", 0), ("change", 2)]


@virtually
async def test_one_that_its_customer_cancels_meanwhile_is_in_a_message_of_that() -> None:
    world, names = await booked()
    await move(world, names)
    await desk.cancel(world, names[1])
    await world.tick_for(LATER)
    assert sorted(told(world, ANA)) == [("cancellation", 0), ("change", 2)]


@virtually
async def test_while_the_mail_server_is_away_all_wait_and_are_told_of_in_one_message() -> None:
    world, names = await booked()
    await move(world, names)
    world.postman.is_away = True
    await world.tick_for(LATER)
    world.postman.is_away = False
    await world.tick_for(LATER)
    assert told(world, ANA) == told(world, CLAIRE) == [("change", 3)]


@virtually
async def test_a_refused_address_is_noted_with_each_and_keeps_no_other_from_being_told() -> None:
    world, names = await booked()
    world.postman.refused.add(ANA)
    await move(world, names)
    await world.tick_for(LATER)
    assert told(world, CLAIRE) == [("change", 3)]
    assert len(world.rows("U|")) == 3


@virtually
async def test_where_the_storage_fails_for_one_the_others_are_told_of_and_it_later() -> None:
    world, names = await booked()
    await move(world, names)
    tries = 0

    def busy_once(call: Call) -> Fault | None:
        nonlocal tries
        tries += call.writes("M|")
        return Fault.BUSY if tries == 2 else None

    world.table.plan = busy_once
    await world.tick_for(LATER)
    world.table.plan = no_faults
    await world.tick_for(LATER)
    assert sum(max(count, 1) for _, count in told(world, ANA)) == 3


@virtually
async def test_a_change_before_people_know_of_the_series_is_told_of_after_it_or_undone() -> None:
    world = await World.opened()
    names = [one.appointment for one in (await repeat(world)).booked]
    await move(world, names[:1])
    await cancel(world, names[2:])
    await world.tick_for(SERVED)
    (letter,) = world.postman.to(ANA)
    assert [one.appointment.start for one in letter.series if one.appointment] == [TEN, TEN + WEEK, TEN + 2 * WEEK]
    await changing(world).undo([world.appointment(names[0])], world.appointment(names[0]).version)
    await world.tick_for(LATER)
    assert told(world, ANA) == [("series", 3), ("cancellation", 0)]
