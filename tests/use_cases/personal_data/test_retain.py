"""What a calendar has kept long enough goes by the sweep: some at a time, whatever fails, and nothing else."""

from contextlib import suppress
from datetime import timedelta

import pytest

from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.recipients import CUSTOMER as CUSTOMER_OF_SEAT
from shared.domain.personal_data.retention import Retention
from shared.records.codec import dump
from shared.records.keys import AUDIT, CUSTOMER, CUSTOMER_APPOINTMENT, FAILED, SEAT, SENT, VISIT
from shared.records.table import Ambiguous, Operation
from shared.use_cases.booking.create_appointment import create_appointment
from shared.use_cases.calendars.change_business import BusinessChange
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.maintenance.sweep import sweep
from shared.use_cases.organisation.settings import change_organisation
from shared.use_cases.personal_data.count_expired import count_expired
from shared.use_cases.personal_data.retain import MOST, Retaining
from tests.support.builders import SECRET, a_key, a_request
from tests.support.clinic import ANA, BOB, HALF, TEN, World, a_group, refusal_of, whoever
from tests.support.invariants import audit
from tests.support.virtual_time import virtually
from tests.use_cases.personal_data.test_erase_customer import after_a_visit, erasing, everything, id_of


DAY = timedelta(days=1)
LATER = TEN + 40 * DAY
THIRTY = Retention(appointments=30)


async def keep(world: World, retention: Retention | None, hold: str = "") -> None:
    await world.change_business(retention=retention, legal_hold=hold)


def retaining(world: World, retention: Retention = THIRTY, most: int = MOST) -> Retaining:
    return Retaining(world.business, retention, world.store, world.now, most)


async def problems(world: World) -> list[str]:
    """What is wrong, but for decisions, of which those of the bookings are purged by then."""
    found = await audit(world.inner, world.business, secret=SECRET)
    return [one for one in found if "nobody decided so" not in one]


@virtually
async def test_after_its_time_a_customer_is_gone_and_who_came_later_is_not() -> None:
    world = await World.opened()
    hers = await world.book()
    await world.book(TEN + 20 * DAY, email=BOB)
    await keep(world, THIRTY)
    await world.wait_until(TEN + 29 * DAY)
    await world.sweep()
    assert ANA in everything(world)
    await world.wait_until(LATER)
    await world.sweep()
    assert [ANA in everything(world), BOB in everything(world)] == [False, True]
    left = world.appointment(hers.appointment)
    assert left.seat is not None
    assert [left.start, left.status, left.seat.customer.name[:7]] == [TEN, "booked", "erased-"]
    assert not any(id_of(world) in key for key in (*world.rows(CUSTOMER), *world.rows(CUSTOMER_APPOINTMENT)))
    assert await problems(world) == []
    told = [
        row.values["body"] for row in world.rows(AUDIT).values() if "erased after its time" in row.values["body"]
    ]
    assert len(told) == 1
    await world.sweep()  # nothing more to tell
    assert len([one for one in world.rows(AUDIT).values() if "erased after" in one.values["body"]]) == 1


@virtually
async def test_a_group_goes_seat_by_seat_and_places_from_before_a_move_too() -> None:
    world = await World.opened(a_group(seats=40))
    first = await world.book()
    await world.move(first.token, TEN + 2 * HALF)
    for number in range(20):
        await world.book(TEN + 2 * HALF, email=f"c{number}@example.com")
    await world.wait_until(LATER)
    await retaining(world).run()
    assert [ANA in everything(world), "c7@example.com" in everything(world)] == [False, False]
    assert [len(world.rows(SEAT)), world.rows(CUSTOMER), world.rows(CUSTOMER_APPOINTMENT)] == [22, {}, {}]
    assert await problems(world) == []


@virtually
async def test_a_place_that_cannot_be_read_keeps_no_other_place_of_its_group(caplog) -> None:
    world = await World.opened(a_group(seats=40))
    await world.book()
    await world.book(email=BOB)
    key = next(key for key, row in world.rows(SEAT).items() if ANA in str(row.values))
    for spoiled in (key, "P|202701010000|0123456789abcdef"):
        await world.inner.transact("bookings", world.business, [Operation("upsert", spoiled, {"body": "{"})])
    await world.wait_until(LATER)
    await retaining(world).run()
    assert BOB not in everything(world)
    assert world.rows(SEAT)[key].values["body"] == "{"
    assert "could not be erased" in caplog.text


@virtually
async def test_answers_and_notes_go_earlier_than_the_appointment() -> None:
    world = await World.opened()
    asked = a_request(TEN, customer={**whoever(ANA), "notes": "sore knee"})
    booked = await create_appointment(asked, key=a_key(), **world.args())
    await world.wait_until(TEN + 8 * DAY)
    done = await retaining(world, Retention(appointments=30, answers=7)).run()
    seat = world.appointment(booked.appointment).seat
    assert seat is not None
    assert [done, seat.customer.email, seat.customer.notes] == [{"answers": 1}, ANA, ""]


@virtually
async def test_what_was_written_and_sent_goes_and_the_visit_stays() -> None:
    clinic = await after_a_visit()
    await clinic.tick()
    failed = Operation("upsert", "U|202701010000|x|1", {"body": '{"kind":"notify","appointment":"x"}'})
    await clinic.inner.transact("bookings", clinic.business, [failed])
    await clinic.wait_until(LATER)
    assert "hello there" in everything(clinic)
    assert clinic.rows(SENT)
    await retaining(clinic, Retention(messages=7)).run()
    assert ["hello there" in everything(clinic), clinic.rows(SENT), clinic.rows(FAILED)] == [False, {}, {}]
    assert [len(clinic.rows(VISIT)), "anita" in everything(clinic)] == [1, True]


@virtually
async def test_an_undelivered_message_goes_however_many_newer_ones_are_before_it() -> None:
    world = await World.opened()

    async def fail(*keys: str) -> None:
        for key in keys:
            row = Operation("upsert", f"{FAILED}{key}", {"body": '{"kind":"notify","appointment":"x"}'})
            await world.inner.transact("bookings", world.business, [row])

    await fail("202701010000|x|1")
    await world.wait_until(LATER)
    await fail(*(f"000000000000|y{number}|1" for number in range(5)))
    for _ in range(3):
        await retaining(world, Retention(messages=7), most=2).run()
    assert {key.split("|")[2][0] for key in world.rows(FAILED)} == {"y"}


@virtually
async def test_what_could_not_be_delivered_goes_with_the_customer_of_the_appointment() -> None:
    world = await World.opened()
    booked = await world.book()
    entry = OutboxEntry(
        kind="notify", appointment=booked.appointment, recipients=(CUSTOMER_OF_SEAT,), text="her knee"
    )
    failed = Operation("upsert", f"{FAILED}202701010000|{booked.appointment}|1", dump(entry))
    await world.inner.transact("bookings", world.business, [failed])
    await world.wait_until(LATER)
    await retaining(world, Retention(appointments=7)).run()
    assert [world.rows(FAILED), "her knee" in everything(world)] == [{}, False]


@virtually
async def test_activity_goes_after_its_time() -> None:
    world = await World.opened()
    await world.book()
    await world.wait_until(LATER)
    await world.take_off("claire", LATER + DAY, LATER + 2 * DAY)
    before = len(world.rows(AUDIT))
    await retaining(world, Retention(audit=30)).run()
    actions = [row.values["body"] for row in world.rows(AUDIT).values()]
    assert len(actions) < before + 1
    assert any("claire" in one for one in actions)


@virtually
async def test_one_sweep_does_so_many_and_the_next_goes_on() -> None:
    world = await World.opened()
    for number in range(10):
        await world.book(TEN + number * HALF, email=f"c{number}@example.com")
    await world.wait_until(LATER)
    done = []
    for _ in range(9):
        done.append(await retaining(world, most=4).run())
        await world.wait_until(world.now + timedelta(hours=1))
    assert [one.get("appointments", 0) for one in done[:4]] == [4, 4, 2, 0]
    assert "@example.com" not in everything(world)


@virtually
async def test_what_is_entered_late_goes_with_the_next_pass() -> None:
    world = await World.opened()
    await world.book(TEN + DAY)
    await world.wait_until(LATER)
    await retaining(world).run()
    earlier = await world.book(LATER + DAY, email=BOB)
    row = world.rows("D|")
    key = next(one for one in row if earlier.appointment in one)
    moved = {**row[key].values}
    assert moved  # it lies behind the place where the last pass has ended
    await world.wait_until(LATER + 50 * DAY)
    await retaining(world).run()
    assert BOB not in everything(world)


@virtually
async def test_who_is_blocked_stays_blocked() -> None:
    from tests.use_cases.personal_data.test_erase_customer import customers

    world = await World.opened()
    await world.book()
    await customers(world).block(id_of(world), is_blocked=True)
    await world.wait_until(LATER)
    await retaining(world).run()
    assert len(world.rows(CUSTOMER)) == 1


@virtually
async def test_under_a_legal_hold_nothing_goes_and_the_refusal_says_why() -> None:
    world = await World.opened()
    await world.book()
    await keep(world, THIRTY, hold="case 12/345")
    await world.wait_until(LATER)
    await world.sweep()
    assert ANA in everything(world)
    assert await refusal_of(erasing(world).erase(id_of(world))) == "under-legal-hold"
    await keep(world, THIRTY)
    await world.sweep()
    assert ANA not in everything(world)


@virtually
async def test_the_organisations_rule_counts_where_a_calendar_has_none_and_its_hold_everywhere() -> None:
    world = await World.opened()
    await world.book()
    await world.wait_until(LATER)

    async def decide(**changes: object) -> None:
        await change_organisation(
            lambda one: one.model_copy(update=changes),
            actor="head",
            number=a_key()[:12],
            store=world.store,
            now=world.now,
        )

    await decide(retention=THIRTY, legal_hold="inquiry")
    await world.sweep()
    assert await refusal_of(erasing(world).erase(id_of(world))) == "under-legal-hold"
    assert ANA in everything(world)
    await decide(legal_hold="")
    await keep(world, Retention(appointments=365))
    await world.sweep()
    assert ANA in everything(world)
    await keep(world, None)
    await world.sweep()
    assert ANA not in everything(world)


@virtually
async def test_a_hold_keeps_a_deleted_calendar_from_being_purged() -> None:
    world = await World.opened()
    await world.book()
    await keep(world, None, hold="case 12/345")
    change = BusinessChange(world.business, Author("boss", a_key()), "", Context(world.store, SECRET, world.now))
    await change.delete(None)
    await world.wait_until(LATER + 40 * DAY)
    await sweep(store=world.store)
    assert ANA in everything(world)


@pytest.mark.walk
@virtually
@pytest.mark.parametrize("seed", range(4))
async def test_whatever_fails_the_next_sweeps_end_it(seed: int) -> None:
    world = await World.opened()
    for number in range(8):
        await world.book(TEN + number * HALF, email=f"c{number}@example.com")
    await keep(world, THIRTY)
    await world.wait_until(LATER)
    (flaky,) = world.unreliable(1, 0.05, seed)
    for _ in range(30):
        with suppress(Ambiguous):  # of the list of calendars: the next sweep reads it again
            await flaky.sweep()
    assert "@example.com" not in everything(world)
    assert await problems(world) == []


@virtually
async def test_it_is_counted_before_it_is_switched_on() -> None:
    world = await World.opened()
    for number in range(3):
        await world.book(TEN + number * HALF)
    await world.wait_until(LATER)
    rule = Retention(appointments=30, answers=30, audit=30)
    found = await count_expired(world.business, rule, store=world.store, now=world.now)
    assert {name: one.number for name, one in found.items()} == {"appointments": 3, "answers": 3, "audit": 3}
    await retaining(world, Retention(appointments=30)).run()
    again = await count_expired(world.business, THIRTY, store=world.store, now=world.now)
    assert again["appointments"].number == 0
