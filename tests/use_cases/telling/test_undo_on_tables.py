"""The same decision by the real tables: of undoing and the timer exactly one has the entry."""

import asyncio

import pytest

from shared.domain.appointments.appointment import Appointment
from shared.domain.errors import AlreadyTold
from shared.records.codec import load_row
from shared.records.keys import WORK, appointment_key, every
from shared.records.markers import SHARDS
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.appointments.cancel_by_staff import cancel_by_staff
from shared.use_cases.booking.create_appointment import create_appointment
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.context import Context
from shared.use_cases.messages.send_due import send_due
from shared.use_cases.telling.announce import WHILE
from shared.use_cases.telling.undo_change import undo_change
from tests.support.builders import MONDAY, SECRET, a_calendar, a_key, a_request
from tests.support.clinic import DESK
from tests.support.fakes import Postman


@pytest.mark.parametrize("ahead", [0.0, 0.02, 0.2])
async def test_a_cancellation_is_undone_or_told_and_never_both(tables: Tables, ahead: float) -> None:
    store, postman = TableStore(tables), Postman()
    await save_calendar(a_calendar(), key=a_key(), store=store, secret=SECRET)
    calendar = await store.calendars.find(a_calendar().business.slug)
    args = {"calendar": calendar, "context": Context(store, SECRET, MONDAY)}
    booked = await create_appointment(a_request(), key=a_key(), **args)  # type: ignore[arg-type]

    async def tick(after: float = 0) -> None:
        await asyncio.sleep(after)
        due = MONDAY + WHILE
        await send_due(context=Context(store, SECRET, due), mailer=postman, worker=a_key(), shards=SHARDS)

    await tick()
    postman.letters.clear()
    await cancel_by_staff(booked.id, "", editor=DESK, key=a_key(), telling="later", **args)  # type: ignore[arg-type]
    given = {"editor": DESK, "key": a_key(), **args}
    undone, _ = await asyncio.gather(
        undo_change(booked.id, 2, **given),  # type: ignore[arg-type]
        tick(ahead),
        return_exceptions=True,
    )
    row = await tables.get("bookings", calendar.business.id, appointment_key(booked.id))
    assert row is not None
    is_live = load_row(Appointment, row).is_live
    assert (undone is None, bool(postman.letters)) == (is_live, not is_live)
    assert undone is None or isinstance(undone, AlreadyTold)
    assert (await tables.range("bookings", calendar.business.id, *every(WORK))).rows == []
