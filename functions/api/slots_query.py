"""Parses the query of the slots endpoint, and reports all wrong parameters at once."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from functions.http.prefilled import prefilled_zone
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.domain.calendar.time_zone import is_known_zone
from shared.domain.errors import InvalidFields, NotFound
from shared.domain.timeline.hours import local_date
from shared.use_cases.booking.claims import selectable_staff
from shared.use_cases.booking.find_slots import MAXIMUM_DAYS, SlotsRequest


DAYS_SHOWN = 31
YEARS = range(1971, 2200)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
Errors = list[tuple[str, str]]


def slots_request(params: Mapping[str, str], calendar: Calendar, now: datetime) -> SlotsRequest:
    """Return the parsed query. Raises InvalidFields with all wrong parameters, NotFound for an unknown service."""
    errors: Errors = []
    zone = prefilled_zone(params.get("tz", calendar.business.time_zone))
    if not is_known_zone(zone):
        errors.append(("/tz", "not an IANA time zone"))
        zone = calendar.business.time_zone
    service = _service(params, calendar, errors)
    staff = params.get("staff")
    if service and staff is not None and staff not in selectable_staff(calendar, service):
        errors.append(("/staff", "cannot be chosen for the service"))
    first, last = _days(params, local_date(now, zone), errors)
    if errors or service is None:
        raise InvalidFields(errors)
    return SlotsRequest(service.id, first, last, zone, staff)


def _service(params: Mapping[str, str], calendar: Calendar, errors: Errors) -> Service | None:
    """Return the service, None where it is not given. Raises NotFound for an unknown or hidden one."""
    if not params.get("service"):
        errors.append(("/service", "required"))
        return None
    service = calendar.services.get(params["service"])
    if service is None or service.is_hidden:
        raise NotFound
    return service


def _days(params: Mapping[str, str], today: date, errors: Errors) -> tuple[date, date]:
    """Return the first and the last day; by default a month, from today or from the given first day."""
    # a range is only judged where both of its ends could be read
    before = len(errors)
    first = _day(params, "from", today, errors)
    last = _day(params, "to", first + timedelta(days=DAYS_SHOWN - 1), errors)
    if len(errors) > before:
        return first, last
    if last < first:
        errors.append(("/to", "before from"))
    elif (last - first).days >= MAXIMUM_DAYS:
        errors.append(("/to", f"at most {MAXIMUM_DAYS} days in one request"))
    return first, last


def _day(params: Mapping[str, str], name: str, otherwise: date, errors: Errors) -> date:
    text = params.get(name)
    if text is None:
        return otherwise
    try:
        day = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day and day.year in YEARS:
        return day
    errors.append((f"/{name}", "out of reach" if day else "not a date such as 2026-11-23"))
    return otherwise
