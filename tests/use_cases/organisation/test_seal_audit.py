"""Seals of the audit: what is altered, removed or added later shows, and what goes by retention does not look so."""

import asyncio
import json
from datetime import timedelta

import pytest

from shared.domain.personal_data.retention import Retention
from shared.records.keys import AUDIT, SEAL
from shared.records.table import Operation, Stale
from shared.use_cases.organisation.seal_audit import AuditPlace, check_audit, is_whole, seal_audit
from shared.use_cases.personal_data.retain import Retaining
from tests.support.clinic import HALF, TEN, World
from tests.support.virtual_time import virtually


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


async def a_history() -> World:
    """Three hours with bookings, each sealed when it is over."""
    world = await World.opened()
    await world.sweep()
    for number in range(3):
        await world.book(TEN + number * HALF, email=f"c{number}@example.com")
        await world.wait_until(world.now + 2 * HOUR)
        await world.sweep()
    return world


async def states(world: World, **more: object) -> list[tuple[str, int]]:
    checked = await check_audit(AuditPlace(world.business), more.get("before"), store=world.store)  # type: ignore[arg-type]
    return [(one.state, one.found) for one in checked]


@virtually
async def test_entries_are_sealed_once_they_are_an_hour_old() -> None:
    world = await a_history()
    assert await states(world) == [("intact", 1)] * 3
    before = len(world.rows(SEAL))
    await world.sweep()
    assert len(world.rows(SEAL)) == before
    await world.book(TEN + 9 * HALF)
    await world.sweep()
    assert len(world.rows(SEAL)) == before  # the last booking is too young


@virtually
@pytest.mark.parametrize("wrong", ["altered", "removed", "added", "seal removed", "seal altered"])
async def test_what_is_altered_removed_or_added_later_shows(wrong: str) -> None:
    world = await a_history()
    key, row = sorted(world.rows(AUDIT).items())[1]
    seal, sealed = sorted(world.rows(SEAL).items())[1]
    changed = {
        "altered": Operation("upsert", key, {"body": row.values["body"].replace("customer", "somebody")}),
        "removed": Operation("delete", key),
        "added": Operation("upsert", f"{key}x", {"body": json.dumps({"at": world.now.isoformat()})}),
        "seal removed": Operation("delete", seal),
        "seal altered": Operation("upsert", seal, {**sealed.values, "hash": "0" * 64}),
    }
    await world.inner.transact("bookings", world.business, [changed[wrong]])
    checked = await check_audit(AuditPlace(world.business), None, store=world.store)
    assert not is_whole(checked)
    assert checked[0].state == "intact" or "seal" in wrong


@virtually
async def test_of_two_who_seal_at_once_one_does() -> None:
    world = await World.opened()
    await world.sweep()
    await world.book()
    await world.wait_until(world.now + 2 * HOUR)
    place = AuditPlace(world.business)
    both = [seal_audit(place, world.now, store=one.store) for one in (world, world.beside())]
    done = await asyncio.gather(*both, return_exceptions=True)
    assert [isinstance(one, Stale) for one in done].count(True) == 1
    assert await states(world) == [("intact", 1)]


@virtually
async def test_what_goes_after_its_time_goes_by_whole_seals_and_the_rest_can_be_checked() -> None:
    world = await a_history()
    await world.wait_until(world.now + 40 * DAY)
    await world.take_off("claire", world.now + DAY, world.now + 2 * DAY)
    await world.wait_until(world.now + 2 * HOUR)
    await world.sweep()
    rule = Retention(audit=30)
    await Retaining(world.business, rule, world.store, world.now).run()
    found = await states(world, before=rule.before("audit", world.now))
    assert found == [("intact", 1), ("erased", 0), ("erased", 0), ("erased", 0)]
    assert [state for state, _ in await states(world)][1:] == ["altered"] * 3  # without a retention nothing may go
