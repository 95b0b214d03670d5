"""What an attendee's page calls: enter, beat, write, leave, test, signals. A join link gives no host's rights."""

import azure.functions as func

from functions.http.boundary import api, json_response, parse_json
from functions.visits.context import EnterRequest, WriteRequest, enter_visit
from functions.visits.documents import again
from functions.visits.presence import beat, connection, exchange, leave
from shared.domain.errors import VisitNotOpen
from shared.use_cases.context import Context
from shared.use_cases.visits.change_visit import join_visit, message_lobby


@api
async def join_enter(req: func.HttpRequest) -> func.HttpResponse:
    """Enter the lobby, and return the StateDocument. Raises VisitNotOpen outside its time."""
    asked, call = parse_json(req, EnterRequest), await enter_visit(req, "join")
    if call.entrance.entry_state(call.now) != "open":
        raise VisitNotOpen
    await join_visit(call.entrance, asked.name, asked.devices, context=call.app.context)
    return json_response(await again(call, req, "join"))


@api
async def join_beat(req: func.HttpRequest) -> func.HttpResponse:
    """Record the attendee's heartbeat, and return the StateDocument."""
    return await beat(req, "join")


@api
async def join_tell(req: func.HttpRequest) -> func.HttpResponse:
    """Send a message to the staff, and return the StateDocument. Raises VisitNotOpen unless they are there."""
    asked, call = parse_json(req, WriteRequest), await enter_visit(req, "join")
    entrance = call.entrance
    if entrance.entry_state(call.now) != "open" or not entrance.me.is_here(call.now):
        raise VisitNotOpen
    store, secret, now = call.app.store, call.app.secret, call.now
    await message_lobby(entrance, asked.text, language=call.language, context=Context(store, secret, now))
    return json_response(await again(call, req, "join"))


@api
async def join_leave(req: func.HttpRequest) -> func.HttpResponse:
    """Leave the lobby or the room (204)."""
    return await leave(req, "join")


@api
async def join_connection(req: func.HttpRequest) -> func.HttpResponse:
    """Return what an attendee's page tests its connection with, on any day before the end."""
    return await connection(req, "join")


@api
async def join_signals(req: func.HttpRequest) -> func.HttpResponse:
    """Exchange WebRTC signals in the room, and return the StateDocument."""
    return await exchange(req, "join")
