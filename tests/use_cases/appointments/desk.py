"""What staff do at their desk, on top of what can be done to a clinic."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.domain.appointments.appointment import Seat
from shared.records.codec import load_row
from shared.records.keys import AUDIT
from shared.use_cases.appointments.cancel_by_staff import cancel_by_staff
from shared.use_cases.appointments.change_by_staff import change_by_staff
from shared.use_cases.appointments.create_by_staff import Made, create_by_staff
from shared.use_cases.appointments.delete_appointment import delete_appointment
from shared.use_cases.appointments.send_new_link import Holder, send_new_link
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.appointments.staff_request import AppointmentChange, CustomerInput, StaffBooking
from tests.support.builders import a_key
from tests.support.clinic import DESK, TEN, World


APP = Actor("app", is_bound=True)


def a_party(email: str = "ana@example.com", **changes: Any) -> CustomerInput:
    return CustomerInput(**{"name": email.partition("@")[0].title(), "email": email, **changes})


async def make(
    world: World,
    start: datetime = TEN,
    *,
    editor: Actor = DESK,
    key: str = "",
    parties: Sequence[CustomerInput] | None = None,
    **changes: Any,
) -> Made:
    service = changes.pop("service", next(iter(world.calendar.services)))
    parties = (a_party(),) if parties is None else parties
    request = StaffBooking(service=service, start=start, parties=tuple(parties), **changes)
    return await create_by_staff(request, editor=editor, key=key or a_key(), **world.args())


def seats_of(world: World, appointment: str) -> dict[str, Seat]:
    """The seats of a session by the addresses of their customers."""
    found = (load_row(Seat, row) for row in world.rows(f"S|{appointment}|").values())
    return {seat.customer.email: seat for seat in found}


def history(world: World) -> list[str]:
    """What the audit says, oldest first."""
    return [json.loads(row.values["body"])["action"] for _, row in sorted(world.rows(AUDIT).items(), reverse=True)]


async def cancel(
    world: World, appointment: str, message: str = "", *, editor: Actor = DESK, key: str = ""
) -> None:
    await cancel_by_staff(appointment, message, editor=editor, key=key or a_key(), **world.args())


async def delete(
    world: World, appointment: str, *, etag: str | None = None, editor: Actor = DESK, key: str = ""
) -> None:
    await delete_appointment(
        appointment, editor=editor, key=key or a_key(), etags={etag} if etag else None, **world.args()
    )


async def change(
    world: World,
    appointment: str,
    *,
    etag: str | None = None,
    editor: Actor = DESK,
    key: str = "",
    **changes: Any,
) -> None:
    wanted = AppointmentChange(**changes)
    await change_by_staff(
        appointment, wanted, editor=editor, key=key or a_key(), etags={etag} if etag else None, **world.args()
    )


async def renew(
    world: World, appointment: str, holder: Holder, name: str, *, editor: Actor = DESK, key: str = ""
) -> bool:
    return await send_new_link(appointment, holder, name, editor=editor, key=key or a_key(), **world.args())
