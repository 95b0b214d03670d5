"""Who reads which visits: of a calendar, of one's own, of all, and of those that somebody is named for."""

import re

import pytest

from shared.records.codec import dump
from shared.records.reports.facts import fact_key
from shared.records.table import Operation
from tests.functions.console.organisation.app import (
    BASE,
    HEAD,
    REPORT_FIELDS,
    Headquarters,
    headquarters,
    words_of,
)
from tests.functions.console.reports.test_report import NOW, REPORTS, a_fact, figures, rows


ALL, CLINIC, BANK = "/console/reports", "biz0clinic", "biz0bank"
SETTINGS = f"{BASE}/reports"


@pytest.fixture
async def world() -> Headquarters:
    """A clinic with visits of Claire and Omar, and a bank with one of Claire's, where she has another entry."""
    found = await headquarters()
    found.now = NOW
    visits = {
        CLINIC: [a_fact(1), a_fact(2, staff=("omar",)), a_fact(3, staff=("omar", "claire"))],
        BANK: [a_fact(4, meeting="m4", staff=("claire2",))],
    }
    for business, facts in visits.items():
        writes = [Operation("upsert", fact_key(one.start, one.meeting), dump(one)) for one in facts]
        await found.table.transact("facts", business, writes)
    return found


async def visits_of(world: Headquarters, who: str, path: str) -> int | None:
    """Return the number of visits that somebody sees; None where there is no report for them."""
    answer = await world.open(who, path)
    assert answer.status in (200, 403, 404)
    return int(figures(answer.body.decode())["Visits"].split()[0]) if answer.status == 200 else None


@pytest.mark.parametrize(
    ("who", "clinic", "bank", "everything"),
    [
        (HEAD, 3, 1, 4),
        ("ada", 3, None, 3),
        ("claire", 2, 1, 3),
        ("omar", 2, None, 2),
        ("desk", 0, None, 0),
        ("eye", None, None, None),
        ("gast", None, None, None),
        ("stranger", None, None, None),
        ("named", None, None, 4),
        ("listed", None, None, 1),
    ],
)
async def test_the_matrix_of_who_reads_which_visits(world, who, clinic, bank, everything):
    await world.name(report_readers=("named@clinic.example", f"listed@clinic.example = {BANK} gone"))
    assert await visits_of(world, who, REPORTS) == clinic
    assert await visits_of(world, who, f"/console/calendars/{BANK}/reports") == bank
    assert await visits_of(world, who, ALL) == everything


async def test_own_visits_are_listed_without_those_of_others_and_no_file_of_bookings(world):
    html = (await world.open("omar", f"{REPORTS}?columns=meeting,staff")).body.decode()
    assert rows(html) == [["m200", "Omar"], ["m300", "Omar, Claire"]]
    assert "You see your own visits." in html
    assert "All bookings as TSV" not in html
    other = await world.open("omar", f"{REPORTS}?person=claire&format=csv")
    assert other.body.decode().count("\n") == 3


async def test_several_calendars_are_told_apart_and_one_is_chosen(world):
    html = (await world.open(HEAD, f"{ALL}?columns=calendar,meeting,service,staff&sort=calendar")).body.decode()
    assert rows(html)[0] == ["Bank", "m4", "–", "Claire2"]
    assert [row[0] for row in rows(html)][1:] == ["Clinic"] * 3
    assert 'href="/console/queue/biz0bank/m4"' in html
    chosen = (await world.open(HEAD, f"{ALL}?calendar={BANK}")).body.decode()
    assert (figures(chosen)["Visits"], f'value="{BANK}" selected' in chosen) == ("1", True)


async def test_who_is_named_cannot_open_visits(world):
    await world.name(report_readers=("named@clinic.example",))
    html = (await world.open("named", ALL)).body.decode()
    assert len(rows(html)) == 4
    assert "/console/queue/biz0" not in html
    assert f'href="{ALL}"' in (await world.open("named", "/console")).body.decode()


async def test_the_days_are_those_of_the_zone_that_is_chosen(world):
    path = f"{ALL}?calendar={BANK}&days=days&from=2026-11-27&to=2026-11-27"
    assert await visits_of(world, HEAD, path) == 0
    assert await visits_of(world, HEAD, f"{path}&zone=Pacific/Auckland") == 1
    wrong = await world.open(HEAD, f"{ALL}?zone=Mars")
    assert (wrong.status, "Enter a time zone such as Europe/Paris" in words_of(wrong)) == (422, True)


async def test_people_are_named_and_the_change_is_in_the_audit(world):
    lines = "Ada@Clinic.example\ngroup:desk = bank, clinic\n@bank.example=bank"
    answer = await world.send(HEAD, SETTINGS, **REPORT_FIELDS, report_readers=lines)
    assert answer.status == 303, words_of(answer)
    assert (await world.settings()).report_readers == (
        "Ada@Clinic.example",
        "group:desk = biz0bank biz0clinic",
        "@bank.example = biz0bank",
    )
    assert "group:desk = bank clinic" in words_of(await world.open(HEAD, SETTINGS))
    assert "Who else may read reports" in words_of(await world.open(HEAD, f"{BASE}/audit"))


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("ada@example.com = nowhere", "Line 1: “nowhere” isn’t the address of a booking page"),
        ("ada", "Line 1: “ada” names no one"),
    ],
)
async def test_lines_that_name_nobody_or_no_calendar_are_refused(world, line, wrong):
    answer = await world.send(HEAD, SETTINGS, **REPORT_FIELDS, report_readers=line)
    assert (answer.status, wrong in words_of(answer)) == (422, True)


async def test_reports_that_are_off_are_hidden_here_too(world):
    await world.name(has_analytics=False)
    assert (await world.open(HEAD, ALL)).status == 403
    assert f'href="{ALL}"' not in (await world.open(HEAD, "/console")).body.decode()


async def choose(world: Headquarters, who: str, what: str = "calendars", back: str = ALL, **fields: str) -> str:
    """Send a form of what to see, and return where it leads."""
    found = re.search(r'name="csrf" value="([^"]+)"', (await world.open(who, ALL)).body.decode())
    assert found
    answer = await world.post(who, f"{ALL}/{what}", csrf=found[1], back=back, **fields)
    assert answer.status == 303
    return answer.headers["Location"]


async def test_a_group_of_calendars_is_remembered_for_the_person(world):
    only_bank = {f"calendar-{BANK}": "1", "calendar-gone": "1"}
    assert await choose(world, HEAD, back=f"{ALL}?days=7", **only_bank) == f"{ALL}?days=7"
    assert (await visits_of(world, HEAD, ALL), await visits_of(world, "ada", ALL)) == (1, 3)
    assert await visits_of(world, HEAD, f"{ALL}?calendar={CLINIC}") == 3, "one can still be chosen alone"
    await choose(world, HEAD, "columns", **{"column-meeting": "1"})
    assert await visits_of(world, HEAD, ALL) == 1, "columns and calendars are chosen apart"
    assert await choose(world, HEAD, back="https://evil.example", reset="1") == ALL
    assert await visits_of(world, HEAD, ALL) == 4
    await choose(world, HEAD, **{f"calendar-{BANK}": "1", f"calendar-{CLINIC}": "1"})
    assert "The selected calendars" not in (await world.open(HEAD, ALL)).body.decode(), "all, also later ones"


async def test_nobody_chooses_calendars_that_they_may_not_read(world):
    await choose(world, "ada", **{f"calendar-{BANK}": "1"})
    assert await visits_of(world, "ada", ALL) == 3
