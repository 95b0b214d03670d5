"""What is kept about a person, as lines of a page and as a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import azure.functions as func


if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

JSON = "json"


def kept_file(found: Any) -> func.HttpResponse:
    """Return what was found as a file of JSON."""
    headers = {"Content-Disposition": 'attachment; filename="personal-data.json"'}
    body = json.dumps(found, ensure_ascii=False, indent=2)
    return func.HttpResponse(body, headers=headers, mimetype="application/json", charset="utf-8")


def kept_lines(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each value that is there with its name in the file, as in `visit.came`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from kept_lines(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, (list, tuple)):
        for number, inner in enumerate(value, 1):
            yield from kept_lines(inner, f"{path} {number}")
    elif value not in ("", None):
        yield path, str(value)
