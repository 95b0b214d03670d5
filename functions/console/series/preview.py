"""The preview of a series: all its appointments with what stands against each, to book all or some of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from functions.console.appointments.asked import AskedBooking
from functions.console.appointments.booking import typed_booking
from functions.console.appointments.booking_view import booking_page
from functions.console.appointments.context import AppointmentContext, enter_calendar_desk
from functions.console.appointments.pages import REFUSED, command_of
from functions.console.boundary import console_boundary
from functions.console.series.form import typed_rule
from functions.console.series.view import BEYOND, INSTEAD, OVER, TAKE, AskedSeries, series_page
from shared.domain.access.permissions import Permission
from shared.domain.appointments.recurrence import MOST
from shared.domain.errors import InvalidFields
from shared.use_cases.appointments.staff_request import check_parties
from shared.use_cases.series.book_series import Occurrence, book_series


if TYPE_CHECKING:
    from collections.abc import Iterator

    import azure.functions as func


MOST_DIGITS = 4


@console_boundary
async def queue_series(req: func.HttpRequest) -> func.HttpResponse:
    """Show staff a series that they have typed, and book what they have ticked of it."""
    context = await enter_calendar_desk(req, Permission.CREATE_BOOKING)
    try:
        series = await _asked(context)
    except REFUSED as refusal:
        return await booking_page(AskedBooking(context), refusal)
    if context.form.get("do") != "book":
        return await series_page(series)
    return await _book(series)


async def _asked(context: AppointmentContext) -> AskedSeries:
    """Return the series that was typed. Raises InvalidFields and Forbidden."""
    booking = await typed_booking(context)
    context.access.require_change(booking.staff)
    check_parties(booking.parties, context.calendar)
    service = context.calendar.services.get(booking.service)
    if service is None:
        raise InvalidFields([("/serviceId", "not a service of this calendar")])
    starts = typed_rule(context.form).starts(booking.start, context.calendar.business.time_zone)
    # Over other appointments each is booked only where its own line was ticked, which names them.
    alone = booking.model_copy(update={"overbook": False, "over": None})
    return AskedSeries(AskedBooking(context), alone, service, starts)


async def _book(series: AskedSeries) -> func.HttpResponse:
    context = series.context
    try:
        chosen, editor = list(_chosen(context)), context.access.editor()
        done = await book_series(
            series.booking, chosen, editor=editor, reading=context.app.reading, **command_of(context)
        )
    except REFUSED as refusal:
        return await series_page(series, refusal=refusal)
    if done.is_complete:
        return context.leave("series")
    return await series_page(series, done)


def _chosen(context: AppointmentContext) -> Iterator[Occurrence]:
    """Yield what is ticked: a start of the series, or else the alternative for it. Raises InvalidFields."""
    taken: set[int] = set()
    for kind in (TAKE, INSTEAD):
        for name, value in context.form.items():
            number = name.removeprefix(kind)
            is_one = name.startswith(kind) and number.isascii() and number.isdigit()
            if is_one and len(number) <= MOST_DIGITS and int(number) % MOST not in taken:
                taken.add(int(number) % MOST)
                yield _occurrence(int(number), value)


def _occurrence(number: int, value: str) -> Occurrence:
    start, _, how = value.partition(" ")
    over = how.removeprefix(OVER).split(",") if how.startswith(OVER) else ()
    try:
        return Occurrence.model_validate({"number": number, "start": start, "beyond": how == BEYOND, "over": over})
    except ValidationError:
        raise InvalidFields([("/occurrences", "a number and a start")]) from None
