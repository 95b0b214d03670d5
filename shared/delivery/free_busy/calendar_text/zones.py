"""The time zones that a calendar's text names: IANA's, Windows', or those that it defines itself."""

from collections.abc import Sequence
from datetime import tzinfo
from functools import cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from shared.delivery.free_busy.calendar_text.lines import NAME_OF_ZONE
from shared.domain.calendar.time_zone import is_known_zone


MOST_DEFINED, LONGEST = 50, 20_000
LONGEST_NAME, MOST_PARTS = 250, 4  # of the name of a zone; a vendor's prefix comes before these parts


class Zones:
    """Finds zones in the order IANA, Windows, the feed's own definitions. Those of no other feed are seen."""

    def __init__(self, definitions: Sequence[str]) -> None:
        self._defined = {name: text for text in definitions[:MOST_DEFINED] if (name := _name_in(text))}
        self._found: dict[str, tzinfo | None] = {}

    def find(self, name: str) -> tzinfo | None:
        """Return the zone of a TZID; None if nobody knows it."""
        if name not in self._found:
            self._found[name] = self._look_up(name)
        return self._found[name]

    def _look_up(self, name: str) -> tzinfo | None:
        if known := known_zone(name):
            return ZoneInfo(known)
        return _built(self._defined[name]) if name in self._defined else None


def known_zone(name: str) -> str:
    """Return the IANA name of a zone by IANA or Windows, also below a vendor's prefix; empty if it is neither."""
    if len(name) > LONGEST_NAME:
        return ""
    parts = name.strip("/").split("/")
    tried = (
        "/".join(parts),
        _windows().get(name.casefold(), ""),
        *("/".join(parts[at:]) for at in range(max(1, len(parts) - MOST_PARTS), len(parts))),
    )
    return next((one for one in tried if is_known_zone(one)), "")


@cache
def _windows() -> dict[str, str]:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # noqa: PLC0415 - heavy, and few need it

    more = {"tzone://microsoft/utc": "UTC", "coordinated universal time": "UTC"}
    return {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()} | more


def _name_in(definition: str) -> str:
    found = NAME_OF_ZONE.search(definition)
    return found[1].strip().replace('"', "") if found else ""


def _is_yearly(line: str) -> bool:
    """Return whether a line is no rule, or one of a change each year: others could be searched without end."""
    name, _, rule = line.upper().partition(":")
    if name.partition(";")[0] not in ("RRULE", "EXRULE"):
        return True
    parts = {one.partition("=")[0]: one.partition("=")[2] for one in rule.strip().split(";")}
    is_plain = parts.get("INTERVAL", "1") == "1" and not parts.keys() & {"BYHOUR", "BYMINUTE", "BYSECOND"}
    return parts.get("FREQ") == "YEARLY" and is_plain


def _built(definition: str) -> tzinfo | None:
    """Return the zone of a definition; None if it cannot be understood."""
    from icalendar import Timezone  # noqa: PLC0415 - heavy, and few need it

    # The library keeps zones by name for the whole process: without a name of its own, one feed's "Customized
    # Time Zone" would be that of the next feed too.
    if len(definition) > LONGEST or not all(map(_is_yearly, definition.split("\n"))):
        return None
    own = f"TZID:x-{sha256(definition.encode()).hexdigest()[:32]}"
    try:
        parsed: Any = Timezone.from_ical(NAME_OF_ZONE.sub(own, definition, count=1))
        zone: tzinfo = parsed.to_tz(lookup_tzid=False)
    except Exception:  # noqa: BLE001 - whatever its author did, the person's own zone serves
        return None
    return zone
