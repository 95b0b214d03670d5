"""What a booking page's handler works with: calendar, visitor, query, and the tools of this invocation."""

from __future__ import annotations

from asyncio import gather
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from functions.auth.members import is_member
from functions.auth.session import COOKIE
from functions.http.client_address import client_address
from functions.http.switch import require_switched_on
from functions.pages.boundary import slug_of
from functions.pages.times.picker import MonthQuery, read_ask
from functions.pages.visitor import read_visitor
from functions.wiring import services
from shared.domain.errors import NotFound, TooManyRequests
from shared.domain.reports.page_steps import comes_from_elsewhere, is_person
from shared.domain.timeline.hours import local_date
from shared.domain.timeline.ticks import floor_tick
from shared.use_cases.booking.find_calendar import find_published, find_reachable, require_open
from shared.use_cases.booking.find_nearest import find_nearest
from shared.use_cases.booking.find_slots import SlotsRequest, find_slots


if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import azure.functions as func

    from functions.pages.visitor import Visitor
    from functions.wiring import Services
    from shared.domain.appointments.appointment import Appointment
    from shared.domain.availability.slots import AvailableSlots, Slot
    from shared.domain.calendar.business import Calendar
    from shared.domain.calendar.service import Service
    from shared.domain.reports.page_steps import BookingStep
    from shared.use_cases.ports import Store

NEAREST = 3


class PageContext(NamedTuple):
    calendar: Calendar
    visitor: Visitor
    query: Mapping[str, str]
    app: Services
    now: datetime
    is_member: bool = False

    @property
    def has_sms(self) -> bool:
        """Whether this installation can send any."""
        return self.app.settings.sms.is_on

    def service(self, name: str) -> Service:
        """Return a service of the page. Raises NotFound, also for a hidden one."""
        found = self.calendar.services.get(name)
        if found is None or found.is_hidden:
            raise NotFound
        return found

    def ask(self, service: Service) -> MonthQuery:
        """Return the month or day that the query asks for, within what the policy lets customers book."""
        return read_ask(self.query, self.visitor, self.now, self.calendar.policy_of(service).maximum_advance)

    def staff(self, service: Service, wanted: str) -> str | None:
        """Return `wanted` if customers may choose and this person is listed for the service, else None."""
        people = {person.id for person in self.calendar.staff_of(service) if person.is_listed}
        allowed = self.calendar.policy_of(service).allow_staff_selection and service.assignment == "one"
        return wanted if allowed and wanted in people else None

    async def offer(self, service: Service, ask: MonthQuery, moving: Appointment | None = None) -> AvailableSlots:
        """Return two months of free times, by one round trip.

        With `moving`, the appointment's own slot counts as free, but its present start is not offered.
        """
        first, last = ask.window
        asked = self.staff(service, self.query.get("staff", ""))
        staff = asked or kept_person(service, moving)
        wanted = SlotsRequest(service.id, first, last, self.visitor.zone, staff, moving)
        offer = await find_slots(wanted, calendar=self.calendar, store=self.app.store, now=self.now)
        return _without(moving.start, offer) if moving and asked in (None, *moving.staff) else offer

    async def nearest(self, service: Service, start: datetime, staff: str) -> tuple[list[Slot], str]:
        """Return the free slots nearest to a start that went, and the person they are with (empty for anyone)."""
        found, person = await find_nearest(
            service.id,
            start,
            self.staff(service, staff),
            NEAREST,
            zone=self.visitor.zone,
            last_day=self.ask(service).limit,
            calendar=self.calendar,
            store=self.app.store,
            now=self.now,
        )
        return found, person or ""

    async def somebody_else(self, service: Service, start: datetime, staff: str) -> str:
        """Return another person who is free at `start`; empty if none, or if customers cannot choose staff."""
        if self.staff(service, staff) is None:
            return ""
        day = start.astimezone(self.visitor.tzinfo).date()
        request = SlotsRequest(service.id, day, day, self.visitor.zone)
        offer = await find_slots(request, calendar=self.calendar, store=self.app.store, now=self.now)
        # a mask has one bit per tick of the window; a start before it is at no bit
        bit = floor_tick(start) - offer.window.first
        free = [person for person, mask in offer.starts.items() if bit >= 0 and mask >> bit & 1]
        others = [person for person in free if person != staff and self.staff(service, person)]
        return min(others, key=lambda person: self.calendar.staff[person].name.casefold(), default="")


def kept_person(service: Service, moving: Appointment | None) -> str | None:
    """Return the person a moved booking stays with: the one who was asked for, None where that was anyone."""
    if moving is None or service.assignment == "all" or moving.chosen_by == "anyone":
        return None
    return next((person for person in moving.staff if person in service.staff), None)


def _without(start: datetime, offer: AvailableSlots) -> AvailableSlots:
    """Return the offer without one start."""
    others = ~offer.window.cut(floor_tick(start), floor_tick(start) + 1)
    starts = {person: mask & others for person, mask in offer.starts.items()}
    return replace(offer, starts=starts, sessions=[one for one in offer.sessions if one.start != start])


def chosen(values: Mapping[str, str], start: str) -> dict[str, str]:
    """Return a form's values with `start` and `staff`, which a choice of another time sends together as `slot`."""
    found = {"start": start, **values}
    if slot := values.get("slot"):
        found["start"], _, found["staff"] = slot.partition(" ")
    return found


NOTHING: Mapping[str, str] = MappingProxyType({})


def count_step(req: func.HttpRequest, context: PageContext, step: BookingStep) -> None:
    """Count what a visitor of a calendar's page did, if they seem to be a person, and not of its staff."""
    if COOKIE in req.headers.get("cookie", "") or not is_person(req.headers):
        return
    app, business = services(), context.calendar.business
    if step == "seen" and not comes_from_elsewhere(req.headers, app.settings.public_url):
        return
    app.page_counter.count(business.id, local_date(context.now, business.time_zone), step, store=app.store)


async def enter(req: func.HttpRequest, **chosen: str) -> PageContext:
    """Return the context of a published calendar, by its current settings: one point read.

    `chosen` replaces values of the query. Raises NotFound, SignInNeeded, Forbidden, SwitchedOff and
    TooManyRequests.
    """
    store, member = _count(req), await is_member(req)
    found = find_published(slug_of(req), store=store, is_member=member)
    calendar, _ = await gather(found, require_switched_on())
    return _context(req, calendar, member, chosen)


async def enter_by_cache(req: func.HttpRequest) -> PageContext:
    """Return the context of a calendar as this process has it cached, for handlers that verify it themselves.

    Raises NotFound and TooManyRequests.
    """
    store, member = _count(req), await is_member(req)
    calendar = await find_reachable(slug_of(req), store=store, now=services().now())
    context = _context(req, calendar, member)
    if req.method == "POST":
        services().limiter.count_change(client_address(req), calendar.business.id, context.now)
    return context


async def enter_to_send(req: func.HttpRequest) -> tuple[PageContext, TooManyRequests | None]:
    """Return the context of a submitted form, and the rate limit it ran into or None.

    The limit is returned and not raised, so that the form can be shown again with what was typed.
    """
    app, limit = services(), None
    try:
        _count(req)
    except TooManyRequests as reached:
        limit = reached
    member = await is_member(req)
    found = find_reachable(slug_of(req), store=app.store, now=app.now())
    calendar, _ = await gather(found, require_switched_on())
    context = _context(req, calendar, member)
    try:
        app.limiter.count_change(client_address(req), calendar.business.id, context.now)
    except TooManyRequests as reached:
        limit = reached
    return context, limit


def require_published(offer: AvailableSlots, context: PageContext) -> None:
    """Raise NotFound where the service is hidden by now; SignInNeeded where the page asks for a sign-in."""
    if offer.service.is_hidden:
        raise NotFound
    require_open(offer.calendar, is_member=context.is_member)


def _count(req: func.HttpRequest) -> Store:
    app = services()
    app.limiter.count_read(client_address(req), app.now())
    return app.store


def _context(
    req: func.HttpRequest, calendar: Calendar, member: bool, chosen: Mapping[str, str] = NOTHING
) -> PageContext:
    app, query = services(), {**req.params, **chosen}
    visitor = read_visitor(query, req.headers.get("accept-language", ""), calendar.business)
    return PageContext(calendar, visitor, query, app, app.now(), member)
