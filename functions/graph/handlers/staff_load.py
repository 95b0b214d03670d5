"""staffLoad and rebalance, beyond Graph: how much each person serves, and spreading it evenly."""

from datetime import datetime, timedelta

from pydantic import Field

from functions.graph.call import Collection, Entity, GraphDocument, GraphRequest
from functions.graph.models.parts import MomentBody
from functions.graph.models.patch import LineText, parse
from functions.graph.models.values import duration, moment
from shared.domain.errors import InvalidFields
from shared.domain.model import Request
from shared.use_cases.appointments.rebalance import Moved, find_between, loads_of, rebalance


LONGEST = timedelta(days=100)


class RebalanceBody(Request):
    """`days` is how far ahead, from now."""

    service_id: LineText
    days: int = Field(default=30, ge=1, le=100)


async def list_loads(call: GraphRequest) -> Collection:
    """Return each person's count and total length of appointments that start within `start` to `end`."""
    first, last = _moment(call, "start"), _moment(call, "end")
    if not timedelta() < last - first <= LONGEST:
        raise InvalidFields([("/end", f"after the start, and at most {LONGEST.days} days later")])
    coming = await find_between(first, last, calendar=call.calendar, store=call.app.store)
    loads = loads_of(coming, list(call.calendar.staff))
    return Collection(
        [
            {
                "staffMemberId": person,
                "displayName": call.calendar.staff[person].name,
                "appointments": one.appointments,
                "duration": duration(timedelta(minutes=one.minutes)),
            }
            for person, one in loads.items()
        ]
    )


async def post_rebalance(call: GraphRequest) -> Entity:
    """Reassign coming appointments that were booked with anyone, and return {moved} with each change."""
    body = parse(RebalanceBody, {}, call.document())
    service = call.calendar.services.get(body.service_id)
    if service is None or service.removed_at:
        raise InvalidFields([("/serviceId", "no such service")])
    done = await rebalance(
        service,
        call.now + timedelta(days=body.days),
        author=call.author,
        calendar=call.calendar,
        context=call.app.context,
        reading=call.app.reading,
    )
    return Entity({"moved": [_document(one) for one in done.moved]})


def _moment(call: GraphRequest, name: str) -> datetime:
    given = MomentBody(date_time=call.req.params.get(name, ""), time_zone=call.calendar.business.time_zone)
    return given.moment(name)


def _document(moved: Moved) -> GraphDocument:
    return {
        "appointmentId": moved.appointment.id,
        "startDateTime": moment(moved.appointment.start),
        "from": moved.before,
        "to": moved.after,
    }
