"""Time zones as clients write them: by IANA or Windows names, also those that Windows has given up."""

from functools import cache
from typing import Annotated

from pydantic import AfterValidator, Field

from shared.domain.calendar.time_zone import is_known_zone


GIVEN_UP = {
    "armenian standard time": "Asia/Yerevan",
    "coordinated universal time": "UTC",
    "jerusalem standard time": "Asia/Jerusalem",
    "kamchatka standard time": "Asia/Kamchatka",
    "malay peninsula standard time": "Asia/Singapore",
    "mexico standard time": "America/Mexico_City",
    "mexico standard time 2": "America/Chihuahua",
    "mid-atlantic standard time": "Etc/GMT+2",
}
"""Windows names that CLDR no longer maps, but that machines and old files still use."""


@cache
def _windows_zones() -> dict[str, str]:
    from babel.core import get_global  # noqa: PLC0415 - CLDR's tables are read where a Windows name is met

    return GIVEN_UP | {name.casefold(): zone for name, zone in get_global("windows_zone_mapping").items()}


def zone_named(name: str) -> str:
    """Return the IANA zone of an IANA or Windows name. Raises ValueError."""
    if is_known_zone(name):
        return name
    if zone := _windows_zones().get(name.strip().casefold()):
        return zone
    raise ValueError("a time zone of IANA or Windows such as Europe/Paris or Romance Standard Time")


def other_name(name: str) -> str:
    """Return the name as the client wrote it, empty if it is the IANA name."""
    return "" if zone_named(name) == name else name


def as_written(zone: str | None, written: str) -> str | None:
    """Return the name that the client wrote, unless the zone has been changed since."""
    return written if written and zone_named(written) == zone else zone


def _known(name: str) -> str:
    zone_named(name)
    return name


Zone = Annotated[str, Field(max_length=100), AfterValidator(_known)]
"""The name as it was written: `zone_named` is the zone."""
