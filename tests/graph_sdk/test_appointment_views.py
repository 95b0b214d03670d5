"""Appointments as others see them by the official SDK: lists, the calendar, who is free, and programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.models.bookings_availability_status import BookingsAvailabilityStatus
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.solutions.booking_businesses.item.appointments.appointments_request_builder import (
    AppointmentsRequestBuilder,
)
from msgraph_core.tasks.page_iterator import PageIterator

from shared.records.appointments import projection
from shared.records.keys import day_key
from shared.records.table import Operation
from shared.storage.tables import Tables
from tests.graph_sdk.bookings import DAY, NOBODY, a_booking, availability, book, view
from tests.graph_sdk.wire import error_of
from tests.support.builders import an_appointment


pytestmark = [pytest.mark.host, pytest.mark.azurite, pytest.mark.asyncio(loop_scope="session")]
ListQuery = AppointmentsRequestBuilder.AppointmentsRequestBuilderGetQueryParameters


async def listed_ones(staffed, azurite, count: int) -> None:
    """Put appointments into the index that lists are read from: booking them one by one would take long."""
    tables, name = Tables(azurite.connection_string, "graph"), staffed.id.partition("@")[0]
    start = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC)
    made = [
        an_appointment(start + timedelta(minutes=number), id=f"x{number:03d}", staff=(staffed.person,))
        for number in range(count)
    ]
    rows = [Operation("insert", day_key(one.start, one.id), projection(one)) for one in made]
    for first in range(0, count, 100):
        await tables.transact("bookings", name, rows[first : first + 100])
    await tables.close()


async def test_lists_are_followed_from_page_to_page_and_looked_through(graph, staffed, azurite):
    await listed_ones(staffed, azurite, 104)
    first = await staffed.appointments.get()
    found = []
    await PageIterator(first, graph.request_adapter).iterate(lambda it: found.append(it) or True)
    starts = [it.start_date_time.date_time for it in found]
    assert (len(first.value), len(starts), starts == sorted(starts)) == (100, 104, True)
    query = ListQuery(filter=f"staffMemberIds/any(s:s eq '{staffed.person}')", top=3, select=["id"])
    few = await staffed.appointments.get(RequestConfiguration(query_parameters=query))
    assert [it.id for it in few.value] == [it.id for it in found[:3]]
    assert few.value[0].service_name is None
    query = ListQuery(orderby=["startDateTime/dateTime desc"], top=1, count=True)
    last = await staffed.appointments.get(RequestConfiguration(query_parameters=query))
    assert (last.odata_count, last.value[0].id) == (104, found[-1].id)


async def test_the_calendar_shows_what_a_stretch_of_time_touches(staffed):
    early, late = await book(staffed, "09:00"), await book(staffed, "11:00")
    for start, end, expected in (
        ("09:30", "11:30", [early.id, late.id]),
        ("10:00", "11:00", []),
        ("00:00", "10:00", [early.id]),
    ):
        assert [it.id for it in (await staffed.calendar_view.get(view(start, end))).value] == expected
    with pytest.raises(ODataError) as refused:
        await staffed.calendar_view.get()
    assert error_of(refused) == (400, "BadRequest")


async def test_programs_ask_when_people_are_free_and_nobody_else_does(app, staffed):
    await book(staffed, "09:00", pre_buffer=timedelta(minutes=5))
    await book(staffed, "14:00", service_id=staffed.course)
    program = app.client("app@demo.example").solutions.booking_businesses.by_booking_business_id(staffed.id)
    (found,) = (await program.get_staff_availability.post(availability(staffed))).value
    free, seats, busy = (BookingsAvailabilityStatus(name) for name in ("available", "slotsAvailable", "busy"))
    assert found.staff_id == staffed.person
    assert [(it.status, it.start_date_time.date_time[11:16], it.end_date_time.date_time[11:16], it.service_id) for it in found.availability_items] == [
        (free, "08:00", "08:55", None),
        (busy, "08:55", "10:00", None),
        (free, "10:00", "14:00", None),
        (seats, "14:00", "15:00", staffed.course),
        (free, "15:00", "17:00", None),
    ]  # fmt: skip
    with pytest.raises(ODataError) as missing:
        await program.get_staff_availability.post(availability(staffed, NOBODY))
    assert error_of(missing) == (404, "ErrorItemNotFound")
    with pytest.raises(ODataError) as refused:
        await staffed.get_staff_availability.post(availability(staffed))
    assert error_of(refused) == (403, "Forbidden")


async def test_a_program_obeys_the_policy_and_needs_its_permissions(app, staffed):
    program = app.client("app@demo.example").solutions.booking_businesses.by_booking_business_id(staffed.id)
    with pytest.raises(ODataError) as refused:
        await program.appointments.post(a_booking(staffed, "03:00"))
    assert error_of(refused) == (400, "BadRequest")
    made = await program.appointments.post(a_booking(staffed))
    reader = app.client("admin@demo.example", "Bookings.Read.All").solutions.booking_businesses
    reads = reader.by_booking_business_id(staffed.id).appointments
    assert (await reads.by_booking_appointment_id(made.id).get()).id == made.id
    outsider = app.client("outsider@demo.example").solutions.booking_businesses
    for call, expected in (
        (reads.post(a_booking(staffed, "15:00")), (403, "Forbidden")),
        (reads.by_booking_appointment_id(made.id).delete(), (403, "Forbidden")),
        (outsider.by_booking_business_id(staffed.id).appointments.get(), (404, "ErrorItemNotFound")),
    ):
        with pytest.raises(ODataError) as denied:
            await call
        assert error_of(denied) == expected
