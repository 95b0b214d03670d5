"""Calendars over CalDAV: what we read of Radicale is what the `caldav` package finds there."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.delivery.free_busy.own_calendars import OutsideCalendars
from shared.domain.free_busy.failures import CalendarUnreadable
from shared.domain.free_busy.reading import BusyReader
from shared.domain.timeline.ticks import Window, bits
from shared.use_cases.free_busy.outside import CalendarPlace, KnownText
from tests.support.builders import SECRET
from tests.support.outside.radicale import radicale


FIRST = datetime(2026, 10, 19, 7, tzinfo=UTC)  # nine in Paris, in the week before the clocks change
WINDOW = Window.around(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))
READER = BusyReader(WINDOW, "Europe/Paris")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


class Anna:
    """Her account, as her own program sees it."""

    def __init__(self, origin):
        from caldav import DAVClient

        self.client = DAVClient(url=f"{origin}/anna/", username="anna", password="secret")
        principal = self.client.principal()
        self.work = principal.make_calendar(name="Work", cal_id="work")
        self.home = principal.make_calendar(name="Home", cal_id="home")
        self.allowed = frozenset({origin})
        self.origin = origin

    def place(self, path="/anna/", password="secret"):
        return CalendarPlace("caldav", f"{self.origin}{path}", "anna", password)

    async def read(self, known=None, **place):
        outside = OutsideCalendars(SECRET, self.allowed)
        return await outside.read(outside.seal(self.place(**place)), READER, known or KnownText(), 10.0)


@pytest.fixture
def anna(tmp_path):
    with radicale(tmp_path) as origin:
        yield Anna(origin)


def event(uid, start, *more, minutes=60):
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:x",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20260901T000000Z",
    ]
    lines += [
        f"DTSTART;TZID=Europe/Paris:{start:%Y%m%dT%H%M%S}",
        f"DURATION:PT{minutes}M",
        *more,
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join(lines)


def hours(found):
    return {
        one.strftime("%d %H") for one in (WINDOW.moment(bit) for bit in bits(found.times.mask)) if one.minute == 0
    }


NINE = FIRST + timedelta(hours=2)


async def test_events_are_those_that_a_client_finds(anna):
    anna.work.save_event(
        event("weekly", NINE, "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;TZID=Europe/Paris:20261026T090000")
    )
    anna.home.save_event(event("once", NINE + timedelta(days=2)))
    anna.home.save_event(event("free", NINE + timedelta(days=3), "TRANSP:TRANSPARENT"))
    anna.home.save_event(event("old", NINE - timedelta(days=90)))
    found = await anna.read()
    clients = {
        one.component.start.astimezone(UTC).strftime("%d %H")
        for calendar in (anna.work, anna.home)
        for one in calendar.search(start=WINDOW.moment(0), end=WINDOW.moment(len(WINDOW)), event=True, expand=True)
        if one.component.get("TRANSP") != "TRANSPARENT"
    }
    assert hours(found) == clients == {"19 07", "02 08", "21 07"}


async def test_one_calendar_may_be_meant_alone(anna):
    anna.work.save_event(event("a", NINE))
    anna.home.save_event(event("b", NINE + timedelta(days=1)))
    assert hours(await anna.read(path="/anna/work/")) == {"19 07"}
    assert hours(await anna.read(path="/")) == {"19 07", "20 07"}


async def test_nothing_is_read_again_until_something_changes(anna):
    saved = anna.work.save_event(event("a", NINE))
    first = await anna.read()
    again = await anna.read(first.known)
    assert (again.times, again.known) == (None, first.known)
    saved.delete()
    assert (await anna.read(first.known)).times.mask == 0


async def test_what_is_wrong_is_said(anna):
    for place, cause in (
        ({"password": "wrong"}, "password_refused"),
        ({"path": "/anna/none/"}, "not_found"),
        ({"path": "/ben/"}, "password_refused"),
    ):
        with pytest.raises(CalendarUnreadable) as refused:
            await anna.read(**place)
        assert refused.value.cause == cause, place


@pytest.mark.parametrize("body", [b'<!DOCTYPE x [<!ENTITY a "b">]><x/>', b"<html/>", b"no", b""])
async def test_an_answer_that_is_no_multistatus_is_refused(body):
    from tests.support.outside.published import published

    async with published() as server:
        server.text, server.status = body or b" ", 200
        outside = OutsideCalendars(SECRET, frozenset({server.origin}))
        place = CalendarPlace("caldav", server.url)
        with pytest.raises(CalendarUnreadable) as refused:
            await outside.read(outside.seal(place), READER, KnownText(), 10.0)
    assert refused.value.cause == "not_a_calendar"
