"""What a page of help works with: the published calendar, the visitor, and the calendar's own words."""

from __future__ import annotations

from asyncio import gather
from typing import TYPE_CHECKING, NamedTuple

from functions.auth.members import is_member
from functions.http.client_address import client_address
from functions.http.switch import require_switched_on
from functions.pages.boundary import slug_of
from functions.pages.visitor import read_visitor
from functions.wiring import services
from shared.domain.errors import NotFound
from shared.use_cases.booking.find_calendar import find_reachable, require_open
from shared.use_cases.toolkit.find_answers import find_answers


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.pages.visitor import Visitor
    from shared.domain.calendar.business import Calendar
    from shared.domain.toolkit.questions import OwnAnswer


class HelpContext(NamedTuple):
    """A published calendar as it is now, who reads, and this site's address."""

    calendar: Calendar
    visitor: Visitor
    origin: str
    answers: Mapping[str, OwnAnswer]


async def enter(req: func.HttpRequest, *, with_answers: bool = False) -> HelpContext:
    """Return the context of a calendar that has pages of help; one round trip.

    Raises NotFound where it has none; SignInNeeded, Forbidden, SwitchedOff and TooManyRequests.
    """
    app = services()
    now, store = app.now(), app.store
    app.limiter.count_read(client_address(req), now)
    member = await is_member(req)
    known = await find_reachable(slug_of(req), store=store, now=now)
    visitor = _visitor(req, known)

    async def own() -> Mapping[str, OwnAnswer]:
        return await find_answers(known.business.id, visitor.language, store=store) if with_answers else {}

    calendar, answers, _ = await gather(store.calendars.current(known), own(), require_switched_on())
    require_open(calendar, is_member=member)
    if not calendar.business.toolkit.is_public:
        raise NotFound
    return HelpContext(calendar, _visitor(req, calendar), app.settings.public_url, answers)


def _visitor(req: func.HttpRequest, calendar: Calendar) -> Visitor:
    return read_visitor(req.params, req.headers.get("accept-language", ""), calendar.business)
