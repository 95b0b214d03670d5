"""An appointment that somebody at the console works on: who may, where they came from, and what it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlencode

import azure.functions as func

from functions.console.boundary import console_visitor, enter_calendar
from functions.pages.boundary import form_of
from functions.pages.rich_text import own_language
from functions.wiring import services
from shared.i18n.formats import Formats
from shared.use_cases.appointments.find_appointments import AppointmentWithVisit, read_appointment


if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from markupsafe import Markup

    from functions.auth.access import Access
    from functions.pages.visitor import Visitor
    from shared.domain.access.permissions import Permission
    from shared.domain.appointments.appointment import Appointment
    from shared.domain.calendar.business import Calendar

LONGEST_BACK, MOST_NAMES = 1000, 20


class LabelledValue(NamedTuple):
    """`is_own` for the calendar's own words; `span` is the time of a day that `text` names."""

    icon: str
    text: str
    is_own: bool = False
    span: str = ""


@dataclass(frozen=True)
class AppointmentContext:
    """`form` is what was sent, or nothing; `now` the moment of this request."""

    req: func.HttpRequest
    access: Access
    visitor: Visitor
    form: Mapping[str, str]
    now: datetime
    found: AppointmentWithVisit | None = None

    @property
    def calendar(self) -> Calendar:
        return self.access.calendar

    @property
    def is_sent(self) -> bool:
        return str(self.req.method) == "POST"

    @property
    def appointment(self) -> Appointment:
        assert self.found is not None
        return self.found.appointment

    @cached_property
    def formats(self) -> Formats:
        return Formats(self.visitor.region_tag, self.calendar.business.time_zone, self.visitor.texts)

    @cached_property
    def own_lang(self) -> Markup:
        return own_language(self.calendar.business, self.visitor)

    @property
    def back(self) -> str:
        """The query of the queue that one came from."""
        return (self.form.get("back") or self.req.params.get("back", ""))[:LONGEST_BACK]

    @property
    def there(self) -> str:
        """What every way on from here carries."""
        lang = self.visitor.carried.get("lang", "")
        return urlencode({"back": self.back, **({"lang": lang} if lang else {})})

    @property
    def queue(self) -> str:
        return queue_address(self.back)

    @property
    def path(self) -> str:
        return f"/console/queue/{self.calendar.business.id}/{self.appointment.id}"

    def leave(self, news: str) -> func.HttpResponse:
        """Go back to the queue, which says what was done."""
        return func.HttpResponse(status_code=303, headers={"Location": queue_address(self.back, news)})

    def to_details(self, news: str) -> func.HttpResponse:
        """Go back to the page of the appointment, which says what was done."""
        return func.HttpResponse(status_code=303, headers={"Location": f"{self.path}?{self.there}&news={news}"})

    @property
    def facts(self) -> list[LabelledValue]:
        """The appointment in a few words."""
        one, formats = self.appointment, self.formats
        service = one.service_of(self.calendar.services.get(one.service))
        names = [person.name for name in one.staff if (person := self.calendar.person(name))]
        customer = one.seat.customer.name if one.seat else ""
        day = formats.full_day(formats.local(one.start).date())
        return [
            *([LabelledValue("people", customer)] if customer else []),
            *([LabelledValue("calendar", service.name, is_own=True)] if service else []),
            LabelledValue("clock", day, span=formats.span(one.start, one.end)),
            LabelledValue("person", ", ".join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")),
        ]


def queue_address(back: str, news: str = "") -> str:
    """Return where the queue was left, with what there is to say."""
    known = [(name, value) for name, value in parse_qsl(back[:LONGEST_BACK]) if name != "news"]
    return f"/console/queue?{urlencode([*known, *([('news', news)] if news else [])], safe=',')}"


async def enter_desk(req: func.HttpRequest, operation: Permission, *, changes: bool = True) -> AppointmentContext:
    """Return the desk of the appointment in the path. Raises NotFound; Forbidden for what is not theirs."""
    desk = await enter_calendar_desk(req, operation)
    business = desk.calendar.business.id
    found = await read_appointment(req.route_params["appointment"], business=business, store=services().store)
    if changes:
        desk.access.require_change(found.appointment.staff)
    return AppointmentContext(req, desk.access, desk.visitor, desk.form, desk.now, found)


async def enter_calendar_desk(req: func.HttpRequest, operation: Permission) -> AppointmentContext:
    """Return the desk of a calendar, with no appointment on it yet."""
    access = await enter_calendar(req, req.route_params["business"], operation)
    form = form_of(req) if req.method == "POST" else {}
    return AppointmentContext(req, access, console_visitor(req), form, services().now())
