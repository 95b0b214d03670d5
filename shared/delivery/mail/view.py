"""A message as its templates show it: every text clean, translated and in the recipient's zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from shared.delivery.calendar_files.calendar_file import (
    WORK,
    google_link,
    method_of,
    outlook_link,
    place_of,
    title_of,
)
from shared.delivery.calendar_files.details import (
    Detail,
    LocalTime,
    Section,
    facts_of,
    formats_of,
    sections_of,
    when_of,
)
from shared.delivery.calendar_files.taking_part import other_link
from shared.delivery.mail import wording
from shared.delivery.mail.colours import Theme, theme_of
from shared.delivery.mail.sanitise import lines, one_line, web_address
from shared.i18n import own_tag


if TYPE_CHECKING:
    from datetime import datetime

    from shared.delivery.mail.formats import MailFormats
    from shared.delivery.mail.sender import Sender
    from shared.domain.appointments.messages import Message


class MailLink(NamedTuple):
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class View:
    """What the templates need.

    `message` is the business's own text, with line breaks and links as [words](https://…). `own` is the language
    of the business's words, if the message is in another.
    """

    language: str
    own: str
    colon: str
    subject: str
    preview: str
    business: str
    theme: Theme
    tone: wording.Tone
    status: str
    headline: str
    opening: str
    code: str
    party: str
    title: str
    length: str
    when: LocalTime | None
    facts: list[Detail]
    message: str
    buttons: list[MailLink]
    add_to: str
    calendars: list[MailLink]
    policy: str
    sections: list[Section]
    footer: list[Detail]
    links: list[MailLink]


def view_of(letter: Message, sender: Sender, now: datetime) -> View:
    """Return the view of a message; `now` decides whether the customer can still change the booking."""
    formats, business = formats_of(letter), letter.calendar.business
    when = when_of(letter, formats)
    return View(
        language=formats.language,
        own=own_tag(business.language, formats.language),
        colon=formats.colon,
        subject=wording.subject(letter, formats),
        preview=f"{when.day}, {when.times}" if when else letter.code or business.name,
        business=one_line(business.name, 100),
        theme=theme_of(business.page.accent),
        tone=wording.TONES.get(letter.kind, "plain"),
        status=wording.status(letter, formats.text),
        headline=wording.headline(letter, formats.text),
        opening=wording.opening(letter, formats.text),
        code=letter.code,
        party=one_line(letter.seat.customer.name, 100) if letter.seat and letter.role != "customer" else "",
        title=one_line(letter.service.name, 120) if letter.service else "",
        length=formats.duration(letter.appointment.end - letter.appointment.start) if letter.appointment else "",
        when=when,
        facts=facts_of(letter, formats),
        message=_message(letter),
        buttons=_buttons(letter, sender, formats),
        add_to=formats.text("Add to calendar"),
        calendars=_calendars(letter, sender),
        policy=_policy(letter, formats, now, in_two_zones=bool(when and when.elsewhere)),
        sections=sections_of(letter, formats),
        footer=_footer(letter, formats),
        links=_links(letter, formats),
    )


def _message(letter: Message) -> str:
    is_told = letter.role == "customer" and letter.kind in ("confirmation", "change")
    confirmation = letter.service.confirmation_text if letter.service and is_told else ""
    return lines(letter.text or confirmation)


def _buttons(letter: Message, sender: Sender, formats: MailFormats) -> list[MailLink]:
    """Return the buttons, the first of which most recipients need."""
    _, business = formats.text, letter.calendar.business
    if letter.kind == "invitation":
        return [MailLink(_("Accept or reject"), sender.membership_page(letter.membership_token))]
    join = join_address(letter, sender)
    is_coming = letter.kind in ("confirmation", "change", "reminder", "new_link")
    found = [MailLink(_("Join online"), join)] if join and is_coming else []
    if letter.role != "customer":
        return found
    if letter.kind == "code":
        return []
    if not is_coming:
        page = sender.booking_page(business)
        return [MailLink(_("Book another time"), page)] if business.page.is_published else []
    if may_manage(letter):
        found.append(MailLink(_("Manage booking"), sender.manage_page(business, letter.manage_token)))
    return found


def join_address(letter: Message, sender: Sender) -> str:
    """Return the lobby's or the host's page; otherwise the link that the service has as its place."""
    if letter.visit_token:
        return sender.visit_page(letter.role, letter.visit_token)
    return other_link(letter.service) if letter.service else ""


def may_manage(letter: Message) -> bool:
    """Return whether the customer has a link and may use it: staff can keep their bookings to themselves."""
    is_own = letter.seat is not None and letter.seat.made_by == "customer"
    return bool(letter.manage_token) and (is_own or letter.service is None or letter.service.customers_may_manage)


def _calendars(letter: Message, sender: Sender) -> list[MailLink]:
    """Return links for customers who get no invitation."""
    is_new = letter.role == "customer" and letter.kind in ("confirmation", "change", "new_link")
    if not is_new or letter.appointment is None or method_of(letter, sender):
        return []
    start, end = letter.appointment.start, letter.appointment.end
    title, place = title_of(letter), place_of(letter)
    return [
        MailLink("Google", google_link(title, start, end, place)),
        MailLink("Outlook", outlook_link(title, start, end, place)),
        MailLink("Microsoft 365", outlook_link(title, start, end, place, host=WORK)),
    ]


def _policy(letter: Message, formats: MailFormats, now: datetime, *, in_two_zones: bool) -> str:
    """Return until when the customer can change or cancel, and in which zone if the message shows two."""
    if letter.role != "customer" or letter.appointment is None or letter.kind in ("cancellation", "follow_up"):
        return ""
    _ = formats.text
    policy = letter.calendar.policy_of(letter.service) if letter.service else letter.calendar.business.policy
    lead, latest = policy.minimum_lead_time, letter.appointment.start - policy.minimum_lead_time
    if not may_manage(letter) or latest <= now:
        return _("To change or cancel, please get in touch with us.")
    if not lead:
        return _("You can change or cancel online until the appointment begins.")
    text = _("You can change or cancel online until %(moment)s (%(notice)s before it begins).")
    moment = formats.when(latest)
    if in_two_zones:
        moment = _("%(time)s in %(city)s") % {"time": moment, "city": formats.city()}
    return text % {"moment": moment, "notice": formats.notice(lead)}


def _footer(letter: Message, formats: MailFormats) -> list[Detail]:
    business, _ = letter.calendar.business, formats.text
    contact = [one_line(business.phone, 60), one_line(business.email, 100)]
    reason = wording.reason(letter, _)
    found = [
        Detail("", one_line(str(business.address), 200), is_own=True),
        Detail("", " · ".join(part for part in contact if part)),
        Detail("", reason % {"business": one_line(business.name, 100)}),
    ]
    return [fact for fact in found if fact.value]


def _links(letter: Message, formats: MailFormats) -> list[MailLink]:
    business, _ = letter.calendar.business, formats.text
    found = [
        MailLink(_("Web site"), web_address(business.web_site)),
        MailLink(_("Privacy"), web_address(business.page.privacy_url)),
    ]
    return [link for link in found if link.url and letter.role == "customer"]
