"""The report of cancellations: a customer cancels and says why, and who runs the calendar sees it counted."""

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from shared.domain.appointments.appointment import Appointment
from shared.domain.reports.cancellations import CancelledPlaces
from shared.records.codec import load_row
from shared.records.keys import APPOINTMENT, day_key, every
from shared.records.table import Row
from shared.use_cases.reports.find_cancellations import report_of
from tests.functions.console.app import FORM, PEOPLE, Console, a_clinic
from tests.support.builders import MONDAY, a_person
from tests.support.edge import Answer


DAYS = {"days": "days", "from": f"{MONDAY - timedelta(days=30):%F}", "to": f"{MONDAY + timedelta(days=30):%F}"}
REPORT = f"/console/calendars/biz0clinic/reports?tab=cancellations&{urlencode(DAYS)}"
BOSS = {**PEOPLE, "boss": a_person("boss", role="administrator", is_bookable=False)}
START = MONDAY + timedelta(hours=2)


@pytest.fixture
async def world() -> Console:
    found = Console(now=MONDAY - timedelta(days=3))
    await found.save(a_clinic(BOSS))
    return found


async def cancelled(world: Console, start, **form: str) -> int:
    token = (await world.book(start, service="video")).json()["manage"].rpartition("/")[2]
    body, path = urlencode(form).encode(), f"/book/clinic/manage/{token}/cancel"
    return (await world.call("POST", path, body=body, content_type=FORM, accept="text/html")).status


async def asked(world: Console, path: str) -> Answer:
    return await world.call("GET", path, cookie=world.cookie("boss"), accept="application/json")


async def document(world: Console) -> dict:
    answer = await asked(world, REPORT)
    assert answer.status == 200
    return json.loads(answer.body)


async def test_a_reason_is_counted_and_a_late_cancellation_is_told_from_an_early_one(world):
    assert await cancelled(world, START + timedelta(days=1), reason="time") == 303
    world.now = MONDAY
    assert await cancelled(world, START, reason="not_needed") == 303
    found = await document(world)
    assert found["cancellations"] == {
        "booked": 2,
        "cancelled": 2,
        "late": 1,
        "lateByCustomers": 1,
        "unknown": 0,
        "shareLate": None,
    }
    assert {one["reason"] for one in found["reasons"]} == {"time", "not_needed"}
    page = (await world.open("boss", REPORT)).body.decode()
    assert "The time doesn’t suit" in page
    assert "within 24" in page or "within 1" in page
    answer = await world.open("boss", f"{REPORT}&format=csv")
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))
    assert [row[2:5] for row in rows if row[0] == "Service"] == [["2", "2", "1"]]


async def test_the_appointment_says_when_and_why(world):
    await cancelled(world, START, reason="elsewhere")
    page = await world.table.range("bookings", "biz0clinic", *every(APPOINTMENT))
    one = load_row(Appointment, page.rows[0])
    assert one.seat
    assert (one.seat.cancel_reason, one.seat.cancelled_by, one.seat.cancelled_at) == (
        "elsewhere",
        "customer",
        world.now,
    )
    shown = (await world.open("boss", f"/console/queue/biz0clinic/{one.id}")).body.decode()
    assert "Went elsewhere" in shown


async def test_an_unknown_reason_is_refused_and_nothing_is_cancelled(world):
    assert await cancelled(world, START, reason="<b>") == 422
    assert (await document(world))["cancellations"]["cancelled"] == 0


async def test_a_calendar_that_does_not_ask_why_keeps_no_reason(world):
    async def question() -> bool:
        token = (await world.book(START, service="video")).json()["manage"].rpartition("/")[2]
        page = await world.call("GET", f"/book/clinic/manage/{token}/cancel", accept="text/html")
        await world.call("DELETE", f"/api/clinic/appointments/{token}?reason=time")
        return 'name="reason"' in page.body.decode()

    assert await question()
    rules = "/console/calendars/biz0clinic/settings/rules"
    form = await world.open("boss", rules)
    assert 'name="asks_why"' in form.body.decode()
    calendar = await world.store.calendars.reload("biz0clinic")
    await world.save(replace(calendar, business=calendar.business.model_copy(update={"asks_why": False})))
    assert not await question()
    rows = (await world.table.range("bookings", "biz0clinic", *every(APPOINTMENT))).rows
    kept = [one.seat.cancel_reason for one in (load_row(Appointment, row) for row in rows) if one.seat]
    assert sorted(kept) == ["", "time"]


@pytest.mark.parametrize("who", ["claire", "eye"])
async def test_it_is_of_the_whole_calendar_and_only_for_who_reads_about_that(world, who):
    assert (await world.open(who, REPORT)).status in (403, 404)


async def test_days_that_are_none_are_named(world):
    answer = await world.open("boss", f"{REPORT}&from=2026-13-01")
    assert answer.status == 422
    assert b'id="from-error"' in answer.body
    assert (await asked(world, f"{REPORT}&from=2026-13-01")).status == 422


def test_appointments_of_every_status_are_places_and_each_counts():
    def a_row(number: int, status: str, **more: str) -> Row:
        values = {"status": status, "service": "video", "staff": "claire", "filled": int(status != "cancelled")}
        return Row(day_key(MONDAY, f"a{number}"), {**values, **more}, "", MONDAY)

    statuses = ("booked", "completed", "completed", "no_show", "not_admitted", "cancelled")
    rows = [a_row(number, status) for number, status in enumerate(statuses)]
    walk_in = a_row(90, "completed", origin="on_demand")
    rows += [a_row(80, "cancelled", left="customer/1/time/1"), walk_in]
    found = report_of(sorted(rows, key=lambda row: row.key), "Etc/UTC")
    assert found.whole == CancelledPlaces(booked=7, cancelled=2, late=1, of_customers=1, unknown=1)
    assert [one.booked for one in found.hours.values()] == [7]
