"""Reads when people are busy by Microsoft Graph, as the organisation's application: 20 people and 61 days a call.

Those who are read at the same time share calls. Graph names no events by UIDs, so our own appointments, which come
back through their calendars, are known by their times: what lies within ticks that are claimed already is passed
over, and looked at again at the next reading.
https://learn.microsoft.com/graph/api/calendar-getschedule
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.delivery.microsoft.account import ScheduleAccount
from shared.delivery.microsoft.application import NEVER, GraphApplication, GraphUnavailable
from shared.domain.free_busy.failures import CalendarUnreadable, Cause
from shared.domain.free_busy.reading import BusyReader, BusyTimes, Stretch, busy_mask
from shared.domain.timeline.ticks import TICK, Window, ceil_tick, floor_tick


MOST_PEOPLE, MOST_TICKS = 20, timedelta(days=61) // TICK
AT_ONCE = 4  # calls, as many as Graph takes of one application for one mailbox
GATHERING = 0.2  # seconds, for those who are read at the same time
LARGEST = 8 * 1024 * 1024
BUSY = ("busy", "oof", "unknown")
CAUSES: Mapping[int, Cause] = {401: "password_refused", 403: "password_refused"}
STRANGERS = ("ErrorMailRecipientNotFound", "ErrorMailboxNotFound", "5009", "5003")
"""Codes with which Graph says that it knows nobody of an address."""

GivenSchedule = Mapping[str, Any]


@dataclass
class _Call:
    """People who are asked for together, with what each waits for."""

    window: Window
    now: datetime
    patience: float
    people: dict[str, asyncio.Future[GivenSchedule]] = field(default_factory=dict)
    is_full: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None


class Schedules:
    """Asks one organisation's Graph. It belongs to one event loop."""

    def __init__(self, account: ScheduleAccount) -> None:
        self._graph, self._mailbox = GraphApplication(account.application, LARGEST), account.mailbox
        self._open: dict[tuple[int, int], _Call] = {}
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def read(self, reader: BusyReader, patience: float) -> BusyTimes:
        """Return the busy times of the reader's person. Raise CalendarUnreadable."""
        windows = [
            Window(first, min(first + MOST_TICKS, reader.window.last))
            for first in range(reader.window.first, reader.window.last, MOST_TICKS)
        ]
        found = await asyncio.gather(*(self._of(reader, window, patience) for window in windows))
        stretches = [one for schedule in found for one in _stretches(schedule, reader)]
        return BusyTimes(busy_mask(reader.window, stretches), events=len(stretches))

    async def _of(self, reader: BusyReader, window: Window, patience: float) -> GivenSchedule:
        key, address = (window.first, window.last), reader.address.lower()
        call = self._open.get(key)
        if call is None:
            call = self._open[key] = _Call(window, reader.now or NEVER, patience)
            call.task = asyncio.create_task(self._send(key, call))
        answer = call.people.setdefault(address, asyncio.get_running_loop().create_future())
        if len(call.people) == MOST_PEOPLE:
            del self._open[key]
            call.is_full.set()
        return await asyncio.shield(answer)

    async def _send(self, key: tuple[int, int], call: _Call) -> None:
        """Wait for others for a moment, then ask for all, and give each their part."""
        try:
            await asyncio.wait_for(call.is_full.wait(), min(GATHERING, call.patience / 20))
        except TimeoutError:
            if self._open.get(key) is call:
                del self._open[key]
        try:
            async with self._slots:
                schedules = await self._ask(call)
        except CalendarUnreadable as error:
            for waiting in call.people.values():
                _give(waiting, CalendarUnreadable(error.cause, str(error)))
            return
        for address, waiting in call.people.items():
            _give(waiting, schedules.get(address) or CalendarUnreadable("not_found", "not in the answer"))

    async def _ask(self, call: _Call) -> dict[str, GivenSchedule]:
        first, last = (_moment(call.window.moment(bit)) for bit in (0, len(call.window)))
        document = {
            "schedules": list(call.people),
            "startTime": first,
            "endTime": last,
            "availabilityViewInterval": 1440,
        }
        try:
            path = f"users/{self._mailbox}/calendar/getSchedule"
            answer = await self._graph.post(path, document, call.now, call.patience)
        except GraphUnavailable as error:
            is_refused = error.why.startswith("no token: 4")
            raise CalendarUnreadable("password_refused" if is_refused else "no_answer", error.why) from None
        if answer.status != 200:
            raise CalendarUnreadable(CAUSES.get(answer.status, "server_error"), f"{answer.status} {answer.code}")
        value = answer.document.get("value")
        listed: Sequence[Any] = value if isinstance(value, list) else ()
        return {str(one.get("scheduleId", "")).lower(): one for one in listed if isinstance(one, dict)}


def _give(waiting: asyncio.Future[GivenSchedule], found: GivenSchedule | CalendarUnreadable) -> None:
    if waiting.done():
        return
    if isinstance(found, CalendarUnreadable):
        waiting.set_exception(found)
        waiting.exception()  # whoever waited may have given up
    else:
        waiting.set_result(found)


def _moment(one: datetime) -> dict[str, str]:
    return {"dateTime": f"{one.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}


def _stretches(schedule: GivenSchedule, reader: BusyReader) -> Iterable[Stretch]:
    """Yield when the person is busy with what is not ours. Raise CalendarUnreadable."""
    if error := schedule.get("error"):
        code = str(error.get("responseCode", "")) if isinstance(error, dict) else ""
        raise CalendarUnreadable("not_found" if code in STRANGERS else "server_error", code)
    items = schedule.get("scheduleItems")
    if not isinstance(items, list):
        raise CalendarUnreadable("not_a_calendar", "no scheduleItems")
    counted = (*BUSY, "tentative") if reader.tentative_is_busy else BUSY
    for item in items:
        try:
            if item["status"] not in counted:
                continue
            start, end = (_utc(item[name]) for name in ("start", "end"))
        except (KeyError, TypeError, ValueError):
            raise CalendarUnreadable("not_a_calendar", "a schedule item") from None
        ticks = reader.window.cut(floor_tick(start), ceil_tick(end))
        if ticks & ~reader.ours:
            yield Stretch(start, end)


def _utc(value: Mapping[str, str]) -> datetime:
    """Return a moment, which Graph gives in the zone that was asked for."""
    if value["timeZone"] not in ("UTC", "tzone://Microsoft/Utc"):
        raise ValueError(value["timeZone"])
    return datetime.fromisoformat(value["dateTime"].removesuffix("Z")).replace(tzinfo=UTC)
