"""The page of a service's times as a response, and what the form says of a time that went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.pages.details import TIMES
from functions.pages.landing import canonical, summary_of
from functions.pages.link import NavLink
from functions.pages.render import public_page, render
from functions.pages.summaries import about, staff_choice, zone_choice
from functions.pages.times.picker import Builder, Picker


if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence
    from datetime import datetime

    import azure.functions as func

    from functions.pages.booking_form import BookingForm
    from functions.pages.times.picker import MonthQuery
    from functions.pages.visitor import Visitor
    from shared.domain.availability.slots import AvailableSlots
    from shared.use_cases.timed_cache import TimedCache

OVER, NOT_OFFERED = "over", "not-offered"
IMPERSONAL = {"lang", "tz", "staff", "embed", "embed_origin"}  # query values by which no person is known
OFFSETS_LAST = 900  # seconds: the zones' offsets change at quarters of an hour


def time_page(
    offer: AvailableSlots,
    ask: MonthQuery,
    visitor: Visitor,
    now: datetime,
    origin: str = "",
    *,
    notice: str = "",
    typed: BookingForm | None = None,
    kept: TimedCache[Hashable, str] | None = None,
) -> func.HttpResponse:
    """Return the months, days and times of one service; search engines see them as one page.

    With a `typed` form, its links submit that form, so that the answers are kept until a time is chosen. Of pages
    that are `kept`, one that would be the same is not rendered again.
    """
    business = offer.calendar.business

    def make() -> str:
        return _time_html(offer, ask, visitor, now, origin, notice, typed)

    name = None if kept is None or typed else _all_that_shows(offer, ask, visitor, now, notice)
    html = make() if kept is None or name is None else kept.made(name, make)
    return public_page(html, visitor, business)


def _all_that_shows(
    offer: AvailableSlots, ask: MonthQuery, visitor: Visitor, now: datetime, notice: str
) -> Hashable:
    """Return all that a page of times depends on; None for one with personal data, or places that are left."""
    if offer.service.is_group or not visitor.carried.keys() <= IMPERSONAL:
        return None
    business, carried = offer.calendar.business, tuple(sorted(visitor.carried.items()))
    reader = visitor.region_tag, visitor.language, visitor.zone, visitor.zone_is_settled, visitor.may_post_to
    offsets_of = int(now.timestamp()) // OFFSETS_LAST
    shown = business.id, business.version, offer.service.id, ask, offer.window, offer.mask
    return shown, reader, carried, notice, offsets_of


def _time_html(
    offer: AvailableSlots,
    ask: MonthQuery,
    visitor: Visitor,
    now: datetime,
    origin: str,
    notice: str,
    typed: BookingForm | None,
) -> str:
    calendar, service = offer.calendar, offer.service
    business, path = calendar.business, ("book", calendar.business.slug, service.id)
    query = {**ask.query, **(TIMES if typed else {})}
    # A submitted form carries the answers itself; links would put them into the address too.
    picker_visitor = visitor.without_prefill() if typed else visitor
    return render(
        "booking/time.html",
        visitor,
        business,
        here=(path, query),
        typed=typed,
        typed_in="typed" if typed else "",
        notice=notice,
        action=picker_visitor.link(*path, **query),
        canonical=canonical(origin, visitor, *path),
        origin=origin,
        summary=summary_of(calendar, service.in_language(visitor.language, business.language)),
        about=about(service, business, visitor),
        picker=build_picker(offer, ask, picker_visitor, path, TIMES if typed else None),
        **choices(offer, visitor, path, query, now, (visitor.texts.gettext("Anyone available"), "")),
        back=picker_visitor.link("book", business.slug, staff=None) if len(calendar.offered_services) > 1 else "",
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
        OVER: _("That time is in the past. Choose another one."),
        NOT_OFFERED: _("That time can’t be booked. Choose another one."),
    }
    return texts.get(why, "")


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
