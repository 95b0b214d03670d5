"""The booking pages as responses: landing, times, details, and the page for a time that went."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from functions.booking.time_picker import Builder, Picker
from functions.pages.link import NavLink
from functions.pages.render import page
from functions.pages.rich_text import rich
from functions.pages.summaries import about, moment, names_of, policy_text, staff_choice, zone_choice
from shared.domain.visits.on_demand import is_attended, on_demand_service


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import azure.functions as func

    from functions.booking.form import BookingForm
    from functions.booking.time_picker import MonthQuery
    from functions.pages.visitor import Visitor
    from shared.domain.availability.slots import AvailableSlots
    from shared.domain.calendar.business import Calendar
    from shared.domain.calendar.service import Service

LONGEST_SUMMARY = 155
TIMES = {"show": "times"}
OVER, NOT_OFFERED = "over", "not-offered"


def landing_page(
    calendar: Calendar,
    visitor: Visitor,
    now: datetime,
    origin: str = "",
    date: str = "",
    typed: Sequence[tuple[str, str]] = (),
) -> func.HttpResponse:
    """Return a calendar's own page. `origin` is this site's public URL; services open at `date`.

    Coming without a booking is offered while the calendar is attended. `typed` are the answers to carry along.
    """
    business, way = calendar.business, visitor.without_prefill() if typed else visitor
    query, link = {"date": date, **(TIMES if typed else {})}, partial(way.link, "book", business.slug)
    offered = [service for service in calendar.services.values() if not service.is_hidden]
    services = [about(one, business, visitor, href=link(one.id, **query)) for one in offered]
    summary = rich(business.page.header).striptags() or ", ".join(service.name for service in services)
    here: tuple[tuple[str, ...], dict[str, str]] = (("book", business.slug), {"date": date})
    has_walk_ins = on_demand_service(calendar) is not None and is_attended(calendar, now)
    summary = shorten(summary, LONGEST_SUMMARY, placeholder=" …")
    return page(
        "booking/landing.html",
        visitor,
        business,
        is_public=True,
        here=here,
        typed=typed,
        typed_in="typed" if typed else "",
        action=way.link("book", business.slug),
        services=services,
        now=visitor.link("now", business.slug) if has_walk_ins else "",
        summary=summary,
        origin=origin,
        canonical=canonical(origin, visitor, "book", business.slug),
    )


def canonical(origin: str, visitor: Visitor, *path: str) -> str:
    """Return the URL by which search engines know a page: of its query, only the language."""
    language = visitor.carried.get("lang", "")
    return origin + replace(visitor, carried={"lang": language}).link(*path)


def time_page(
    offer: AvailableSlots,
    ask: MonthQuery,
    visitor: Visitor,
    now: datetime,
    origin: str = "",
    *,
    notice: str = "",
    typed: BookingForm | None = None,
) -> func.HttpResponse:
    """Return the months, days and times of one service; search engines see them as one page.

    With a `typed` form, its links submit that form, so that the answers are kept until a time is chosen.
    """
    calendar, service = offer.calendar, offer.service
    business, path = calendar.business, ("book", calendar.business.slug, service.id)
    query = {**shown_query(ask), **(TIMES if typed else {})}
    picker_visitor = visitor.without_prefill() if typed else visitor
    return page(
        "booking/time.html",
        visitor,
        business,
        is_public=True,
        here=(path, query),
        typed=typed,
        typed_in="typed" if typed else "",
        notice=notice,
        action=picker_visitor.link(*path, **query),
        canonical=canonical(origin, visitor, *path),
        about=about(service, business, visitor),
        picker=build_picker(offer, ask, picker_visitor, path, TIMES if typed else None),
        **choices(offer, visitor, path, query, now, (visitor.texts.gettext("Anyone available"), "")),
        back=picker_visitor.link("book", business.slug, staff=None) if visible(calendar) > 1 else "",
    )


def choices(
    offer: AvailableSlots,
    visitor: Visitor,
    path: tuple[str, ...],
    query: dict[str, str],
    now: datetime,
    first: tuple[str, str],
) -> dict[str, Any]:
    """Return the forms to choose a person and a time zone. `first` is the option for no choice: (label, id)."""
    action = "/" + "/".join(path)
    return {
        "staff": staff_choice(offer.calendar, offer.service, visitor, action, query, first),
        "zone": zone_choice(offer.calendar.business, visitor, action, query, now),
    }


def build_picker(
    offer: AvailableSlots,
    ask: MonthQuery,
    visitor: Visitor,
    path: tuple[str, ...],
    within: Mapping[str, str] | None = None,
) -> Picker:
    """Return the picker. `within` are query values of its links to days and months, not of those to times."""

    def link(**changes: str) -> str:
        return visitor.link(*path, **changes, **({} if "start" in changes else within or {}))

    return Builder(offer, ask, visitor, link).picker()


def missed(why: str, visitor: Visitor) -> str:
    """Return what the times page says to a visitor whose link led to a time that cannot be booked."""
    _ = visitor.texts.gettext
    texts = {
        OVER: _("That time is over. Please choose another one."),
        NOT_OFFERED: _("That time cannot be booked. Please choose another one."),
    }
    return texts.get(why, "")


def shown_query(ask: MonthQuery) -> dict[str, str]:
    """Return the query values that show the same month or day again."""
    if ask.day:
        return {"date": ask.day.isoformat()}
    return {"month": f"{ask.month:%Y-%m}"} if ask.month else {}


def visible(calendar: Calendar) -> int:
    """Return how many services the page shows."""
    return sum(not service.is_hidden for service in calendar.services.values())


def details_page(
    calendar: Calendar,
    service: Service,
    form: BookingForm,
    start: datetime,
    visitor: Visitor,
    template: str = "booking/details.html",
    **more: Any,
) -> func.HttpResponse:
    """Return the form, or another template around it; `more` may hold `status`, `taken` and a notice."""
    business = calendar.business
    path = ("book", business.slug, service.id)
    day = start.astimezone(visitor.tzinfo).date().isoformat()
    return page(
        template,
        visitor,
        business,
        is_public=True,
        here=(path, {"start": form.start, "staff": form.staff}),
        typed_in="typed",
        about=about(service, business, visitor, _with_whom(calendar, service, form.staff, visitor)),
        moment=moment(start, start + service.duration, visitor, business.time_zone),
        policy=policy_text(calendar.policy_of(service), visitor),
        form=form,
        action=visitor.without_prefill().link(*path),
        back=visitor.without_prefill().link(*path, date=day, **TIMES),
        **{"heading": _heading(business.business_type, visitor), "taken": None, "notice": "", **more},
    )


def _with_whom(calendar: Calendar, service: Service, wanted: str, visitor: Visitor) -> str:
    """Return the name of the person asked for, where customers may know it, else who it may be."""
    return (names_of(calendar, [wanted]) if wanted in service.staff else "") or _anyone(calendar, service, visitor)


def _anyone(calendar: Calendar, service: Service, visitor: Visitor) -> str:
    people = calendar.staff_of(service)
    if service.assignment == "all" or len(people) == 1:
        return names_of(calendar, [person.id for person in people])
    return visitor.texts.gettext("Anyone available")


def _heading(business_type: str, visitor: Visitor) -> str:
    _ = visitor.texts.gettext
    special = {"health": _("Patient details"), "education": _("Student details"), "hr": _("Candidate details")}
    return special.get(business_type, _("Your details"))


def taken(
    title: str, nearest: Sequence[tuple[datetime, str]], visitor: Visitor, names: Mapping[str, str]
) -> dict[str, Any]:
    """Return what the form shows when the time went: (start, person) pairs as links to choose one of."""
    formats = visitor.formats
    links = [
        NavLink(
            label=formats.time(start),
            href="",
            note=names.get(person) or formats.short_day(start.astimezone(visitor.tzinfo).date()),
            id=f"{start.isoformat()} {person}",
        )
        for start, person in nearest
    ]
    return {"title": title, "alternatives": links}
