"""View models that pages share: a service, an appointment's time, and the choices of person and zone."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from functions.pages.rich_text import fill, isolate, lang_of, own_language, own_name
from shared.i18n.formats import differ, newest_name
from shared.presentation.periods import changeable_until


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta
    from gettext import NullTranslations

    from markupsafe import Markup

    from functions.pages.visitor import Visitor
    from shared.domain.appointments.appointment import Seat
    from shared.domain.calendar.business import Business, Calendar
    from shared.domain.calendar.policy import SchedulingPolicy
    from shared.domain.calendar.service import Service

ZONES = (
    "Pacific/Honolulu",
    "America/Anchorage",
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "America/Halifax",
    "America/Sao_Paulo",
    "Atlantic/Azores",
    "Europe/London",
    "Europe/Paris",
    "Europe/Athens",
    "Europe/Moscow",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
)
"""A short list of almost all offsets, for browsers without scripts; with scripts, all zones replace it."""


class Answered(NamedTuple):
    """A question and its answer. `is_own`: one of the calendar's options, so in its language."""

    question: str
    answer: str
    is_own: bool


class ServiceSummary(NamedTuple):
    """A service as pages show it; all texts are formatted, and empty where there is nothing to show."""

    name: str
    description: str
    duration: str
    price: str
    is_online: bool
    place: str
    seats: str
    person: str = ""
    href: str = ""
    place_href: str = ""  # of more about the place; only a web address becomes a link


class AppointmentTime(NamedTuple):
    """A time in the visitor's zone; `other` is by the business's clock, empty if that is the same."""

    iso: str
    day: str
    span: str
    zone: str
    other: str


class WayIn(NamedTuple):
    """How to take part without a link of ours, in words. `link` is a web address, if there is one."""

    text: Markup
    link: str


class SelectForm(NamedTuple):
    """A form with one select. `kept` are the other query values, as hidden fields."""

    action: str
    kept: list[tuple[str, str]]
    options: list[tuple[str, str]]
    value: str


class ZoneChoice(NamedTuple):
    """The select of time zones, and texts about the chosen one."""

    action: str
    kept: list[tuple[str, str]]
    options: list[tuple[str, str]]
    value: str
    name: str
    city: str
    offset: str
    difference: str


def about(
    service: Service, business: Business, visitor: Visitor, person: str = "", href: str = ""
) -> ServiceSummary:
    """Return a service as pages show it. `person` is whom it is with, `href` where to book it."""
    formats, service = visitor.formats, service.in_language(visitor.language, business.language)
    count = service.maximum_attendees
    seats = visitor.texts.ngettext("Group of up to %(num)s person", "Group of up to %(num)s people", count)
    return ServiceSummary(
        name=service.name,
        description=service.description,
        duration=formats.duration(service.duration),
        price=formats.price(service.price, business.currency),
        is_online=service.is_online,
        place=str(service.location or business.in_language(visitor.language).address),
        seats=seats % {"num": count} if service.is_group else "",
        person=person,
        href=href,
        place_href=service.location.uri,
    )


def moment(start: datetime, end: datetime, visitor: Visitor, zone: str) -> AppointmentTime:
    """Return an appointment's time in the visitor's zone; `zone` is the business's."""
    formats = visitor.formats
    day = formats.full_day(start.astimezone(visitor.tzinfo).date())
    clock = f"{formats.zone_name(start)}, {formats.offset(start)}"
    return AppointmentTime(
        start.isoformat(), day, formats.span(start, end), clock, other_zone(start, visitor, zone)
    )


def way_in(service: Service | None, business: Business, visitor: Visitor) -> WayIn | None:
    """Return how to take part in an online appointment without a link to join, None where it has one."""
    from shared.delivery.calendar_files.taking_part import (  # noqa: PLC0415 - few pages tell it
        other_link,
        taking_part,
        whom_to_ask,
    )

    service = service.in_language(visitor.language, business.language) if service else None
    said, own = taking_part(service, business, visitor.language_tag), own_language(business, visitor)
    if service is None or not said:
        return None
    if service.location:
        return WayIn(isolate(said, lang_of(said, own)), other_link(service))
    asked = fill(whom_to_ask(business, visitor.language_tag), business=own_name(business, visitor))
    return WayIn(asked, other_link(service))


def staff_choice(
    calendar: Calendar,
    service: Service,
    visitor: Visitor,
    action: str,
    query: Mapping[str, str],
    first: tuple[str, str],
) -> SelectForm | None:
    """Return the select of staff, None where customers cannot choose.

    `first` is the option for no choice: its label, and the id of the person it stands for, or an empty one.
    """
    people = [person for person in calendar.staff_of(service) if person.is_listed]
    allowed = calendar.policy_of(service).allow_staff_selection and service.assignment == "one"
    if not allowed or len(people) < 2:
        return None
    name, stands_for = first
    options = [("", name), *((person.id, person.name) for person in people if person.id != stands_for)]
    chosen = visitor.carried.get("staff", "")
    return SelectForm(action, _kept(visitor, query, "staff"), options, "" if chosen == stands_for else chosen)


def zone_choice(
    business: Business, visitor: Visitor, action: str, query: Mapping[str, str], now: datetime
) -> ZoneChoice:
    """Return the select of time zones; without options where the calendar allows only its own."""
    formats, texts = visitor.formats, visitor.texts
    offered = [] if business.page.always_business_time_zone else [*ZONES, business.time_zone, visitor.zone]
    options = sorted(
        (_offset(now, zone), f"{formats.city(zone)} ({formats.offset(now, zone)})", zone)
        for zone in set(map(newest_name, offered))
    )
    difference = fill(
        texts.gettext("%(name)s is in %(zone)s, %(offset)s."),
        name=own_name(business, visitor),
        zone=formats.zone_name(now, business.time_zone),
        offset=formats.offset(now, business.time_zone),
    )
    return ZoneChoice(
        action=action,
        kept=_kept(visitor, query, "tz"),
        options=[(zone, label) for _, label, zone in options],
        value=newest_name(visitor.zone),
        name=formats.zone_name(now),
        city=formats.city(),
        offset=formats.offset(now),
        difference=difference if differ(now, visitor.zone, business.time_zone) else "",
    )


def _offset(now: datetime, zone: str) -> timedelta | None:
    return now.astimezone(_place(zone)).utcoffset()


@cache
def _place(zone: str) -> ZoneInfo:
    """Return the zone, cached: zoneinfo keeps only eight, and would read a page's zones again each time."""
    return ZoneInfo(zone)


def _kept(visitor: Visitor, query: Mapping[str, str], name: str) -> list[tuple[str, str]]:
    return [(key, value) for key, value in {**visitor.carried, **query}.items() if value and key != name]


def names_of(calendar: Calendar, staff: Sequence[str]) -> str:
    """Return the names of the listed people among these staff."""
    people = (calendar.person(one) for one in staff)
    return ", ".join(person.name for person in people if person and person.is_listed)


def policy_text(policy: SchedulingPolicy, visitor: Visitor) -> str:
    """Return a sentence about until when a booking can be changed."""
    return changeable_until(visitor.texts, int(policy.minimum_lead_time.total_seconds()) // 3600)


def other_zone(moment: datetime, visitor: Visitor, zone: str) -> str:
    """Return the moment by the business's clock, empty where that shows the same time."""
    if not differ(moment, visitor.zone, zone):
        return ""
    formats = visitor.formats
    return visitor.texts.gettext("%(when)s in %(city)s") % {
        "when": formats.when(moment, zone),
        "city": formats.city(zone),
    }


def answers_of(seat: Seat, calendar: Calendar, texts: NullTranslations) -> list[Answered]:
    """Return what a customer answered, as staff read it."""
    found = []
    for one in seat.answers:
        asked = calendar.questions.get(one.question)
        said = texts.gettext("Yes") if one.is_tick(asked) else one.answer
        found.append(Answered(one.text, said, one.is_choice(asked)))
    return found
