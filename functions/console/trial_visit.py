"""A trial visit: a person opens the customer's side from the console, and their own side beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import azure.functions as func

from functions.auth.access import access_in
from functions.console.boundary import console_boundary, console_visitor, person_of
from functions.wiring import services
from shared.domain.access.permissions import Permission
from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.visit_links import host_token
from shared.domain.errors import NotFound
from shared.records.codec import load_row
from shared.records.keys import appointment_key
from shared.use_cases.calendars.find_businesses import find_readable
from shared.use_cases.visits.walk_in import trial_of, try_visit


if TYPE_CHECKING:
    from datetime import datetime

    from functions.pages.visitor import Visitor
    from shared.domain.access.permissions import Caller
    from shared.domain.calendar.business import Calendar
    from shared.use_cases.ports import Store

AGAIN = timedelta(minutes=15)  # pressing again within it opens the same visit


@dataclass(frozen=True)
class TrialPlace:
    """An online service of one of the person's calendars, and their own staff entry there."""

    calendar: Calendar
    service: str
    person: str

    def key(self, now: datetime, *, before: int = 0) -> str:
        """Return the idempotency key of the present trial, or of one `before` it, in steps of 15 minutes."""
        return f"trial-of-a-visit-{int(now.timestamp() // AGAIN.total_seconds()) - before}"


async def find_trial(caller: Caller, *, store: Store) -> TrialPlace | None:
    """Return the first calendar where the caller can try a visit, None where they serve nothing online."""
    for calendar in (await find_readable(caller.email, store=store)).read:
        access = access_in(caller, calendar)
        online = [one.id for one in calendar.services.values() if one.is_online and not one.removed_at]
        if online and access.people and access.may(Permission.RUN_QUEUE):
            return TrialPlace(calendar, online[0], min(access.people))
    return None


@console_boundary
async def trial_start(req: func.HttpRequest) -> func.HttpResponse:
    """Start a trial visit and redirect the person to the customer's side."""
    app = services()
    trial, now = await _trial(req), app.now()
    made = await try_visit(
        trial.service,
        trial.person,
        _customer(trial, console_visitor(req)),
        key=trial.key(now),
        calendar=trial.calendar,
        context=app.context,
    )
    return func.HttpResponse(status_code=303, headers={"Location": f"/join/{made.join_token}"})


def _customer(trial: TrialPlace, visitor: Visitor) -> str:
    """Return the name of the trial's customer. Not the person's own, who is on both sides."""
    _ = visitor.texts.gettext
    return _("Test patient") if trial.calendar.business.business_type == "health" else _("Test customer")


@console_boundary
async def trial_host(req: func.HttpRequest) -> func.HttpResponse:
    """Redirect the person to the host's side of the newest trial; to the console where there is none."""
    app = services()
    trial, now = await _trial(req), app.now()
    business = trial.calendar.business.id
    for before in (0, 1):
        name = trial_of(app.secret, business, trial.person, trial.key(now, before=before))
        if row := await app.store.table.get("bookings", business, appointment_key(name)):
            person = trial.calendar.staff[trial.person]
            token = host_token(app.secret, business, load_row(Appointment, row), person.id, person.link_version)
            return func.HttpResponse(status_code=303, headers={"Location": f"/host/{token}"})
    home = console_visitor(req).link("console", trial="none")
    return func.HttpResponse(status_code=303, headers={"Location": home})


async def _trial(req: func.HttpRequest) -> TrialPlace:
    """Return where the person can try a visit. Raises NotFound, and as `person_of`."""
    trial = await find_trial(await person_of(req), store=services().store)
    if trial is None:
        raise NotFound
    return trial
