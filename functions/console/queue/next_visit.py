"""Who waits next for a person who has just ended a visit, for the page of that visit."""

import asyncio
from datetime import datetime

import azure.functions as func

from functions.auth.access import Access
from functions.console.boundary import console_boundary
from functions.console.queue.query import seen_of
from functions.http.boundary import json_response
from shared.domain.access.permissions import Permission
from shared.domain.model import Model
from shared.domain.visits.queue import QueueEntry, QueueLine, sorted_lines
from shared.use_cases.visits.find_queue import find_queue


class NextVisit(Model):
    """The appointment whose attendee waits for the caller, and where they join it; empty if nobody waits."""

    name: str | None = None
    since: datetime | None = None
    url: str | None = None


@console_boundary
async def queue_next(req: func.HttpRequest) -> func.HttpResponse:
    """Return the NextVisit of today that the caller serves, the most urgent of all their calendars."""
    seen = await seen_of(req)
    shown = [one for one in seen.shown if one.people and one.may(Permission.RUN_QUEUE)]
    found = await asyncio.gather(
        *(find_queue(one.calendar, seen.day_in(one), store=seen.app.store) for one in shown)
    )
    own = [entry for one, (listed, _) in zip(shown, found, strict=True) for entry in _own(one, listed)]
    lines = sorted_lines(own, seen.now)
    first = next((line for line in lines if any(is_here for *_, is_here in line.waiting)), None)
    return json_response(_told(first) if first else NextVisit())


def _own(access: Access, listed: list[QueueEntry]) -> list[QueueEntry]:
    mine = (one for one in listed if one.planned.is_online and not access.people.isdisjoint(one.planned.staff))
    return [one for one in mine if one.status == "in_lobby"]


def _told(line: QueueLine) -> NextVisit:
    planned = line.planned
    name = next(name for _, name, is_here in line.waiting if is_here) or planned.name
    url = f"/console/queue/{planned.business}/{planned.id}/join"
    return NextVisit(name=name, since=line.waits_since, url=url)
