"""What the placeholders of a calendar's own texts stand for in one message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.delivery.calendar_files.calendar_file import is_group, people_of, place_of
from shared.delivery.calendar_files.details import price_of, reference_of_seat, when_of
from shared.delivery.mail.managing import join_address, latest_change, may_manage, notice_of
from shared.delivery.mail.report import period_of, report_link
from shared.delivery.mail.sanitise import one_line, web_address
from shared.delivery.mail.wording import goes_on, is_unconfirmed
from shared.domain.messages.message_text import KINDS
from shared.domain.messages.template import Filling


if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from shared.delivery.mail.formats import MailFormats
    from shared.delivery.mail.sender import Sender
    from shared.domain.appointments.messages import Message
    from shared.domain.calendar.business import Business
    from shared.domain.messages.message_text import TextKind

COMING = ("confirmation", "change", "reminder", "new_link", "series")


def text_kind(message: Message) -> TextKind | None:
    """Return the kind of text that a message has; None if calendars cannot change what it says.

    What they say of a change or a cancellation is about one appointment, so that of several is said by default.
    """
    name: str = message.kind
    if is_unconfirmed(message):
        return None  # what calendars say of what is booked is not so yet
    if message.series and name != "series":
        return None
    if message.role != "customer" and name not in ("invitation", "report"):
        name = "reassigned" if name == "cancellation" and goes_on(message) else name
        name = f"staff_{name}"
    return next((one for one in KINDS if one == name), None)


def filling_of(message: Message, sender: Sender, now: datetime, formats: MailFormats) -> Filling:
    """Return the values, links and conditions of a message."""
    values = {name: one_line(value, 300) for name, value in _values(message, now, formats).items()}
    links = _links(message, sender)
    conditions = {*_conditions(message, now), *(["can join"] if "join link" in links else [])}
    return Filling(values, links, conditions)


def _values(message: Message, now: datetime, formats: MailFormats) -> dict[str, str]:
    business, seat = message.calendar.business, message.seat
    found = {
        "recipient": message.name,
        "business": business.name,
        "phone": business.phone,
        "email": business.email,
        "code": message.code,
        "period": period_of(message, formats),
        "customer": seat.customer.name if seat else "",
        "customer phone": seat.customer.phone if seat else "",
        "customer email": seat.customer.email if seat else "",
        "service": message.service.name if message.service else "",
        "staff": people_of(message),
        "reference": reference_of_seat(message),
        "price": price_of(message, formats),
        "count": str(len(message.series)) if message.series else "",
    }
    return found | _times(message, now, formats)


def _times(message: Message, now: datetime, formats: MailFormats) -> dict[str, str]:
    appointment, when = message.appointment, when_of(message, formats)
    if appointment is None or when is None:
        return {}
    latest, place = latest_change(message, now), place_of(message)
    return {
        "start": formats.when(appointment.start),
        "short start": formats.short_start(appointment.start),
        "day": when.day,
        "time": when.times,
        "time zone": when.zone,
        "duration": formats.duration(appointment.end - appointment.start),
        "place": formats.text("Online") if web_address(place) else place,
        "change until": formats.when(latest) if latest and notice_of(message) else "",
    }


def _links(message: Message, sender: Sender) -> dict[str, str]:
    business = message.calendar.business
    manages = message.role == "customer" and may_manage(message)
    found = {
        "manage link": sender.manage_page(business, message.manage_token) if manages else "",
        "join link": join_address(message, sender) if message.kind in COMING else "",
        "invitation link": sender.membership_page(message.membership_token) if message.membership_token else "",
        "report link": report_link(message, sender),
        "booking page": sender.booking_page(business) if business.page.is_published else "",
        "website": web_address(business.web_site),
        "privacy page": web_address(business.page.privacy_url),
        **_help_pages(business, sender),
    }
    return {name: url for name, url in found.items() if url}


def _help_pages(business: Business, sender: Sender) -> dict[str, str]:
    """Return the pages of help by name, while customers can open them."""
    if not (business.toolkit.is_public and business.page.is_published):
        return {}
    paths = {
        "questions page": (),
        "guide page": ("guide",),
        "infographic page": ("infographic",),
        "device test page": ("test",),
    }
    return {name: sender.help_page(business, *path) for name, path in paths.items()}


def _conditions(message: Message, now: datetime) -> Iterator[str]:
    service = message.service
    if service and message.appointment:
        yield "online" if service.is_online else "in person"
        if is_group(message):
            yield "group"
        if service.price.kind not in ("not_set", "undefined"):
            yield "price"
    if message.role == "customer" and latest_change(message, now):
        yield "can change"
