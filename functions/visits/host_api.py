"""What a host's page calls: see who waits, admit, put back, message, mark, note; and be in the room."""

import azure.functions as func

from functions.http.boundary import api, json_response, parse_json
from functions.http.etags import etags_in
from functions.http.problems import status_of
from functions.visits.context import (
    EnterRequest,
    MarkRequest,
    NotesRequest,
    PartyRequest,
    TellRequest,
    enter_visit,
)
from functions.visits.documents import again
from functions.visits.notes import notes_of, write_notes
from functions.visits.presence import beat, connection, exchange, leave
from shared.domain.errors import EditConflict
from shared.use_cases.visits.change_visit import admit, join_visit, mark_visit, message_lobby, return_to_lobby


@api
async def host_enter(req: func.HttpRequest) -> func.HttpResponse:
    """Enter the visit as its host, and return the StateDocument."""
    asked, call = parse_json(req, EnterRequest), await enter_visit(req, "host")
    name = call.entrance.name  # attendees see staff by the calendar's name for them
    await join_visit(call.entrance, name, asked.devices, context=call.app.context)
    return json_response(await again(call, req, "host"))


@api
async def host_beat(req: func.HttpRequest) -> func.HttpResponse:
    """Record the host's heartbeat, and return the StateDocument."""
    return await beat(req, "host")


@api
async def host_leave(req: func.HttpRequest) -> func.HttpResponse:
    """Leave the visit (204)."""
    return await leave(req, "host")


@api
async def host_connection(req: func.HttpRequest) -> func.HttpResponse:
    """Return what a host's page tests its connection with."""
    return await connection(req, "host")


@api
async def host_signals(req: func.HttpRequest) -> func.HttpResponse:
    """Exchange WebRTC signals in the room, and return the StateDocument."""
    return await exchange(req, "host")


@api
async def host_admit(req: func.HttpRequest) -> func.HttpResponse:
    """Admit an attendee from the lobby, and return the StateDocument."""
    asked, call = parse_json(req, PartyRequest), await enter_visit(req, "host")
    await admit(call.entrance, asked.party, context=call.app.context)
    return json_response(await again(call, req, "host"))


@api
async def host_put_back(req: func.HttpRequest) -> func.HttpResponse:
    """Put an attendee back into the lobby, and return the StateDocument."""
    asked, call = parse_json(req, PartyRequest), await enter_visit(req, "host")
    await return_to_lobby(call.entrance, asked.party, context=call.app.context)
    return json_response(await again(call, req, "host"))


@api
async def host_tell(req: func.HttpRequest) -> func.HttpResponse:
    """Send a message to the lobby, and return the StateDocument."""
    asked, call = parse_json(req, TellRequest), await enter_visit(req, "host")
    await message_lobby(
        call.entrance,
        "" if asked.name else asked.text,
        name=asked.name,
        language="" if asked.name else call.language,
        context=call.app.context,
    )
    return json_response(await again(call, req, "host"))


@api
async def host_mark(req: func.HttpRequest) -> func.HttpResponse:
    """Mark what happened, such as a no-show or the end, and return the StateDocument."""
    asked, call = parse_json(req, MarkRequest), await enter_visit(req, "host")
    await mark_visit(call.entrance, asked.happening, context=call.app.context)
    return json_response(await again(call, req, "host"))


@api
async def host_notes(req: func.HttpRequest) -> func.HttpResponse:
    """Return the internal notes as a NotesDocument."""
    return json_response(notes_of((await enter_visit(req, "host")).entrance))


@api
async def host_write_notes(req: func.HttpRequest) -> func.HttpResponse:
    """Replace the internal notes, if If-Match still holds, and return the NotesDocument.

    A refusal for an outdated ETag (412) has the members of the NotesDocument too, as somebody else wrote them.
    """
    asked, call = parse_json(req, NotesRequest), await enter_visit(req, "host")
    try:
        await write_notes(call, asked.notes, etags_in(str(req.headers.get("if-match", ""))))
    except EditConflict as refusal:
        status = status_of(refusal)
        told = {"type": f"/problems/{refusal.code}", "title": refusal.title, "status": status}
        now = notes_of((await enter_visit(req, "host")).entrance)
        return json_response(now.model_copy(update=told), status)
    return json_response(notes_of((await enter_visit(req, "host")).entrance))
