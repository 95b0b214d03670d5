"""An address whose domain is written in letters or in ASCII is one customer's, whenever they came first."""

import pytest

from shared.domain.appointments.appointment import Customer
from shared.domain.appointments.customer import CustomerRecord, customers_named
from shared.records.codec import dump
from shared.records.keys import customer_key
from shared.records.table import Operation
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.customers.change_customer import Customers
from shared.use_cases.customers.import_customers import CustomerLine, import_customers
from tests.support.builders import SECRET, a_key
from tests.support.clinic import HALF, TEN, World, a_group, refusal_of, whoever
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import a_party, change, make, seats_of
from tests.use_cases.booking.test_open_appointments import DAY, FULL, limited


LETTERS, ASCII = "ana@münchen.example", "ana@xn--mnchen-3ya.example"
BOTH = pytest.mark.parametrize(("first", "second"), [(LETTERS, ASCII), (ASCII, LETTERS)])


async def known_before(world: World) -> str:
    """Store a customer as versions did that took the two spellings for two; return the id."""
    older = customers_named(SECRET, world.business, LETTERS)[1]
    values = dump(Customer(**whoever(LETTERS))) | {"firstSeen": world.now.isoformat(), "lastSeen": ""}
    await world.table.transact("bookings", world.business, [Operation("insert", customer_key(older), values)])
    return older


def customers(world: World) -> Customers:
    return Customers(world.business, Author("desk", a_key()), "", Context(world.store, SECRET, world.now))


@virtually
@BOTH
async def test_both_spellings_are_one_customer_with_one_limit(first: str, second: str) -> None:
    world = await World.opened(limited(2))
    await world.book(TEN, email=first)
    await make(world, TEN + HALF, parties=[a_party(second)])
    assert await refusal_of(world.book(TEN + 2 * HALF, email=second)) == FULL
    assert len(world.rows("C|")) == 1
    assert await world.problems() == []


@virtually
@pytest.mark.parametrize("email", [LETTERS, ASCII])
async def test_a_customer_of_before_is_found_by_whoever_books(email: str) -> None:
    world = await World.opened(limited(3))
    older = await known_before(world)
    mine = await world.book(TEN, email=email)
    made = await make(world, TEN + HALF, parties=[a_party(email)])
    assert [world.appointment(one.id).seat.customer_id for one in (mine, made)] == [older, older]
    added = await customers(world).add(CustomerRecord(name="Ana", email=email))
    assert added.id != older, "the address is another customer's already"
    done = await import_customers([CustomerLine(1, CustomerRecord(name="Ana", email=email))], customers(world))
    assert (done.added, done.known) == (0, 1)
    assert set(world.rows("C|")) == {customer_key(older), customer_key(added.id)}
    await world.move(mine.token, TEN + DAY)
    assert await world.problems() == []


@virtually
async def test_of_two_records_of_before_the_one_in_ascii_goes_on() -> None:
    world = await World.opened(limited(3))
    await world.book(TEN, email=ASCII)
    older = await known_before(world)
    mine = await world.book(TEN + HALF, email=LETTERS)
    assert world.appointment(mine.id).seat.customer_id != older


@virtually
@BOTH
async def test_a_list_of_a_group_keeps_the_seat_of_whoever_is_named_by_the_other_spelling(
    first: str, second: str
) -> None:
    world = await World.opened(a_group(seats=3))
    made = await make(world, parties=[a_party(first)], service="yoga")
    before = seats_of(world, made.id)[first]
    await change(world, made.id, parties=(a_party(second), a_party("bob@example.com")))
    after = {seat.id: seat for seat in seats_of(world, made.id).values()}
    assert after[before.id].status == "booked"
    assert after[before.id].link_version == before.link_version, "it is the same person"
    assert len(after) == 2
