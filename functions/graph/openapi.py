"""The OpenAPI document of what this product has beyond Graph: below /v1.0, with Graph's errors.

Microsoft documents Graph's own operations; these use the same tokens and the same error envelope.
"""

from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from functions.graph.handlers.appointments import NewLinkBody
from functions.graph.handlers.business_actions import CloneBody, RenameBody
from functions.graph.handlers.messages import MessageTextBody, ResendBody
from functions.graph.handlers.organization import OrganizationBody
from functions.graph.handlers.staff_load import RebalanceBody
from functions.graph.handlers.time_off import TimeOffBody
from shared.domain.availability.explain import RuleName
from shared.records.keys import IDENTIFIER


JsonSchema = dict[str, Any]
SOLUTIONS = "/v1.0/solutions"
ONE = f"{SOLUTIONS}/bookingBusinesses/{{calendar}}"
ORGANIZATION = f"{SOLUTIONS}/bookingOrganization"
BODIES: list[type[BaseModel]] = [RenameBody, CloneBody, OrganizationBody, RebalanceBody, TimeOffBody, NewLinkBody]
BODIES += [ResendBody, MessageTextBody]
REFUSALS = {
    400: "The body or an option cannot be read, or something in it is wrong; `details` names what.",
    401: "No token, or one that is not believed.",
    403: "The role, or the token's scopes, do not allow this.",
    404: "No such calendar, or one that the caller may not see, or nothing of that id in it: all the same.",
    409: "Somebody else was first, or has that address.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    422: "The same Idempotency-Key came with something else.",
    429: "Too many requests from this address.",
    500: "A fault of ours, or an outcome that is not known; the same request with the same key may be sent again.",
    503: "No answer from the storage in time.",
}
READING = (400, 401, 403, 404, 429, 500, 503)
CHANGING = (400, 401, 403, 404, 409, 413, 415, 422, 429, 500)
TEXT: JsonSchema = {"type": "string"}
TEXT_OR_NULL: JsonSchema = {"type": ["string", "null"]}
MOMENT: JsonSchema = {"type": "string", "format": "date-time"}
DATE: JsonSchema = {"type": "string", "format": "date"}
SECONDS: JsonSchema = {
    "type": ["number", "null"],
    "description": "Seconds; null where there is nothing to average.",
}
COUNT: JsonSchema = {"type": "integer", "minimum": 0}


def graph_paths() -> JsonSchema:
    """Return the path items of the operations beyond Graph, by path template."""
    more = {**_time_off_paths(), **_message_paths(), **_organization_paths()}
    return {**_calendar_paths(), **_work_paths(), **_history_paths(), **more}


def _history_paths() -> JsonSchema:
    what, booked = [_parameter("calendar"), _parameter("id")], "What a customer has booked, the latest start first"
    pages = [_parameter("top"), _parameter("skiptoken")]
    sent = {
        "204": {"description": "The links before are void, and a new one is mailed where there is an address."}
    }
    return {
        f"{ONE}/appointments/{{id}}/sendNewLink": {
            "parameters": what,
            "post": _change(
                "sendNewLink", "Void a customer's link, or the hosts', and mail a new one", sent, NewLinkBody
            ),
        },
        f"{ONE}/customers/{{id}}/appointments": {
            "parameters": what,
            "get": {**_list("listCustomerAppointments", booked, "Booked"), "parameters": pages},
        },
        f"{ONE}/appointments/{{id}}/history": {
            "parameters": what,
            "get": _list("listHistory", "Who did what to an appointment, the newest first", "Happened"),
        },
    }


def _calendar_paths() -> JsonSchema:
    calendar = [_parameter("calendar")]
    business = _told("The calendar.", _reference("GraphBusiness"))
    return {
        f"{ONE}/rename": {
            "parameters": calendar,
            "post": _change("renameCalendar", "Give another name and address", {"200": business}, RenameBody),
        },
        f"{ONE}/clone": {
            "parameters": calendar,
            "post": _change("cloneCalendar", "Make another of the same settings", {"201": business}, CloneBody),
        },
        f"{ONE}/restore": {
            "parameters": calendar,
            "post": _change("restoreCalendar", "Bring a deleted one back, for 30 days", {"200": business}),
        },
        f"{ONE}/logo": {
            "parameters": calendar,
            "put": {**_change("putLogo", "Set the logo", {"204": {"description": "Shown."}}), **_image()},
            "delete": _change("deleteLogo", "Take the logo away", {"204": {"description": "Gone."}}),
        },
    }


def _work_paths() -> JsonSchema:
    calendar, why = [_parameter("calendar")], "Say for each person of a service which rule removed a start"
    brought = _told(
        "How many were added or known, and which lines and columns were left out.", _reference("Imported")
    )
    spread = _told("What was given to somebody else, who had less.", _reference("Rebalanced"))
    return {
        f"{ONE}/staffLoad": {
            "parameters": calendar,
            "get": {
                **_list("listLoads", "How much each person serves in a period", "Load"),
                "parameters": [_parameter("start"), _parameter("end")],
            },
        },
        f"{ONE}/rebalance": {
            "parameters": calendar,
            "post": _change("rebalance", 'Spread what "anyone" was asked for', {"200": spread}, RebalanceBody),
        },
        f"{ONE}/importCustomers": {
            "parameters": calendar,
            "post": {**_change("importCustomers", "Bring customers from a file", {"200": brought}), **_file()},
        },
        f"{ONE}/services/{{id}}/whyNotOffered": {
            "parameters": [*calendar, _parameter("id")],
            "get": {**_list("explainStart", why, "Reason"), "parameters": [_parameter("start")]},
        },
        f"{ONE}/exportBookings": {"parameters": calendar, "get": _export()},
        f"{ONE}/usageReport": {"parameters": calendar, "get": _report()},
        f"{ONE}/bookingReport": {"parameters": calendar, "get": _booking_report_operation()},
        f"{ONE}/utilizationReport": {"parameters": calendar, "get": _utilisation_operation()},
        f"{ONE}/auditLog": {"parameters": calendar, "get": _audit("listAudit", "Who did what to a calendar")},
    }


def _time_off_paths() -> JsonSchema:
    calendar, off = [_parameter("calendar")], _told("The time off.", _reference("TimeOff"))
    return {
        f"{ONE}/timeOff": {
            "parameters": calendar,
            "get": _list("listTimeOff", "When people cannot be booked", "TimeOff"),
            "post": _change("createTimeOff", "Take time off", {"201": off}, TimeOffBody),
        },
        f"{ONE}/timeOff/{{id}}": {
            "parameters": [*calendar, _parameter("id")],
            "get": _operation("showTimeOff", "One of them", {"200": off}, READING),
            "patch": _change("changeTimeOff", "Change it", {"200": off}, TimeOffBody),
            "delete": _change("deleteTimeOff", "Take it back", {"204": {"description": "Taken back."}}),
        },
    }


def _message_paths() -> JsonSchema:
    calendar, one = [_parameter("calendar")], [_parameter("calendar"), _parameter("id")]
    text = _told("The text; what is empty is said by default.", _reference("MessageText"))
    again, away = {"204": {"description": "On its way."}}, {"204": {"description": "Put away."}}
    resend = _change("resendMessage", "Send it again, to a corrected address if one is given", again)
    body = {"content": {"application/json": {"schema": _reference("ResendBody")}}}
    return {
        f"{ONE}/undeliveredMessages": {
            "parameters": calendar,
            "get": _list("listUndelivered", "What did not reach its reader in two weeks", "UndeliveredMessage"),
        },
        f"{ONE}/undeliveredMessages/{{id}}/resend": {
            "parameters": one,
            "post": {**resend, "requestBody": body},
        },
        f"{ONE}/undeliveredMessages/{{id}}/dismiss": {
            "parameters": one,
            "post": _change("dismissMessage", "Put it away", away),
        },
        f"{ONE}/messageTexts": {
            "parameters": calendar,
            "get": _list("listTexts", "The calendar's own texts", "MessageText"),
        },
        f"{ONE}/messageTexts/{{id}}": {
            "parameters": one,
            "get": _operation("showText", "One of them, set or not", {"200": text}, READING),
            "patch": _change("changeText", "Set parts of it", {"200": text}, MessageTextBody),
            "delete": _change("deleteText", "Say the default again", {"204": {"description": "Gone."}}),
        },
    }


def _organization_paths() -> JsonSchema:
    settings, person = _told("The settings.", _reference("Organization")), [_parameter("address")]
    removed = _told("Where they were, with the appointments to take over.", _page_of("Place"))
    directory = _list("listDirectory", "Calendars with everyone on them", "Access")
    directory["parameters"] = [_parameter("format")]
    directory["responses"]["200"]["content"]["text/csv"] = {"schema": TEXT}
    return {
        f"{SOLUTIONS}/bookingTemplates": _get(
            _list("listTemplates", "What a calendar may begin with", "Template")
        ),
        ORGANIZATION: {
            "parameters": [],
            "get": _operation("showOrganization", "The organisation's settings", {"200": settings}, READING),
            "patch": _change("changeOrganization", "Change them", {"200": settings}, OrganizationBody),
        },
        f"{ORGANIZATION}/directory": _get(directory),
        f"{ORGANIZATION}/deleted": _get(_list("listDeleted", "Calendars that can be restored", "Deleted")),
        f"{ORGANIZATION}/auditLog": _get(_audit("listOrganizationAudit", "What was changed of the settings")),
        f"{ORGANIZATION}/people/{{address}}": {
            "parameters": person,
            "get": _list("listPlaces", "Where somebody works", "Place"),
            "delete": _change("removePerson", "Take somebody off every calendar", {"200": removed}),
        },
    }


def _get(operation: JsonSchema) -> JsonSchema:
    return {"parameters": [], "get": operation}


def _operation(name: str, summary: str, told: JsonSchema, refusals: tuple[int, ...]) -> JsonSchema:
    refused = {str(status): _refusal(status) for status in refusals}
    return {"operationId": name, "summary": summary, "security": [{"token": []}], "responses": {**told, **refused}}


def _list(name: str, summary: str, kind: str) -> JsonSchema:
    return _operation(name, summary, {"200": _told("A page of them.", _page_of(kind))}, READING)


def _export() -> JsonSchema:
    file = {"description": "A line for each booking.", "content": {"text/tab-separated-values": {"schema": TEXT}}}
    operation = _operation("exportBookings", "The bookings of some days as a file", {"200": file}, READING)
    return {**operation, "parameters": _days()}


def _report() -> JsonSchema:
    figures = _told("The figures, in all and by day.", _reference("UsageReport"))
    return {
        **_operation("usageReport", "What online visits took", {"200": figures}, READING),
        "parameters": _days(),
    }


def _booking_report_operation() -> JsonSchema:
    told = _told("Places in all, by service, by person and by hour.", _reference("BookingReport"))
    operation = _operation("bookingReport", "What was booked and cancelled", {"200": told}, READING)
    return {**operation, "parameters": _days()}


def _utilisation_operation() -> JsonSchema:
    told = _told("Minutes in all, by person, and by person and day.", _reference("UtilizationReport"))
    operation = _operation("utilizationReport", "How much time was booked", {"200": told}, READING)
    return {**operation, "parameters": _days()}


def _days() -> list[JsonSchema]:
    return [
        _in("query", "start", DATE, "The first day, of the calendar's clock.", True),
        _in("query", "end", DATE, "The last day, at most 400 in all.", True),
    ]


def _audit(name: str, summary: str) -> JsonSchema:
    options = [_parameter("top"), _parameter("skiptoken")]
    return {**_list(name, f"{summary}, the newest first", "AuditEntry"), "parameters": options}


def _change(name: str, summary: str, told: JsonSchema, body: type[BaseModel] | None = None) -> JsonSchema:
    operation = {**_operation(name, summary, told, CHANGING), "parameters": [_parameter("GraphKey")]}
    if body is None:
        return operation
    content = {"application/json": {"schema": _reference(body.__name__)}}
    return {**operation, "requestBody": {"required": True, "content": content}}


def _image() -> JsonSchema:
    """Return the body of an upload; the image's type is recognised by its content."""
    content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    return {"requestBody": {"required": True, "content": content}}


def _file() -> JsonSchema:
    """Return the body of an upload; its first line names the columns."""
    return {"requestBody": {"required": True, "content": {"text/csv": {"schema": TEXT}}}}


def _told(description: str, schema: JsonSchema) -> JsonSchema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _refusal(status: int) -> JsonSchema:
    return _told(REFUSALS[status], _reference("GraphError"))


def _reference(name: str) -> JsonSchema:
    return {"$ref": f"#/components/schemas/{name}"}


def _parameter(name: str) -> JsonSchema:
    return {"$ref": f"#/components/parameters/{name}"}


def graph_parameters() -> JsonSchema:
    """Return the parameters that path items refer to, by name."""
    key = {"type": "string", "pattern": "^([A-Za-z0-9_-]{16,128})?$"}
    identifier = {"type": "string", "pattern": f"^{IDENTIFIER.pattern}$"}
    business = {"type": "string", "pattern": f"^{IDENTIFIER.pattern}(@[A-Za-z0-9.-]+)?$"}
    top = {"type": "integer", "minimum": 0, "maximum": 9_999_999}
    return {
        "calendar": _in(
            "path", "calendar", business, "The calendar's id: the whole, or what stands before the @."
        ),
        "id": _in("path", "id", identifier, "An id."),
        "address": _in("path", "address", {"type": "string", "format": "email"}, "A mail address."),
        "start": _in("query", "start", TEXT, "A local time of the calendar such as 2026-12-01T09:30:00.", True),
        "end": _in("query", "end", TEXT, "The same, at most 100 days later.", True),
        "top": _in("query", "$top", top, "At most so many, over all pages."),
        "skiptoken": _in("query", "$skiptoken", TEXT, "Where the last page ended, as its @odata.nextLink says."),
        "format": _in("query", "format", {"enum": ["json", "csv"]}, "`csv` for a file of it."),
        "GraphKey": _in("header", "Idempotency-Key", key, "The same key again makes no second thing."),
    }


def _in(where: str, name: str, schema: JsonSchema, description: str, required: bool = False) -> JsonSchema:
    required = required or where == "path"
    return {"name": name, "in": where, "required": required, "schema": schema, "description": description}


def graph_schemas() -> JsonSchema:
    """Return the schemas of bodies, results and errors, by name."""
    modes: Any = [(body, "validation") for body in BODIES]
    _, found = models_json_schema(modes, by_alias=True, ref_template="#/components/schemas/{model}")
    schemas: JsonSchema = found["$defs"]
    schemas["OrganizationBody"].pop("required")  # a PATCH names what is to change
    return {**schemas, **_entities(), "GraphError": _error()}


def _entities() -> JsonSchema:
    moment = _object(dateTime=TEXT, timeZone=TEXT)
    appointment = _object(id=TEXT, serviceName=TEXT, startDateTime=moment, endDateTime=moment)
    return {
        "GraphBusiness": {**_object(id=TEXT, displayName=TEXT), "additionalProperties": True},
        "TimeOff": {
            **_object(id=TEXT, staffMemberId=TEXT, title=TEXT, startDateTime=moment, endDateTime=moment),
            "additionalProperties": True,
        },
        "Reason": _object(
            staffMemberId=TEXT,
            displayName=TEXT,
            rule={"enum": list(get_args(RuleName))},
            calendars=_many(TEXT),
        ),
        "Imported": _object(
            added=COUNT,
            known=COUNT,
            errors=_many(_object(line=COUNT, target=TEXT, message=TEXT)),
            repeated=_many(_object(line=COUNT, message=TEXT)),
            unusedColumns=_many(TEXT),
        ),
        "UsageReport": _usage_report(),
        "BookingReport": _booking_report(),
        "UtilizationReport": _utilisation_schema(),
        "Load": _object(staffMemberId=TEXT, displayName=TEXT, appointments=COUNT, duration=TEXT),
        "Rebalanced": _object(
            moved=_many(_object(**{"appointmentId": TEXT, "startDateTime": moment, "from": TEXT, "to": TEXT}))
        ),
        "UndeliveredMessage": _undelivered(moment),
        "MessageText": {
            **_object(id=TEXT, kind=TEXT, language=TEXT, subject=TEXT, body=TEXT, sms=TEXT),
            "additionalProperties": True,
        },
        "Booked": {**appointment, "additionalProperties": True},
        "Happened": _object(dateTime=MOMENT, actor=TEXT, action=TEXT),
        **_organisation_entities(appointment),
    }


def _undelivered(moment: JsonSchema) -> JsonSchema:
    known = _object(id=TEXT, kind=TEXT, recipient=TEXT, reason=TEXT, failedDateTime=moment)
    channel: JsonSchema = {"enum": ["mail", "sms"]}
    named = dict.fromkeys(("displayName", "address", "appointmentId"), TEXT_OR_NULL)
    more = {"channel": channel, **named, "canBeCorrected": {"type": "boolean"}}
    return {**known, "properties": {**known["properties"], **more}, "additionalProperties": True}


def _organisation_entities(appointment: JsonSchema) -> JsonSchema:
    names = {"type": "array", "items": TEXT}
    return {
        "AuditEntry": _object(
            id=TEXT, dateTime=MOMENT, actor=TEXT, action=TEXT, subject=TEXT, changes=_many(_field_change())
        ),
        "Template": _object(
            id=TEXT, services=_many(_object(displayName=TEXT, defaultDuration=TEXT)), question=TEXT
        ),
        "Organization": _object(
            isOn={"type": "boolean"},
            users=names,
            creators=names,
            administrators=names,
            mailSenders=names,
            hasAnalytics={"type": "boolean"},
        ),
        "Access": _object(id=TEXT, displayName=TEXT, isPublished={"type": "boolean"}, access=_many(_person())),
        "Deleted": _object(id=TEXT, displayName=TEXT, deletedDateTime=MOMENT, restorableUntil=MOMENT),
        "Place": _object(
            id=TEXT, displayName=TEXT, staffMemberId=TEXT, role=TEXT, appointments=_many(appointment)
        ),
    }


def _usage_report() -> JsonSchema:
    counts = dict.fromkeys(("visits", "bookings", "ehr", "completed", "noShows", "notAdmitted"), COUNT)
    figures = {**counts, "averageDuration": SECONDS, "averageWait": SECONDS}
    days = _many(_object(day=DATE, **figures))
    report = {"made": MOMENT, "from": DATE, "to": DATE, "timeZone": TEXT}
    waits = _object(half=SECONDS, nineInTen=SECONDS)
    return _object(**report, figures=_object(**figures), waits=waits, days=days)


def _booking_report() -> JsonSchema:
    counts = dict.fromkeys(("booked", "cancelled", "late", "lateByCustomers", "unknown"), COUNT)
    figures = {**counts, "shareLate": {"type": ["number", "null"]}}
    steps = dict.fromkeys(("seen", "chosen", "booked"), COUNT)
    return _object(
        **{"made": MOMENT, "from": DATE, "to": DATE, "timeZone": TEXT},
        cancellations=_object(**figures),
        services=_many(_object(serviceId=TEXT, **figures)),
        staff=_many(_object(staffMemberId=TEXT, **figures)),
        hours=_many(_object(weekday=COUNT, hour=COUNT, **figures)),
        reasons=_many(_object(reason=TEXT, count=COUNT)),
        page=_object(**steps, days=_many(_object(day=DATE, **steps))),
    )


def _utilisation_schema() -> JsonSchema:
    used: JsonSchema = {"bookable": COUNT, "booked": COUNT, "share": {"type": ["number", "null"]}}
    return _object(
        **{"made": MOMENT, "from": DATE, "to": DATE, "timeZone": TEXT},
        utilization=_object(**used),
        staff=_many(_object(staffMemberId=TEXT, **used)),
        days=_many(_object(day=DATE, staffMemberId=TEXT, **used)),
    )


def _field_change() -> JsonSchema:
    return _object(document=TEXT, field=TEXT, before=TEXT_OR_NULL, after=TEXT_OR_NULL)


def _person() -> JsonSchema:
    return _object(person=TEXT, emailAddress=TEXT, role=TEXT, membershipStatus=TEXT)


def _error() -> JsonSchema:
    detail = _object(code=TEXT, target=TEXT, message=TEXT)
    inner = _object(**{"date": TEXT, "request-id": TEXT, "client-request-id": TEXT})
    error = _object(code=TEXT, message=TEXT, innerError=inner)
    return _object(error={**error, "properties": {**error["properties"], "details": _many(detail)}})


def _page_of(kind: str) -> JsonSchema:
    page = _object(**{"@odata.context": TEXT, "value": _many(_reference(kind))})
    return {**page, "properties": {**page["properties"], "@odata.nextLink": TEXT, "@odata.count": COUNT}}


def _many(items: JsonSchema) -> JsonSchema:
    return {"type": "array", "items": items}


def _object(**properties: JsonSchema) -> JsonSchema:
    return {"type": "object", "properties": properties, "required": list(properties)}
