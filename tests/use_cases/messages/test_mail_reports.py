"""What a provider reports of mails: early, late, twice, in any order, about what is not known, or never."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.domain.appointments.messages import OutboxEntry, SentMessage
from shared.records.codec import load_row
from shared.records.keys import FAILED, SENT
from shared.records.table import Ambiguous, Operation
from shared.use_cases.context import Context
from shared.use_cases.messages.find_messages import find_messages
from shared.use_cases.messages.find_undelivered import list_undelivered
from shared.use_cases.messages.references import MessageReference, reference_of
from shared.use_cases.messages.take_mail_report import take_mail_report
from tests.support.builders import SECRET
from tests.support.clinic import ANA, World
from tests.support.virtual_time import virtually
from tests.use_cases.messages.test_mend_undelivered import mend
from tests.use_cases.series.test_change_series import LATER, booked, cancel


LATE = timedelta(hours=1)


async def told() -> tuple[World, str]:
    """Ana was sent her confirmation; return by what its provider names it."""
    world = await World.opened()
    world.postman.reports = True
    await world.book()
    await world.tick()
    return world, world.postman.to(ANA)[-1].reference


async def report(
    world: World, reference: str, status: Any = "failed", reason: Any = "bounced", **more: Any
) -> str:
    at: datetime = more.get("at", world.now)
    return await take_mail_report(reference, status, reason, at, context=Context(world.store, SECRET, world.now))


def notes(world: World) -> list[SentMessage]:
    found = [load_row(SentMessage, row) for row in world.rows(SENT).values()]
    return [one for one in found if one.recipient.kind == "customer"]


@virtually
async def test_the_first_report_stands_and_the_appointment_shows_it() -> None:
    world, reference = await told()
    assert await report(world, reference, "delivered", "") == "taken"
    before = dict(world.rows(""))
    assert await report(world, reference, "delivered", "") == "known"
    assert await report(world, reference) == "known"
    assert world.rows("") == before
    (row,) = world.rows("A|").values()
    one = world.appointment(row.key.partition("|")[2])
    assert one.seat
    found = await find_messages(one, [one.seat], None, business=world.business, store=world.store, now=world.now)
    assert [each.state for each in found if each.recipient.kind == "customer"] == ["delivered"]


@virtually
async def test_what_came_back_is_shown_with_its_reason_and_is_another_mail_when_sent_again() -> None:
    world, reference = await told()
    assert await report(world, reference) == "taken"
    (one,) = await list_undelivered(world.business, 9, store=world.store, now=world.now)
    assert (one.recipient.kind, one.why, one.entry.kind) == ("customer", "bounced", "notify")
    assert [note.is_failed for note in notes(world)] == [True]
    await mend(world)
    await world.tick()
    first, again = world.postman.to(ANA)
    assert (again.kind, first.resent, again.resent) == ("confirmation", 0, 1)
    assert world.rows(FAILED) == {}
    assert await report(world, reference, at=world.now - LATE) == "unknown", (
        "a copy says nothing of the second one"
    )
    assert await report(world, again.reference) == "taken"
    (one,) = await list_undelivered(world.business, 9, store=world.store, now=world.now)
    assert one.entry.resent == 1


@virtually
async def test_a_reason_stays_when_the_mail_server_gives_up_on_others() -> None:
    world = await World.opened()
    world.postman.reports, world.postman.is_broken_for = True, {"claire@clinic.example"}
    await world.book()
    await world.tick()
    assert await report(world, world.postman.to(ANA)[-1].reference) == "taken"
    await world.tick_for(timedelta(hours=20), every=600)
    found = await list_undelivered(world.business, 9, store=world.store, now=world.now)
    assert {one.recipient.kind for one in found} == {"customer", "staff", "business"}
    assert [one.why for one in found if one.recipient.kind == "customer"] == ["bounced"]


@virtually
async def test_a_report_that_overtakes_the_note_is_asked_for_again_and_no_longer_later() -> None:
    world, reference = await told()
    gone = [Operation("delete", row.key, etag=row.etag) for row in world.rows(SENT).values()]
    await world.inner.transact("bookings", world.business, gone)
    with pytest.raises(Ambiguous):
        await report(world, reference)
    assert await report(world, reference, at=world.now - LATE) == "unknown", "it was erased"
    assert world.rows(FAILED) == {}


@virtually
async def test_what_is_not_known_changes_nothing() -> None:
    world, reference = await told()
    before = dict(world.rows(""))
    keys = ("N|x|0123456789abcdef", "0biz", "A|x", "P|202701110700|0123456789abcdef", "N||")
    others = [reference_of(SECRET, "mail", MessageReference(world.business, key)) for key in keys]
    forged = reference_of("another" * 8, "mail", MessageReference(world.business, keys[0]))
    for name in (f"{reference[:-2]}xx", "", "x.y", "é", forged, *others):
        assert await report(world, name, at=world.now - LATE) == "unknown"
    assert world.rows("") == before


@virtually
async def test_a_mail_about_several_is_undelivered_for_each() -> None:
    world, names = await booked()
    world.postman.reports = True
    await cancel(world, names[:2])
    await world.tick_for(LATER, every=30)
    (letter,) = world.postman.to(ANA)
    assert len(letter.series) == 2
    assert await report(world, letter.reference, at=world.now - LATE) == "taken"
    failed = [load_row(OutboxEntry, row) for row in world.rows(FAILED).values()]
    assert {one.appointment for one in failed} == set(names[:2])
    assert [(one.is_failed, one.why) for one in notes(world) if one.report] == [(True, "bounced")] * 2
    assert await report(world, letter.reference, at=world.now - LATE) == "known"


@virtually
async def test_a_provider_that_reports_nothing_has_sent() -> None:
    world, _ = await told()
    await world.tick_for(timedelta(hours=1), every=600)
    assert [(one.report, one.is_failed) for one in notes(world)] == [("", False)]


@virtually
async def test_without_reports_no_more_is_kept_than_before() -> None:
    world = await World.opened()
    await world.book()
    await world.tick()
    assert [(one.entry, one.work) for one in notes(world)] == [(None, "")]
    assert {one.reference for one in world.postman.letters} == {""}
