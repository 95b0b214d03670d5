"""All bookings as a table, in the columns of Microsoft Bookings' export: what reads that one can read this.

A line is one customer's booking: a session of a group has as many lines as customers, each with their count.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo


if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shared.domain.appointments.appointment import Seat
    from shared.domain.calendar.business import Calendar
    from shared.domain.calendar.service import PriceKind
    from shared.use_cases.appointments.find_appointments import AppointmentWithVisit

HEADINGS = (
    "Date & Time",
    "Customer Name",
    "Customer Email",
    "Customer Phone",
    "Customer Address",
    "Staff",
    "Service",
    "Location",
    "Duration (minutes)",
    "Event Type",
    "Pricing Type",
    "Price",
    "Currency",
    "Cc Attendees",
    "Signed Up Attendees Count",
    "Text Notifications Enabled",
    "Custom Fields",
    "Booking ID",
    "Tracking data",
)
"""In English in every language: programs read them."""
PRICES: dict[PriceKind, str] = {
    "not_set": "Not set",
    "fixed": "Fixed price",
    "hourly": "Hourly",
    "free": "Free",
    "starts_at": "Starting at",
    "varies": "Price varies",
    "callback": "Call us",
    "undefined": "Not set",
}
PRICED = ("fixed", "hourly", "starts_at")


def booking_lines(found: Iterable[AppointmentWithVisit], calendar: Calendar) -> Iterator[list[str]]:
    """Yield the headings, and a line for each booking; times are those of the calendar's clock."""
    yield list(HEADINGS)
    for one in found:
        for seat in one.parties:
            yield _line(one, seat, calendar)


def _line(one: AppointmentWithVisit, seat: Seat, calendar: Calendar) -> list[str]:
    appointment, customer = one.appointment, seat.customer
    service = appointment.service_of(calendar.services.get(appointment.service))
    names = (person.name for name in appointment.staff if (person := calendar.person(name)))
    price = service.price if service else None
    place = seat.location if str(seat.location) else service.location if service else ""
    return [
        f"{appointment.start.astimezone(ZoneInfo(calendar.business.time_zone)):%Y-%m-%d %H:%M}",
        customer.name,
        customer.email,
        customer.phone,
        customer.address,
        "; ".join(names),
        service.name if service else "",
        str(place),
        str(int((appointment.end - appointment.start).total_seconds()) // 60),
        "1:n" if appointment.capacity > 1 else "1:1",
        PRICES[price.kind] if price else "",
        f"{price.amount:f}" if price and price.kind in PRICED else "",
        calendar.business.currency if price and price.kind in PRICED else "",
        "",  # bookings here have no further attendees by mail
        str(appointment.filled),
        "Yes" if seat.wants_sms else "No",
        _answers(seat),
        appointment.id if len(one.parties) == 1 else f"{appointment.id}.{seat.id}",
        seat.ref_id,
    ]


def _answers(seat: Seat) -> str:
    """Return the answers by their questions as JSON; empty without any."""
    found = {answer.text: answer.answer for answer in seat.answers}
    return json.dumps(found, ensure_ascii=False) if found else ""
