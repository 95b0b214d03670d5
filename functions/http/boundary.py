"""The boundary of every handler: errors, headers, compression, and the cost of an invocation."""

from typing import TYPE_CHECKING

import azure.functions as func

from functions.http.problems import problem


if TYPE_CHECKING:
    from shared.domain.errors import Refusal
import asyncio
import gzip
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from functions.http.events import Watch, tell_request
from functions.http.invocation import invocation
from functions.http.problems import (
    BadRequest,
    BodyTooLarge,
    Unexpected,
    UnsupportedMediaType,
    status_of,
)
from functions.settings.app import SettingsMissing
from shared.domain.errors import InvalidFields, Refusal, TryAgain, json_pointer
from shared.records.table import Ambiguous, Stale
from shared.storage.trace import Trace, traced
from shared.use_cases import fault_log as faults
from shared.use_cases.commands import KEY


# Handlers import everything about requests and responses from here.
__all__ = [
    "HEADERS",
    "LARGEST_BODY",
    "BadRequest",
    "BodyTooLarge",
    "Handler",
    "Refuse",
    "accepts",
    "api",
    "boundary",
    "compressed",
    "idempotency_key",
    "json_response",
    "log_fault",
    "parse_json",
    "path_of",
    "problem",
    "status_of",
    "target_of",
]
Handler = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]
Refuse = Callable[[func.HttpRequest, Refusal], Awaitable[func.HttpResponse]]
Parsed = TypeVar("Parsed", bound=BaseModel)

LARGEST_BODY, LONGEST_HEADER = 64 * 1024, 1000
WORTH_COMPRESSING = 700
SLOW_TO_COMPRESS = 500_000  # bytes: above, compressing would block other requests, so a thread does it
GZIP_LEVEL = 5  # less than 1 % larger than level 6, and twice as fast for a month of slots
OF_PAGES = 6  # they are smaller, and 4 % larger at level 5
MEDIA_TYPE = re.compile(r"\s*application/([a-z0-9.+-]+\+)?json\s*(;.*)?", re.IGNORECASE)
log = logging.getLogger("openslot")


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Strict-Transport-Security": "max-age=31536000",
    "Cache-Control": "no-store",
}


def boundary(refuse: Refuse) -> Callable[[Handler], Handler]:
    """Return a decorator that turns what a handler raises into a response by `refuse`, and adds headers."""

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        async def run(req: func.HttpRequest) -> func.HttpResponse:
            watch = Watch()
            with invocation():
                async with traced() as trace:
                    response = await _answered(handler, refuse, req)
            finished = await _finished(req, response, trace)
            parent = str(req.headers.get("traceparent", ""))
            tell_request(handler.__name__, finished.status_code, watch, trace, parent)
            return finished

        return run

    return decorate


async def _answered(handler: Handler, refuse: Refuse, req: func.HttpRequest) -> func.HttpResponse:
    """Return the handler's response, or the one for what it raised; never raises."""
    try:
        return await handler(req)
    except Refusal as refusal:
        answer = refusal
    except (Ambiguous, Stale):  # no answer, or others write all the time
        answer = TryAgain()
    except Exception as error:  # noqa: BLE001 - whatever it is, it has its answer here
        log_fault(handler.__name__, error)
        answer = Unexpected()
    try:
        return await refuse(req, answer)
    except Exception as error:  # noqa: BLE001 - the same
        log_fault(f"the refusal of {handler.__name__}", error)
        return await problem(req, Unexpected())


def log_fault(what: str, error: BaseException) -> None:
    """Log where an exception came from, without its message, which may hold what a customer typed.

    SettingsMissing is logged with its message, which shows no values.
    """
    words = f": {error}" if isinstance(error, SettingsMissing) else ""
    faults.log_fault(log, f"{what} failed{words}", error)


async def _finished(req: func.HttpRequest, response: func.HttpResponse, trace: Trace) -> func.HttpResponse:
    for name, value in HEADERS.items():
        if name not in response.headers:
            response.headers[name] = value
    if response.status_code != 404:  # the cost of a miss would reveal what exists
        response.headers["Server-Timing"] = (
            f'storage;dur={trace.seconds * 1000:.1f};desc="{trace.requests} requests", '
            f'depth;desc="{trace.depth}", transactions;desc="{trace.transactions}"'
        )
    if response.status_code == 503:
        response.headers.setdefault("Retry-After", "1")
    if len(response.get_body()) > SLOW_TO_COMPRESS:
        return await asyncio.to_thread(compressed, req, response)
    return compressed(req, response)


def accepts(req: func.HttpRequest, encoding: str) -> bool:
    """Return whether the client accepts an encoding: it is listed, and not with a weight of zero."""
    for part in str(req.headers.get("accept-encoding", ""))[:LONGEST_HEADER].split(","):
        name, _, weight = part.partition(";")
        if name.strip().lower() == encoding:
            value = weight.partition("=")[2].strip()
            return not value or bool(value.strip("0."))
    return False


def compressed(req: func.HttpRequest, response: func.HttpResponse) -> func.HttpResponse:
    """Return the response with gzip if it is text, large enough, and accepted; the host does not compress."""
    body = response.get_body()
    is_text = response.mimetype.startswith("text/") or response.mimetype.endswith(("json", "xml"))
    if "Content-Encoding" in response.headers or not is_text or len(body) < WORTH_COMPRESSING:
        return response
    if not accepts(req, "gzip"):
        return response
    headers = {**response.headers, "Content-Encoding": "gzip"}
    headers.setdefault("Vary", "Accept-Encoding")
    return func.HttpResponse(
        packed(body, OF_PAGES if response.mimetype == "text/html" else GZIP_LEVEL),
        status_code=response.status_code,
        headers=headers,
        mimetype=response.mimetype,
        charset=response.charset,
    )


def packed(body: bytes, level: int = GZIP_LEVEL) -> bytes:
    """Return a body as gzip; without a time stamp, so that the same body has the same bytes."""
    return gzip.compress(body, level, mtime=0)


def json_response(
    document: BaseModel | Mapping[str, Any] | str, status: int = 200, headers: Mapping[str, str] | None = None
) -> func.HttpResponse:
    """Return a document as JSON, or text that is JSON already; members of a model that are None are left out."""
    if isinstance(document, str):
        text = document
    elif isinstance(document, BaseModel):
        text = document.model_dump_json(by_alias=True, exclude_none=True)
    else:
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return func.HttpResponse(text, status_code=status, headers=dict(headers or {}), mimetype="application/json")


api = boundary(problem)


def parse_json(req: func.HttpRequest, kind: type[Parsed]) -> Parsed:
    """Return the parsed JSON body, strictly and by its names in JSON.

    Raises UnsupportedMediaType, BodyTooLarge, BadRequest for malformed JSON, InvalidFields for wrong members.
    """
    if not MEDIA_TYPE.fullmatch(req.headers.get("content-type", "application/json")):
        raise UnsupportedMediaType
    body = req.get_body()
    if len(body) > LARGEST_BODY:
        raise BodyTooLarge
    try:
        return kind.model_validate_json(body, strict=True, by_alias=True, by_name=False)
    except ValidationError as error:
        raise invalid_fields(error) from None


def invalid_fields(error: ValidationError) -> Refusal:
    """Return InvalidFields with JSON pointers for pydantic's errors, BadRequest for malformed JSON."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    if any(one["type"] == "json_invalid" for one in found):
        return BadRequest("The body is not valid JSON.")
    return InvalidFields([(json_pointer(*one["loc"]), one["msg"].removeprefix("Value error, ")) for one in found])


def target_of(req: func.HttpRequest) -> str:
    """Return the requested path and query, without the host, which the caller can set to anything."""
    beyond = str(req.url).partition("://")[2]
    slash = beyond.find("/")
    return "/" if slash < 0 else beyond[slash:]


def path_of(req: func.HttpRequest) -> str:
    """Return the requested path."""
    return target_of(req).partition("?")[0]


def idempotency_key(req: func.HttpRequest, *, required: bool = True) -> str:
    """Return the request's key, empty if optional and not given. Raises BadRequest."""
    key = str(req.headers.get("idempotency-key", ""))
    if KEY.fullmatch(key) or not (key or required):
        return key
    wrong = "malformed" if key else "missing"
    raise BadRequest(f"The header Idempotency-Key is {wrong}: 16 to 128 characters of A-Z a-z 0-9 _ -.")


def wants_json(req: func.HttpRequest) -> bool:
    """Return whether a script asks, for JSON; a browser that opens a page asks for text/html."""
    accepted = str(req.headers.get("accept", ""))
    return "json" in accepted and "text/html" not in accepted
