"""Whoever is erased is found nowhere: in no row of the calendar, after retries, and after a backup is restored."""

import json
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from shared.domain.appointments.customer import customers_named
from shared.domain.errors import NotFound, TryAgain
from shared.domain.personal_data.erasing import erased_host
from shared.records.keys import APPOINTMENT, CUSTOMER, CUSTOMER_APPOINTMENT, FAILED, SEAT, VISIT
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.erasures import ALL_ERASURES, ERASURES
from shared.records.table import Ambiguous
from shared.records.visits import load_visit
from shared.use_cases.booking.create_appointment import create_appointment
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.customers.change_customer import Customers
from shared.use_cases.customers.find_customers import read_customer
from shared.use_cases.personal_data.erase_again import erase_again
from shared.use_cases.personal_data.erase_customer import Erasing
from shared.use_cases.personal_data.export.customer import export_customer
from shared.use_cases.personal_data.forget_host import forget_host
from tests.support.builders import SECRET, a_key, a_request
from tests.support.clinic import ANA, BOB, HALF, TEN, World, a_group, refusal_of, whoever
from tests.support.faulty_table import Fault, no_faults
from tests.support.invariants import audit
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import history
from tests.use_cases.visits.app import Clinic, online


TYPED = ("ana", "+33 1 99 88 77 66", "12 Rue Haute", "Has a dog", "sore knee", "Anita", "hello there")
AFTER = TEN + timedelta(days=1)
NOBODY = "nobody@example.com"


def id_of(world: World, email: str = ANA) -> str:
    return customers_named(SECRET, world.business, email)[0]


def erasing(world: World, key: str = "") -> Erasing:
    return Erasing(world.business, Author("admin", key or a_key()), Context(world.store, SECRET, world.now))


def everything(world: World) -> str:
    """All that is stored, in small letters."""
    rows = [row for partition in world.inner._rows.values() for row in partition.values()]
    return json.dumps([[row.key, dict(row.values)] for row in rows], default=str, ensure_ascii=False).lower()


def traces(world: World, typed: tuple[str, ...] = TYPED) -> list[str]:
    """Return what of the typed is stored; a short word would be found in ids."""
    stored = everything(world)
    return [one for one in typed if f"{one.lower()}@" in stored or f'"{one.lower()}' in stored.replace("\\", "")]


async def after_a_visit() -> Clinic:
    """Ana gave all that a form asks for, came under another name, wrote, and is gone; Bob has booked too."""
    clinic = await Clinic.opened(online())
    asked = a_request(TEN, customer={**whoever(ANA), "notes": "sore knee"})
    clinic.take_links(await create_appointment(asked, key=a_key(), **clinic.args()))
    await clinic.book(TEN + HALF, email=BOB)
    await clinic.wait_until(TEN)
    await clinic.come(clinic.ana, "Anita")
    await clinic.come(clinic.doc)
    await clinic.tell("hello there")
    await clinic.admit()
    await clinic.beat(clinic.ana, "room", "anaanaana")
    await clinic.beat(clinic.doc, "room", "docdocdoc")
    await clinic.exchange(clinic.doc, "docdocdoc", send=[{"to": "anaanaana", "n": 0, "data": "an address"}])
    await customers(clinic).change(
        id_of(clinic),
        lambda one: one.model_copy(
            update={"notes": "Has a dog", "address": "12 Rue Haute", "phone": "+33 1 99 88 77 66"}
        ),
        None,
    )
    await clinic.wait_until(AFTER)
    return clinic


def customers(world: World) -> Customers:
    return Customers(world.business, Author("desk", a_key()), "", Context(world.store, SECRET, world.now))


@virtually
async def test_nothing_of_the_person_is_left_and_the_appointment_is() -> None:
    clinic = await after_a_visit()
    assert len(traces(clinic)) >= 4
    await erasing(clinic).erase(id_of(clinic))
    assert traces(clinic) == []
    left = clinic.appointment(clinic.booked.appointment)
    assert left.seat is not None
    assert (left.start, left.status, left.seat.customer.name[:7]) == (TEN, "booked", "erased-")
    assert clinic.inner.rows("signals", f"{clinic.business}|{left.id}") == []
    assert [BOB in everything(clinic), history(clinic)[-1]] == [True, "customer erased"]
    assert await audit(clinic.inner, clinic.business, secret=SECRET) == []
    with pytest.raises(NotFound):
        await read_customer(id_of(clinic), business=clinic.business, store=clinic.store)


@virtually
async def test_while_something_is_to_come_nothing_is_erased() -> None:
    world = await World.opened()
    await world.book()
    await world.wait_until(TEN + timedelta(minutes=5))  # it runs
    before = everything(world)
    assert await refusal_of(erasing(world).erase(id_of(world))) == "appointments-to-come"
    assert everything(world) == before
    await world.wait_until(AFTER)
    later = await world.book(TEN + timedelta(days=3))
    assert await refusal_of(erasing(world).erase(id_of(world))) == "appointments-to-come"
    await world.cancel(later.token)
    await erasing(world).erase(id_of(world))
    assert [ANA in everything(world), world.rows(CUSTOMER), world.rows(CUSTOMER_APPOINTMENT)] == [False, {}, {}]


@virtually
async def test_a_seat_of_a_group_goes_alone_and_also_where_it_was_before() -> None:
    world = await World.opened(a_group())
    hers = await world.book()
    await world.book(email=BOB)
    moved = await world.move(hers.token, TEN + 2 * HALF)
    await world.wait_until(AFTER)
    await erasing(world).erase(id_of(world))
    names = sorted(json.loads(row.values["body"])["customer"]["name"][:7] for row in world.rows(SEAT).values())
    assert names == ["Bob", "erased-", "erased-"]
    assert [ANA in everything(world), len(world.rows(APPOINTMENT)), bool(moved.appointment)] == [False, 2, True]


@virtually
async def test_all_ids_of_a_merged_customer_go() -> None:
    world = await World.opened()
    await world.book()
    await world.book(TEN + HALF, email=NOBODY)
    await customers(world).merge(id_of(world), id_of(world, NOBODY))
    await world.wait_until(AFTER)
    await erasing(world).erase(id_of(world, NOBODY))  # either id leads to both
    assert [ANA in everything(world), NOBODY in everything(world), world.rows(CUSTOMER)] == [False, False, {}]


@virtually
@pytest.mark.parametrize("seed", range(6))
async def test_a_crash_in_the_middle_is_gone_on_with(seed: int) -> None:
    world = await World.opened()
    for number in range(12):
        await world.book(TEN + number * HALF)
    await world.wait_until(AFTER)
    (flaky,) = world.unreliable(1, 0.02, seed)
    for _ in range(30):
        try:
            await erasing(flaky).erase(id_of(world))
        except NotFound:
            break
        except Exception:  # noqa: BLE001 - what the faulty table raises
            continue
    else:
        pytest.fail("it does not end")
    assert [ANA in everything(world), world.rows(CUSTOMER_APPOINTMENT)] == [False, {}]
    assert len(world.rows(APPOINTMENT)) == 12
    assert await audit(world.inner, world.business, secret=SECRET) == []


@virtually
async def test_who_books_while_they_are_erased_is_a_customer_again() -> None:
    world = await World.opened()
    await world.book()
    await world.wait_until(AFTER)
    await erasing(world).erase(id_of(world))
    again = await world.book(TEN + timedelta(days=3))
    found = await read_customer(id_of(world), business=world.business, store=world.store)
    assert [found.record.email, again.appointment != ""] == [ANA, True]
    # the list for backups leaves those alone who came back by themselves
    author = Author("restore", a_key())
    left = await erase_again(author=author, context=Context(world.store, SECRET, world.now))
    assert [left, ANA in everything(world)] == [[], True]


@virtually
async def test_what_a_backup_brings_back_is_erased_again() -> None:
    world = await World.opened()
    await world.book()
    await world.wait_until(AFTER)
    backup = world.inner.copied()
    await erasing(world).erase(id_of(world))
    kept = world.inner.rows(ORGANISATION, ERASURES)
    assert len(kept) == 1
    backup._rows[ORGANISATION, ERASURES] = {row.key: row for row in kept}
    restored = World(backup, world.calendar, world.postman)
    assert ANA in everything(restored)
    author = Author("restore", a_key())
    assert await erase_again(author=author, context=Context(restored.store, SECRET, restored.now)) == []
    assert ANA not in everything(restored)
    page = await restored.table.range(ORGANISATION, ERASURES, *ALL_ERASURES)
    assert [len(page.rows), restored.rows(FAILED)] == [1, {}]


def listed(world: World) -> list[dict]:
    return [dict(row.values) for row in world.inner.rows(ORGANISATION, ERASURES)]


@virtually
async def test_an_erasure_that_stopped_is_listed_until_it_is_refused_and_the_one_before_it_stays_so() -> None:
    world = await World.opened()
    for day in (0, 7):  # erased, and back a week later
        await world.book(TEN + timedelta(days=day))
        await world.wait_until(AFTER + timedelta(days=day))
        if day == 0:
            await erasing(world).erase(id_of(world))
    first = listed(world)
    assert [list(one) for one in first] == [["at"]]
    world.table.plan = lambda call: Fault.DROPPED_BEFORE if call.writes(APPOINTMENT) else None
    with pytest.raises(TryAgain):
        await erasing(world).erase(id_of(world))
    assert [one["before"] for one in listed(world)] == [first[0]["at"]]
    world.table.plan = no_faults
    await world.book(TEN + timedelta(days=14))
    assert await refusal_of(erasing(world).erase(id_of(world))) == "appointments-to-come"
    assert listed(world) == first


@virtually
async def test_the_export_says_what_was_given_when_they_came_and_what_was_sent() -> None:
    clinic = await after_a_visit()
    await clinic.tick()
    found = await export_customer(id_of(clinic), calendar=clinic.calendar, store=clinic.store)
    assert found["customer"]["notes"] == "Has a dog"
    (one,) = found["appointments"]
    assert [one["start"], one["given"]["email"]] == [TEN.isoformat(), ANA]
    assert one["visit"]["name"] == "Anita"
    assert datetime.fromisoformat(one["visit"]["came"]) == TEN
    assert BOB not in json.dumps(found)


@virtually
async def test_nobody_is_not_found() -> None:
    world = await World.opened()
    for name in ("nobody", "no/body"):
        assert await refusal_of(erasing(world).erase(name)) == "not-found"


@virtually
async def test_who_has_something_to_come_in_a_backup_is_named() -> None:
    world = await World.opened()
    booked = await world.book(TEN + timedelta(days=7))
    backup = world.inner.copied()
    await world.wait_until(TEN)
    await world.cancel(booked.token)
    await erasing(world).erase(id_of(world))
    backup._rows[ORGANISATION, ERASURES] = {row.key: row for row in world.inner.rows(ORGANISATION, ERASURES)}
    restored = World(backup, world.calendar, world.postman)
    author = Author("restore", a_key())
    left = await erase_again(author=author, context=Context(restored.store, SECRET, restored.now))
    assert left == [f"{world.business}/{id_of(world)}"]


@virtually
async def test_under_which_name_staff_were_in_a_visit_and_what_they_wrote_is_forgotten_and_their_id_stays() -> (
    None
):
    clinic = await after_a_visit()
    (row,) = [row for row in clinic.rows(VISIT).values() if "Anita" in str(row.values)]
    assert "Claire" in str(row.values)
    (flaky,) = clinic.unreliable(1, 0.3, 1)
    with suppress(TryAgain, Ambiguous):
        await forget_host(clinic.business, "claire", store=flaky.store)
    await forget_host(clinic.business, "claire", store=clinic.store)
    after = clinic.rows(VISIT)[row.key]
    assert ["Claire" in str(after.values), "hello there" in str(after.values)] == [False, False]
    visit = load_visit(after.values)
    assert [one.id for one in visit.staff] == ["s.claire"]
    assert visit == erased_host(load_visit(row.values), "claire") != load_visit(row.values)
