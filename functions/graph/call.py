"""One call of the Graph API: its caller, path ids, body and options; and what a handler may return."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import uuid4

import azure.functions as func

from functions.auth.access import Access
from functions.graph.models.capabilities import warning
from functions.graph.odata.options import Options, parse_options
from functions.http.boundary import MEDIA_TYPE, BadRequest, BodyTooLarge, idempotency_key
from functions.http.etags import etags_in
from functions.http.problems import UnsupportedMediaType
from functions.wiring import Services
from shared.domain.access.permissions import Caller
from shared.domain.calendar.business import Calendar
from shared.domain.errors import NotFound
from shared.use_cases.appointments.find_appointments import AppointmentWithVisit
from shared.use_cases.commands import Author, Etags


LARGEST_BODY = 512 * 1024
DEEPEST_BODY = 20
GraphDocument = dict[str, Any]


class Entity(NamedTuple):
    """One entity as JSON. `status` is 201 where it was created."""

    document: GraphDocument
    status: int = 200


class Collection(NamedTuple):
    """A whole collection, to which the query options still apply; with `is_page`, one page of it as it is.

    `next_token` is where the next page begins. `is_short` returns all items in one page unless $top asks for less.
    """

    items: Sequence[Mapping[str, Any]]
    is_page: bool = False
    is_short: bool = False
    next_token: str = ""


class Export(NamedTuple):
    """A file to download."""

    text: str
    media_type: str
    name: str


HandlerResult = Entity | Collection | Export | None
"""What a handler returns; None is 204."""


@dataclass(frozen=True)
class GraphRequest:
    """One call. `more` are response headers about the request's body, such as a warning.

    `ahead` is what the route read while the caller's rights were checked, None if it found nothing.
    """

    req: func.HttpRequest
    app: Services
    now: datetime
    caller: Caller
    ids: Mapping[str, str]
    access: Access | None = None
    url: str = ""
    is_count: bool = False
    more: dict[str, str] = field(default_factory=dict)
    ahead: AppointmentWithVisit | None = None

    @property
    def calendar(self) -> Calendar:
        """The calendar in the path. Raises NotFound for a path without one."""
        if self.access is None:
            raise NotFound
        return self.access.calendar

    @cached_property
    def options(self) -> Options:
        """The OData query options. Raises BadRequest for those that are not supported."""
        return parse_options(self.req.params)

    @property
    def shows_unknown(self) -> bool:
        """Whether the client knows enumeration members beyond unknownFutureValue."""
        return "include-unknown-enum-members" in str(self.req.headers.get("prefer", "")).lower()

    @property
    def etags(self) -> Etags:
        """The ETags of If-Match, None where any state may be changed."""
        return etags_in(str(self.req.headers.get("if-match", "")))

    @property
    def body(self) -> str:
        return self.req.get_body().decode("utf-8", "replace")

    @cached_property
    def author(self) -> Author:
        """Who makes the change, and the key that makes it take effect once."""
        return Author(self.access.actor if self.access else self.caller.email or self.caller.subject, self._key)

    @property
    def _key(self) -> str:
        """The command's idempotency key.

        It is the client's own; else derived from client-request-id and the content, because Graph's SDKs repeat
        that id when they retry; else random.
        """
        if key := idempotency_key(self.req, required=False):
            return key
        if given := str(self.req.headers.get("client-request-id", "")):
            return hashlib.sha256(f"{given}\0{self.url}\0{self.body}".encode("utf-8", "replace")).hexdigest()
        return uuid4().hex

    def document(self) -> GraphDocument:
        """Return the JSON object of the body. Raises UnsupportedMediaType, BodyTooLarge and BadRequest."""
        if not MEDIA_TYPE.fullmatch(self.req.headers.get("content-type", "application/json")):
            raise UnsupportedMediaType
        if len(self.req.get_body()) > LARGEST_BODY:
            raise BodyTooLarge
        try:
            found = json.loads(self.req.get_body(), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise BadRequest("The body is not valid JSON.") from None
        if not isinstance(found, dict):
            raise BadRequest("The body is to be a JSON object.")
        # merging and cleaning it later is recursive
        if _is_deeper(found, DEEPEST_BODY):
            raise BadRequest("The body is too deep.")
        self.more.update(warning(found))
        return found


def _is_deeper(value: Any, limit: int) -> bool:
    within = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return limit < 0 or any(_is_deeper(one, limit - 1) for one in within)


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def business_id(segment: str) -> str:
    """Return the calendar's id from a path segment: `id@domain`, as Graph writes it, or the bare id."""
    name, at, _ = segment.rpartition("@")
    return name if at else segment


def graph_id(business: str, domain: str) -> str:
    """Return a calendar's id as Graph writes it: `id@domain`."""
    return f"{business}@{domain}"


def etag(document_etag: str) -> str:
    """Return a version as a weak ETag, as all of Graph's are."""
    return f'W/"{document_etag}"'
