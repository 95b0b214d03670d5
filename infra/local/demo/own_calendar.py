"""The demo's doctor works in two calendars and has one of her own, on a CalDAV server of this machine.

What she puts there blocks in both.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import aiohttp

from infra.local.demo.practice import DOCTOR, practice
from infra.local.demo.repeated import RepeatedTable
from shared.delivery.free_busy.own_calendars import OutsideCalendars
from shared.domain.secrets import read_secrets
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.commands import Author
from shared.use_cases.free_busy.connect import connect, find_own
from shared.use_cases.free_busy.outside import CalendarPlace
from shared.use_cases.free_busy.read_calendar import ReadingRun


if TYPE_CHECKING:
    from collections.abc import Mapping

USER, PASSWORD = "claire", "claire"
CALENDAR = f"/{USER}/calendar/"
PARIS = ZoneInfo("Europe/Paris")
MAKE = """<?xml version="1.0"?><c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop>
<d:displayname>Claire</d:displayname></d:prop></d:set></c:mkcalendar>"""


async def connect_doctor(server: str, settings: Mapping[str, str], now: datetime) -> None:
    """Open her practice, and connect her own calendar, with an appointment tomorrow; the first time alone."""
    secret = read_secrets(settings["OPENSLOT_SECRET"])
    tables = Tables(settings["OPENSLOT_TABLES"])
    store = TableStore(RepeatedTable(tables))
    try:
        if await find_own(DOCTOR.email, store=store):
            return
        second = practice()
        key = f"demo-{hashlib.sha256(repr(second).encode()).hexdigest()[:40]}"
        await save_calendar(second, key=key, store=store, secret=secret)
        await put_event(server, "lunch", *_tomorrow(now), "Lunch with Paul")
        outside = OutsideCalendars(secret, frozenset({server}))
        place = CalendarPlace("caldav", f"{server}{CALENDAR}", USER, PASSWORD)
        run = ReadingRun(store, outside, secret, now, f"demo-{now:%Y%m%d%H%M%S}", every=timedelta())
        if cause := await connect(DOCTOR.email, place, run, Author("demo", f"own-calendar-{now:%Y%m%d%H%M%S}")):
            print(f"    her own calendar is not connected: {cause}", flush=True)
    finally:
        await tables.close()


async def put_event(server: str, name: str, start: datetime, end: datetime, title: str) -> None:
    """Put an event into her calendar, as her own program does."""
    times = [f"{key}:{one.astimezone(UTC):%Y%m%dT%H%M%SZ}" for key, one in (("DTSTART", start), ("DTEND", end))]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Openslot//Demo//EN", "BEGIN:VEVENT", f"UID:{name}"]
    lines += ["DTSTAMP:20260101T000000Z", *times, f"SUMMARY:{title}", "END:VEVENT", "END:VCALENDAR", ""]
    headers = {"Authorization": aiohttp.encode_basic_auth(USER, PASSWORD)}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.request("MKCALENDAR", f"{server}{CALENDAR}", data=MAKE) as made:
            assert made.status in (201, 409), made.status  # 409: it is there
        data, kind = "\r\n".join(lines), {"Content-Type": "text/calendar; charset=utf-8"}
        async with session.put(f"{server}{CALENDAR}{name}.ics", data=data, headers=kind) as put:
            assert put.status in (201, 204), put.status


def _tomorrow(now: datetime) -> tuple[datetime, datetime]:
    """Return when she has lunch on the next working day, by the clock of Paris."""
    day = now.astimezone(PARIS).date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    noon = datetime.combine(day, time(12), PARIS)
    return noon, noon + timedelta(hours=1)
