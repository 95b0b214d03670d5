"""How a request gets to its visit, by a join or host link; and the bodies of requests."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

import azure.functions as func
from pydantic import Field, model_validator

from functions.http.client_address import client_address
from functions.pages.visitor import read_visitor
from functions.wiring import Services, services
from shared.domain.access.permissions import PERMISSIONS, Permission
from shared.domain.errors import NotFound
from shared.domain.model import Request
from shared.domain.text.pasted import LONGEST_SENT
from shared.domain.visits.rules import Transition
from shared.domain.visits.visit import Place, Visit
from shared.presentation.ready_messages import READY
from shared.use_cases.visits.change_visit import LONGEST_MESSAGE, LONGEST_NAME
from shared.use_cases.visits.exchange_signals import SESSION
from shared.use_cases.visits.find_visit import Side, VisitAccess, find_visit, read_visit_link


PARTY = r"^a\.[A-Za-z0-9._~-]{1,60}$"


class EnterRequest(Request):
    """The name to show, and what the devices can do, as words such as "camera microphone"."""

    name: str = Field(default="", max_length=LONGEST_NAME)
    devices: str = Field(default="", max_length=60, pattern=r"^[a-z -]*$")


class BeatRequest(Request):
    pass


class LeaveRequest(Request):
    place: Place = "lobby"
    session: str = Field(default="", max_length=32, pattern=rf"^$|{SESSION}")


class PartyRequest(Request):
    party: str = Field(max_length=62, pattern=PARTY)


class TellRequest(Request):
    """A text, or the name of a ready message, which takes precedence."""

    text: str = Field(default="", max_length=LONGEST_MESSAGE)
    name: str = Field(default="", max_length=40)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.name and self.name not in READY:
            raise ValueError(f"the name is one of {', '.join(READY)}")
        if not (self.name or self.text):
            raise ValueError("a text or a name")
        return self


class WriteRequest(Request):
    """What an attendee writes to the staff while they wait."""

    text: str = Field(min_length=1, max_length=LONGEST_MESSAGE)


class NotesRequest(Request):
    notes: str = Field(max_length=LONGEST_SENT)


class MarkRequest(Request):
    happening: Transition


@dataclass(frozen=True)
class VisitRequest:
    """One request about a visit, by one participant. `language` is that of the page."""

    app: Services
    entrance: VisitAccess
    now: datetime
    language: str = "en"

    def with_visit(self, visit: Visit) -> "VisitRequest":
        """Return the request with a newer state of the visit."""
        return replace(self, entrance=replace(self.entrance, visit=visit))


async def enter_visit(req: func.HttpRequest, side: Side) -> VisitRequest:
    """Return the request of the participant whose link it is. Raises NotFound, TooManyRequests.

    A forged link costs no read. Requests are counted per link, as many attendees may share one address.
    """
    app, now = services(), services().now()
    try:
        link = read_visit_link(req.route_params["token"], side, secret=app.secret, now=now)
    # a forged link names no participant, so the client's address is counted
    except NotFound:
        app.limiter.count_read(client_address(req), now)
        raise
    app.limiter.count_read(f"{link.business} {link.appointment} {side} {link.seat}", now)
    entrance = await find_visit(link, store=app.store, now=now)
    accepted, business = req.headers.get("accept-language", ""), entrance.calendar.business
    visitor = read_visitor(req.params, accepted, business, is_staff=side == "host")
    return VisitRequest(app, entrance, now, visitor.language)


def host_may(entrance: VisitAccess, operation: Permission) -> bool:
    """Return whether the visit's host may do this at the console, by their role."""
    return entrance.person is not None and entrance.person.role in PERMISSIONS[operation].roles
