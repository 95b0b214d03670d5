"""Operations beside Graph in the OpenAPI document: what they answer and refuse, and what is sent to them."""

from pydantic import BaseModel

from functions.graph.openapi.pieces import (
    COUNT,
    DATE,
    TEXT,
    JsonSchema,
    a_parameter,
    an_object,
    json_answer,
    many,
    parameter,
    reference,
)


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


def an_operation(name: str, summary: str, told: JsonSchema, refusals: tuple[int, ...]) -> JsonSchema:
    """Return an operation with its answers."""
    refused = {str(status): _refusal(status) for status in refusals}
    return {"operationId": name, "summary": summary, "security": [{"token": []}], "responses": {**told, **refused}}


def lists(name: str, summary: str, kind: str) -> JsonSchema:
    """Return an operation that answers a page of a kind."""
    return an_operation(name, summary, {"200": json_answer("A page of them.", page_of(kind))}, READING)


def changes(name: str, summary: str, told: JsonSchema, body: type[BaseModel] | None = None) -> JsonSchema:
    """Return an operation that changes something, with its body if it has one."""
    operation = {**an_operation(name, summary, told, CHANGING), "parameters": [parameter("GraphKey")]}
    if body is None:
        return operation
    content = {"application/json": {"schema": reference(body.__name__)}}
    return {**operation, "requestBody": {"required": True, "content": content}}


def audit(name: str, summary: str) -> JsonSchema:
    """Return an operation that answers audit entries."""
    options = [parameter("top"), parameter("skiptoken")]
    return {**lists(name, f"{summary}, the newest first", "AuditEntry"), "parameters": options}


def gets(operation: JsonSchema) -> JsonSchema:
    """Return the path item of an operation without parameters of its own."""
    return {"parameters": [], "get": operation}


def days() -> list[JsonSchema]:
    """Return the parameters of the first and the last day."""
    return [
        a_parameter("query", "start", DATE, "The first day, of the calendar's clock.", True),
        a_parameter("query", "end", DATE, "The last day, at most 400 in all.", True),
    ]


def export() -> JsonSchema:
    """Return the operation that answers bookings as a file."""
    file = {"description": "A line for each booking.", "content": {"text/tab-separated-values": {"schema": TEXT}}}
    operation = an_operation("exportBookings", "The bookings of some days as a file", {"200": file}, READING)
    return {**operation, "parameters": days()}


def usage_report() -> JsonSchema:
    """Return the operation that answers the usage report."""
    figures = json_answer("The figures, in all and by day.", reference("UsageReport"))
    return {
        **an_operation("usageReport", "What online visits took", {"200": figures}, READING),
        "parameters": days(),
    }


def booking_report() -> JsonSchema:
    """Return the operation that answers what was booked and cancelled."""
    told = json_answer("Places in all, by service, by person and by hour.", reference("BookingReport"))
    operation = an_operation("bookingReport", "What was booked and cancelled", {"200": told}, READING)
    return {**operation, "parameters": days()}


def utilization_report() -> JsonSchema:
    """Return the operation that answers how much time was booked."""
    told = json_answer("Minutes in all, by person, and by person and day.", reference("UtilizationReport"))
    operation = an_operation("utilizationReport", "How much time was booked", {"200": told}, READING)
    return {**operation, "parameters": days()}


def image() -> JsonSchema:
    """Return the body of an upload; the image's type is recognised by its content."""
    content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    return {"requestBody": {"required": True, "content": content}}


def file() -> JsonSchema:
    """Return the body of an upload; its first line names the columns."""
    return {"requestBody": {"required": True, "content": {"text/csv": {"schema": TEXT}}}}


def _refusal(status: int) -> JsonSchema:
    return json_answer(REFUSALS[status], reference("GraphError"))


def page_of(kind: str) -> JsonSchema:
    """Return a page of a kind, as Graph lays it out."""
    page = an_object(**{"@odata.context": TEXT, "value": many(reference(kind))})
    return {**page, "properties": {**page["properties"], "@odata.nextLink": TEXT, "@odata.count": COUNT}}
