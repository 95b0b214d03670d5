"""What a person with many appointments costs: some requests for hundreds of them, and not some for each."""

from datetime import timedelta

from shared.records.keys import APPOINTMENT, CUSTOMER_APPOINTMENT, SENT
from shared.records.table import Operation
from shared.use_cases.personal_data.export_customer import export_customer
from tests.bench.days.one_person import PERSON, rows_of_clinic
from tests.support.clinic import World
from tests.support.virtual_time import virtually
from tests.use_cases.personal_data.test_erase_customer import erasing, everything


THEIRS = 300


async def opened() -> World:
    """A calendar in which every second appointment is the person's; each was told of twice, half of them came."""
    world = await World.opened()
    for key, values in rows_of_clinic(world.now, THEIRS, 2 * THEIRS):
        world.inner.apply("bookings", world.business, [Operation("upsert", key, values)])
    await world.wait_until(world.now + timedelta(hours=1))
    return world


@virtually
async def test_hundreds_of_appointments_are_handed_out_and_erased_in_dozens_of_requests() -> None:
    world = await opened()
    before = world.inner.requests
    found = await export_customer(PERSON, calendar=world.calendar, store=world.store)
    exported = world.inner.requests - before
    assert [len(found["appointments"]), len(found["appointments"][0]["messages"])] == [THEIRS, 2]
    assert sum(one["visit"] is not None for one in found["appointments"]) == THEIRS / 2
    await erasing(world).erase(PERSON)
    erased = world.inner.requests - before - exported
    assert exported <= THEIRS / 20
    assert erased <= THEIRS / 5  # a transaction has at most a hundred operations, of which each needs some
    assert f"{PERSON}@" not in everything(world)
    assert [len(world.rows(one)) for one in (APPOINTMENT, SENT, CUSTOMER_APPOINTMENT)] == [
        2 * THEIRS,
        2 * THEIRS,
        THEIRS,
    ]
