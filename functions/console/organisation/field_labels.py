"""The names of settings, as people know them from the forms where they are set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from gettext import NullTranslations

LABELS = {
    "name": marked("Name"),
    "slug": marked("Page address"),
    "former_slugs": marked("Earlier page addresses"),
    "business_type": marked("Kind of business"),
    "trade": marked("Kind of business"),
    "phone": marked("Phone"),
    "email": marked("Email address"),
    "address": marked("Address"),
    "address.street": marked("Street and number"),
    "address.postal_code": marked("Postal code"),
    "address.city": marked("Town"),
    "address.state": marked("State or region"),
    "address.country_or_region": marked("Country"),
    "web_site": marked("Website"),
    "mail_from": marked("Sender of emails"),
    "most_unread": marked("Days until unread calendars matter"),
    "when_unread": marked("When a calendar can’t be read for long"),
    "asks_why": marked("Customers are asked why they cancel"),
    "has_staff_links": marked("Staff change appointments from their emails"),
    "most_open": marked("Upcoming appointments of one customer"),
    "currency": marked("Currency"),
    "language": marked("Language"),
    "time_zone": marked("Time zone"),
    "time_zone_written": marked("Time zone"),
    "hours": marked("Opening hours"),
    "unused_hours": marked("Own hours that are off"),
    "special_dates": marked("Special dates"),
    "deleted_at": marked("Deleted on"),
    "removed_at": marked("Removed on"),
    "policy": marked("Booking rules"),
    "policy.time_slot_interval": marked("Times are offered every"),
    "policy.minimum_lead_time": marked("Minimum notice"),
    "policy.maximum_advance": marked("How far ahead"),
    "policy.allow_staff_selection": marked("Customers choose the person"),
    "policy.send_confirmations_to_owner": marked("Emails to the business about bookings"),
    "policy.send_invitation_to_customer": marked("Calendar invitation for customers"),
    "policy.availability": marked("Availability"),
    "policy.hours": marked("Bookable hours"),
    "policy.exceptions": marked("Dates with other rules"),
    "page": marked("Booking page"),
    "page.is_published": marked("Booking page published"),
    "page.is_on_front_page": marked("Listed on the front page"),
    "page.accent": marked("Colour"),
    "page.header": marked("Header"),
    "page.layout": marked("Layout"),
    "page.logo": marked("Logo"),
    "page.show_logo": marked("Show the logo"),
    "page.access": marked("Who can book"),
    "page.audience": marked("People, groups and domains"),
    "page.consent": marked("Consent"),
    "translations": marked("In other languages"),
    "translations.address": marked("Address"),
    "translations.header": marked("Header"),
    "translations.consent": marked("Consent"),
    "translations.waiting_text": marked("Text in the waiting room"),
    "translations.tips": marked("Tips while waiting"),
    "page.unasked_consent": marked("Consent that’s off"),
    "page.privacy_url": marked("Privacy policy"),
    "page.terms_url": marked("Terms"),
    "page.index_by_search_engines": marked("Shown in search engines"),
    "page.always_business_time_zone": marked("Times by the clock of the business"),
    "page.require_email_code": marked("Check the email address with a code"),
    "page.languages": marked("Languages of the page"),
    "page.first_language": marked("First language"),
    "page.frame_origins": marked("Websites that may embed the page"),
    "waiting_room": marked("Waiting room"),
    "waiting_room.text": marked("Text in the waiting room"),
    "waiting_room.tips": marked("Tips while waiting"),
    "waiting_room.on_demand": marked("Walk-ins"),
    "meeting": marked("Online appointments"),
    "meeting.provider": marked("Online appointments take place in"),
    "meeting.template": marked("Link to the meeting room"),
    "meeting.organiser": marked("Organiser of Teams meetings"),
    "report_mail": marked("Report by email"),
    "report_mail.every": marked("It is sent"),
    "report_mail.readers": marked("Readers"),
    "report_mail.since": marked("Sent since"),
    "report_mail.time_zone": marked("Time zone"),
    "report_mail.language": marked("Language"),
    "toolkit": marked("Help for customers"),
    "toolkit.is_public": marked("Customers can open these pages"),
    "toolkit.is_linked": marked("Link to them wherever it helps"),
    "toolkit.variant": marked("Variant"),
    "toolkit.colour": marked("Colour"),
    "toolkit.show_logo": marked("Show the logo"),
    "toolkit.font": marked("Font"),
    "toolkit.typeface": marked("Font"),
    "toolkit.pictures": marked("Pictures"),
    "alts": marked("What the pictures show"),
    "heading": marked("Heading"),
    "note": marked("Note"),
    "steps": marked("Steps"),
    "toolkit.billing_url": marked("Page about bills and payment"),
    "toolkit.portal_url": marked("Address of your portal"),
    "toolkit.paid_online": marked("Online appointments are paid by"),
    "toolkit.paid_in_person": marked("Appointments in person are paid by"),
    "description": marked("Description"),
    "location": marked("Place"),
    "is_online": marked("Online"),
    "allow_anonymous_join": marked("Joining from a browser"),
    "duration": marked("Duration"),
    "pre_buffer": marked("Time before"),
    "post_buffer": marked("Time after"),
    "price": marked("Price"),
    "price.kind": marked("Price"),
    "price.amount": marked("Amount"),
    "staff": marked("Staff"),
    "assignment": marked("One person or all together"),
    "anyone": marked("How a person is chosen"),
    "maximum_attendees": marked("Seats"),
    "questions": marked("Questions"),
    "customer_fields": marked("Customer details"),
    "customer_fields.email": marked("Email address"),
    "customer_fields.phone": marked("Phone"),
    "customer_fields.address": marked("Address"),
    "customer_fields.notes": marked("Notes"),
    "reminders": marked("Reminder"),
    "reminders.offset": marked("Time before"),
    "reminders.message": marked("Text"),
    "reminders.recipients": marked("Recipients"),
    "follow_up": marked("Follow-up"),
    "follow_up.offset": marked("Time after"),
    "follow_up.message": marked("Text"),
    "follow_up.recipients": marked("Recipients"),
    "confirm_customer": marked("Confirmation for customers"),
    "confirm_staff": marked("Confirmation for staff"),
    "confirmation_text": marked("Text in the confirmation"),
    "internal_notes": marked("Internal notes"),
    "is_hidden": marked("Hidden from customers"),
    "customers_may_manage": marked("Customers may reschedule and cancel"),
    "colour": marked("Colour"),
    "colour_index": marked("Colour"),
    "is_template": marked("Template"),
    "service_order": marked("Order of the services"),
    "staff_groups": marked("Staff groups"),
    "staff_groups.name": marked("Group name"),
    "members": marked("Members"),
    "send_sms": marked("SMS"),
    "role": marked("Role"),
    "priority": marked("Priority"),
    "is_listed": marked("Shown on the booking page"),
    "is_bookable": marked("Can be booked"),
    "notify_of_time_off": marked("Emails about their time off"),
    "serves": marked("They serve"),
    "membership": marked("Invitation"),
    "is_told_by_mail": marked("Emails about their appointments"),
    "is_suspended": marked("Account disabled"),
    "text": marked("Question"),
    "kind": marked("Kind"),
    "options": marked("Options"),
    "required": marked("Required"),
    "is_on": marked("Switched on"),
    "users": marked("Who may use it"),
    "creators": marked("Who may create calendars"),
    "administrators": marked("Administrators"),
    "mail_senders": marked("Senders of emails"),
    "report_days": marked("Visits are kept for"),
    "report_readers": marked("Who else may read reports"),
    "retention": marked("Retention"),
    "retention.appointments": marked("Customers and their appointments"),
    "retention.answers": marked("Answers and notes"),
    "retention.messages": marked("Messages"),
    "retention.facts": marked("Visits for reports"),
    "retention.audit": marked("Activity"),
    "legal_hold": marked("Legal hold"),
    "has_analytics": marked("Usage reports"),
    "user_name": marked("User name"),
    "display_name": marked("Name"),
    "emails": marked("Email address"),
    "active": marked("Active"),
    "service": marked("Service"),
    "start": marked("Start"),
    "end": marked("End"),
    "first": marked("First day"),
    "last": marked("Last day"),
    "title": marked("Title"),
    "message": marked("Text"),
    "offset": marked("Time before"),
    "recipients": marked("Recipients"),
}
OF_STAFF: Mapping[str, str] = {"hours": marked("Their own hours"), "language": marked("Language of their emails")}
"""Those that have another name for a person."""
OF_TEXTS: Mapping[str, str] = {
    "kind": marked("Message"),
    "language": marked("Language"),
    "service": marked("Service"),
    "subject": marked("Subject"),
    "body": marked("Text of the email"),
    "sms": marked("Text of the SMS"),
}
"""Those of the texts of messages."""
OF_SERVICES: Mapping[str, str] = {"name": marked("Service name")}
OF_ANSWERS: Mapping[str, str] = {"text": marked("Text")}


OF_NAMES = {"services": OF_SERVICES, "staff": OF_STAFF, "texts": OF_TEXTS, "answers": OF_ANSWERS}
HOURS = ("hours", "unused_hours")


def label_of(field: str, document: str, texts: NullTranslations) -> str:
    """Return the name of a field, with the place of a row: "Reminder 2: Text".

    A field without a name of its own has its parent's, and one without any is called as it is stored.
    """
    names = OF_NAMES.get(document.partition("/")[0], {})
    parts = field.split(".")
    at = next((place for place, part in enumerate(parts) if part.isdecimal()), len(parts))
    own = _name(parts, names, texts)
    if at == len(parts) or parts[at - 1] in HOURS:
        return own
    row = f"{_name(parts[:at], names, texts)} {int(parts[at]) + 1}"
    last = LABELS.get(".".join([*parts[:at], *parts[at + 1 :]])) or LABELS.get(parts[-1])
    return f"{row}: {texts.gettext(last) if last else own}" if parts[at + 1 :] else row


def _name(parts: Sequence[str], names: Mapping[str, str], texts: NullTranslations) -> str:
    plain = [part for part in parts if not part.isdecimal()]
    for length in range(len(plain), 0, -1):
        known = ".".join(plain[:length])
        if found := names.get(known) or LABELS.get(known):
            return texts.gettext(found)
    return plain[-1].replace("_", " ").capitalize()
