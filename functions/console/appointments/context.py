"""The appointment that a person works on at the console: their access, the submitted form, and the way back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

import azure.functions as func

from functions.auth.access import access_to
from functions.auth.session import form_token
from functions.console.boundary import console_visitor, enter_calendar, person_of
from functions.console.shell import framed
from functions.pages.boundary import form_of
from functions.pages.form_field import new_key
from functions.pages.render import page
from functions.pages.rich_text import own_language
from functions.wiring import services
from shared.domain.errors import NotFound
from shared.i18n.formats import Formats
from shared.records.keys import IDENTIFIER
from shared.use_cases.appointments.find_appointments import AppointmentWithVisit, read_appointment


if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from markupsafe import Markup

    from functions.auth.access import Access
    from functions.pages.visitor import Visitor
    from functions.wiring import Services
    from shared.domain.access.permissions import Permission
    from shared.domain.appointments.appointment import Appointment, Seat
    from shared.domain.calendar.business import Calendar

LONGEST_BACK, MOST_NAMES = 1000, 20
CALENDAR, CUSTOMER = "calendar?", "customer?"
MOST_ID = 60


class LabelledValue(NamedTuple):
    """A fact with its icon. `is_own`: in the calendar's own language; `span`: the time of the day in `text`."""

    icon: str
    text: str
    is_own: bool = False
    span: str = ""


@dataclass(frozen=True)
class AppointmentContext:
    """What a handler of these pages works with. `form` is what was submitted, empty for GET."""

    req: func.HttpRequest
    access: Access
    visitor: Visitor
    form: Mapping[str, str]
    app: Services
    found: AppointmentWithVisit | None = None

    @property
    def now(self) -> datetime:
        """The moment of this request."""
        return self.app.now()

    @property
    def calendar(self) -> Calendar:
        return self.access.calendar

    @property
    def is_sent(self) -> bool:
        """Whether the form was submitted."""
        return str(self.req.method) == "POST"

    @property
    def appointment(self) -> Appointment:
        assert self.found is not None
        return self.found.appointment

    @cached_property
    def seat(self) -> Seat | None:
        """The seat of a group that the address or the form names; None if none is. Raises NotFound."""
        name = self.form.get("seat") or self.req.params.get("seat", "")
        if not name or self.found is None or not self.appointment.is_group:
            return None
        found = next((one for one in (*self.found.parties, *self.found.leaving) if one.id == name), None)
        if found is None:
            raise NotFound
        return found

    @cached_property
    def formats(self) -> Formats:
        """Formats in the reader's language and in the calendar's time zone, as staff work by its clock."""
        return Formats(self.visitor.region_tag, self.calendar.business.time_zone, self.visitor.texts)

    @cached_property
    def own_lang(self) -> Markup:
        """The `lang` attribute of the calendar's own texts."""
        return own_language(self.calendar.business, self.visitor)

    @property
    def back(self) -> str:
        """Where the person came from: the queue's query; or CALENDAR and the calendar's; or CUSTOMER and an id."""
        return (self.form.get("back") or self.req.params.get("back", ""))[:LONGEST_BACK]

    @property
    def there(self) -> str:
        """The query that every link from here carries."""
        lang = self.visitor.carried.get("lang", "")
        return urlencode({"back": self.back, **({"lang": lang} if lang else {})})

    @property
    def queue(self) -> str:
        return self._origin("")

    @property
    def origin(self) -> str:
        """The name of the page that the person came from."""
        _ = self.visitor.texts.gettext
        return {"customers": _("Customer"), "calendar": _("Calendar"), "queue": _("Queue")}[self._section]

    @property
    def _section(self) -> str:
        """The place in the navigation that the person came from."""
        if self.back.startswith(CUSTOMER):
            return "customers"
        return "calendar" if self.back.startswith(CALENDAR) else "queue"

    def _origin(self, news: str) -> str:
        """Return the URL of the queue or the staff calendar as the person left it."""
        if self.back.startswith(CUSTOMER):
            customer = quote(self.back.removeprefix(CUSTOMER)[:MOST_ID], safe="")
            return f"/console/calendars/{self.calendar.business.id}/customers/customer/{customer}"
        if self.back.startswith(CALENDAR):
            path = f"/console/calendars/{self.calendar.business.id}/calendar"
            return f"{path}?{_query(self.back.removeprefix(CALENDAR), news)}"
        return queue_address(self.back, news)

    @property
    def path(self) -> str:
        return f"/console/queue/{self.calendar.business.id}/{self.appointment.id}"

    async def page(self, template: str, status: int = 200, **context: Any) -> func.HttpResponse:
        """Return a page of the queue about this calendar."""
        access, shown = (
            self.access,
            {"own_lang": self.own_lang, "queue": self.queue, "origin": self.origin, **context},
        )
        return await framed(
            template,
            self.req,
            access.caller,
            self.visitor,
            section=self._section,
            access=access,
            status=status,
            **shown,
        )

    def part(self, template: str, **context: Any) -> func.HttpResponse:
        """Return a part of a page, which a script puts into the page that is open."""
        shown = {"own_lang": self.own_lang, "form_token": form_token(self.req), "key": new_key(), **context}
        return page(template, self.visitor, None, **shown)

    def leave(self, news: str) -> func.HttpResponse:
        """Redirect to the queue or the staff calendar, which shows the `news`."""
        return func.HttpResponse(status_code=303, headers={"Location": self._origin(news)})

    def to_details(self, news: str, appointment: str = "") -> func.HttpResponse:
        """Redirect to the page of the appointment, or of another one, which shows the `news`."""
        path = f"/console/queue/{self.calendar.business.id}/{appointment or self.appointment.id}"
        return func.HttpResponse(status_code=303, headers={"Location": f"{path}?{self.there}&news={news}"})

    @property
    def facts(self) -> list[LabelledValue]:
        """The appointment in a few lines: customer, service, time and staff."""
        one, formats = self.appointment, self.formats
        service = one.service_of(self.calendar.services.get(one.service))
        names = [person.name for name in one.staff if (person := self.calendar.person(name))]
        seat = one.seat or self.seat
        customer = seat.customer.name if seat else ""
        day = formats.full_day(formats.local(one.start).date())
        return [
            *([LabelledValue("people", customer)] if customer else []),
            *([LabelledValue("calendar", service.name, is_own=True)] if service else []),
            LabelledValue("clock", day, span=formats.span(one.start, one.end)),
            LabelledValue("person", ", ".join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")),
        ]


def queue_address(back: str, news: str = "") -> str:
    """Return the URL of the queue with the query it was left with, and the `news` to show."""
    return f"/console/queue?{_query(back, news)}"


def appointment_address(req: func.HttpRequest, back: str, news: str) -> str:
    """Return the URL of the page of the appointment in the path, which shows the `news` and leads `back`."""
    path = f"/console/queue/{quote(req.route_params['business'])}/{quote(req.route_params['appointment'])}"
    lang = console_visitor(req).carried.get("lang", "")
    query = {"back": back[:LONGEST_BACK], **({"lang": lang} if lang else {}), "news": news}
    return f"{path}?{urlencode(query)}"


def _query(back: str, news: str) -> str:
    """Return a query of the request, parsed and encoded again: it may only fill that of our own page."""
    # `back` comes from the request: taken as a whole it could lead to another site.
    known = [(name, value) for name, value in parse_qsl(back[:LONGEST_BACK]) if name != "news"]
    return urlencode([*known, *([("news", news)] if news else [])], safe=",")


async def enter_appointment(
    req: func.HttpRequest, operation: Permission, *, changes: bool = True
) -> AppointmentContext:
    """Return the context of the appointment in the path.

    Raises as `enter_calendar`; NotFound for an unknown appointment; with `changes`, Forbidden for one that the
    person may not change.
    """
    app, caller, business = services(), await person_of(req), req.route_params["business"]
    if not IDENTIFIER.fullmatch(business):
        raise NotFound
    # read beside the rights, which say first whether there is anything to see
    access, found = await asyncio.gather(
        access_to(caller, business),
        read_appointment(req.route_params["appointment"], business=business, store=app.store),
        return_exceptions=True,
    )
    if isinstance(access, BaseException):
        raise access
    access.require(operation)
    if isinstance(found, BaseException):
        raise found
    if changes:
        access.require_change(found.appointment.staff)
    return AppointmentContext(req, access, console_visitor(req), _sent(req), app, found)


async def enter_calendar_desk(req: func.HttpRequest, operation: Permission) -> AppointmentContext:
    """Return the context of a calendar, without an appointment. Raises as `enter_calendar`."""
    access = await enter_calendar(req, req.route_params["business"], operation)
    return AppointmentContext(req, access, console_visitor(req), _sent(req), services())


def _sent(req: func.HttpRequest) -> Mapping[str, str]:
    return form_of(req) if req.method == "POST" else {}
