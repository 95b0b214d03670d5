"""What people call the texts of messages, their placeholders, and what is wrong in them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from shared.i18n import LANGUAGES
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Mapping
    from gettext import NullTranslations

    from shared.domain.messages.message_text import TextKind, TextPlace
    from shared.domain.messages.template import FaultKind, TemplateFault
    from shared.i18n.formats import Formats

TO_CUSTOMERS: Mapping[TextKind, str] = {
    "confirmation": marked("Confirmation"),
    "change": marked("Appointment changed"),
    "cancellation": marked("Appointment cancelled"),
    "reminder": marked("Reminder"),
    "follow_up": marked("Follow-up"),
    "new_link": marked("New link"),
    "series": marked("Appointments of a series"),
    "code": marked("Code to book with"),
}
TO_STAFF: Mapping[TextKind, str] = {
    "staff_confirmation": marked("New appointment"),
    "staff_change": marked("Appointment changed"),
    "staff_cancellation": marked("Appointment cancelled"),
    "staff_reassigned": marked("Appointment reassigned"),
    "staff_reminder": marked("Reminder"),
    "staff_follow_up": marked("Follow-up"),
    "staff_new_link": marked("New link"),
    "staff_series": marked("Appointments of a series"),
    "invitation": marked("Invitation to the staff"),
    "report": marked("Report by email"),
}
PLACEHOLDERS = {
    "customer": marked("Name of the customer"),
    "recipient": marked("Name of who reads it"),
    "business": marked("Name of the business"),
    "service": marked("Name of the service"),
    "staff": marked("Who serves the customer"),
    "start": marked("Day and time in full"),
    "short start": marked("Day and time in short"),
    "day": marked("Day"),
    "time": marked("From when to when"),
    "duration": marked("Duration"),
    "time zone": marked("Time zone"),
    "place": marked("Place"),
    "price": marked("Price"),
    "reference": marked("Appointment reference"),
    "phone": marked("Phone number of the business"),
    "email": marked("Email address of the business"),
    "count": marked("Number of appointments"),
    "change until": marked("Until when customers can reschedule or cancel"),
    "code": marked("The code"),
    "period": marked("Days of the report"),
    "customer phone": marked("Phone number of the customer"),
    "customer email": marked("Email address of the customer"),
    "manage link": marked("Link to reschedule or cancel"),
    "join link": marked("Link to join online"),
    "report link": marked("Link to the report"),
    "invitation link": marked("Link to accept or decline"),
    "booking page": marked("Link to the booking page"),
    "website": marked("Link to the website"),
    "privacy page": marked("Link to the privacy policy"),
    "questions page": marked("Link to the questions and answers"),
    "guide page": marked("Link to how to join, step by step"),
    "infographic page": marked("Link to the infographic"),
    "device test page": marked("Link to the test of camera and microphone"),
}
CONDITIONS = {
    "online": marked("Only in messages about online appointments"),
    "in person": marked("Only in messages about appointments in person"),
    "can join": marked("Only in messages with a link to join"),
    "group": marked("Only for services with several attendees"),
    "price": marked("Only where the service has a price"),
    "can change": marked("Only while customers can reschedule or cancel online"),
}
FAULTS: Mapping[FaultKind, str] = {
    "too_long": marked("Use at most %(found)s characters"),
    "stray": marked("Line %(line)s, position %(column)s: a { without its }"),
    "unknown": marked("Line %(line)s, position %(column)s: {%(found)s} can’t be used in this message"),
    "no_link": marked("Line %(line)s, position %(column)s: {%(found)s} isn’t a link"),
    "condition": marked("Line %(line)s, position %(column)s: {if %(found)s} isn’t one of the conditions"),
    "unclosed": marked("Line %(line)s, position %(column)s: {if %(found)s} has no {end}"),
    "no_part": marked("Line %(line)s, position %(column)s: {end} without an {if …} before it"),
    "nested": marked("Line %(line)s, position %(column)s: {if %(found)s} can’t be within another {if …}"),
}


def kind_label(kind: str, texts: NullTranslations) -> str:
    """Return what people call a kind of text."""
    return texts.gettext({**TO_CUSTOMERS, **TO_STAFF}.get(kind, kind))  # type: ignore[call-overload]


def place_label(place: TextPlace, formats: Formats) -> str:
    """Return what people call a text, with how long before the start it is sent if it is for one reminder."""
    label = kind_label(place.kind, formats.texts)
    if not place.before:
        return label
    length = formats.duration(timedelta(minutes=place.before))
    return formats.texts.gettext("%(kind)s, %(length)s before") % {"kind": label, "length": length}


def text_name(name: str, texts: NullTranslations) -> str:
    """Return what people call a text by its id: "Reminder, Français"."""
    kind, language, *_ = [*name.split("~"), ""]
    return f"{kind_label(kind, texts)}, {LANGUAGES.get(language, language)}"


def fault_text(fault: TemplateFault, texts: NullTranslations) -> str:
    """Return what is wrong at one place of a template, with the nearest name that can be used."""
    _ = texts.gettext
    said = _(FAULTS[fault.kind]) % fault._asdict()
    if not fault.nearest:
        return said
    nearest = f"{{if {fault.nearest}}}" if fault.kind == "condition" else f"{{{fault.nearest}}}"
    return f"{said}. {_('Did you mean %(name)s?') % {'name': nearest}}"
