"""Refusals in Graph's error envelope, with its statuses and codes."""

import json
from typing import Any, ClassVar
from uuid import uuid4

import azure.functions as func

from functions.http.boundary import boundary
from functions.http.problems import (
    BadRequest,
    BodyTooLarge,
    Unauthenticated,
    Unexpected,
    UnsupportedMediaType,
)
from functions.wiring import read_clock
from shared.domain.errors import (
    Conflict,
    EditConflict,
    Forbidden,
    InvalidFields,
    KeyReused,
    NotFound,
    Refusal,
    Rejected,
    TooManyRequests,
    TryAgain,
)


CONTENT_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


class MethodNotAllowed(BadRequest):
    title: ClassVar[str] = "This cannot be done with what is at this address"

    def __init__(self, allowed: str) -> None:
        super().__init__()
        self.allowed = allowed


ANSWERS: dict[type[Refusal], tuple[int, str]] = {
    BadRequest: (400, "BadRequest"),
    InvalidFields: (400, "BadRequest"),
    Rejected: (400, "BadRequest"),
    Unauthenticated: (401, "InvalidAuthenticationToken"),
    Forbidden: (403, "Forbidden"),
    NotFound: (404, "ErrorItemNotFound"),
    MethodNotAllowed: (405, "MethodNotAllowed"),
    Conflict: (409, "Conflict"),
    EditConflict: (412, "PreconditionFailed"),
    BodyTooLarge: (413, "RequestEntityTooLarge"),
    UnsupportedMediaType: (415, "UnsupportedMediaType"),
    KeyReused: (422, "UnprocessableEntity"),
    TooManyRequests: (429, "TooManyRequests"),
    Unexpected: (500, "InternalServerError"),
    TryAgain: (503, "ServiceUnavailable"),
}


async def refuse(req: func.HttpRequest, refusal: Refusal) -> func.HttpResponse:
    """Return a refusal in Graph's envelope.

    A change with an unclear outcome is 500 and not 503, because clients repeat a 503 without asking.
    """
    status, code = next(ANSWERS[kind] for kind in type(refusal).__mro__ if kind in ANSWERS)
    if isinstance(refusal, TryAgain) and req.method not in ("GET", "HEAD"):
        status, code = ANSWERS[Unexpected]
    ids = request_ids(req)
    error: dict[str, Any] = {
        "code": code,
        "message": refusal.detail or refusal.title,
        "innerError": {"date": _date(), **ids},
    }
    if isinstance(refusal, InvalidFields):
        found = [{"code": "invalid", "target": one.pointer, "message": one.detail} for one in refusal.errors]
        error["details"] = found
    text = json.dumps({"error": error}, ensure_ascii=False)
    return func.HttpResponse(
        text,
        status_code=status,
        headers={**_hints(refusal), **ids, "Content-Type": CONTENT_TYPE},
        mimetype="application/json",
    )


def request_ids(req: func.HttpRequest) -> dict[str, str]:
    """Return the ids that identify a call in both sides' logs; the client's own is echoed if harmless."""
    # It becomes a header of the response, where a line break would start another one.
    given = str(req.headers.get("client-request-id", ""))[:64]
    client = given if given.replace("-", "").isalnum() and given.isascii() else ""
    own = str(uuid4())
    return {"request-id": own, "client-request-id": client or own}


def _date() -> str:
    # Not the request's `now`: what is refused may have failed before that was read.
    return f"{read_clock():%Y-%m-%dT%H:%M:%S}"


def _hints(refusal: Refusal) -> dict[str, str]:
    if isinstance(refusal, Unauthenticated):
        return {"WWW-Authenticate": refusal.challenge}
    if isinstance(refusal, TooManyRequests):
        return {"Retry-After": str(refusal.retry_after)}
    if isinstance(refusal, MethodNotAllowed):
        return {"Allow": refusal.allowed}
    return {}


graph = boundary(refuse)
