"""An own calendar that is disconnected, but not freed yet, is kept about its person until it is gone."""

from datetime import timedelta

import pytest

from shared.domain.errors import TryAgain
from shared.records.free_busy.own_calendars import due_key, own_of
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.free_busy.connect import disconnect, find_own
from shared.use_cases.free_busy.read_due import read_due, save_reading
from shared.use_cases.personal_data.forget_address import forget_address
from shared.use_cases.personal_data.staff_trail import find_connected
from tests.support.builders import SECRET, a_key
from tests.support.virtual_time import virtually
from tests.use_cases.free_busy.test_readings_at_once import CLAIRE, Claire


async def leaving() -> Claire:
    """Return whose process died once it had marked her calendar as leaving."""
    claire = await Claire.connected()
    row = await find_own(CLAIRE, store=claire.world.store)
    assert row is not None
    own = own_of(row)
    await save_reading(row, own.left(claire.world.now), {}, claire.run(), due_key(own.next_at, own.person))
    return claire


@virtually
async def test_it_is_in_the_export():
    claire = await leaving()
    assert "outside" in await find_connected(CLAIRE, store=claire.world.store)


@virtually
async def test_an_erasure_is_done_only_once_it_is_gone():
    claire = await leaving()
    author, context = Author("head", a_key()), Context(claire.world.store, SECRET, claire.world.now)

    async def later(email: str) -> None:
        await disconnect(email, claire.run())  # which leaves it to the timer

    with pytest.raises(TryAgain):
        await forget_address(CLAIRE, later, author=author, context=context)
    claire.world.now += timedelta(minutes=10)
    await read_due(claire.run())
    await forget_address(CLAIRE, later, author=author, context=context)
    assert await find_connected(CLAIRE, store=claire.world.store) == {}
