"""What both sides of a visit call: heartbeat, leave, and signals, with one request for all of the room."""

import asyncio
from datetime import timedelta

import azure.functions as func

from functions.http.boundary import json_response, parse_json
from functions.visits.context import BeatRequest, LeaveRequest, VisitRequest, enter_visit
from functions.visits.documents import ConnectionDocument, PeerDocument, StateDocument, state_of
from functions.visits.expected_words import expectation
from shared.domain.errors import NotFound, VisitNotOpen
from shared.use_cases.visits.exchange_signals import (
    Exchange,
    Received,
    exchange_signals,
    is_active_session,
    page_of,
    sessions_in_room,
)
from shared.use_cases.visits.find_expected_wait import find_expected_wait
from shared.use_cases.visits.find_visit import Side
from shared.use_cases.visits.heartbeat import leave_visit, record_heartbeat
from shared.use_cases.visits.namesakes import is_namesake


FOR_A_TEST = timedelta(minutes=5)  # the credentials of a link that opens no room yet


async def beat(req: func.HttpRequest, side: Side) -> func.HttpResponse:
    """Record a heartbeat in the lobby, and return the StateDocument."""
    parse_json(req, BeatRequest)
    call = await enter_visit(req, side)
    visit, expected = await asyncio.gather(
        record_heartbeat(call.entrance, "lobby", "", store=call.app.store, now=call.now),
        find_expected_wait(call.entrance, store=call.app.store, now=call.now),
    )
    state = state_of(call.with_visit(visit))
    if state.view == "waiting":
        state = state.model_copy(update={"expected": expectation(expected, call.language)})
    return json_response(state)


async def leave(req: func.HttpRequest, side: Side) -> func.HttpResponse:
    """Leave (204). A page that another one has replaced does not take the participant out of the room."""
    asked, call = parse_json(req, LeaveRequest), await enter_visit(req, side)
    if asked.place == "lobby" or is_active_session(call.entrance, _own(call, asked.session)):
        await leave_visit(call.entrance, asked.place, store=call.app.store, now=call.now)
    return func.HttpResponse(status_code=204)


async def exchange(req: func.HttpRequest, side: Side) -> func.HttpResponse:
    """Exchange signals for a page that is in the room or joins it, and return the StateDocument.

    Participants who may not be in the room get only the state.
    """
    asked, call = parse_json(req, Exchange), await enter_visit(req, side)
    if not call.entrance.may_enter_room:
        return json_response(state_of(call))
    own = _own(call, asked.session)
    if not asked.join and not is_active_session(call.entrance, own):
        return json_response(state_of(call).model_copy(update={"view": "replaced"}))
    visit = await record_heartbeat(
        call.entrance, "room", own if asked.join else "", store=call.app.store, now=call.now
    )
    call = call.with_visit(visit)
    try:
        signals = await exchange_signals(call.entrance, own, asked, store=call.app.store, now=call.now)
    # Another page has replaced this one, or the visit ended, between the heartbeat and the exchange.
    except NotFound:
        return json_response(state_of(call))
    return json_response(_document(call, own, asked, signals))


async def connection(req: func.HttpRequest, side: Side) -> func.HttpResponse:
    """Return a ConnectionDocument, by which a page tests its network; empty where the room is elsewhere."""
    call = await enter_visit(req, side)
    if call.entrance.entry_state(call.now) not in ("early", "open"):
        raise VisitNotOpen
    servers = call.app.settings.room.for_party(call.entrance.party, call.now, FOR_A_TEST)
    return json_response(ConnectionDocument(ice_servers=[] if call.entrance.meeting.is_elsewhere else servers))


def _own(call: VisitRequest, session: str) -> str:
    """Return the id of the page. It is bound to the participant's link, so no page can pose as another's."""
    return page_of(call.entrance, session, secret=call.app.secret)


def _document(call: VisitRequest, own: str, asked: Exchange, signals: list[Received]) -> StateDocument:
    entrance = call.entrance
    peers = [
        PeerDocument(
            session=session,
            party=party.id,
            name=party.name.value if party.name else "",
            is_staff=party.is_staff,
            is_namesake=is_namesake(entrance, party),
        )
        for session, party in sessions_in_room(entrance.visit, call.now).items()
        # Not even one's own other page: its picture and sound would echo.
        if party.id != entrance.party
    ]
    more: dict[str, object] = {"session": own, "peers": peers, "signals": signals}
    if asked.join:
        # Their passwords expire, so they are handed out on entering and not with the page.
        more["ice_servers"] = call.app.settings.room.for_party(entrance.party, call.now)
    return state_of(call).model_copy(update=more)
