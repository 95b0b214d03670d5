"""Finds the appointments of a series, as they stand."""

import asyncio

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.series import AppointmentSeries
from shared.records.codec import load_row
from shared.records.keys import appointment_key, series_key
from shared.use_cases.ports import Store


async def find_series(series: str, *, business: str, store: Store) -> list[Appointment]:
    """Return the appointments of a series, the earliest first, cancelled ones too; two round trips deep."""
    row = await store.table.get("bookings", business, series_key(series))
    names = load_row(AppointmentSeries, row).appointments if row else ()
    rows = await asyncio.gather(*(store.table.get("bookings", business, appointment_key(name)) for name in names))
    found = [load_row(Appointment, one) for one in rows if one]
    return sorted(found, key=lambda one: (one.start, one.id))
