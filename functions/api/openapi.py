"""The public JSON endpoints in OpenAPI 3.1, with the schemas of the models that serve them."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from functions.api.codes import CodeRequest
from functions.api.models import AppointmentDocument, BusinessDocument, SlotsDocument
from functions.http.problem_document import ProblemDocument
from shared.domain.appointments.cancellation import REASONS
from shared.domain.calendar.business import SLUG
from shared.use_cases.booking.check_form import LONGEST, LONGEST_ANSWER
from shared.use_cases.booking.create_appointment import AppointmentRequest
from shared.use_cases.booking.find_slots import MAXIMUM_DAYS
from shared.use_cases.booking.move_appointment import MoveRequest
from shared.use_cases.commands import KEY


Json = dict[str, Any]
MODELS: list[tuple[type[BaseModel], JsonSchemaMode]] = [
    (AppointmentRequest, "validation"),
    (MoveRequest, "validation"),
    (CodeRequest, "validation"),
    (BusinessDocument, "serialization"),
    (SlotsDocument, "serialization"),
    (AppointmentDocument, "serialization"),
    (ProblemDocument, "serialization"),
]
PROBLEMS = {
    400: "The body is no JSON, or the Idempotency-Key is missing or malformed.",
    404: "No such calendar, not published, or a link that is forged, expired or another calendar's: all the same.",
    409: "Somebody else was first; `alternatives` are the nearest starts that are free.",
    413: "The body is larger than 64 KiB.",
    415: "The body is not application/json.",
    422: "Something is missing, wrong or not offered; `errors` names the members or parameters.",
    429: "Too many requests from this address or for this calendar.",
    500: "A fault of ours.",
    503: "No answer from the storage in time; the same request, with the same key, may be sent again.",
}
ALWAYS = (404, 429, 500, 503)
CHANGE = (400, 409, 413, 415, 422, *ALWAYS)


def api_paths() -> Json:
    """Return the path items of the public endpoints, by path template."""
    token = {"parameters": [_parameter("business"), _parameter("token")]}
    return {
        "/api/{business}": {"parameters": [_parameter("business")], "get": _show_calendar()},
        "/api/{business}/slots": {"parameters": [_parameter("business")], "get": _list_slots()},
        "/api/{business}/codes": {"parameters": [_parameter("business")], "post": _send_code()},
        "/api/{business}/appointments": {"parameters": [_parameter("business")], "post": _create()},
        "/api/{business}/appointments/{token}": {**token, "get": _show(), "patch": _move(), "delete": _cancel()},
    }


def _show_calendar() -> Json:
    told = _answer("The calendar as it is published.", BusinessDocument)
    operation = _operation("showCalendar", "Page texts, policy, services and staff", {"200": told}, ALWAYS)
    return {**operation, "parameters": [_parameter("lang")]}


def _list_slots() -> Json:
    told = _answer("The free starts, in order of time.", SlotsDocument)
    names = ("service", "from", "to", "staff", "tz")
    operation = _operation("listSlots", "What can be booked of a service", {"200": told}, (422, *ALWAYS))
    return {**operation, "parameters": [_parameter(name) for name in names]}


def _send_code() -> Json:
    told = {"description": "Accepted; a code is on its way, where that address takes mail."}
    summary = "Mail a one-time code, for calendars that ask for one"
    operation = _operation("sendCode", summary, {"202": told}, (400, 413, 415, 422, *ALWAYS))
    return {**operation, "requestBody": _body(CodeRequest)}


def _create() -> Json:
    told = _answer("Booked; `Location` is the appointment.", AppointmentDocument, "Location")
    return _change("createAppointment", "Book", {"201": told}, AppointmentRequest)


def _show() -> Json:
    told = _answer("The appointment.", AppointmentDocument)
    return _operation("showAppointment", "What a manage link holds", {"200": told}, ALWAYS)


def _move() -> Json:
    told = _answer("Moved.", AppointmentDocument)
    return _change("moveAppointment", "Reschedule, within the policy", {"200": told}, MoveRequest)


def _cancel() -> Json:
    told = _answer("Cancelled, now or before.", AppointmentDocument)
    summary = "Cancel, within the policy; a second time gives the same answer"
    operation = _operation("cancelAppointment", summary, {"200": told}, (400, 422, *ALWAYS))
    return {**operation, "parameters": [_parameter("OptionalKey"), _parameter("reason")]}


def _change(name: str, summary: str, told: Json, body: type[BaseModel]) -> Json:
    operation = _operation(name, summary, told, CHANGE)
    return {**operation, "parameters": [_parameter("Key")], "requestBody": _body(body)}


def _body(model: type[BaseModel]) -> Json:
    return {"required": True, "content": {"application/json": {"schema": _reference(model)}}}


def _operation(name: str, summary: str, told: Json, problems: tuple[int, ...]) -> Json:
    refusals = {str(status): _problem(status) for status in sorted(problems)}
    return {"operationId": name, "summary": summary, "responses": {**told, **refusals}}


def _answer(description: str, model: type[BaseModel], *headers: str) -> Json:
    answer: Json = {"description": description, "content": {"application/json": {"schema": _reference(model)}}}
    return {**answer, **_with_headers(*headers)}


def _problem(status: int) -> Json:
    content = {"application/problem+json": {"schema": _reference(ProblemDocument)}}
    headers = _with_headers("Retry-After") if status in (429, 503) else {}
    return {"description": PROBLEMS[status], "content": content, **headers}


def _with_headers(*names: str) -> Json:
    return {"headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names}} if names else {}


def _reference(model: type[BaseModel]) -> Json:
    return {"$ref": f"#/components/schemas/{model.__name__}"}


def _parameter(name: str) -> Json:
    return {"$ref": f"#/components/parameters/{name}"}


def api_parameters() -> Json:
    """Return the parameters that path items refer to, by name."""
    key = {"type": "string", "pattern": f"^{KEY.pattern}$"}
    optional = {"type": "string", "pattern": f"^({KEY.pattern})?$"}
    slug = {"type": "string", "pattern": f"^{SLUG.pattern}$"}
    text, day = {"type": "string"}, {"type": "string", "format": "date"}
    return {
        "business": _in("path", "business", slug, "The calendar's name, as in the address of its page."),
        "token": _in("path", "token", text, "The manage token: the last segment of `manage`."),
        "service": _in("query", "service", text, "The service's id.", required=True),
        "from": _in("query", "from", day, "The first day; today, unless given."),
        "to": _in("query", "to", day, f"The last day, included: at most {MAXIMUM_DAYS} days in one request."),
        "staff": _in("query", "staff", text, "Only starts at which this person is free."),
        "tz": _in("query", "tz", text, "The IANA time zone of the days and of the answer; else the calendar's."),
        "lang": _in(
            "query", "lang", text, "The reader's language, before Accept-Language; texts are in it if translated."
        ),
        "reason": _in("query", "reason", {"enum": list(REASONS)}, "Why, if they say so; counted in the report."),
        "Key": _in("header", "Idempotency-Key", key, "A fresh random name for this command.", required=True),
        "OptionalKey": _in("header", "Idempotency-Key", optional, "Not needed here."),
    }


def _in(where: str, name: str, schema: Json, description: str, *, required: bool = False) -> Json:
    required = required or where == "path"
    return {"name": name, "in": where, "required": required, "schema": schema, "description": description}


def api_headers() -> Json:
    """Return the response headers that responses refer to, by name."""
    return {
        "Location": {"description": "The appointment's address.", "schema": {"type": "string"}},
        "Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 1}},
    }


def api_schemas() -> Json:
    """Return the schemas of the models, with the text lengths that `check_form` enforces."""
    _, found = models_json_schema(MODELS, by_alias=True, ref_template="#/components/schemas/{model}")
    schemas: Json = found["$defs"]
    # the models accept longer texts: check_form refuses them by name, in every field at once
    for name, longest in LONGEST.items():
        schemas["CustomerDetails"]["properties"][name]["maxLength"] = longest
    schemas["AppointmentRequest"]["properties"]["answers"]["additionalProperties"]["maxLength"] = LONGEST_ANSWER
    return schemas
