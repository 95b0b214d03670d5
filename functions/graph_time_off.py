"""timeOff and whyNotOffered, which are ours: when people cannot be booked, and why a time is not offered."""

from functions.graph_call import Call, Collection, Document, Entity
from functions.graph_parse import Line, Name, Text, parse
from functions.graph_parts import MomentBody
from functions.graph_values import moment
from shared.domain.appointment import TimeOff
from shared.domain.errors import InvalidFields
from shared.domain.model import Request
from shared.domain.permissions import Operation
from shared.domain.service import Service
from shared.use_cases.change_entity import find_entity
from shared.use_cases.change_time_off import add_time_off, remove_time_off
from shared.use_cases.explain_start import explain_start
from shared.use_cases.find_time_off import find_time_off, read_time_off


class TimeOffBody(Request):
    staff_member_id: Line
    title: Name
    notes: Text = ""
    start_date_time: MomentBody
    end_date_time: MomentBody


async def list_time_off(call: Call) -> Collection:
    found = await find_time_off(business=call.calendar.business.id, store=call.app.store)
    return Collection([_document(one) for one in found])


async def get_time_off(call: Call) -> Entity:
    return Entity(_document(await _asked(call)))


async def post_time_off(call: Call) -> Entity:
    body = parse(TimeOffBody, {}, call.document())
    off = TimeOff(
        id="new",
        staff=body.staff_member_id,
        title=body.title,
        notes=body.notes,
        start=body.start_date_time.moment("startDateTime"),
        end=body.end_date_time.moment("endDateTime"),
    )
    _require(call, off.staff)
    app, author = call.app, call.author
    try:
        name = await add_time_off(
            off,
            key=author.key,
            actor=author.actor,
            calendar=call.calendar,
            store=app.store,
            secret=app.secret,
            now=call.now,
        )
    except InvalidFields as refusal:
        names = {"/end": "/endDateTime", "/staff": "/staffMemberId"}
        raise InvalidFields([(names.get(where, where), what) for where, what in refusal.errors]) from None
    return Entity(_document(off.model_copy(update={"id": name})), 201)


async def delete_time_off(call: Call) -> None:
    off = await _asked(call)
    _require(call, off.staff)
    app, author = call.app, call.author
    await remove_time_off(
        off,
        key=author.key,
        actor=author.actor,
        calendar=call.calendar,
        store=app.store,
        secret=app.secret,
        now=call.now,
    )


def _require(call: Call, person: str) -> None:
    """Raise Forbidden where it is not their own time, and they may not change others'."""
    if call.access and person not in call.access.people:
        call.access.require(Operation.CHANGE_ANY_TIME_OFF)


async def _asked(call: Call) -> TimeOff:
    return await read_time_off(call.ids["id"], business=call.calendar.business.id, store=call.app.store)


def _document(off: TimeOff) -> Document:
    return {
        "id": off.id,
        "staffMemberId": off.staff,
        "title": off.title,
        "notes": off.notes or None,
        "startDateTime": moment(off.start),
        "endDateTime": moment(off.end),
    }


async def list_reasons(call: Call) -> Collection:
    """Say for each person of a service which rule removed a `start`, or that it is offered."""
    service = find_entity(call.calendar, "services", call.ids["id"])
    assert isinstance(service, Service)
    start = MomentBody(date_time=call.req.params.get("start", ""), time_zone=call.calendar.business.time_zone)
    rules = await explain_start(
        service, start.moment("start"), calendar=call.calendar, store=call.app.store, now=call.now
    )
    staff = call.calendar.staff
    return Collection(
        [{"staffMemberId": one, "displayName": staff[one].name, "rule": rule} for one, rule in rules.items()]
    )
