"""The settings for reading people's own calendars.

OPENSLOT_CALENDAR_HOSTS  hosts of an intranet that may be asked, with commas: mail.intern, *.clinic.intern for all
                         below it, and whole origins such as http://127.0.0.1:5232
OPENSLOT_CALENDAR_EVERY  how many minutes pass between two readings: 0 to 60, 5 by default

Microsoft 365 is read in the name of an application of the organisation, with the permission Calendars.Read:
OPENSLOT_SCHEDULES_TENANT, OPENSLOT_SCHEDULES_CLIENT_ID, OPENSLOT_SCHEDULES_CLIENT_SECRET, and in national clouds
OPENSLOT_SCHEDULES_AUTHORITY, OPENSLOT_SCHEDULES_GRAPH, as those of Teams
OPENSLOT_SCHEDULES_MAILBOX  the mailbox in whose name it asks when others are busy
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from functions.settings.teams import graph_names, read_graph_account
from shared.delivery.microsoft.account import ScheduleAccount


HOSTS, EVERY = "OPENSLOT_CALENDAR_HOSTS", "OPENSLOT_CALENDAR_EVERY"
PREFIX = "OPENSLOT_SCHEDULES_"
MAILBOX = f"{PREFIX}MAILBOX"
NAMES = (HOSTS, EVERY, MAILBOX, *graph_names(PREFIX))
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}|[A-Za-z0-9-]{36}")
LABELS = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
ALLOWED = re.compile(rf"(\*\.)?{LABELS}|https?://({LABELS}|\[[0-9a-f:.]+\])(:[0-9]{{1,5}})?")
MOST = 60


@dataclass(frozen=True, slots=True)
class OwnCalendarSettings:
    """Where and how often people's own calendars are read."""

    hosts: frozenset[str] = frozenset()
    every: timedelta = timedelta(minutes=5)
    schedules: ScheduleAccount | None = None


def read_own_calendars(environ: Mapping[str, str]) -> OwnCalendarSettings:
    """Return the settings. Raises ValueError."""
    hosts = frozenset(one.strip().lower() for one in environ.get(HOSTS, "").split(",") if one.strip())
    if not all(len(one) < 300 and ALLOWED.fullmatch(one) for one in hosts):
        raise ValueError(f"{HOSTS} is not like mail.intern, *.clinic.intern, https://10.0.0.1:8443, with commas")
    minutes = environ.get(EVERY, "5")
    if not minutes.isdecimal() or int(minutes) > MOST:
        raise ValueError(f"{EVERY} is not a number of minutes from 0 to {MOST}")
    return OwnCalendarSettings(hosts, timedelta(minutes=int(minutes)), _schedules(environ))


def _schedules(environ: Mapping[str, str]) -> ScheduleAccount | None:
    application, mailbox = read_graph_account(environ, PREFIX), environ.get(MAILBOX, "")
    if application is None:
        return None
    if not ADDRESS.fullmatch(mailbox):
        raise ValueError(f"{MAILBOX} is not a mailbox such as bookings@example.org")
    return ScheduleAccount(application, mailbox)
