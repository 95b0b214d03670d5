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
from shared.delivery.mail import wording
from shared.delivery.mail.colours import Theme, theme_of
from shared.delivery.mail.managing import join_address, latest_change, may_manage, notice_of, own_page
from shared.delivery.mail.report import period_of, report_facts, report_link
from shared.delivery.mail.sanitise import lines, one_line, web_address
from shared.delivery.texts.own import written_text
from shared.i18n import own_tag
from shared.presentation.rich_text import text_to_html


if TYPE_CHECKING:
    from datetime import datetime

    from markupsafe import Markup

    from shared.delivery.mail.formats import MailFormats
    from shared.delivery.mail.sender import Sender
    from shared.domain.appointments.messages import Message


OWN_CALENDAR = ("own_calendar", "connect_calendar")
COMING = ("confirmation", "change", "reminder", "new_link", "reassign_declined")


class MailLink(NamedTuple):
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class View:
    """What the templates need.

    `message` is the business's own text, with line breaks and links as [words](https://…); `opening_html` is the
    `opening` as HTML. `own` is the language of the business's words, if the message is in another.
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
    opening_html: Markup
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


def view_of(message: Message, sender: Sender, now: datetime) -> View:
    """Return the view of a message; `now` decides whether the customer can still change the booking."""
    formats, business = formats_of(message), message.calendar.business
    when, own = _when(message, formats), written_text(message, sender, now, formats)
    one = None if _is_list(message) else message
    opening = own.body or wording.opening(message, formats.text)
    return View(
        language=formats.language,
        own=own_tag(business.language, formats.language),
        colon=formats.colon,
        subject=own.subject or wording.subject(message, formats),
        preview=_preview(message, when, formats),
        business=one_line(business.name, 100),
        theme=theme_of(business.page.accent),
        tone="changed" if wording.is_unconfirmed(message) else wording.TONES.get(message.kind, "plain"),
        status=wording.status(message, formats.text),
        headline=wording.headline(message, formats.text),
        opening=opening,
        opening_html=own.body_html or text_to_html(opening),
        code=message.code,
        party=one_line(one.seat.customer.name, 100) if one and one.seat and one.role != "customer" else "",
        title=one_line(one.service.name, 120) if one and one.service else "",
        length=formats.duration(one.appointment.end - one.appointment.start) if one and one.appointment else "",
        when=when,
        facts=_facts(message, formats),
        message=_message(message),
        buttons=_buttons(message, sender, formats),
        add_to=formats.text("Add to calendar"),
        calendars=_calendars(message, sender),
        policy=_policy(message, formats, now, in_two_zones=bool(when and when.elsewhere)),
        sections=[*_dates(message, sender, formats), *(sections_of(one, formats) if one else [])],
        footer=_footer(message, formats),
        links=_links(message, sender, formats),
    )


def _is_list(message: Message) -> bool:
    """Return whether it is a list of appointments of several customers, so that no details are those of all."""
    return message.kind == "unconfirmed" and bool(message.series)


def _when(message: Message, formats: MailFormats) -> LocalTime | None:
    return None if _is_list(message) else when_of(message, formats)


def _facts(message: Message, formats: MailFormats) -> list[Detail]:
    if _is_list(message):
        return []
    if message.report:
        return [Detail(label, value) for label, value in report_facts(message, message.report, formats)]
    return facts_of(message, formats)


def _preview(message: Message, when: LocalTime | None, formats: MailFormats) -> str:
    if message.report:
        return period_of(message, formats)
    return f"{when.day}, {when.times}" if when else message.code or message.calendar.business.name


def _message(message: Message) -> str:
    if message.kind in (*OWN_CALENDAR, "report"):
        return ""
    # What staff write about one change replaces what the service says to everybody.
    is_told = message.role == "customer" and message.kind in ("confirmation", "change", "series")
    confirmation = message.service.confirmation_text if message.service and is_told else ""
    return lines(message.text or confirmation)


def _buttons(message: Message, sender: Sender, formats: MailFormats) -> list[MailLink]:
    """Return the buttons, the first of which most recipients need."""
    _, business = formats.text, message.calendar.business
    if asked := _asked(message, sender, formats):
        return [asked]
    join = join_address(message, sender)
    is_coming = message.kind in COMING and not message.series
    found = [MailLink(_("Join online"), join)] if join and is_coming else []
    if message.role != "customer":
        own = own_page(message, sender) if is_coming else ""
        if own and message.appointment and message.appointment.is_to_confirm:
            found.insert(0, MailLink(_("Confirm appointment"), sender.confirm_page(message.staff_token)))
        return [*found, MailLink(_("Manage appointment"), own)] if own else found
    # Only the page that asked for the code can take it, so there is no link to another.
    if message.kind == "code" or (message.series and message.kind != "cancellation"):
        return []
    if not is_coming:
        page = sender.booking_page(business)
        return [MailLink(_("Book another appointment"), page)] if business.page.is_published else []
    if may_manage(message):
        found.append(MailLink(_("Manage appointment"), own_page(message, sender)))
    return found


def _asked(message: Message, sender: Sender, formats: MailFormats) -> MailLink | None:
    """Return the one button of a message that asks staff for something."""
    _, business = formats.text, message.calendar.business
    if message.kind == "invitation":
        return MailLink(_("Accept or decline"), sender.membership_page(message.membership_token))
    if message.kind in OWN_CALENDAR:
        page = sender.own_calendar_page(business, message.staff[0].id)
        page = sender.calendar_link(message.calendar_token) if message.calendar_token else page
        is_again = message.kind == "own_calendar"
        return MailLink(_("Connect it again") if is_again else _("Connect your calendar"), page)
    if message.report:
        return MailLink(_("Open the report"), report_link(message, sender))
    if message.kind == "unconfirmed" and not message.series:
        return MailLink(_("Confirm appointment"), _confirming(message, sender))
    if message.kind == "reassign_asked" and message.appointment:
        return MailLink(_("Decide"), sender.queue_page(business, message.appointment.id))
    return None


def _confirming(message: Message, sender: Sender) -> str:
    """Return where the reader confirms an appointment: by their link, or at the console for those of others."""
    assert message.appointment is not None
    there = sender.queue_page(message.calendar.business, message.appointment.id)
    return sender.confirm_page(message.staff_token) if message.staff_token else there


def _calendars(message: Message, sender: Sender) -> list[MailLink]:
    """Return links for customers who get no invitation."""
    is_new = message.role == "customer" and message.kind in ("confirmation", "change", "new_link")
    if not is_new or message.series or message.appointment is None or method_of(message, sender):
        return []
    start, end = message.appointment.start, message.appointment.end
    title, place = title_of(message), place_of(message)
    return [
        MailLink("Google", google_link(title, start, end, place)),
        MailLink("Outlook", outlook_link(title, start, end, place)),
        MailLink("Microsoft 365", outlook_link(title, start, end, place, host=WORK)),
    ]


def _policy(message: Message, formats: MailFormats, now: datetime, *, in_two_zones: bool) -> str:
    """Return until when the customer can change or cancel, and in which zone if the message shows two."""
    if message.role != "customer" or message.appointment is None or message.kind in ("cancellation", "follow_up"):
        return ""
    _ = formats.text
    if message.series and may_manage(message):
        return ""  # each date links to its own page, which says until when
    lead, latest = notice_of(message), latest_change(message, now)
    if latest is None:
        return _("To reschedule or cancel, contact us.")
    if not lead:
        return _("You can reschedule or cancel online until the appointment starts.")
    text = _("You can reschedule or cancel online until %(moment)s (%(notice)s before it starts).")
    moment = formats.when(latest)
    if in_two_zones:
        moment = _("%(time)s in %(city)s") % {"time": moment, "city": formats.city()}
    return text % {"moment": moment, "notice": formats.notice(lead)}


def _dates(message: Message, sender: Sender, formats: MailFormats) -> list[Section]:
    """Return the times of several appointments, each with the link to its own page while that is of use."""
    if not message.series:
        return []
    _ = formats.text
    dates = []
    for number, one in enumerate(message.series, 1):
        assert one.appointment is not None
        start, end = one.appointment.start, one.appointment.end
        day = formats.full_day(formats.local(start).date())
        page, said = own_page(one, sender) if one.kind != "cancellation" else "", ""
        if one.kind == "unconfirmed":
            page, said = _confirming(one, sender), f" · {wording.subject_matter(one)}"
        dates.append(Detail(str(number), f"{day}, {formats.span(start, end)}{said}", page))
    headings = {
        "unconfirmed": _("Appointments to be confirmed"),
        "change": _("Changed appointments"),
        "cancellation": _("Cancelled appointments"),
    }
    return [Section(headings.get(message.kind, _("All appointments")), dates, is_short=True)]


def _footer(message: Message, formats: MailFormats) -> list[Detail]:
    business, _ = message.calendar.business, formats.text
    contact = [one_line(business.phone, 60), one_line(business.email, 100)]
    reason = wording.reason(message, _)
    found = [
        Detail("", one_line(str(business.address), 200), is_own=True),
        Detail("", " · ".join(part for part in contact if part)),
        Detail("", reason % {"business": one_line(business.name, 100)}),
    ]
    return [fact for fact in found if fact.value]


def _links(message: Message, sender: Sender, formats: MailFormats) -> list[MailLink]:
    business, _ = message.calendar.business, formats.text
    if message.report:
        return [MailLink(_("Stop sending me this report"), sender.leave_page(message.leave_token))]
    helps = business.toolkit.links_from_pages and business.page.is_published and join_address(message, sender)
    guide, answers = (sender.help_page(business, *path) if helps else "" for path in (("guide",), ()))
    found = [
        MailLink(_("How to join, step by step"), guide),
        MailLink(_("Questions and answers"), answers),
        MailLink(_("Website"), web_address(business.web_site)),
        MailLink(_("Privacy"), web_address(business.page.privacy_url)),
    ]
    return [link for link in found if link.url and message.role == "customer"]
