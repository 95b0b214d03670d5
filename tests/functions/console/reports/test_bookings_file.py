"""All bookings as a file: a line for each customer's booking, in the columns that Microsoft's export has."""

import csv
import io
from datetime import timedelta

import pytest

from functions.spreadsheets.bookings import HEADINGS
from shared.domain.calendar.service import AskedQuestion, Price, Question
from tests.functions.console.app import START, Console
from tests.functions.console.reports.test_report import BOSS
from tests.support.builders import a_business, a_calendar, a_service


BOOKINGS = "/console/calendars/biz0clinic/bookings"
DAY = "?days=days&from=2027-01-11&to=2027-01-11"


@pytest.fixture
async def world() -> Console:
    """A clinic with a service that asks something, and one for a group."""
    found = Console(now=START - timedelta(days=3))
    services = [
        a_service(
            "video",
            is_online=True,
            staff=("claire",),
            questions=(AskedQuestion(id="why"),),
            price=Price(kind="fixed", amount=30),
        ),
        a_service("yoga", staff=("omar",), maximum_attendees=9),
    ]
    questions = [Question(id="why", text="Why do you come?")]
    await found.save(a_calendar(a_business(), services, list(BOSS.values()), questions))
    return found


def lines(answer) -> list[dict[str, str]]:
    assert answer.status == 200, answer.body
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig")), delimiter="\t"))
    assert rows[0] == list(HEADINGS)
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


async def booked(world: Console, hours: float, name: str = "Ada", **body) -> dict:
    customer = {"name": name, "email": f"{name.strip('=').lower()}@example.com", "phone": "+33123456789"}
    answer = await world.book(START + timedelta(hours=hours), **{"customer": customer, **body})
    assert answer.status == 201, answer.body
    return answer.json()


async def file_of(world: Console, query: str = DAY) -> list[dict[str, str]]:
    return lines(await world.open("boss", BOOKINGS + query))


async def test_a_line_says_all_of_a_booking(world):
    made = await booked(world, 1, "=Ada", service="video", answers={"why": "A cough"}, refId="spring")
    (line,) = await file_of(world)
    assert line == {
        "Date & Time": "2027-01-11 11:00",
        "Customer Name": "'=Ada",
        "Customer Email": "ada@example.com",
        "Customer Phone": "'+33123456789",
        "Customer Address": "",
        "Staff": "Claire",
        "Service": "Video",
        "Location": "",
        "Duration (minutes)": "30",
        "Event Type": "1:1",
        "Pricing Type": "Fixed price",
        "Price": "30",
        "Currency": "EUR",
        "Cc Attendees": "",
        "Signed Up Attendees Count": "1",
        "Text Notifications Enabled": "No",
        "Custom Fields": '{"Why do you come?": "A cough"}',
        "Booking ID": made["id"],
        "Tracking data": "spring",
    }


async def test_a_session_has_a_line_for_each_customer(world):
    for name in ("Ada", "Bob"):
        await booked(world, 2, name, service="yoga")
    found = sorted(await file_of(world), key=lambda one: one["Customer Name"])
    assert [(one["Customer Name"], one["Event Type"], one["Signed Up Attendees Count"]) for one in found] == [
        ("Ada", "1:n", "2"),
        ("Bob", "1:n", "2"),
    ]
    assert len({one["Booking ID"] for one in found}) == 2


async def test_the_days_are_those_of_the_report_and_cancelled_ones_are_left_out(world):
    made = await booked(world, 1, service="video")
    await booked(world, 25, "Bob", service="video")
    assert [one["Customer Name"] for one in await file_of(world)] == ["Ada"]
    both = "?days=days&from=2027-01-11&to=2027-01-12"
    assert [one["Customer Name"] for one in await file_of(world, both)] == ["Ada", "Bob"]
    token = made["manage"].rpartition("/")[2]
    assert (await world.call("DELETE", f"/api/clinic/appointments/{token}")).status in (200, 204)
    assert [one["Customer Name"] for one in await file_of(world, both)] == ["Bob"]


async def test_one_that_began_the_day_before_is_not_of_this_day(world):
    await booked(world, 1, service="video")
    assert await file_of(world, "?days=days&from=2027-01-12&to=2027-01-12") == []


async def test_days_that_are_none_are_refused(world):
    answer = await world.open("boss", f"{BOOKINGS}?days=days&from=2027-01-12&to=2027-01-11")
    assert answer.status == 303
    report = await world.open("boss", answer.headers["Location"])
    assert (report.status, b"The last day is before the first" in report.body) == (422, True)
