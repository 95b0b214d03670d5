"""The report by mail is set by administrators of the calendar, and its readers take themselves off."""

import re
from datetime import timedelta

import pytest

from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.recipients import Recipient
from shared.domain.reports.report_mail import ReportMail, reader_id
from shared.records.codec import dump
from shared.records.keys import failed_key, work_key
from shared.records.table import Operation
from shared.use_cases.organisation.settings import change_organisation
from shared.use_cases.reports.leave_report import leave_token
from tests.functions.console.app import Console, a_clinic
from tests.functions.console.reports.test_report import BOSS, NOW, REPORTS
from tests.support.builders import SECRET


MAIL = f"{REPORTS}/mail"
ADA = "ada@example.org"


@pytest.fixture
async def world() -> Console:
    found = Console(now=NOW)
    await found.save(a_clinic(BOSS))
    return found


async def stored(world: Console) -> ReportMail:
    return (await world.store.calendars.reload("biz0clinic")).business.report_mail


async def test_an_administrator_names_readers_and_ends_it_again(world):
    assert f'href="{MAIL}"' in (await world.open("boss", REPORTS)).body.decode()
    readers = f"Ada <{ADA}>\nADA@example.org, bob@example.org"
    assert (await world.send("boss", MAIL, every="week", readers=readers)).status == 303
    assert await stored(world) == ReportMail(every="week", readers=(ADA, "bob@example.org"), since=NOW)
    world.now += timedelta(hours=1)
    assert (await world.send("boss", MAIL, every="week", readers=ADA)).status == 303
    assert await stored(world) == ReportMail(every="week", readers=(ADA,), since=NOW), "it goes on"
    assert (await world.send("boss", MAIL, every="month", readers=ADA)).status == 303
    assert (await stored(world)).since == world.now
    assert (await world.send("boss", MAIL, every="never", readers=ADA)).status == 303
    assert await stored(world) == ReportMail(readers=(ADA,))


async def test_while_reports_are_off_it_says_that_nothing_is_sent(world):
    said = "nothing is sent until they are on again"
    assert said not in (await world.open("boss", MAIL)).body.decode()
    await change_organisation(
        lambda one: one.model_copy(update={"has_analytics": False}),
        actor="head",
        number="report-mail1",
        store=world.store,
        now=NOW,
    )
    assert said in (await world.open("boss", MAIL)).body.decode()


async def test_others_neither_see_it_nor_set_it(world):
    assert f'href="{MAIL}"' not in (await world.open("claire", REPORTS)).body.decode()
    assert (await world.open("claire", MAIL)).status == 403
    assert (await world.send("desk", MAIL, every="week", readers=ADA)).status == 403
    assert await stored(world) == ReportMail()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"every": "week", "readers": ""}, "Enter the address of a reader"),
        ({"every": "week", "readers": "ada@"}, "Line 1: “ada@” isn’t an email address such as name@example.com"),
        ({"every": "day", "readers": ADA}, "Choose one of these"),
        ({"every": "month", "readers": "\n".join(f"r{one}@a.org" for one in range(21))}, "Too many: at most 20"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_lost(world, fields, said):
    answer = await world.send("boss", MAIL, **fields)
    page = answer.body.decode()
    assert (answer.status, said in page) == (422, True)
    assert fields["readers"] in page
    assert await stored(world) == ReportMail()


async def test_a_reader_takes_themselves_off(world):
    await world.send("boss", MAIL, every="week", readers=f"{ADA}\nbob@example.org")
    link = f"/report-mail/{leave_token(SECRET, 'biz0clinic', ADA, NOW)}"
    shown = await world.call("GET", link)
    assert (shown.status, ADA in shown.body.decode(), "bob@" in shown.body.decode()) == (200, True, False)
    assert (await stored(world)).readers == (ADA, "bob@example.org"), "a link that is looked at changes nothing"
    one_click = b"List-Unsubscribe=One-Click"
    for body, status in ((b"", 303), (one_click, 200)):
        left = await world.call("POST", link, body=body, content_type="application/x-www-form-urlencoded")
        assert (left.status, left.headers.get("Location", "").startswith(link)) == (status, status == 303)
        assert (await stored(world)).readers == ("bob@example.org",)
    assert "You no longer get this report" in (await world.call("GET", link)).body.decode()
    audit = (await world.open("boss", "/console/calendars/biz0clinic/audit")).body.decode()
    assert len(re.findall("Reader unsubscribed from the report by email", audit)) >= 1


async def test_a_forged_link_is_not_found_and_changes_nothing(world):
    await world.send("boss", MAIL, every="week", readers=ADA)
    for token in (leave_token("x" * 40, "biz0clinic", ADA, NOW), "nonsense"):
        for method in ("GET", "POST"):
            assert (await world.call(method, f"/report-mail/{token}")).status == 404
    assert (await stored(world)).readers == (ADA,)


async def test_an_address_that_got_none_is_named_with_where_it_is_corrected(world):
    await world.send("boss", MAIL, every="week", readers=f"{ADA}\nbob@example.org")
    recipients = (
        Recipient("reader", reader_id("bob@example.org")),
        Recipient("reader", reader_id("gone@example.org")),
    )
    failed = OutboxEntry(kind="report", appointment="", text="20261130week", recipients=recipients)
    key = failed_key(work_key(None, "report", failed.text))
    await world.table.transact("bookings", "biz0clinic", [Operation("upsert", key, dump(failed))])
    home = "/console/calendars/biz0clinic"
    for path in (home, f"{home}/undelivered"):
        page = (await world.open("boss", path)).body.decode()
        assert ["bob@example.org" in page, ADA in page, f'href="{MAIL}"' in page] == [True, False, True]
    listed = {"message": key, "recipient": str(recipients[0])}
    sent = await world.send("boss", f"{home}/undelivered", do="resend", **listed)
    assert sent.headers["Location"] == f"{home}/undelivered?news=resend"
    assert "bob@example.org" not in (await world.open("boss", f"{home}/undelivered")).body.decode()
