"""Answers in parts (RFC 9110, section 14): players of films want them, and some play none that come only whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import azure.functions as func


if TYPE_CHECKING:
    from collections.abc import Mapping

RANGE = re.compile(r"bytes=([0-9]{0,12})-([0-9]{0,12})")  # of several parts at once the whole is given


def in_parts(data: bytes, req: func.HttpRequest, headers: Mapping[str, str]) -> func.HttpResponse:
    """Return the part that a GET request is for, or all of it; 416 for a part beyond the end."""
    shown = {**headers, "Accept-Ranges": "bytes"}
    found = RANGE.fullmatch(req.headers.get("range", ""))
    if found is None or not any(found.groups()) or _ends_early(found[1], found[2]):
        return func.HttpResponse(data, headers=shown)
    first, last = _part(found[1], found[2], len(data))
    if first > last:
        return func.HttpResponse(status_code=416, headers={**shown, "Content-Range": f"bytes */{len(data)}"})
    shown["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
    return func.HttpResponse(data[first : last + 1], status_code=206, headers=shown)


def _ends_early(first: str, last: str) -> bool:
    """Return whether a part ends before it begins: what is no range is not looked at."""
    return bool(first and last) and int(last) < int(first)


def _part(first: str, last: str, length: int) -> tuple[int, int]:
    """Return the first and the last byte of a part; without a first one it is so many bytes at the end."""
    if not first:
        return max(0, length - int(last)), length - 1
    return int(first), min(int(last), length - 1) if last else length - 1
