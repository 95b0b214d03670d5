"""The heading and explanation of each refusal, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.i18n.marked import marked


if TYPE_CHECKING:
    from gettext import NullTranslations

    from shared.domain.calendar.business import Business


PROBLEMS: dict[str, tuple[str, str]] = {
    "not-found": (
        marked("Page not found"),
        marked("Check the link, or ask for a new one. The page or appointment may no longer exist."),
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
        marked("No services are available to book right now"),
        marked("You can still see and cancel your appointments with the links in your emails."),
    ),
    "form-expired": (
        marked("This page has expired"),
        marked("Nothing was changed. Go back, reload the page, then try again."),
    ),
    "sign-in-failed": (
        marked("You weren’t signed in"),
        marked("Signing in took too long, started in another browser, or was refused. Try again."),
    ),
    "sign-in-too-weak": (
        marked("This needs a stronger sign-in"),
        marked(
            "You’re still signed in. To take or erase what is kept about people, your organisation asks for more "
            "proof, such as a second factor. Try again, or ask whoever runs your sign-in."
        ),
    ),
    "invalid-fields": (
        marked("Some answers need attention"),
        marked("Some details are missing or invalid."),
    ),
    "outside-lead-time": (
        marked("This time is too soon or too far ahead"),
        marked("That’s too soon or too far ahead to book online."),
    ),
    "already-seated": (
        marked("You already have a seat in this session"),
        marked("To book a seat for someone else, select that option."),
    ),
    "already-on-staff": (
        marked("This address is already on the staff"),
        marked("Each person can be on the staff of a calendar only once."),
    ),
    "not-offered": (
        marked("This time isn’t available"),
        marked("That time is outside opening hours, or the hours have changed. Choose another time."),
    ),
    "staff-not-offered": (
        marked("This person doesn’t provide the service"),
        marked("Choose someone else, or anyone available."),
    ),
    "already-told": (
        marked("The message was already sent"),
        marked("It can’t be undone. If you reschedule the appointment again, a new message is sent."),
    ),
    "appointments-to-come": (
        marked("They have upcoming appointments"),
        marked("Cancel them first, or wait until they are over."),
    ),
    "still-on-staff": (
        marked("They are on the staff"),
        marked("Remove them from the staff of the calendar first."),
    ),
    "still-provided": (
        marked("They’re still named elsewhere"),
        marked(
            "Remove their account at the identity provider, or their address from the settings of the app, first."
        ),
    ),
    "under-legal-hold": (
        marked("A legal hold keeps this"),
        marked(
            "Nothing is erased while it lasts. Those who set it can lift it, in the settings under “Retention”."
        ),
    ),
    "nothing-to-undo": (
        marked("This can no longer be undone"),
        marked("The appointment has changed since, or the change was undone before."),
    ),
    "changes-closed": (
        marked("It’s too late to reschedule or cancel this appointment online."),
        marked("Contact us directly."),
    ),
    "visit-not-open": (
        marked("The waiting room isn’t open"),
        marked("It opens half an hour before the appointment, and closes some time after it."),
    ),
    "key-reused": (
        marked("This form was already submitted"),
        marked("Only the first submission counts."),
    ),
    "slot-taken": (
        marked("Sorry, that time was just taken"),
        marked("Someone else just booked that time. Choose another one."),
    ),
    "last-administrator": (
        marked("This is the last administrator"),
        marked("Make someone else administrator first, and wait until they accept if you invite them."),
    ),
    "group-full": (
        marked("The last place was just taken"),
        marked("Someone else just booked that time. Choose another one."),
    ),
    "already-cancelled": (
        marked("This appointment is cancelled"),
        marked("You can choose another time."),
    ),
    "edit-conflict": (
        marked("Someone changed this in the meantime"),
        marked("Reload the page to see the latest, then try again."),
    ),
    "too-many-open": (
        marked("You’ve reached the limit of appointments"),
        marked("You can’t book any more upcoming appointments here. Cancel one, or contact us."),
    ),
    "by-phone-only": (
        marked("This can’t be booked online"),
        marked("Get in touch with us: we’re glad to find a time with you."),
    ),
    "too-many-mails": (
        marked("Too many bookings with this email address"),
        marked("This email address was just used for many bookings. Try again in a while."),
    ),
    "too-many-requests": (
        marked("Too many requests"),
        marked("Wait a minute, then try again."),
    ),
    "try-again": (
        marked("The server is busy"),
        marked("Nothing was lost. Try again in a moment."),
    ),
    "mail-not-sent": (
        marked("We couldn’t send the email"),
        marked("Nothing was lost. Try again in a moment."),
    ),
    "too-large": (
        marked("This is too long"),
        marked("Shorten your text."),
    ),
    "rejected": (
        marked("This can’t be booked"),
        marked("You can choose another time."),
    ),
    "conflict": (
        marked("Someone else just booked that time"),
        marked("You can choose another time."),
    ),
    "bad-request": (
        marked("The request can’t be read"),
        marked("Go back and try again."),
    ),
    "unsupported-media-type": (
        marked("The request can’t be read"),
        marked("Send it as application/json."),
    ),
    "unexpected": (
        marked("Something went wrong on our side"),
        marked("We’ve logged the problem. Try again in a while."),
    ),
    "refused": (
        marked("Something went wrong"),
        marked("Go back and try again."),
    ),
}


def by_phone(business: Business, texts: NullTranslations) -> str:
    """Return what a customer reads who is not to book online: how to reach the business, as far as it says so."""
    heading, text = PROBLEMS["by-phone-only"]
    reached = business.phone or business.email
    more = texts.gettext("Call us: %(phone)s") if business.phone else texts.gettext("Write to us: %(email)s")
    how = more % {"phone": business.phone, "email": business.email} if reached else texts.gettext(text)
    return f"{texts.gettext(heading)}. {how}"
