"""Reads calendars over CalDAV by two requests made by hand: has anything changed, and if so, what is in the range.

Events come as they are stored: servers that expand series differ, and some get changed events wrong. An address
may be of a calendar or of an account, whose calendars are then all read.
"""

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

from shared.delivery.free_busy.feed import FoundTexts, require_good
from shared.delivery.free_busy.fetch import Inquiry, ask
from shared.domain.free_busy.failures import CalendarUnreadable
from shared.domain.timeline.ticks import Window
from shared.use_cases.free_busy.outside import CalendarPlace, KnownText


DAV, CALDAV, SERVER = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}", "{http://calendarserver.org/ns/}"
MOST_CALENDARS, DAY = 10, timedelta(days=1)
ABOUT = b"""<?xml version="1.0" encoding="utf-8"?>
<d:propfind xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/"><d:prop>
<d:resourcetype/><s:getctag/><d:sync-token/><d:current-user-principal/><c:calendar-home-set/>
<c:supported-calendar-component-set/></d:prop></d:propfind>"""
EVENTS = """<?xml version="1.0" encoding="utf-8"?>
<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><c:calendar-data/></d:prop>
<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range start="{start}" end="{end}"/>
</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"""


class DavCalendar(NamedTuple):
    """A calendar of an account; `tag` changes with whatever is in it, and is empty if its server has none."""

    url: str
    tag: str


class DavAccount:
    """One person's place on a CalDAV server."""

    def __init__(self, place: CalendarPlace, allowed: frozenset[str], patience: float) -> None:
        self._place, self._allowed, self._patience = place, allowed, patience

    async def read(self, known: KnownText, window: Window) -> FoundTexts:
        """Return the events in a window; nothing if no calendar has changed. Raise CalendarUnreadable."""
        calendars = await self._calendars()
        tags = [one.tag for one in calendars]
        text = "\n".join(f"{one.url} {one.tag}" for one in calendars)
        etag = hashlib.sha256(text.encode()).hexdigest() if all(tags) else ""
        if etag and etag == known.etag:
            return FoundTexts(None, known)
        texts = [text for one in calendars for text in await self._events(one.url, window)]
        return FoundTexts(texts, KnownText(etag))

    async def _calendars(self) -> list[DavCalendar]:
        """Return the calendar at the address, or those of the account that it leads to."""
        here = await self._about(self._place.url, "0")
        if found := _collections(here):
            return found
        home = _linked(here, f"{CALDAV}calendar-home-set")
        principal = _linked(here, f"{DAV}current-user-principal")
        if not home and principal:
            home = _linked(await self._about(principal, "0"), f"{CALDAV}calendar-home-set")
        if not home:
            raise CalendarUnreadable("not_a_calendar")
        found = _collections(await self._about(home, "1"))
        if not found:
            raise CalendarUnreadable("not_a_calendar")
        return sorted(found)[:MOST_CALENDARS]

    async def _events(self, url: str, window: Window) -> list[bytes]:
        # A day more at both ends: whole days are those of the person's zone, and the server does not know it.
        start, end = _stamp(window.moment(0) - DAY), _stamp(window.moment(len(window)) + DAY)
        answers = await self._ask("REPORT", url, "1", EVENTS.format(start=start, end=end).encode())
        found = (one.findtext(f".//{CALDAV}calendar-data") for _, one in answers)
        return [text.encode() for text in found if text]

    async def _about(self, url: str, depth: str) -> list[tuple[str, ET.Element]]:
        return await self._ask("PROPFIND", url, depth, ABOUT)

    async def _ask(self, method: str, url: str, depth: str, body: bytes) -> list[tuple[str, ET.Element]]:
        """Return the responses of a multistatus answer, each with its address."""
        headers = {"Depth": depth, "Content-Type": "application/xml; charset=utf-8"}
        account = self._place.user, self._place.password
        answer = await ask(Inquiry(url, method, headers, body, *account), self._allowed, self._patience)
        require_good(answer)
        document = _parsed(answer.body)
        found = document.findall(f"{DAV}response")
        return [(urljoin(answer.url, one.findtext(f"{DAV}href", "").strip()), one) for one in found]


def _parsed(body: bytes) -> ET.Element:
    """Return an XML document. Raise CalendarUnreadable, also for entities, which may grow without end."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise CalendarUnreadable("not_a_calendar", "a document type")
    try:
        document = ET.fromstring(body)  # noqa: S314 - without a document type there are no entities
    except ET.ParseError:
        raise CalendarUnreadable("not_a_calendar", "no XML") from None
    if document.tag != f"{DAV}multistatus":
        raise CalendarUnreadable("not_a_calendar", "no multistatus")
    return document


def _collections(answers: list[tuple[str, ET.Element]]) -> list[DavCalendar]:
    """Return those that are calendars for events."""
    found = []
    for url, one in answers:
        parts = one.findall(f".//{CALDAV}supported-calendar-component-set/{CALDAV}comp")
        holds_events = not parts or "VEVENT" in {part.get("name", "").upper() for part in parts}
        if one.find(f".//{DAV}resourcetype/{CALDAV}calendar") is not None and holds_events:
            tag = one.findtext(f".//{SERVER}getctag") or one.findtext(f".//{DAV}sync-token") or ""
            found.append(DavCalendar(url, tag.strip()))
    return found


def _linked(answers: list[tuple[str, ET.Element]], name: str) -> str:
    """Return the address that a property of the first answer leads to, empty if it has none."""
    for url, one in answers:
        href = (one.findtext(f".//{name}/{DAV}href") or "").strip()
        if href and urlsplit(url).scheme:
            return urljoin(url, href)
    return ""


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ")
