"""getStaffAvailability: when staff are free, busy or away; for applications only, as in Graph."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import Field

from functions.graph.call import Collection, GraphRequest
from functions.graph.models.appointment_body import in_graphs_names
from functions.graph.models.parts import MomentBody
from functions.graph.models.patch import LineText, parse
from functions.graph.models.values import moment
from functions.http.problems import BadRequest
from shared.domain.availability.staff import StaffInterval
from shared.domain.model import Request
from shared.use_cases.availability.find_staff_availability import find_staff_availability


STATUSES = {
    "available": "available",
    "slots_available": "slotsAvailable",
    "busy": "busy",
    "out_of_office": "outOfOffice",
}


class StaffAvailabilityQuery(Request):
    staff_ids: list[LineText] = Field(min_length=1, max_length=2000)
    start_date_time: MomentBody
    end_date_time: MomentBody


async def get_staff_availability(call: GraphRequest) -> Collection:
    """Return a page of {staffId, availabilityItems}, in the order in which the staff are asked for."""
    body, options = parse(StaffAvailabilityQuery, {}, call.document()), call.options
    people, begin = list(dict.fromkeys(body.staff_ids)), _begin(options.skip_token)
    shown = people[begin : begin + options.page]
    start = body.start_date_time.moment("startDateTime")
    end = body.end_date_time.moment("endDateTime")
    with in_graphs_names():
        found = await find_staff_availability(shown, start, end, calendar=call.calendar, store=call.app.store)
    is_more = bool(shown) and begin + len(shown) < len(people)
    known = cache(moment)  # many begin and end at the same moments
    items = [
        {"staffId": one, "availabilityItems": [_document(stretch, known) for stretch in found[one]]}
        for one in shown
    ]
    return Collection(items, is_page=True, next_token=str(begin + len(shown)) if is_more else "")


def _begin(token: str) -> int:
    if token and not (token.isascii() and token.isdigit() and len(token) < 5):
        raise BadRequest("$skiptoken is not one of ours.")
    return int(token or 0)


def _document(stretch: StaffInterval, moment: Callable[[datetime], Any]) -> dict[str, Any]:
    return {
        "status": STATUSES[stretch.condition],
        "serviceId": stretch.service or None,
        "startDateTime": moment(stretch.start),
        "endDateTime": moment(stretch.end),
    }
