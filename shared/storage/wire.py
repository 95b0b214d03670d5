"""Requests to the table service and its answers as bytes: OData's JSON, and a transaction's multipart. Pure."""

import json
import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import uuid4

from shared.records.keys import KEY
from shared.records.table import Ambiguous, Operation, Row, Values
from shared.storage.service import meaning


KIND = "application/json;odata=minimalmetadata"
HEADERS = {
    "Accept": KIND,
    "Accept-Encoding": "identity",
    "DataServiceVersion": "3.0",
    "MaxDataServiceVersion": "3.0;NetFx",
    "User-Agent": "openslot",
    "x-ms-version": "2019-02-02",
}
QUIET = {**HEADERS, "Content-Type": "application/json", "Prefer": "return-no-content"}
METHODS = {
    "insert": "POST",
    "replace": "PUT",
    "merge": "PATCH",
    "upsert": "PUT",
    "touch": "PATCH",
    "delete": "DELETE",
}
CONDITIONAL = ("replace", "merge", "delete")
TYPE = "@odata.type"
READERS: Mapping[str, Callable[[Any], Any]] = {"Edm.Binary": a2b_base64, "Edm.Int64": int, "Edm.Double": float}
NEVER = datetime.max.replace(tzinfo=UTC)  # when a row was written that was not told so: it counts as new
BOUNDARY = re.compile(rb"""boundary="?([^\s";]+)""")
PART = re.compile(rb"HTTP/1\.[01] (\d{3})[^\r\n]*\r?\n((?:[^\r\n]+\r?\n)*)(?:\r?\n(.*))?", re.DOTALL)
ETAG = re.compile(rb"^etag:[ \t]*([^\r\n]+?)[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
INDEX = re.compile(r"(\d{1,3}):")
ENCODER = json.JSONEncoder(separators=(",", ":"))


class ServiceRequest(NamedTuple):
    """A request below an account: `path` has its query, and is encoded."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None = None

    @property
    def is_transaction(self) -> bool:
        """Whether it is answered for several rows at once."""
        return self.path == "/$batch"


class ServiceAnswer(NamedTuple):
    """An answer that came whole. The names of headers are in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def get_request(table: str, partition: str, key: str, select: Sequence[str] = ()) -> ServiceRequest:
    """Return the request for one row."""
    query = f"?$select={','.join(select)}" if select else ""
    return ServiceRequest("GET", _entity(table, partition, key) + query, HEADERS)


def range_request(
    table: str, where: tuple[str, str, str], select: Sequence[str] = (), top: int = 0, after: str = ""
) -> ServiceRequest:
    """Return the request for an answer's rows of a partition from one key up to another.

    `after` is the continuation that the answer before it gave.
    """
    partition, low, high = (one.replace("'", "''") for one in where)
    asked = f"PartitionKey eq '{partition}' and RowKey ge '{low}' and RowKey lt '{high}'"
    columns = f"&$select={','.join(('RowKey', *select))}" if select else ""
    most = f"&$top={top}" if top else ""
    return ServiceRequest("GET", f"/{table}()?$filter={quote(asked, safe='')}{columns}{most}{after}", HEADERS)


def write_request(table: str, partition: str, operation: Operation) -> ServiceRequest:
    """Return the request for one write by itself."""
    headers = QUIET
    if operation.verb in CONDITIONAL:
        headers = {**QUIET, "If-Match": operation.etag or "*"}
    path = f"/{table}" if operation.verb == "insert" else _entity(table, partition, operation.key)
    body = None if operation.verb == "delete" else _json(partition, operation).encode()
    return ServiceRequest(METHODS[operation.verb], path, headers, body)


def batch_request(endpoint: str, table: str, partition: str, operations: Sequence[Operation]) -> ServiceRequest:
    """Return the request for a transaction: each part is a request of its own, within two envelopes."""
    mark = uuid4().hex
    start = f"--changeset_{mark}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    parts = [f"--batch_{mark}\r\nContent-Type: multipart/mixed; boundary=changeset_{mark}\r\n\r\n"]
    for one in operations:
        parts += (start, _part(f"{endpoint}/{table}", partition, one))
    parts.append(f"--changeset_{mark}--\r\n--batch_{mark}--\r\n")
    headers = {**HEADERS, "Content-Type": f"multipart/mixed; boundary=batch_{mark}"}
    return ServiceRequest("POST", "/$batch", headers, "".join(parts).encode())


def table_request(table: str) -> ServiceRequest:
    """Return the request that makes a table."""
    return ServiceRequest("POST", "/Tables", QUIET, json.dumps({"TableName": table}).encode())


def _part(table: str, partition: str, operation: Operation) -> str:
    verb = operation.verb
    where = table if verb == "insert" else _entity(table, partition, operation.key, slash="")
    condition = f"If-Match: {operation.etag or '*'}\r\n" if verb in CONDITIONAL else ""
    first = f"{METHODS[verb]} {where} HTTP/1.1\r\nAccept: {KIND}\r\nDataServiceVersion: 3.0\r\n{condition}"
    if verb == "delete":
        return f"{first}\r\n\r\n"
    told = "Content-Type: application/json\r\nPrefer: return-no-content\r\n"
    return f"{first}{told}\r\n{_json(partition, operation)}\r\n"


def _entity(table: str, partition: str, key: str, slash: str = "/") -> str:
    return f"{slash}{table}(PartitionKey='{_quoted(partition)}',RowKey='{_quoted(key)}')"


def _quoted(name: str) -> str:
    """Return a name for a URL: of the characters that ours have, one alone is not itself there."""
    return name.replace("|", "%7C") if KEY.fullmatch(name) else quote(name.replace("'", "''"), safe="")


def _json(partition: str, operation: Operation) -> str:
    """Return a row in ASCII: Azurite ends a part's text at separators of lines, of which Unicode has more."""
    row: dict[str, Any] = {"PartitionKey": partition, "RowKey": operation.key}
    for name, value in operation.values.items():
        if isinstance(value, bytes):
            row[name] = b2a_base64(value, newline=False).decode()
            row[name + TYPE] = "Edm.Binary"
        else:
            row[name] = value
    return ENCODER.encode(row)


def read_row(answer: ServiceAnswer, key: str) -> Row | None:
    """Return the row of an answer, None if there is none. Raises Ambiguous or WrongRequest."""
    if answer.status == 404 and _code(answer)[0]:
        return None
    found = _document(answer)
    return _row(found, key, str(answer.headers.get("ETag", "")))


def read_page(answer: ServiceAnswer) -> tuple[list[Row], datetime, str]:
    """Return an answer's rows, the service's clock, and how to ask for the next answer, empty after the last."""
    rows = [_row(one, one["RowKey"]) for one in _document(answer)["value"]]
    partition = answer.headers.get("x-ms-continuation-NextPartitionKey", "")
    key = answer.headers.get("x-ms-continuation-NextRowKey", "")
    after = f"&NextPartitionKey={quote(partition, safe='')}" if partition else ""
    after += f"&NextRowKey={quote(key, safe='')}" if key else ""
    return rows, _moment(answer.headers["Date"]), after


def read_written(answer: ServiceAnswer) -> str:
    """Return the ETag of a row that was written by itself, empty of one that was deleted."""
    if answer.status not in (201, 204):
        raise _problem(answer)
    return str(answer.headers["ETag"])


def read_table_made(answer: ServiceAnswer) -> None:
    """Raise what went wrong, unless the table was made or is there."""
    if answer.status not in (201, 204) and _code(answer)[0] != "TableAlreadyExists":
        raise _problem(answer)


def read_batch(answer: ServiceAnswer, operations: Sequence[Operation]) -> list[str]:
    """Return the new ETag of each row, empty for a delete. An answer that lacks any of it is Ambiguous."""
    if answer.status != 202:
        raise _problem(answer)
    parts = [_inner(one) for one in _parts(answer)]
    for part in parts:
        if not 200 <= part.status < 300:
            raise _problem(part)
    if len(parts) != len(operations):
        raise Ambiguous("an answer for other operations")
    return [
        "" if one.verb == "delete" else part.headers["ETag"] for one, part in zip(operations, parts, strict=True)
    ]


def _parts(answer: ServiceAnswer) -> list[bytes]:
    """Return the parts of an answer's inner envelope. Raises Ambiguous unless both envelopes are closed."""
    outer = BOUNDARY.search(answer.headers.get("Content-Type", "").encode())
    inner = BOUNDARY.search(answer.body[:1000])
    if not outer or not inner or not answer.body.rstrip().endswith(b"--" + outer[1] + b"--"):
        raise Ambiguous("half of an answer")
    first, *parts = answer.body[inner.end() :].split(b"--" + inner[1])
    if not parts or not parts[-1].startswith(b"--") or first.strip():
        raise Ambiguous("half of an answer")
    return parts[:-1]


def _inner(part: bytes) -> ServiceAnswer:
    found = PART.search(part)
    if not found:
        raise Ambiguous("a part that is no answer")
    etag = ETAG.search(found[2])
    return ServiceAnswer(int(found[1]), {"ETag": etag[1].decode()} if etag else {}, found[3] or b"")


def _document(answer: ServiceAnswer) -> Any:
    if answer.status != 200:
        raise _problem(answer)
    if not answer.headers.get("Content-Type", "").startswith("application/json"):
        raise Ambiguous("an answer of another kind")
    return json.loads(answer.body)


def _problem(answer: ServiceAnswer) -> Exception:
    code, index = _code(answer)
    return meaning(answer.status, code, index)


def _code(answer: ServiceAnswer) -> tuple[str, int | None]:
    """Return the service's code, empty if the answer is not its own, and the operation that it names."""
    try:
        error = json.loads(answer.body)["odata.error"]
        named = INDEX.match(error["message"]["value"])
        return str(error["code"]), int(named[1]) if named else None
    except (ValueError, LookupError, TypeError):
        return str(answer.headers.get("x-ms-error-code", "")), None


@lru_cache(16)
def _moment(date: str) -> datetime:
    return parsedate_to_datetime(date)


def _row(entity: Mapping[str, Any], key: str, etag: str = "") -> Row:
    values = {name: value for name, value in entity.items() if "odata." not in name and value is not None}
    for name in [name for name in entity if name.endswith(TYPE)]:
        column = name[: -len(TYPE)]
        if column in values and (reader := READERS.get(entity[name])):
            values[column] = reader(values[column])
    values.pop("PartitionKey", None)
    values.pop("RowKey", None)
    written = values.pop("Timestamp", None)
    known: Values = values
    version = entity.get("odata.etag") or etag
    if not version:
        raise Ambiguous("a row without a version")
    return Row(key, known, version, datetime.fromisoformat(written) if written else NEVER)
