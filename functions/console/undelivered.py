"""The messages that could not be delivered: to whom, why, since when; sent again, or put away."""

from __future__ import annotations

from asyncio import gather
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from functions.console.appointments.followed import KINDS, MAIL_REASONS, REASONS
from functions.console.appointments.forms import WRONG
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.http.boundary import status_of
from functions.pages.form_field import FormField
from shared.domain.access.permissions import Permission
from shared.domain.appointments.messages import NOT_TAKEN, REFUSED, TRIES
from shared.domain.errors import InvalidFields, NotFound
from shared.domain.reports.report_mail import reader_of
from shared.i18n.marked import marked
from shared.records.table import Ambiguous
from shared.use_cases.booking.check_form import LONGEST
from shared.use_cases.customers.correct_contact import records_of
from shared.use_cases.messages.find_undelivered import find_undelivered, list_undelivered
from shared.use_cases.messages.mend_undelivered import ACTIONS, ADDRESS, CORRECTED, check_address, mend_undelivered
from shared.use_cases.reports.report_mail import is_of_all


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from gettext import NullTranslations

    import azure.functions as func

    from functions.console.context import CalendarContext, ConsoleContext
    from shared.domain.appointments.customer import CustomerRecord
    from shared.use_cases.messages.find_undelivered import Undelivered

MOST = 200
WORDS = {
    **KINDS,
    "notify": marked("Notice of the appointment"),
    "session": marked("Notice of the change"),
    "left": marked("Notice of the change"),
    "time_off": marked("Time off"),
    "invitation": marked("Invitation"),
    "meeting": marked("Online meeting"),
    "report": marked("Report by email"),
    "unconfirmed": marked("Appointments to be confirmed"),
}
NEWS = {
    "resend": marked("It’s sent again within a minute."),
    "dismiss": marked("The message was dismissed."),
    "gone": marked("Someone else has taken care of it."),
}


def kind_in_words(kind: str, texts: NullTranslations) -> str:
    """Return what the messages of an entry of the outbox are called."""
    return texts.gettext(WORDS.get(kind, marked("Message")))


class UndeliveredBadge(NamedTuple):
    """How many messages of a calendar did not reach their readers, and where they are listed."""

    text: str
    href: str


class UndeliveredLine(NamedTuple):
    """A message: what, to whom at which address, about what, why it failed and when, and where that is mended.

    `field` is the address where it can be corrected at once, and `record` whether in the customer's record too.
    """

    what: str
    to: str
    address: str
    about: str
    why: str
    when: str
    href: str
    key: str
    recipient: str
    field: FormField | None
    record: FormField | None


@console_boundary
async def calendar_undelivered(req: func.HttpRequest) -> func.HttpResponse:
    """List the messages that could not be delivered; send one again, or put it away."""
    context = await enter(req, Permission.RESEND_MESSAGES)
    refusal: InvalidFields | None = None
    if context.is_sent:
        try:
            news = await _mend(context)
            return context.leave(context.here("undelivered", **({"news": news} if news else {})))
        except InvalidFields as wrong:
            if wrong.errors[0].pointer != ADDRESS:
                raise
            refusal = wrong
    app, news = context.app, NEWS.get(req.params.get("news", ""), "")
    found = await list_undelivered(context.business.id, MOST, store=app.store, now=context.now)
    seats = [
        one.appointment.seat for one in found if one.is_correctable and one.appointment and one.appointment.seat
    ]
    records = await records_of(seats, business=context.business.id, store=app.store)
    lines = [_line(context, one, number, refusal, records) for number, one in enumerate(found)]
    errors = [one.field for one in lines if one.field and one.field.error]
    if refusal and not errors:
        return context.leave(context.here("undelivered", news="gone"))
    return await context.page(
        "console/undelivered.html",
        "home",
        status_of(refusal) if refusal else 200,
        heading=context.texts.gettext("Undelivered messages"),
        news=context.texts.gettext(news) if news else "",
        back=context.here(),
        lines=lines,
        errors=errors,
    )


async def _mend(context: CalendarContext) -> str:
    """Do what was asked, and return the news of it."""
    app, form = context.app, context.form
    how = next((one for one in ACTIONS if one == form.get("do")), None)
    if how is None:
        return ""
    recipient, address = form.get("recipient"), ""
    try:
        if "address" in form and how == "resend":
            address = check_address(recipient, form.get("address"), context.business)
        await mend_undelivered(
            form.get("message"),
            recipient,
            how,
            address=address,
            in_record=bool(address and form.get("record")),
            author=context.author,
            business=context.business.id,
            context=app.context,
        )
    except NotFound:
        return "gone"
    return how


def _line(
    context: CalendarContext,
    one: Undelivered,
    number: int,
    refusal: InvalidFields | None,
    records: Mapping[str, CustomerRecord],
) -> UndeliveredLine:
    _, about = context.texts.gettext, one.appointment
    to, address, href = _whom(context, one)
    service = about.service_of(context.calendar.services.get(about.service)) if about else None
    when = context.formats.when(about.start) if about else ""
    return UndeliveredLine(
        what=kind_in_words("cancellation" if about and not about.is_live else one.entry.kind, context.texts),
        to=to,
        address=address,
        about=", ".join(filter(None, (service.name if service else "", when))),
        why=_why(one, context.texts),
        when=context.formats.when(one.at),
        href=href,
        key=one.key,
        recipient=str(one.recipient),
        field=_field(context, one, address, number, refusal),
        record=_record(context, one, number, refusal, records),
    )


def _why(one: Undelivered, texts: NullTranslations) -> str:
    _ = texts.gettext
    if one.recipient.kind == "meeting":
        return _("The online meeting couldn’t be created.")
    if one.recipient.channel == "sms":
        return _("Text message: %(why)s.") % {"why": _(REASONS.get(one.why, REASONS["other"]))}
    if one.why == REFUSED:
        return _("The address was refused. Correct it, then send again.")
    if one.why in MAIL_REASONS and one.why != NOT_TAKEN:
        return _("Email: %(why)s.") % {"why": _(MAIL_REASONS[one.why])}
    return _("The email server didn’t accept it in any of %(number)s attempts.") % {"number": TRIES}


def _record(
    context: CalendarContext,
    one: Undelivered,
    number: int,
    refusal: InvalidFields | None,
    records: Mapping[str, CustomerRecord],
) -> FormField | None:
    """Return whether the customer's record is corrected too; None if it does not have the address that failed."""
    seat = one.appointment.seat if one.appointment and one.is_correctable else None
    record = records.get(seat.customer_id) if seat else None
    if seat is None or record is None:
        return None
    name = CORRECTED[one.recipient.kind]
    if not record.has_contact(name, getattr(seat.customer, name)):
        return None
    label, form = context.texts.gettext("Correct it in the customer’s record too"), context.form
    is_this = refusal is not None and (form.get("message"), form.get("recipient")) == (one.key, str(one.recipient))
    return FormField(f"record-{number}", label, "checkbox", form.get("record") if is_this else "yes")


def _field(
    context: CalendarContext, one: Undelivered, address: str, number: int, refusal: InvalidFields | None
) -> FormField | None:
    """Return the customer's address to correct, as typed if it was refused; None where it is mended elsewhere."""
    if not one.is_correctable:
        return None
    name, form, _ = CORRECTED[one.recipient.kind], context.form, context.texts.gettext
    label, kind = (_("Phone"), "tel") if name == "phone" else (_("Email"), "email")
    field = FormField(f"address-{number}", label, kind, address, is_required=True, longest=LONGEST[name])
    is_this = (form.get("message"), form.get("recipient")) == (one.key, str(one.recipient))
    if refusal is None or not is_this:
        return field
    return replace(field, value=form.get("address"), error=_(WRONG[name]))


def _whom(context: CalendarContext, one: Undelivered) -> tuple[str, str, str]:
    """Return who was to have it, at which address, and where that is corrected."""
    about, _ = one.appointment, context.texts.gettext
    there = context.link("queue", context.business.id, about.id) if about else ""
    if one.recipient.kind == "staff":
        person = context.calendar.person(one.recipient.person)
        page = context.here("staff", "person", one.recipient.person)
        return (person.name, person.email, page) if person else ("", "", there)
    if one.recipient.kind == "reader" and is_of_all(one.entry):
        return _("A reader of the report of all calendars"), "", ""
    if one.recipient.kind == "reader":
        address = reader_of(one.recipient.person, context.business.report_mail.readers)
        return address, "", context.here("reports", "mail")
    if one.recipient.kind == "business":
        return context.business.name, context.business.email, context.here("settings")
    if about and about.seat and one.recipient.kind in ("customer", "phone"):
        customer = about.seat.customer
        return customer.name, customer.phone if one.recipient.kind == "phone" else customer.email, there
    return _("a customer"), "", there


def undelivered_badge(context: CalendarContext, undelivered: Sequence[Undelivered]) -> UndeliveredBadge | None:
    """Return how many messages did not reach their readers, with where all are listed; None for none."""
    if not undelivered or not context.access.may(Permission.RESEND_MESSAGES):
        return None
    return _badge(context, context.business.id, len(undelivered))


async def undelivered_badges(context: ConsoleContext, businesses: Iterable[str]) -> dict[str, UndeliveredBadge]:
    """Return the badges of those of these calendars that have any; a calendar out of reach is left out."""
    asked = list(businesses)
    counts = await gather(*(_count(context, one) for one in asked))
    return {one: _badge(context, one, count) for one, count in zip(asked, counts, strict=True) if count}


async def _count(context: ConsoleContext, business: str) -> int:
    try:
        return len(await find_undelivered(business, store=context.app.store, now=context.now))
    except Ambiguous:
        return 0


def _badge(context: ConsoleContext, business: str, count: int) -> UndeliveredBadge:
    said = context.texts.ngettext("%(num)s undelivered message", "%(num)s undelivered messages", count)
    return UndeliveredBadge(said % {"num": count}, context.link("calendars", business, "undelivered"))
