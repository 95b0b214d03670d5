"""The settings for reading people's own calendars.

OPENSLOT_CALENDAR_HOSTS  hosts of an intranet that may be asked, with commas: mail.intern, *.clinic.intern for all
                         below it, and whole origins such as http://127.0.0.1:5232
OPENSLOT_CALENDAR_EVERY  how many minutes pass between two readings: 0 to 60, 5 by default
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


HOSTS, EVERY = NAMES = ("OPENSLOT_CALENDAR_HOSTS", "OPENSLOT_CALENDAR_EVERY")
LABELS = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
ALLOWED = re.compile(rf"(\*\.)?{LABELS}|https?://({LABELS}|\[[0-9a-f:.]+\])(:[0-9]{{1,5}})?")
MOST = 60


@dataclass(frozen=True, slots=True)
class OwnCalendarSettings:
    """Where and how often people's own calendars are read."""

    hosts: frozenset[str] = frozenset()
    every: timedelta = timedelta(minutes=5)


def read_own_calendars(environ: Mapping[str, str]) -> OwnCalendarSettings:
    """Return the settings. Raises ValueError."""
    hosts = frozenset(one.strip().lower() for one in environ.get(HOSTS, "").split(",") if one.strip())
    if not all(len(one) < 300 and ALLOWED.fullmatch(one) for one in hosts):
        raise ValueError(f"{HOSTS} is not like mail.intern, *.clinic.intern, https://10.0.0.1:8443, with commas")
    minutes = environ.get(EVERY, "5")
    if not minutes.isdecimal() or int(minutes) > MOST:
        raise ValueError(f"{EVERY} is not a number of minutes from 0 to {MOST}")
    return OwnCalendarSettings(hosts, timedelta(minutes=int(minutes)))
