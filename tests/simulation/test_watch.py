"""What the watch takes for an undone change: one of which people would be told all the same, and no other."""

from datetime import timedelta

import pytest

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.messages import OutboxEntry
from shared.records.codec import dump
from shared.records.keys import appointment_key
from shared.records.table import Operation
from shared.use_cases.telling.announce import pending_key
from tests.simulation.world.service import Service
from tests.simulation.world.watch import Watch
from tests.support.builders import MONDAY, an_appointment
from tests.support.virtual_time import virtually


HOUR, DUE = timedelta(hours=1), MONDAY - timedelta(days=1)
MOVED = {"start": MONDAY + HOUR, "end": MONDAY + 2 * HOUR}


def moved(one: Appointment) -> Appointment:
    """Return it an hour later, of which people are to be told."""
    told = {"version": 2, "due": DUE, "entry": "n1"}
    pending = one.known(MONDAY - timedelta(days=2)).model_copy(update=told)
    return one.model_copy(update={**MOVED, "version": 2, "pending": pending})


@pytest.mark.parametrize(
    ("left", "is_wrong"),
    [
        ({"not_before": DUE}, True),
        ({"not_before": DUE, "leased_by": "worker"}, False),
        ({"not_before": DUE + HOUR}, False),
        (None, False),
    ],
)
@virtually
async def test_a_change_back_is_wrong_only_while_its_notice_waits(
    left: dict[str, object] | None, *, is_wrong: bool
) -> None:
    service = Service()
    watch = Watch(service, "biz")
    one = an_appointment(MONDAY)
    after = moved(one)
    notice, key = pending_key(after), appointment_key(one.id)
    service.apply("bookings", "biz", [Operation("insert", key, dump(one))])
    service.apply("bookings", "biz", [Operation("upsert", key, dump(after))])
    if left:
        entry = OutboxEntry(kind="notify", appointment=one.id, **left)  # type: ignore[arg-type]
        service.apply("bookings", "biz", [Operation("insert", notice, dump(entry))])
    watch.problems.clear()
    service.apply("bookings", "biz", [Operation("upsert", key, dump(one.model_copy(update={"version": 3})))])
    assert any("its notice is not" in problem for problem in watch.problems) == is_wrong
