"""What a message says first: its status, headline and opening, by kind and recipient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from shared.delivery.mail.report import period_of
from shared.delivery.mail.sanitise import one_line


if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.delivery.mail.formats import MailFormats
    from shared.domain.appointments.messages import Message
    from shared.domain.calendar.business import BusinessType

Tone = Literal["good", "changed", "bad", "plain"]
TONES: dict[str, Tone] = {"confirmation": "good", "series": "good", "change": "changed", "cancellation": "bad"}
SEVERAL = ("change", "cancellation", "unconfirmed")
PATIENTS = ("health",)
CLIENTS = ("finance", "hr", "public_sector")


def customer_word(kind: BusinessType, _: Callable[[str], str]) -> str:
    """Return what a business of this kind calls its customers."""
    if kind in PATIENTS:
        return _("Patient")
    return _("Client") if kind in CLIENTS else _("Customer")


def is_unconfirmed(message: Message) -> bool:
    """Return whether it tells of a new appointment that those who serve it have yet to confirm."""
    one = message.appointment
    return message.kind == "confirmation" and one is not None and one.is_to_confirm and not message.series


def _kind(message: Message) -> str:
    """Return the kind of message, in the plural if it is about several appointments."""
    return f"{message.kind}s" if message.series and message.kind in SEVERAL else message.kind


def status(message: Message, _: Callable[[str], str]) -> str:
    """Return the word or two with which badge and subject begin."""
    if is_unconfirmed(message):
        return _("To be confirmed")
    to_customer = {
        "confirmation": _("Confirmed"),
        "change": _("Changed"),
        "cancellation": _("Cancelled"),
        "reminder": _("Reminder"),
        "follow_up": _("Thank you"),
        "new_link": _("New link"),
        "series": _("Appointments confirmed"),
        "changes": _("Appointments changed"),
        "cancellations": _("Appointments cancelled"),
        "time_off": _("Time off"),
        "code": _("Code"),
    }
    to_others = {
        "confirmation": _("New appointment"),
        "series": _("New appointments"),
        "change": _("Appointment changed"),
        "cancellation": _("Appointment cancelled"),
        "follow_up": _("Follow-up"),
        "invitation": _("Invitation"),
        "own_calendar": _("Calendar not read"),
        "connect_calendar": _("Your own calendar"),
        "reassign_asked": _("Reassignment requested"),
        "reassign_declined": _("Not reassigned"),
        "unconfirmed": _("To be confirmed"),
        "unconfirmeds": _("To be confirmed"),
        "report": _("Report"),
    }
    return (
        to_customer[_kind(message)] if message.role == "customer" else {**to_customer, **to_others}[_kind(message)]
    )


def headline(message: Message, _: Callable[[str], str]) -> str:
    """Return the sentence above the details."""
    if message.kind == "time_off":
        return _("Time off in the calendar")
    if message.report:
        return _("Your weekly report") if message.report.due.every == "week" else _("Your monthly report")
    if is_unconfirmed(message):
        return _unconfirmed_headline(message, _)
    return _for_customer(message, _) if message.role == "customer" else _for_staff(message, _)


def _for_customer(message: Message, _: Callable[[str], str]) -> str:
    return {
        "confirmation": _("Your appointment is confirmed"),
        "change": _("Your appointment has changed"),
        "cancellation": _("Your appointment is cancelled"),
        "reminder": _("Your appointment is coming up"),
        "follow_up": _("Thank you for your visit"),
        "new_link": _("Your new link"),
        "series": _("Your appointments are confirmed"),
        "changes": _("Your appointments have changed"),
        "cancellations": _("Your appointments are cancelled"),
        "code": _("Your code"),
    }[_kind(message)]


def _for_staff(message: Message, _: Callable[[str], str]) -> str:
    return {
        "confirmation": _("You have a new appointment"),
        "change": _("An appointment has changed"),
        "cancellation": _("An appointment was removed from your calendar"),
        "reminder": _("An appointment is coming up"),
        "follow_up": _("An appointment has ended"),
        "new_link": _("Your new link to an appointment"),
        "series": _("You have new appointments"),
        "changes": _("Appointments have changed"),
        "cancellations": _("Appointments were removed from your calendar"),
        "invitation": _("Take bookings?"),
        "own_calendar": _("A connected calendar can’t be read"),
        "connect_calendar": _("Connect your own calendar"),
        "reassign_asked": _("Someone asks to be replaced"),
        "reassign_declined": _("The appointment stays with you"),
        "unconfirmed": _("An appointment to be confirmed"),
        "unconfirmeds": _("Appointments to be confirmed"),
    }[_kind(message)]


def _unconfirmed_headline(message: Message, _: Callable[[str], str]) -> str:
    if message.role == "customer":
        return _("Your appointment is reserved")
    return (
        _("An appointment waits for your confirmation")
        if message.role == "staff"
        else _("An appointment to be confirmed")
    )


def _unconfirmed(message: Message, _: Callable[[str], str]) -> str:
    if message.role == "customer":
        said = _(
            "The time is reserved for you. %(business)s will confirm it, and you’ll get another message then."
        )
        return said % {"business": one_line(message.calendar.business.name, 100)}
    if message.role == "business":
        return _("The person’s own calendar can’t be read at the moment, so they’re asked to confirm it.")
    return _(
        "Your own calendar can’t be read at the moment, so you may be busy then. Confirm the appointment, ask for "
        "reassignment, or cancel it."
    )


def opening(message: Message, _: Callable[[str], str]) -> str:
    """Return the greeting and the sentence that says what happened."""
    name = one_line(message.name, 80)
    hello = _("Hello %(name)s,") % {"name": name} if name else _("Hello,")
    if is_unconfirmed(message):
        return f"{hello}\n{_unconfirmed(message, _)}"
    return f"{hello}\n{_to_customer(message, _) if message.role == 'customer' else _to_others(message, _)}"


def _to_customer(message: Message, _: Callable[[str], str]) -> str:
    business = one_line(message.calendar.business.name, 100)
    said = {
        "confirmation": _("You’re booked with %(business)s. We look forward to seeing you."),
        "change": _("Here are the new details of your appointment with %(business)s."),
        "cancellation": _("Your appointment with %(business)s is cancelled. You don’t need to do anything."),
        "reminder": _("This is a reminder of your appointment with %(business)s."),
        "follow_up": _("Thank you for coming to %(business)s. We hope all went well."),
        "new_link": _(
            "Here is a new link to your appointment with %(business)s. Links in earlier emails no longer work."
        ),
        "series": _("You’re booked with %(business)s for all of these times. We look forward to seeing you."),
        "changes": _("Here are the new details of your appointments with %(business)s."),
        "cancellations": _("These appointments with %(business)s are cancelled. You don’t need to do anything."),
        "time_off": "",
        "invitation": "",
        "own_calendar": "",
        "code": _("Enter this code on the page to book with %(business)s. It’s valid for 10 minutes."),
    }
    return said[_kind(message)] % {"business": business}


def _to_others(message: Message, _: Callable[[str], str]) -> str:
    return {
        "confirmation": _("This appointment has been added to your calendar."),
        "change": _("One attendee cancelled. The appointment still takes place.")
        if _left_group(message)
        else _("Here are the new details of the appointment."),
        "cancellation": _("It was reassigned to someone else.") if goes_on(message) else _("It won’t take place."),
        "reminder": _("This is a reminder of an appointment in your calendar."),
        "follow_up": _("This appointment has ended."),
        "new_link": _("Here is your new link to this appointment. Links in earlier emails no longer work."),
        "series": _("These appointments belong together.")
        if message.role == "business"
        else _("These appointments belong together. The attached file adds them to your calendar."),
        "changes": _("Here are the new details of the appointments."),
        "cancellations": _("They were reassigned to someone else.")
        if goes_on(message)
        else _("They won’t take place."),
        "time_off": _("These times can’t be booked."),
        "own_calendar": _unread(message, _),
        "connect_calendar": _(
            "With your own calendar connected, no one can book you at %(business)s while you’re busy there."
        )
        % {"business": one_line(message.calendar.business.name, 100)},
        "reassign_asked": _("%(name)s asks to be replaced in this appointment. Reassign it, or leave it as it is.")
        % {"name": ", ".join(one_line(person.name, 80) for person in message.staff)},
        "reassign_declined": _("You asked to be replaced in this appointment. It stays with you."),
        "unconfirmed": _waiting(message, _),
        "unconfirmeds": _waiting(message, _),
        "report": _came_of(message, _),
        "invitation": _(
            "%(business)s invited you to take bookings. Accept or decline with the button below. You "
            "can change your answer later in the same way."
        )
        % {"business": one_line(message.calendar.business.name, 100)},
    }[_kind(message)]


def _waiting(message: Message, _: Callable[[str], str]) -> str:
    if message.series:
        return _(
            "The times are reserved, and the customers wait to hear whether they take place. Each date leads to "
            "the page where it’s confirmed or cancelled."
        )
    return _(
        "The time is reserved, and the customer waits to hear whether it takes place. Confirm the appointment, "
        "or cancel it."
    )


def _came_of(message: Message, _: Callable[[str], str]) -> str:
    if message.report and message.report.of_all:
        return _("This is what came of the online visits of all calendars. Charts and lists are in the report.")
    said = _("This is what came of the online visits at %(business)s. Charts and lists are in the report.")
    return said % {"business": one_line(message.calendar.business.name, 100)}


def _unread(message: Message, _: Callable[[str], str]) -> str:
    """Return why the own calendar of the message's person is not read, and what that means."""
    if message.kind != "own_calendar":
        return ""
    name = ", ".join(one_line(person.name, 80) for person in message.staff)
    said = _(
        "The calendar that %(name)s connected hasn’t been readable for a while: new events there don’t block "
        "bookings. What was known before still does."
    )
    return f"{said % {'name': name}} {_cause(message.text.partition(' ')[0], _)}"


def _cause(code: str, _: Callable[[str], str]) -> str:
    causes = {
        "refused_address": _("This address can’t be used: it must begin with https:// and be on the internet."),
        "no_answer": _("The server doesn’t answer."),
        "password_refused": _("The server refuses the user name or the password."),
        "not_found": _("The server knows no calendar at this address."),
        "server_error": _("The server answers with an error."),
        "not_a_calendar": _("There is something else than a calendar at this address."),
        "too_large": _("The calendar is too large."),
        "too_slow": _("The calendar takes too long to read."),
    }
    return causes.get(code, "")


def goes_on(message: Message) -> bool:
    """Return whether the appointment that this recipient lost takes place without them."""
    stands = message.appointment is not None and message.appointment.is_live
    return stands and (message.seat is None or message.seat.status == "booked")


def _left_group(message: Message) -> bool:
    """Return whether the change is that one customer of several cancelled their seat."""
    return message.seat is not None and message.seat.status != "booked"


def reason(message: Message, _: Callable[[str], str]) -> str:
    """Return why this recipient gets the message."""
    if message.kind == "code":
        return _(
            "You’re receiving this email because someone entered this address to book with "
            "%(business)s. If that wasn’t you, you don’t need to do anything."
        )
    if message.role == "customer":
        return _("You’re receiving this email because of your appointment with %(business)s.")
    if message.kind == "invitation":
        return _("You’re receiving this email because %(business)s added you to its staff.")
    if message.report and message.report.of_all:
        return _("You’re receiving this email because the report of all calendars is sent to this address.")
    if message.kind == "report":
        return _("You’re receiving this email because the report of %(business)s is sent to this address.")
    return _("You’re receiving this email because you’re on the team at %(business)s.")


def subject(message: Message, formats: MailFormats) -> str:
    """Return status, time and subject matter, with the time early enough for a telephone to show it.

    A code is not in it, since mail servers log subjects.
    """
    if message.kind == "code":
        said = formats.text("Your code for %(business)s") % {"business": message.calendar.business.name}
        return one_line(said.replace("\u00a0", " "))
    if message.report:
        said = f"{message.calendar.business.name} · {period_of(message, formats)}"
        return one_line(f"{status(message, formats.text)}{formats.colon}{said}".replace("\u00a0", " "))
    if message.kind == "invitation":
        said = f"{status(message, formats.text)}{formats.colon}{message.calendar.business.name}"
        return one_line(said.replace("\u00a0", " "))
    if message.kind in ("own_calendar", "connect_calendar"):
        said = f"{status(message, formats.text)}{formats.colon}{', '.join(one.name for one in message.staff)}"
        return one_line(said.replace("\u00a0", " "))
    item = message.time_off or message.appointment
    assert item is not None
    parts = [formats.short_start(item.start), subject_matter(message)]
    if message.kind == "follow_up" and message.role == "customer":
        parts = [message.calendar.business.name]
    if message.kind == "unconfirmed" and message.series:
        parts[1:] = [f"+{len(message.series) - 1}", message.calendar.business.name]
    said = " · ".join(one_line(part, 90) for part in parts if part)
    return one_line(f"{status(message, formats.text)}{formats.colon}{said}".replace("\u00a0", " "))


def subject_matter(message: Message) -> str:
    """Return what the message is about: for customers the service, for staff also the customer."""
    service = message.service.name if message.service else ""
    if message.role == "customer":
        return service or message.calendar.business.name
    if message.time_off:
        return ", ".join(person.name for person in message.staff)
    customer = message.seat.customer.name if message.seat else ""
    return ", ".join(one_line(part, 60) for part in (customer, service) if part)
