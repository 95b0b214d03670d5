"""What an attendee's page calls: come, be there, leave, signal. Its link gives no host's rights."""

import azure.functions as func

from functions.http import api, json_response, parse_json
from functions.room_entry import BeatRequest, EnterRequest, LeaveRequest, again, enter_visit, state_of
from functions.room_exchange import exchange
from shared.domain.errors import VisitNotOpen
from shared.use_cases.change_visit import come
from shared.use_cases.exchange_signals import speaks
from shared.use_cases.keep_alive import keep_alive, say_goodbye


@api
async def join_enter(req: func.HttpRequest) -> func.HttpResponse:
    """Come to the waiting room. Raises VisitNotOpen before and after its time."""
    asked, call = parse_json(req, EnterRequest), await enter_visit(req, "join")
    if call.entrance.door(call.now) != "open":
        raise VisitNotOpen
    await come(
        call.entrance, asked.name, asked.devices, store=call.app.store, secret=call.app.secret, now=call.now
    )
    return json_response(await again(call, req, "join"))


@api
async def join_beat(req: func.HttpRequest) -> func.HttpResponse:
    """Be there, and learn how things stand."""
    parse_json(req, BeatRequest)
    call = await enter_visit(req, "join")
    visit = await keep_alive(call.entrance, "lobby", "", store=call.app.store, now=call.now)
    return json_response(state_of(call.with_visit(visit)))


@api
async def join_leave(req: func.HttpRequest) -> func.HttpResponse:
    asked, call = parse_json(req, LeaveRequest), await enter_visit(req, "join")
    if asked.place == "lobby" or speaks(call.entrance, asked.session):
        await say_goodbye(call.entrance, asked.place, store=call.app.store, now=call.now)
    return func.HttpResponse(status_code=204)


@api
async def join_signals(req: func.HttpRequest) -> func.HttpResponse:
    return await exchange(req, "join")
