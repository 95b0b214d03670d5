"""The messages about an appointment as its page shows them: what, to whom, and what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shared.i18n.marked import marked
from shared.use_cases.messages.find_messages import FollowedMessage, find_messages


if TYPE_CHECKING:
    from markupsafe import Markup

    from functions.console.appointments.context import AppointmentContext

KINDS = {
    "confirmation": marked("Confirmation"),
    "change": marked("Notice of the change"),
    "cancellation": marked("Cancellation"),
    "reminder": marked("Reminder"),
    "follow_up": marked("Follow-up"),
    "new_link": marked("New link"),
    "series": marked("Confirmation of the series"),
}
STATES = {
    "sent": (marked("Sent"), "check", "good"),
    "delivered": (marked("Delivered"), "check", "good"),
    "failed": (marked("Not delivered"), "alert", "danger"),
    "stopped": (marked("Not sent: wants no texts"), "info", ""),
    "waiting": (marked("On its way"), "clock", "caution"),
    "put off": (marked("Waiting"), "clock", "caution"),
    "planned": (marked("Planned"), "calendar", ""),
}
MOST_SHOWN = 60
REASONS = {
    "invalid": marked("the phone number isn’t valid"),
    "unknown": marked("the phone number doesn’t exist"),
    "landline": marked("the number gets no texts, as a landline"),
    "unreachable": marked("the phone wasn’t reached"),
    "blocked": marked("the carrier blocked it"),
    "spam": marked("the carrier treated it as spam"),
    "opted_out": marked("the customer wants no texts"),
    "no_sender": marked("no sender is set up for this country"),
    "other": marked("the provider couldn’t deliver it"),
    "not_taken": marked("the provider didn’t accept it in any attempt"),
}
"""Why an SMS was not delivered."""
MAIL_REASONS = {
    "bounced": marked("the recipient’s email server sent it back"),
    "filtered": marked("it was treated as spam"),
    "suppressed": marked("earlier emails to this address came back, so the provider sends none"),
    "undeliverable": marked("the provider couldn’t deliver it"),
    "refused": marked("the address was refused"),
    "not_taken": marked("the email server didn’t accept it in any attempt"),
}
"""Why a mail was not delivered."""


class MessageView(NamedTuple):
    """A message: what it is and for whom, when, and its state in words, with an icon and a tone.

    `lang` is the attribute of a recipient in the calendar's own language.
    """

    what: str
    to: str
    lang: Markup | str
    when: str
    state: str
    icon: str
    tone: str


async def messages_of(context: AppointmentContext) -> list[MessageView]:
    """Return the messages about the appointment, those to come first."""
    one, calendar = context.appointment, context.calendar
    assert context.found is not None
    found = await find_messages(
        one,
        context.found.parties,
        one.service_of(calendar.services.get(one.service)),
        business=calendar.business.id,
        store=context.app.store,
        now=context.now,
    )
    return [_view(context, each) for each in found[:MOST_SHOWN]]


def _view(context: AppointmentContext, one: FollowedMessage) -> MessageView:
    _ = context.visitor.texts.gettext
    state, icon, tone = STATES[one.state]
    what, is_sms = _(KINDS.get(one.kind, marked("Notice"))), one.recipient.kind == "phone"
    reasons = REASONS if is_sms else MAIL_REASONS
    why = _(reasons[one.why]) if one.state == "failed" and one.why in reasons else ""
    return MessageView(
        what=_("%(what)s by text") % {"what": what} if is_sms else what,
        to=_recipient(context, one),
        lang=context.own_lang if one.recipient.kind == "business" else "",
        when=context.formats.when(one.at) if one.at else "",
        state=f"{_(state)} – {why}" if why else _(state),
        icon=icon,
        tone=tone,
    )


def _recipient(context: AppointmentContext, one: FollowedMessage) -> str:
    _ = context.visitor.texts.gettext
    assert context.found is not None
    match one.recipient.kind:
        case "staff":
            person = context.calendar.person(one.recipient.person)
            return person.name if person else _("Someone who has left")
        case "customer" | "phone":
            seats = (*context.found.parties, *context.found.leaving)
            return next((each.customer.name for each in seats if each.id == one.seat), _("The customer"))
        case "business":
            return context.calendar.business.name
    return _("All customers")
