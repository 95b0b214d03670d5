"""How a request gets to its visit: by a join or host link, counted for each party, and what it is told of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

import azure.functions as func
from pydantic import Field, model_validator

from functions.http.client_address import client_address
from functions.pages.visitor import read_visitor
from functions.visits.ready_messages import READY
from functions.wiring import Services, services
from shared.domain.errors import NotFound
from shared.domain.model import Model, Request
from shared.domain.visits.rules import Happening, offered, waited
from shared.domain.visits.visit import Message, Place, Visit
from shared.i18n import html_tag, translator
from shared.use_cases.visits.change_visit import LONGEST_MESSAGE, LONGEST_NAME
from shared.use_cases.visits.exchange_signals import SESSION, Received
from shared.use_cases.visits.find_visit import Entrance, Side, find_visit, read_visit_link


PARTY = r"^a\.[A-Za-z0-9._~-]{1,60}$"


class EnterRequest(Request):
    """Who comes, and what their devices can do: words such as "camera microphone"."""

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
    """Words, or the name of a message that is ready, which wins."""

    text: str = Field(default="", max_length=LONGEST_MESSAGE)
    name: str = Field(default="", max_length=40)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.name and self.name not in READY:
            raise ValueError(f"the name is one of {', '.join(READY)}")
        if not (self.name or self.text):
            raise ValueError("a text or a name")
        return self


class MarkRequest(Request):
    happening: Happening


class MessageDocument(Model):
    """`language` is that of the text: the reader's for a ready message, else the writer's, where that is known."""

    at: datetime
    text: str
    language: str = ""


class PeerDocument(Model):
    """Somebody in the room: `session` is the page to signal to; a namesake is called as a host is, and is none."""

    session: str
    party: str
    name: str
    is_staff: bool
    is_namesake: bool = False


class PersonDocument(Model):
    """An attendee as the host sees them."""

    party: str
    name: str
    is_here: bool
    is_admitted: bool
    is_in_room: bool
    has_left: bool
    devices: str
    since: datetime | None


class MeetingDocument(Model):
    """A visit that is held elsewhere; without an address while that is being made."""

    url: str


class StateDocument(Model):
    """A visit as one party may see it.

    view       what the page shows: waiting, admitted, ended, cancelled or, in another page, replaced
    people     for hosts: everybody who has come
    offered    for hosts: what may be marked by hand
    session    in the room: what the others know this page by
    meeting    for who may be in the room, where that is elsewhere
    """

    view: str
    status: str | None = None
    staff_here: bool = False
    waited: int | None = None
    messages: list[MessageDocument] = Field(default_factory=list)
    people: list[PersonDocument] | None = None
    offered: list[str] | None = None
    session: str | None = None
    peers: list[PeerDocument] | None = None
    signals: list[Received] | None = None
    meeting: MeetingDocument | None = None
    ice_servers: list[dict[str, object]] | None = None


@dataclass(frozen=True)
class Call:
    """One request about a visit, by one party."""

    app: Services
    entrance: Entrance
    now: datetime
    language: str = "en"

    def with_visit(self, visit: Visit) -> "Call":
        return replace(self, entrance=replace(self.entrance, visit=visit))


async def enter_visit(req: func.HttpRequest, side: Side) -> Call:
    """Return the call of whoever holds the link. Raises NotFound, TooManyRequests; a forged link reads nothing."""
    app, now = services(), services().now()
    try:
        link = read_visit_link(req.route_params["token"], side, secret=app.secret, now=now)
    except NotFound:
        app.limiter.count_read(client_address(req), now)
        raise
    app.limiter.count_read(f"{link.business} {link.appointment} {side} {link.seat}", now)
    entrance = await find_visit(link, store=app.store, now=now)
    visitor = read_visitor(req.params, req.headers.get("accept-language", ""), entrance.calendar.business)
    return Call(app, entrance, now, visitor.language)


async def again(call: Call, req: func.HttpRequest, side: Side) -> StateDocument:
    """Return the state after a change."""
    token, app = req.route_params["token"], call.app
    link = read_visit_link(token, side, secret=app.secret, now=call.now)
    entrance = await find_visit(link, store=app.store, now=call.now)
    return state_of(replace(call, entrance=entrance))


def state_of(call: Call) -> StateDocument:
    entrance, now = call.entrance, call.now
    visit, me = entrance.visit, entrance.me
    wait = waited(visit, now) if entrance.is_host else None
    if me.came and not entrance.is_host:
        wait = (me.admitted or now) - me.came
    document = StateDocument(
        view=_view(entrance),
        status=visit.status if entrance.is_host else None,
        staff_here=any(one.is_here(now) for one in visit.staff),
        waited=int(wait.total_seconds()) if wait is not None else None,
        messages=[_message(one, call.language) for one in visit.messages],
        meeting=_meeting(call),
    )
    return document.model_copy(update=_for_host(entrance, now)) if entrance.is_host else document


def _message(message: Message, language: str) -> MessageDocument:
    """The words in the reader's language, where they were ready in it."""
    if message.name in READY:
        text = translator(language).gettext(READY[message.name])
        return MessageDocument(at=message.at, text=text, language=html_tag(language))
    return MessageDocument(at=message.at, text=message.text, language=html_tag(message.language))


def _meeting(call: Call) -> MeetingDocument | None:
    entrance = call.entrance
    if not entrance.may_enter_room or not entrance.meeting.is_elsewhere:
        return None
    return MeetingDocument(url=entrance.meeting_address(call.app.secret))


def _view(entrance: Entrance) -> str:
    if not entrance.is_live:
        return "cancelled"
    if entrance.visit.is_closed:
        return "ended"
    return "admitted" if entrance.visit.is_admitted(entrance.me) else "waiting"


def _for_host(entrance: Entrance, now: datetime) -> dict[str, object]:
    visit = entrance.visit
    people = [
        PersonDocument(
            party=one.id,
            name=one.name.value if one.name else "",
            is_here=one.is_here(now) and not visit.is_closed,
            is_admitted=visit.is_admitted(one) and not visit.is_closed,
            is_in_room=one.has_joined and one.is_here(now) and visit.is_admitted(one),
            has_left=one.has_left,
            devices=one.devices.value if one.devices else "",
            since=one.came,
        )
        for one in visit.attendees
        if one.came
    ]
    people.sort(key=lambda one: (one.since or now, one.party))
    return {"people": people, "offered": offered(visit.status, is_online=entrance.is_online)}
