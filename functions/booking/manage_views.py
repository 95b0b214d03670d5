"""The pages by which a customer sees, moves and cancels a booking."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from functions.booking.context import kept_person
from functions.booking.views import build_picker, choices
from functions.pages.form_field import new_key
from functions.pages.qr_code import qr_code
from functions.pages.render import page
from functions.pages.rich_text import fill, own_name
from functions.pages.summaries import ServiceSummary, about, moment, names_of, policy_text, way_in
from functions.pages.visitor import at_home
from shared.delivery.calendar_files.calendar_file import WORK, google_link, outlook_link
from shared.delivery.mail.sender import Sender
from shared.domain.appointments.appointment import reference_of
from shared.domain.appointments.messages import Message
from shared.domain.appointments.notices import is_texted
from shared.domain.appointments.visit_links import join_token
from shared.domain.visits.rules import CLOSES_AFTER
from shared.i18n.marked import marked
from shared.use_cases.booking.find_appointment import find_appointment


if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import azure.functions as func

    from functions.booking.context import PageContext
    from functions.booking.series_dates import SeriesDate
    from functions.pages.times.picker import MonthQuery
    from functions.pages.visitor import Visitor
    from functions.settings.app import AppSettings
    from shared.domain.availability.slots import AvailableSlots
    from shared.domain.calendar.business import Business
    from shared.domain.calendar.service import Service
    from shared.use_cases.booking.find_appointment import ManagedBooking


REASONS = {
    "": marked("I’d rather not say"),
    "time": marked("The time doesn’t suit me"),
    "not_needed": marked("I no longer need it"),
    "elsewhere": marked("I went elsewhere"),
    "mistake": marked("I booked by mistake"),
    "other": marked("Another reason"),
}


async def find_managed(context: PageContext, token: str) -> Managed:
    """Return the booking behind a manage link. Raises NotFound for a forged or outdated link."""
    held = await find_appointment(token, calendar=context.calendar, context=context.app.context)
    join = join_token(context.app.secret, context.calendar.business.id, held.appointment, held.seat)
    is_joinable = held.service is not None and held.service.is_joinable and held.is_live
    visitor = at_home(context.visitor, held.seat.time_zone)
    return Managed(held, token, visitor, context.now, join if is_joinable else "")


@dataclass(frozen=True)
class Managed:
    """A booking, the token of its manage link, and the visitor who sees it."""

    held: ManagedBooking
    token: str
    visitor: Visitor
    now: datetime
    join: str = ""  # the token to join by, where it is online

    @property
    def business(self) -> Business:
        """The calendar's business, with its texts as the reader gets them."""
        return self.held.calendar.business.in_language(self.visitor.language)

    @property
    def service(self) -> Service | None:
        """The service with its texts as the reader gets them; None where the calendar no longer has it."""
        held = self.held.service
        return held.in_language(self.visitor.language, self.held.calendar.business.language) if held else None

    @property
    def path(self) -> tuple[str, ...]:
        """The segments of the booking's URL."""
        return ("book", self.business.slug, "manage", self.token)

    @property
    def may_change(self) -> bool:
        """Whether its customer may move or cancel it now."""
        return self.held.may_change(self.now)

    @property
    def is_over(self) -> bool:
        """Whether it took place, or can no longer be joined."""
        one, later = self.held.appointment, CLOSES_AFTER if self.join else timedelta()
        return self.held.is_live and (one.status == "completed" or self.now >= one.end + later)

    @property
    def is_today(self) -> bool:
        """Whether it starts today where its reader is."""
        zone = ZoneInfo(self.visitor.zone)
        return self.held.appointment.start.astimezone(zone).date() == self.now.astimezone(zone).date()

    @property
    def is_ahead(self) -> bool:
        """Whether it is yet to take place: neither cancelled nor over."""
        return self.held.is_live and not self.is_over

    def about(self) -> ServiceSummary:
        """Return the service as it is now; only time and people where the calendar no longer has it."""
        person = names_of(self.held.calendar, self.held.appointment.staff)
        if self.held.service:
            return about(self.held.service, self.business, self.visitor, person)
        appointment = self.held.appointment
        length = self.visitor.formats.duration(appointment.end - appointment.start)
        return ServiceSummary(self.business.name, "", length, "", False, str(self.business.address), "", person)

    def links(self) -> dict[str, str]:
        """Return URLs by name: manage, move, cancel, again, join, test, guide; empty where not possible.

        `move` and `cancel` exist only while the policy allows them.
        """
        link, path = self.visitor.link, self.path
        again = self.path[:2] + ((self.held.service.id,) if self.held.service else ())
        helps = self.join and self.business.toolkit.links_from_pages
        return {
            "manage": link(*path, staff=None),
            "move": link(*path, "move") if self.may_change and self.held.service else "",
            "cancel": link(*path, "cancel") if self.may_change else "",
            "again": link(*again),
            "join": link("join", self.join) if self.join else "",
            "test": link("join", self.join, "test") if self.join else "",
            "guide": link("help", self.business.slug, "guide") if helps else "",
        }

    def policy(self) -> str:
        """Return a sentence about until when, and by whom, the booking can be changed."""
        _, held = self.visitor.texts.gettext, self.held
        if not self.may_change and held.is_live and self.now < held.changes_close_at():
            return fill(
                _("Only %(name)s can change this appointment."),
                name=own_name(self.business, self.visitor),
            )
        if not self.may_change:
            return _("It’s too late to reschedule or cancel this appointment online.")
        return policy_text(
            held.calendar.policy_of(held.service) if held.service else self.business.policy, self.visitor
        )

    def calendar_file(self, settings: AppSettings) -> bytes:
        """Return the .ics file to import; of a cancelled booking one that removes the calendar's entry."""
        from shared.delivery.calendar_files.calendar_file import calendar_file  # noqa: PLC0415 - few visits take one

        sender = Sender(settings.mail_from, settings.public_url, settings.mail_domain)
        held, people = self.held, (self.held.calendar.staff.get(one) for one in self.held.appointment.staff)
        letter = Message(
            kind="confirmation",
            role="customer",
            to=held.seat.customer.email,
            name=held.seat.customer.name,
            language=self.visitor.language_tag,
            time_zone=self.visitor.zone,
            calendar=held.calendar,
            service=held.service,
            appointment=held.appointment,
            seat=held.seat,
            staff=[person for person in people if person and person.is_listed],
            uid=held.seat.id,
            sequence=held.seat.version,
            manage_token=self.token,
            visit_token=self.join,
        )
        return calendar_file(letter.in_its_language, sender, self.now, "CANCEL" if not held.is_live else "PUBLISH")

    def show(
        self, template: str, segments: tuple[str, ...] = (), query: dict[str, str] | None = None, **more: Any
    ) -> func.HttpResponse:
        """Return a page about the booking; `segments` and `query` are its URL below the booking's."""
        appointment = self.held.appointment
        context = {
            "about": self.about(),
            "moment": moment(appointment.start, appointment.end, self.visitor, self.business.time_zone),
            "links": self.links(),
            "here": ((*self.path, *segments), query or {}),
        }
        return page(template, self.visitor, self.business, **{**context, **more})


def manage_page(
    managed: Managed, *, is_new: bool, event: str = "", origin: str = "", dates: Sequence[SeriesDate] = ()
) -> func.HttpResponse:
    """Return the page of the booking; right after booking, its confirmation.

    `origin` is this site's public URL: printed links begin with it. `event` is reported to an embedding site.
    `dates` are all of its series.
    """
    held, visitor = managed.held, managed.visitor
    _ = visitor.texts.gettext
    headings = {"event_rescheduled": _("Your appointment was rescheduled"), "event_scheduled": _("You’re booked")}
    heading = headings.get(event, _("Your appointment")) if held.is_live else _("This appointment is cancelled")
    heading = _("This appointment has ended") if managed.is_over else heading
    waits = managed.is_ahead and held.appointment.is_to_confirm
    heading = _("Your appointment is reserved") if waits and event else heading
    return managed.show(
        "booking/manage.html",
        query={"new": "1"} if is_new else {},
        heading=heading,
        lead=_lead(managed, event),
        is_new=is_new,
        event=event,
        payload=_payload(managed),
        way_in=way_in(held.service, managed.business, visitor),
        first_way=_first_way(managed, is_new=is_new),
        booking={
            "is_cancelled": not held.is_live,
            "is_over": managed.is_over,
            "waits": waits,
            "text": managed.service.confirmation_text if managed.service else "",
            "reference": reference_of(held.seat.id),
        },
        origin=origin,
        code=_code(managed, origin),
        shows_code=is_new and not held.seat.customer.email,
        calendars=_calendars(managed),
        policy=managed.policy(),
        dates=dates,
    )


def _first_way(managed: Managed, *, is_new: bool) -> str:
    """Return what most readers look for now, which is shown as the first button."""
    if managed.join and managed.is_today:
        return "join"
    if is_new:
        return "test" if managed.join else "file"
    return "move"


def _code(managed: Managed, origin: str) -> str:
    """Return a QR code of the link to take along: to the waiting room, else to the booking itself."""
    links = managed.links()
    return qr_code(f"{origin}{links['join'] or links['manage']}") if origin and managed.is_ahead else ""


def _lead(managed: Managed, event: str) -> str:
    """Return where to look for the message, right after it was sent; without any, that the link is to be kept."""
    _, seat = managed.visitor.texts.gettext, managed.held.seat
    if not event:
        return ""
    if seat.customer.email:
        return _("We’ve sent a confirmation to %(email)s.") % {"email": seat.customer.email}
    if is_texted(managed.held.service, seat):
        return _("We’ve sent a text message to %(phone)s.") % {"phone": seat.customer.phone}
    return _("You gave no email address, so keep the link to this appointment: copy it, or scan the code below.")


def _payload(managed: Managed) -> str:
    """Return what an embedding site is sent: an opaque id and the times, no personal data."""
    appointment = managed.held.appointment
    times = {"start": appointment.start.isoformat(), "end": appointment.end.isoformat()}
    return json.dumps({"id": managed.held.seat.id, **times})


def _calendars(managed: Managed) -> dict[str, str]:
    appointment, shown = managed.held.appointment, managed.about()
    title = f"{shown.name} – {managed.business.name}"
    place = managed.visitor.texts.gettext("Online") if shown.is_online else shown.place
    return {
        "file": managed.visitor.link(*managed.path, "appointment.ics"),
        "google": google_link(title, appointment.start, appointment.end, place),
        "outlook": outlook_link(title, appointment.start, appointment.end, place),
        "office": outlook_link(title, appointment.start, appointment.end, place, host=WORK),
    }


def move_page(
    managed: Managed, offer: AvailableSlots, ask: MonthQuery, taken: dict[str, Any] | None = None
) -> func.HttpResponse:
    """Return the time picker with the old time struck through; `taken` says that the wanted time went."""
    path, query = (*managed.path, "move"), ask.query
    return managed.show(
        "booking/move.html",
        ("move",),
        query,
        heading=managed.visitor.texts.gettext("Reschedule your appointment"),
        picker=build_picker(offer, ask, managed.visitor, path),
        **choices(offer, managed.visitor, path, query, managed.now, _same_person(managed)),
        taken=taken,
        status=409 if taken else 200,
    )


def _same_person(managed: Managed) -> tuple[str, str]:
    """Return the label of no choice, and the id of the person it stands for.

    A person who was asked for stays; where it was anyone, the person may change.
    """
    _, held = managed.visitor.texts.gettext, managed.held
    kept = kept_person(held.service, held.appointment) if held.service else None
    if kept is None:
        return _("The same person if free"), ""
    return names_of(held.calendar, [kept]) or _("The same person"), kept


def move_confirm_page(
    managed: Managed, start: datetime, staff: str, *, is_seated: bool = False
) -> func.HttpResponse:
    """Return the question whether to move to this time; `is_seated` where they have another seat there."""
    length = managed.held.appointment.end - managed.held.appointment.start
    day = start.astimezone(managed.visitor.tzinfo).date().isoformat()
    return managed.show(
        "booking/move_confirm.html",
        ("move",),
        {"start": start.isoformat()},
        heading=managed.visitor.texts.gettext("Reschedule to this time?"),
        new_moment=moment(start, start + length, managed.visitor, managed.business.time_zone),
        back=managed.visitor.link(*managed.path, "move", date=day),
        key=new_key(),
        start=start.isoformat(),
        staff_id=staff,
        is_seated=is_seated,
        status=409 if is_seated else 200,
    )


def cancel_page(managed: Managed) -> func.HttpResponse:
    """Return the question whether to cancel, and why, where the calendar asks that."""
    _ = managed.visitor.texts.gettext
    reasons = [(name, _(label)) for name, label in REASONS.items()] if managed.business.asks_why else []
    heading = _("Cancel this appointment?")
    return managed.show("booking/cancel.html", ("cancel",), heading=heading, key=new_key(), reasons=reasons)
