"""The mail addresses of a SCIM user: entries with a type, of which the first is the primary address."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from functions.scim.filter import parse_filter


TYPE = re.compile(r'\btype\s+eq\s+"?([\w-]+)', re.IGNORECASE)
USUAL = "work"
EmailEntry = dict[str, Any]


def read_emails(value: Any) -> Any:
    """Return the list, primary address first, without entries and members that have no value."""
    if value is None or isinstance(value, str):
        return value
    entries = value if isinstance(value, list) else [value]
    found = [_plain(one) for one in entries if one is not None]
    there = [one for one in found if not isinstance(one, dict) or "value" in one]
    return sorted(there, key=lambda one: not _is_primary(one))


def _plain(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    return {name.lower(): value for name, value in entry.items() if value is not None}


def _is_primary(entry: Any) -> bool:
    return isinstance(entry, dict) and str(entry.get("primary")).lower() == "true"


def patched_emails(before: Sequence[EmailEntry], verb: str, wanted: str | None, part: str, value: Any) -> Any:
    """Return the list after a step. `wanted` is the filter in its path, `part` what follows it.

    Raises Refused for a malformed filter.
    """
    if wanted is None and not part:
        return _whole(before, verb, value)
    if part not in ("", "value"):
        return list(before)  # primary, type and display follow from the list, so they cannot be set
    matches = parse_filter(f'type eq "{USUAL}"' if wanted is None else wanted)
    seen = [{**_entry(one), "primary": number == 0} for number, one in enumerate(before)]
    hits = [number for number, one in enumerate(seen) if matches(one)]
    address = _address(value)
    kept = [one for number, one in enumerate(before) if number not in hits]
    if verb == "remove" or address is None:
        return kept
    kind = _entry(before[hits[0]]).get("type", USUAL) if hits else _kind(wanted)
    place = hits[0] if hits else len(kept)
    return [*kept[:place], {"value": address, "type": kind}, *kept[place:]]


def _whole(before: Sequence[EmailEntry], verb: str, value: Any) -> Any:
    given = read_emails(value)
    if verb == "replace" or isinstance(given, str):
        return given
    if verb == "add":
        named = [_entry(one).get("value") for one in before]  # no sets: what is no text may have no hash
        return [*before, *(one for one in given or [] if _entry(one).get("value") not in named)]
    named = [_entry(one).get("value") for one in given or []]
    return [one for one in before if _entry(one).get("value") not in named] if named else None


def _entry(one: Any) -> Mapping[str, Any]:
    """Return an entry, empty for what is no object: that is refused once all steps are done."""
    return one if isinstance(one, dict) else {}


def _address(value: Any) -> Any:
    one = value[0] if isinstance(value, list) and len(value) == 1 else value
    return one.get("value") if isinstance(one, dict) else one


def _kind(wanted: str | None) -> str:
    match = TYPE.search(wanted or "")
    return match[1] if match else USUAL
