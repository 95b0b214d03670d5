"""The heading and explanation of each refusal, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.i18n.marked import marked


if TYPE_CHECKING:
    from gettext import NullTranslations

    from shared.domain.calendar.business import Business


PROBLEMS: dict[str, tuple[str, str]] = {
    "not-found": (
        marked("There is nothing here"),
        marked("The address may be mistyped, or the page or the booking is no longer available."),
    ),
    "unauthenticated": (
        marked("Sign in"),
        marked("This page is for staff."),
    ),
    "forbidden": (
        marked("You don’t have permission"),
        marked("An administrator of the calendar can give you another role."),
    ),
    "switched-off": (
        marked("Nothing can be booked here at present"),
        marked("You can still see and cancel what you have booked, by the links in your mails."),
    ),
    "form-expired": (
        marked("This page was open for too long"),
        marked("Nothing was changed. Please go back, load the page again, and repeat what you did."),
    ),
    "sign-in-failed": (
        marked("You were not signed in"),
        marked("Signing in took too long, started in another browser, or was refused. Try again."),
    ),
    "invalid-fields": (
        marked("Some answers need attention"),
        marked("Something is missing, or cannot be used as it was given."),
    ),
    "outside-lead-time": (
        marked("This time is too soon or too far ahead"),
        marked("Bookings are taken from some time before the start, and up to some time in advance."),
    ),
    "already-seated": (
        marked("You already have a seat in this session"),
        marked("A seat for somebody else has to be asked for on purpose."),
    ),
    "already-on-staff": (
        marked("This address is already on the staff"),
        marked("Each person can be on the staff of a calendar only once."),
    ),
    "not-offered": (
        marked("This time is not offered"),
        marked("That time is outside opening hours, or the hours have changed. Choose another time."),
    ),
    "staff-not-offered": (
        marked("This person does not provide the service"),
        marked("Please choose somebody else, or anyone available."),
    ),
    "already-told": (
        marked("The message was already sent"),
        marked("It can’t be undone. If you reschedule the appointment again, a new message is sent."),
    ),
    "nothing-to-undo": (
        marked("This can no longer be undone"),
        marked("The appointment has changed since, or the change was undone before."),
    ),
    "changes-closed": (
        marked("It is too late to move or cancel this booking here."),
        marked("Please get in touch directly."),
    ),
    "visit-not-open": (
        marked("The waiting room isn’t open"),
        marked("It opens half an hour before the appointment, and closes some time after it."),
    ),
    "key-reused": (
        marked("This form was already submitted"),
        marked("It was sent before with other content, and counts once."),
    ),
    "slot-taken": (
        marked("This time has just been taken"),
        marked("Somebody else was a moment faster. Please choose another time."),
    ),
    "last-administrator": (
        marked("This is the last administrator"),
        marked("Make somebody else administrator first, and wait until they accept if you invite them."),
    ),
    "group-full": (
        marked("The last place was just taken"),
        marked("Somebody else was a moment faster. Please choose another time."),
    ),
    "already-cancelled": (
        marked("This booking is cancelled"),
        marked("You can choose another time."),
    ),
    "edit-conflict": (
        marked("Someone changed this in the meantime"),
        marked("Reload the page to see the latest, then try again."),
    ),
    "too-many-open": (
        marked("You’ve reached the limit of appointments"),
        marked("You have as many appointments to come as can be held here. Cancel one, or get in touch with us."),
    ),
    "by-phone-only": (
        marked("This cannot be booked online"),
        marked("Please get in touch with us: we are glad to find a time with you."),
    ),
    "too-many-mails": (
        marked("Too many bookings with this email address"),
        marked("This email address was used for many bookings just now. Please try again in a while."),
    ),
    "too-many-requests": (
        marked("Too many requests"),
        marked("Please wait a minute and try again."),
    ),
    "try-again": (
        marked("The server is busy"),
        marked("Nothing is lost: please try again in a moment."),
    ),
    "mail-not-sent": (
        marked("We couldn’t send the email"),
        marked("Nothing is lost: please try again in a moment."),
    ),
    "too-large": (
        marked("This is too long"),
        marked("Shorten your text."),
    ),
    "rejected": (
        marked("This cannot be booked"),
        marked("You can choose another time."),
    ),
    "conflict": (
        marked("Somebody else was first"),
        marked("You can choose another time."),
    ),
    "bad-request": (
        marked("The request cannot be read"),
        marked("Go back and try again."),
    ),
    "unsupported-media-type": (
        marked("The request cannot be read"),
        marked("Send it as application/json."),
    ),
    "unexpected": (
        marked("Something went wrong on our side"),
        marked("We’ve logged the problem. Try again in a while."),
    ),
    "refused": (
        marked("This did not work"),
        marked("Go back and try again."),
    ),
}


def by_phone(business: Business, texts: NullTranslations) -> str:
    """Return what a customer reads who is not to book online: how to reach the business, as far as it says so."""
    heading, text = PROBLEMS["by-phone-only"]
    reached = business.phone or business.email
    more = (
        texts.gettext("Please call us: %(phone)s") if business.phone else texts.gettext("Write to us: %(email)s")
    )
    how = more % {"phone": business.phone, "email": business.email} if reached else texts.gettext(text)
    return f"{texts.gettext(heading)}. {how}"
