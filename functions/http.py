"""The boundary between HTTP and the product: errors, headers, compression, and the cost of an invocation."""

import gzip
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any, ClassVar, TypeVar

import azure.functions as func
from pydantic import BaseModel, ValidationError

from shared.domain.availability import Slot
from shared.domain.errors import (
    Conflict,
    EditConflict,
    InvalidFields,
    NotFound,
    Refusal,
    Rejected,
    TooManyRequests,
    TryAgain,
)
from shared.storage.trace import Trace, traced


Handler = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]
Refuse = Callable[[func.HttpRequest, Refusal], Awaitable[func.HttpResponse]]
Parsed = TypeVar("Parsed", bound=BaseModel)

LARGEST_BODY = 64 * 1024
WORTH_COMPRESSING = 700
log = logging.getLogger("openslot")


class BadRequest(Refusal):
    code: ClassVar[str] = "bad-request"
    title: ClassVar[str] = "The request cannot be read"


class BodyTooLarge(Refusal):
    code: ClassVar[str] = "too-large"
    title: ClassVar[str] = "The request is too large"


class Unexpected(Refusal):
    """A fault of ours; whoever asked learns nothing but that."""

    code: ClassVar[str] = "unexpected"
    title: ClassVar[str] = "Something went wrong on our side"


STATUS: dict[type[Refusal], int] = {
    BadRequest: 400,
    NotFound: 404,
    Conflict: 409,
    EditConflict: 412,
    BodyTooLarge: 413,
    Rejected: 422,
    InvalidFields: 422,
    TooManyRequests: 429,
    Unexpected: 500,
    TryAgain: 503,
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Strict-Transport-Security": "max-age=31536000",
    "Cache-Control": "no-store",
}


def status_of(refusal: Refusal) -> int:
    """Return a refusal's status: that of the nearest family in its class's ancestry."""
    return next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)


def boundary(refuse: Refuse) -> Callable[[Handler], Handler]:
    """Return a decorator that gives every error its answer by `refuse`, and every answer its headers."""

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        async def run(req: func.HttpRequest) -> func.HttpResponse:
            async with traced() as trace:
                try:
                    response = await handler(req)
                except Refusal as refusal:
                    response = await refuse(req, refusal)
                except Exception:
                    log.exception("%s failed", handler.__name__)
                    response = await refuse(req, Unexpected())
            return _finished(req, response, trace)

        return run

    return decorate


def _finished(req: func.HttpRequest, response: func.HttpResponse, trace: Trace) -> func.HttpResponse:
    for name, value in HEADERS.items():
        if name not in response.headers:
            response.headers[name] = value
    response.headers["Server-Timing"] = (
        f'storage;dur={trace.seconds * 1000:.1f};desc="{trace.requests} requests", '
        f'depth;desc="{trace.depth}", transactions;desc="{trace.transactions}"'
    )
    if response.status_code == 503:
        response.headers["Retry-After"] = "1"
    return compressed(req, response)


def compressed(req: func.HttpRequest, response: func.HttpResponse) -> func.HttpResponse:
    """Compress a text, where it is worth it and the client reads gzip; the host does not do it for us."""
    body = response.get_body()
    is_text = response.mimetype.startswith("text/") or response.mimetype.endswith(("json", "xml"))
    if "Content-Encoding" in response.headers or not is_text or len(body) < WORTH_COMPRESSING:
        return response
    if "gzip" not in req.headers.get("accept-encoding", ""):
        return response
    headers = {**response.headers, "Content-Encoding": "gzip"}
    headers.setdefault("Vary", "Accept-Encoding")
    return func.HttpResponse(
        gzip.compress(body, 6, mtime=0),
        status_code=response.status_code,
        headers=headers,
        mimetype=response.mimetype,
        charset=response.charset,
    )


def json_response(
    document: BaseModel | Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> func.HttpResponse:
    if isinstance(document, BaseModel):
        text = document.model_dump_json(by_alias=True, exclude_none=True)
    else:
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return func.HttpResponse(text, status_code=status, headers=dict(headers or {}), mimetype="application/json")


async def problem(_: func.HttpRequest, refusal: Refusal) -> func.HttpResponse:
    """Return a refusal as RFC 9457 problem+json."""
    document: dict[str, Any] = {
        "type": f"/problems/{refusal.code}",
        "title": refusal.title,
        "status": status_of(refusal),
    }
    if refusal.detail != refusal.title and not isinstance(refusal, InvalidFields):
        document["detail"] = refusal.detail
    if isinstance(refusal, InvalidFields):
        document["errors"] = [{"pointer": pointer, "detail": detail} for pointer, detail in refusal.errors]
    if isinstance(refusal, Conflict):
        document["alternatives"] = [slot_document(slot) for slot in refusal.alternatives]
    headers = {"Retry-After": str(refusal.retry_after)} if isinstance(refusal, TooManyRequests) else {}
    text = json.dumps(document, ensure_ascii=False)
    status = status_of(refusal)
    return func.HttpResponse(text, status_code=status, headers=headers, mimetype="application/problem+json")


def slot_document(slot: Slot) -> dict[str, Any]:
    return {
        "start": slot.start.isoformat(),
        "end": slot.end.isoformat(),
        "staff": list(slot.staff),
        "seats": slot.seats,
    }


api = boundary(problem)


def parse_json(req: func.HttpRequest, kind: type[Parsed]) -> Parsed:
    """Parse a JSON body. Raises BodyTooLarge, BadRequest for what is no JSON, InvalidFields for wrong members."""
    body = req.get_body()
    if len(body) > LARGEST_BODY:
        raise BodyTooLarge
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise invalid_fields(error) from None


def invalid_fields(error: ValidationError) -> Refusal:
    """Turn pydantic's findings into JSON pointers; what could not be parsed at all is a BadRequest."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    if any(one["type"] == "json_invalid" for one in found):
        return BadRequest("The body is not valid JSON.")
    return InvalidFields([("".join(f"/{part}" for part in one["loc"]) or "/", one["msg"]) for one in found])


def idempotency_key(req: func.HttpRequest) -> str:
    """Return the request's key. Raises BadRequest where it has none."""
    key = req.headers.get("idempotency-key", "")
    if not key:
        raise BadRequest("The header Idempotency-Key is missing: 16 to 128 characters of A-Z a-z 0-9 _ -.")
    return str(key)


def client_address(req: func.HttpRequest) -> str:
    """Return who is calling: the last hop, which the platform itself adds; what comes before can be forged."""
    last = str(req.headers.get("x-forwarded-for", "")).rpartition(",")[2].strip()
    return re.sub(r"(?<=[\d\]]):\d+$", "", last) if last.count(":") == 1 or "]" in last else last or "local"
