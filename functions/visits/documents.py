"""What the pages of a visit get as JSON."""

from dataclasses import replace
from datetime import datetime

import azure.functions as func
from pydantic import Field

from functions.visits.context import VisitRequest
from shared.domain.model import Model
from shared.domain.visits.rules import offered, wait_time
from shared.domain.visits.visit import LobbyMessage
from shared.i18n import html_tag, translator
from shared.presentation.ready_messages import READY
from shared.use_cases.visits.exchange_signals import Received
from shared.use_cases.visits.find_visit import Side, VisitAccess, find_visit, read_visit_link


class MessageDocument(Model):
    """A message of staff to the lobby, or of an attendee to staff, which other attendees do not see.

    language   the reader's for a ready one, else the writer's if known
    name       the writer's, for hosts
    """

    at: datetime
    text: str
    language: str = ""
    name: str | None = None
    is_own: bool = False


class PeerDocument(Model):
    """A participant in the room. `session` is the page to send signals to.

    `isNamesake`: an attendee with the name of a host, whom the page must not show as one.
    """

    session: str
    party: str
    name: str
    is_staff: bool
    is_namesake: bool = False


class PersonDocument(Model):
    """An attendee as the host sees them. A companion comes with the customer."""

    party: str
    name: str
    is_here: bool
    is_admitted: bool
    is_in_room: bool
    has_left: bool
    devices: str
    is_companion: bool
    since: datetime | None


class MeetingDocument(Model):
    """A visit that is held elsewhere; `url` is empty until the meeting has been made."""

    url: str


class ConnectionDocument(Model):
    """The `iceServers` of RTCPeerConnection."""

    ice_servers: list[dict[str, object]]


class StateDocument(Model):
    """A visit as one participant may see it.

    view       what the page shows: waiting, admitted, ended, cancelled; replaced by another page
    people     for hosts: all attendees who have come
    offered    for hosts: what may be marked by hand
    began      when an attendee was first let in: the reader, or for hosts anybody
    waited     seconds: an attendee's own wait, for hosts that of the first attendee
    session    in the room: the id of this page for the others
    expected   for an attendee who waits: how long it may still take, in words
    meeting    for participants who may be in the room, if it is held elsewhere
    """

    view: str
    status: str | None = None
    staff_here: bool = False
    waited: int | None = None
    expected: str = ""
    began: datetime | None = None
    messages: list[MessageDocument] = Field(default_factory=list)
    people: list[PersonDocument] | None = None
    offered: list[str] | None = None
    session: str | None = None
    peers: list[PeerDocument] | None = None
    signals: list[Received] | None = None
    meeting: MeetingDocument | None = None
    ice_servers: list[dict[str, object]] | None = None


async def again(call: VisitRequest, req: func.HttpRequest, side: Side) -> StateDocument:
    """Return the state after a change, read again."""
    token, app = req.route_params["token"], call.app
    link = read_visit_link(token, side, secret=app.secret, now=call.now)
    entrance = await find_visit(link, store=app.store, now=call.now)
    return state_of(replace(call, entrance=entrance))


def state_of(call: VisitRequest) -> StateDocument:
    """Return the state of a visit as the participant may see it."""
    entrance, now = call.entrance, call.now
    visit, me = entrance.visit, entrance.me
    wait = wait_time(visit, now) if entrance.is_host else None
    if me.came and not entrance.is_host:
        wait = (me.admitted or now) - me.came
    document = StateDocument(
        view=_view(entrance),
        status=visit.status if entrance.is_host else None,
        staff_here=any(one.is_here(now) for one in visit.staff),
        waited=int(wait.total_seconds()) if wait is not None else None,
        began=_began(entrance),
        messages=[_message(one, call) for one in visit.messages if _may_read(one, entrance)],
        meeting=_meeting(call),
    )
    return document.model_copy(update=_for_host(entrance, now)) if entrance.is_host else document


def _began(entrance: VisitAccess) -> datetime | None:
    people = entrance.visit.attendees if entrance.is_host else [entrance.me]
    return min((one.admitted for one in people if one.admitted), default=None)


def _may_read(message: LobbyMessage, entrance: VisitAccess) -> bool:
    return entrance.is_host or message.is_by_staff or message.party == entrance.party


def _message(message: LobbyMessage, call: VisitRequest) -> MessageDocument:
    """Return a message; a ready one in the reader's language."""
    text, tag = message.text, html_tag(message.language)
    if message.name in READY:
        text, tag = translator(call.language).gettext(READY[message.name]), html_tag(call.language)
    entrance, name = call.entrance, None
    if entrance.is_host:
        person = entrance.calendar.person(message.party.partition(".")[2]) if message.is_by_staff else None
        party = entrance.visit.party(message.party)
        name = person.name if person else party.name.value if party and party.name else ""
    return MessageDocument(
        at=message.at, text=text, language=tag, name=name, is_own=message.party == entrance.party
    )


def _meeting(call: VisitRequest) -> MeetingDocument | None:
    entrance = call.entrance
    if not entrance.may_enter_room or not entrance.meeting.is_elsewhere:
        return None
    return MeetingDocument(url=entrance.meeting_address(call.app.secret))


def _view(entrance: VisitAccess) -> str:
    if not entrance.is_live:
        return "cancelled"
    if entrance.visit.is_closed:
        return "ended"
    return "admitted" if entrance.visit.is_admitted(entrance.me) else "waiting"


def _for_host(entrance: VisitAccess, now: datetime) -> dict[str, object]:
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
            is_companion="." in one.id.partition(".")[2],
            since=one.came,
        )
        for one in visit.attendees
        if one.came
    ]
    people.sort(key=lambda one: (one.since or now, one.party))
    return {"people": people, "offered": offered(visit.status, is_online=entrance.is_online)}
