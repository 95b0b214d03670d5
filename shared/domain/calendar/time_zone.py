"""Time zones by their IANA names."""

import re
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator


ZONE = re.compile(r"[A-Z][A-Za-z0-9_+-]{0,40}(/[A-Za-z0-9_+-]{1,40}){0,3}")


@lru_cache(maxsize=1024)
def is_known_zone(name: str) -> bool:
    """Return whether an IANA time zone has this name. Looks up the one name: listing all zones walks the disk.

    The pattern excludes files beside the zones, such as "localtime", "posixrules" and "zone.tab"; "Factory"
    matches it, but is no place's zone.
    """
    try:
        return name != "Factory" and bool(ZONE.fullmatch(name)) and ZoneInfo(name).key == name
    except (ValueError, OSError, KeyError):  # a folder, a file that is no zone, or no file
        return False


def _known_zone(name: str) -> str:
    if not is_known_zone(name):
        raise ValueError(f"{name!r} is not an IANA time zone")
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]
