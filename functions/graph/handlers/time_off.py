"""timeOff and whyNotOffered, beyond Graph: when staff cannot be booked, and why a time is not offered."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from functions.auth.access import seen_among
from functions.graph.call import Collection, Entity, GraphDocument, GraphRequest, etag
from functions.graph.models.parts import MomentBody
from functions.graph.models.patch import LineText, LongText, NameText, parse
from functions.graph.models.values import moment
from shared.domain.access.permissions import Permission
from shared.domain.appointments.appointment import TimeOff
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.domain.errors import Forbidden, InvalidFields
from shared.domain.model import Request
from shared.domain.timeline.hours import whole_days
from shared.domain.timeline.ticks import TICK
from shared.records.calendars import etag_of
from shared.use_cases.availability.explain_start import explain_start
from shared.use_cases.availability.find_holding import find_holding
from shared.use_cases.calendars.change_entity import find_entity
from shared.use_cases.calendars.change_time_off import add_time_off, change_time_off, remove_time_off
from shared.use_cases.calendars.find_time_off import find_time_off, read_time_off


CLOCKS = timedelta(hours=2)
"""More than a change of clocks makes a day longer or shorter."""
BUSY = "Busy"
NAMES = {"/end": "/endDateTime", "/staff": "/staffMemberId"}


class TimeOffBody(Request):
    """Time off of a person. With `isAllDay` it is whole days in their time zone.

    These are the days from start to end, or that of the start if there is no end.
    """

    staff_member_id: LineText
    title: NameText
    notes: LongText | None = None
    start_date_time: MomentBody
    end_date_time: MomentBody | None = None
    is_all_day: bool = False

    def time_off(self, name: str, calendar: Calendar, length: timedelta | None = None) -> TimeOff:
        """Return the time off; `length` is that of one without an end. Raises InvalidFields."""
        start = self.start_date_time.moment("startDateTime")
        if self.end_date_time is None and length is None and not self.is_all_day:
            raise InvalidFields([("/endDateTime", "required")])
        end = self.end_date_time.moment("endDateTime") if self.end_date_time else start + (length or TICK)
        if self.is_all_day and start < end:
            person = calendar.staff.get(self.staff_member_id)
            zone = (person and person.time_zone) or calendar.business.time_zone
            start, after = whole_days(start, start + TICK, zone)
            known = self.end_date_time is not None
            start, end = whole_days(start, end if known else max(after, start + (length or TICK) - CLOCKS), zone)
        return TimeOff(
            id=name,
            staff=self.staff_member_id,
            title=self.title,
            notes=self.notes or "",
            start=start,
            end=end,
            is_all_day=self.is_all_day,
        )


async def list_time_off(call: GraphRequest) -> Collection:
    """Return all time off in a calendar; of other people's only when it is."""
    found = await find_time_off(business=call.calendar.business.id, store=call.app.store)
    return Collection([_shown(one, call) for one in found])


async def get_time_off(call: GraphRequest) -> Entity:
    """Return one time off. Raises NotFound."""
    return Entity(_shown(await _asked(call), call))


async def post_time_off(call: GraphRequest) -> Entity:
    """Create time off, and return 201 with it. Raises Forbidden for another person's, InvalidFields."""
    off = parse(TimeOffBody, {}, call.document()).time_off("new", call.calendar)
    _require(call, off.staff)
    with _in_our_names():
        name = await add_time_off(off, **_command(call))
    return Entity(_document(off.model_copy(update={"id": name})), 201)


async def patch_time_off(call: GraphRequest) -> Entity:
    """Change time off and return it; a new start without an end keeps the length."""
    sent, off = call.document(), await _asked(call)
    _require(call, off.staff)

    def edit(before: TimeOff) -> TimeOff:
        shown = _document(before)
        # The end that is stored would belong to the old start, and could even lie before the new one.
        if "startDateTime" in sent:
            del shown["endDateTime"]
        body = parse(TimeOffBody, shown, sent)
        if body.staff_member_id != before.staff:
            raise InvalidFields([("/staffMemberId", "it cannot be changed")])
        after = body.time_off(before.id, call.calendar, before.end - before.start)
        return after.model_copy(update={"version": before.version})

    with _in_our_names():
        await change_time_off(off, edit, call.body, etags=call.etags, **_command(call))
    return Entity(_document(await _asked(call)))


async def delete_time_off(call: GraphRequest) -> None:
    """Delete time off. Raises Forbidden for another person's, and EditConflict."""
    off = await _asked(call)
    _require(call, off.staff)
    await remove_time_off(off, etags=call.etags, **_command(call))


def _command(call: GraphRequest) -> dict[str, Any]:
    app, author = call.app, call.author
    return {
        "key": author.key,
        "actor": author.actor,
        "calendar": call.calendar,
        "context": app.context,
    }


@contextmanager
def _in_our_names() -> Iterator[None]:
    try:
        yield
    except InvalidFields as refusal:
        raise InvalidFields(
            [one._replace(pointer=NAMES.get(one.pointer, one.pointer)) for one in refusal.errors]
        ) from None


def _is_theirs(call: GraphRequest, person: str) -> bool:
    """Return whether the caller may see and change a person's time off: their own, or anyone's by right."""
    access = call.access
    return access is None or person in access.people or access.may(Permission.CHANGE_ANY_TIME_OFF)


def _require(call: GraphRequest, person: str) -> None:
    """Raise Forbidden for another person's time off unless the caller may change anyone's."""
    if not _is_theirs(call, person):
        raise Forbidden


async def _asked(call: GraphRequest) -> TimeOff:
    return await read_time_off(call.ids["id"], business=call.calendar.business.id, store=call.app.store)


def _shown(off: TimeOff, call: GraphRequest) -> GraphDocument:
    """Return time off as the caller may see it: another person's without its title and notes."""
    whole = _document(off)
    return whole if _is_theirs(call, off.staff) else {**whole, "title": BUSY, "notes": None}


def _document(off: TimeOff) -> GraphDocument:
    return {
        "@odata.etag": etag(etag_of(off)),
        "id": off.id,
        "staffMemberId": off.staff,
        "title": off.title,
        "notes": off.notes or None,
        "startDateTime": moment(off.start),
        "endDateTime": moment(off.end),
        "isAllDay": off.is_all_day,
    }


async def list_reasons(call: GraphRequest) -> Collection:
    """Return for each person of a service the rule that removed `start`, or that it is offered.

    The other calendars that take a person's time are named as far as the caller may see them.
    """
    service = find_entity(call.calendar, "services", call.ids["id"])
    assert isinstance(service, Service)
    start = MomentBody(date_time=call.req.params.get("start", ""), time_zone=call.calendar.business.time_zone)
    moment, store = start.moment("start"), call.app.store
    rules = await explain_start(service, moment, calendar=call.calendar, store=store, now=call.now)
    held = [one for one, rule in rules.items() if rule == "another_calendar"]
    homes = await find_holding(service, moment, held, business=call.calendar.business.id, store=store)
    seen = await seen_among(call.caller, {one for each in homes.values() for one in each})
    staff = call.calendar.staff
    return Collection(
        [
            {
                "staffMemberId": one,
                "displayName": staff[one].name,
                "rule": rule,
                "calendars": [seen[home].business.name for home in sorted(homes.get(one, ())) if home in seen],
            }
            for one, rule in rules.items()
        ]
    )
