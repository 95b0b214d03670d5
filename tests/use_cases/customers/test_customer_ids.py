"""One customer by several ids: merged with their appointments, notes and block; blocked by each address and number."""

from datetime import timedelta

import pytest

from shared.domain.appointments.customer import CustomerRecord, customers_named
from shared.domain.errors import InvalidFields, NotFound, NothingToUndo
from shared.records.keys import CUSTOMER
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.customers.change_customer import Customers
from shared.use_cases.customers.find_customer_appointments import find_customer_appointments
from shared.use_cases.customers.find_customers import read_all, read_customer, read_page
from shared.use_cases.customers.search_customers import forget_customers, search_customers
from tests.support.builders import SECRET, a_business, a_calendar, a_key, a_service
from tests.support.clinic import ANA, BOB, HALF, TEN, World, refusal_of
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import a_party, history, make


HERS = "ana@home.example"


def customers(world: World, key: str = "") -> Customers:
    return Customers(world.business, Author("desk", key or a_key()), "", Context(world.store, SECRET, world.now))


def known_as(world: World, said: str) -> str:
    return customers_named(SECRET, world.business, said)[0]


async def twice_ana() -> World:
    """Ana has booked by two addresses, and staff have noted something about each."""
    world = await World.opened(a_calendar(a_business(), services=[a_service()]))
    await world.book(TEN)
    await world.book(TEN + 2 * HALF, email=HERS)
    for said, note in ((ANA, "Likes mornings"), (HERS, "Has a dog")):
        await customers(world).change(
            known_as(world, said), lambda one, note=note: one.model_copy(update={"notes": note}), None
        )
    return world


async def starts_of(world: World, name: str) -> list[object]:
    found, _ = await find_customer_appointments(name, 0, 20, business=world.business, store=world.store)
    return [one.listed.appointment.start for one in found]


@virtually
async def test_the_merged_customer_has_the_appointments_notes_and_later_bookings_of_both() -> None:
    world = await twice_ana()
    kept, gone = known_as(world, ANA), known_as(world, HERS)
    await customers(world).merge(kept, gone)
    found = await read_customer(kept, business=world.business, store=world.store)
    assert found.record.notes == "Likes mornings\n\nHas a dog"
    assert found.record.email == ANA
    await world.book(TEN + 4 * HALF, email=HERS)
    assert await starts_of(world, kept) == [TEN + 4 * HALF, TEN + 2 * HALF, TEN]
    assert await starts_of(world, gone) == await starts_of(world, kept)
    assert history(world).count("customers merged") == 1


@virtually
async def test_a_merged_customer_is_found_under_the_other_alone() -> None:
    world = await twice_ana()
    kept, gone = known_as(world, ANA), known_as(world, HERS)
    await customers(world).merge(kept, gone)
    reads = {"business": world.business, "store": world.store}
    assert (await read_customer(gone, **reads)).id == kept
    assert [one.id for one in await read_all(**reads)] == [kept]
    assert [one.id for one in await read_page("", 1, **reads)] == [kept]
    with pytest.raises(NotFound):
        await customers(world).change(gone, lambda one: one.model_copy(update={"name": "X"}), None)


@virtually
async def test_merging_again_or_with_the_same_key_changes_nothing_and_back_is_refused() -> None:
    world = await twice_ana()
    kept, gone, key = known_as(world, ANA), known_as(world, HERS), a_key()
    for each in (key, key, a_key()):
        await customers(world, each).merge(kept, gone)
    found = await read_customer(kept, business=world.business, store=world.store)
    assert found.record.notes == "Likes mornings\n\nHas a dog"
    with pytest.raises(NotFound):
        await customers(world).merge(gone, kept)
    with pytest.raises(InvalidFields):
        await customers(world).merge(kept, kept)
    with pytest.raises(NotFound):
        await customers(world).merge(kept, "nobody")


@virtually
async def test_who_was_merged_twice_leads_to_the_last_one() -> None:
    world = await twice_ana()
    await world.book(TEN + 6 * HALF, email=BOB)
    kept, gone, last = known_as(world, ANA), known_as(world, HERS), known_as(world, BOB)
    await customers(world).merge(kept, gone)
    await customers(world).merge(last, kept)
    assert (await read_customer(gone, business=world.business, store=world.store)).id == last
    assert len(await starts_of(world, last)) == 3


@virtually
async def test_a_removed_customer_takes_their_other_ids_along_and_a_booking_begins_anew() -> None:
    world = await twice_ana()
    kept, gone = known_as(world, ANA), known_as(world, HERS)
    await customers(world).merge(kept, gone)
    await customers(world).remove(kept, None)
    assert not world.rows(CUSTOMER)
    await world.book(TEN + 6 * HALF, email=HERS)
    assert (await read_customer(gone, business=world.business, store=world.store)).id == gone


@virtually
async def test_a_blocked_customer_does_not_book_online_by_any_address_and_staff_still_book_for_them() -> None:
    world = await twice_ana()
    kept, gone = known_as(world, ANA), known_as(world, HERS)
    await customers(world).merge(kept, gone)
    await customers(world).block(kept, is_blocked=True)
    for email in (ANA, HERS, ANA.upper()):
        assert await refusal_of(world.book(TEN + 4 * HALF, email=email)) == "by-phone-only"
    assert await refusal_of(world.book(TEN + 4 * HALF, email=BOB)) == ""
    await make(world, TEN + 6 * HALF, parties=[a_party(ANA)])
    await make(world, TEN + 8 * HALF, parties=[a_party(customer_id=kept)])
    await customers(world).block(kept, is_blocked=False)
    assert await refusal_of(world.book(TEN + 10 * HALF, email=HERS)) == ""
    assert sorted(one for one in history(world) if "blocked" in one) == ["customer blocked", "customer unblocked"]


@virtually
async def test_a_block_moves_with_a_merge_and_holds_for_a_new_address() -> None:
    world = await twice_ana()
    kept, gone = known_as(world, ANA), known_as(world, HERS)
    await customers(world).block(gone, is_blocked=True)
    await customers(world).merge(kept, gone)
    assert await refusal_of(world.book(TEN + 4 * HALF)) == "by-phone-only"
    new = "ana@new.example"
    await customers(world).change(kept, lambda one: one.model_copy(update={"email": new}), None)
    assert await refusal_of(world.book(TEN + 4 * HALF, email=new)) == "by-phone-only"


@virtually
async def test_another_customer_with_the_same_number_is_not_blocked_along() -> None:
    world = await World.opened(a_calendar(a_business(), services=[a_service()]))
    phone = "+33 1 23 45 67 89"
    ana = await customers(world).add(CustomerRecord(name="Ana", email=ANA, phone=phone))
    other = await customers(world).add(CustomerRecord(name="Eva", phone=phone))
    await customers(world).block(ana.id, is_blocked=True)
    assert not (await read_customer(other.id, business=world.business, store=world.store)).record.is_blocked


@virtually
async def test_who_is_not_there_is_not_blocked() -> None:
    world = await World.opened(a_calendar())
    for name in ("nobody", "no/body"):
        with pytest.raises(NotFound):
            await customers(world).block(name, is_blocked=True)


@virtually
async def test_a_search_sees_who_was_added_merged_and_removed_meanwhile() -> None:
    world = await twice_ana()

    async def found() -> list[str]:
        page = await search_customers("ana", 0, 9, business=world.business, store=world.store)
        return sorted(one.record.email for one in page.shown)

    assert await found() == sorted([ANA, HERS])
    await customers(world).add(CustomerRecord(name="Ana Third", email="third@example.com"))
    forget_customers(world.business, store=world.store)
    assert len(await found()) == 3
    await customers(world).merge(known_as(world, ANA), known_as(world, HERS))
    forget_customers(world.business, store=world.store)
    assert await found() == [ANA, "third@example.com"]
    await customers(world).remove(known_as(world, "third@example.com"), None)
    forget_customers(world.business, store=world.store)
    assert await found() == [ANA]


async def split_or_not(world: World, kept: str, gone: str) -> CustomerRecord:
    await customers(world).split(kept, gone)
    return (await read_customer(kept, business=world.business, store=world.store)).record


@virtually
async def test_a_merge_is_undone_with_the_appointments_of_each_address_and_what_was_edited_since_stays() -> None:
    world = await twice_ana()
    kept, gone = known_as(world, ANA), known_as(world, HERS)
    reads = {"business": world.business, "store": world.store}
    before = (await read_customer(gone, **reads)).record
    await customers(world).merge(kept, gone)
    await world.book(TEN + 4 * HALF, email=HERS)
    await customers(world).change(kept, lambda one: one.model_copy(update={"address": "1 Main Street"}), None)
    after = await split_or_not(world, kept, gone)
    assert (after.notes, after.address, after.also, after.last_merge) == (
        "Likes mornings",
        "1 Main Street",
        (),
        None,
    )
    again = (await read_customer(gone, **reads)).record
    assert again.model_copy(update={"changed_at": None}) == before.model_copy(update={"changed_at": None})
    assert await starts_of(world, kept) == [TEN]
    assert await starts_of(world, gone) == [TEN + 4 * HALF, TEN + 2 * HALF]
    assert await split_or_not(world, kept, gone) == after  # once more changes nothing
    assert history(world).count("merge undone") == 1


@virtually
async def test_of_several_merges_the_last_is_undone_with_all_its_ids() -> None:
    world = await twice_ana()
    await world.book(TEN + 6 * HALF, email=BOB)
    kept, gone, last = known_as(world, ANA), known_as(world, HERS), known_as(world, BOB)
    await customers(world).merge(kept, gone)
    await customers(world).merge(last, kept)
    with pytest.raises(NotFound):
        await customers(world).split(kept, gone)
    await customers(world).split(last, kept)
    assert len(await starts_of(world, last)) == 1
    assert len(await starts_of(world, kept)) == 2
    with pytest.raises(NothingToUndo):  # what that merge has changed is not known any more
        await customers(world).split(kept, gone)


@pytest.mark.parametrize(("since", "both"), [(False, [False, True]), (True, [True, True])])
@virtually
async def test_each_is_blocked_as_before_unless_that_was_changed_since(since: bool, both: list[bool]) -> None:
    world = await twice_ana()
    kept, gone = known_as(world, ANA), known_as(world, HERS)
    await customers(world).block(gone, is_blocked=not since)
    await customers(world).merge(kept, gone)
    if since:
        await customers(world).block(kept, is_blocked=True)
    await customers(world).split(kept, gone)
    found = [await read_customer(one, business=world.business, store=world.store) for one in (kept, gone)]
    assert [one.record.is_blocked for one in found] == both


@virtually
async def test_after_thirty_days_a_merge_stays() -> None:
    world = await twice_ana()
    kept, gone = known_as(world, ANA), known_as(world, HERS)
    await customers(world).merge(kept, gone)
    world.skew = timedelta(days=31)
    with pytest.raises(NothingToUndo):
        await customers(world).split(kept, gone)
    await customers(world).change(kept, lambda one: one.model_copy(update={"name": "Ana S."}), None)
    found = await read_customer(kept, business=world.business, store=world.store)
    assert found.record.last_merge is None  # it is not kept for longer
