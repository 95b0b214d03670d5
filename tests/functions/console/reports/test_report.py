"""The usage report of a calendar: what its figures count, the visits behind them, and what it refuses."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from xml.etree import ElementTree as ET

import pytest

from functions.console.download import WORKBOOK
from shared.domain.visits.fact import VisitFact
from shared.records.codec import dump
from shared.records.reports.facts import fact_key
from shared.records.table import Operation
from tests.functions.console.app import PEOPLE, Console, a_clinic
from tests.functions.spreadsheets.test_workbook import read_workbook
from tests.support.builders import a_person


REPORTS = "/console/calendars/biz0clinic/reports"
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
BOSS = {**PEOPLE, "boss": a_person("boss", role="administrator", is_bookable=False)}
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def a_fact(days: float = 1, **values) -> VisitFact:
    """A visit so many days before now."""
    start = NOW - days * DAY
    given = {
        "meeting": f"m{int(days * 100)}",
        "start": start,
        "status": "completed",
        "duration": 20 * MINUTE,
        "wait": 2 * MINUTE,
        "attendees": 2,
        "together": 2,
        "service": "video",
        "staff": ("claire",),
    }
    return VisitFact(**{**given, **values})


VISITS = (
    a_fact(1),
    a_fact(1.1, duration=40 * MINUTE, wait=4 * MINUTE, staff=("omar",)),
    a_fact(2, status="no_show", duration=timedelta(), wait=None, attendees=1, together=1),
    a_fact(3, status="not_admitted", duration=timedelta(), wait=12 * MINUTE, attendees=0, together=0),
    a_fact(40),
)


@pytest.fixture
async def world() -> Console:
    found = Console(now=NOW)
    await found.save(a_clinic(BOSS))
    await file(found, *VISITS)
    return found


async def file(world: Console, *facts: VisitFact) -> None:
    for one in facts:
        rows = [Operation("upsert", fact_key(one.start, one.meeting), dump(one))]
        await world.table.transact("facts", "biz0clinic", rows)


async def report(world: Console, query: str = "", status: int = 200) -> str:
    answer = await world.open("boss", REPORTS + query)
    assert answer.status == status, answer.body.decode()
    return answer.body.decode()


def figures(html: str) -> dict[str, str]:
    """The figures above the chart, by name."""
    cards = re.findall(r'<li class="card"><h2>(.*?)</h2><p class="figure">(.*?)</p>', html)
    return {name: re.sub(r"<[^>]+>", "", value).replace("\u00a0", " ") for name, value in cards}


def rows(html: str) -> list[list[str]]:
    """The cells of the table of visits."""
    table = html.partition('<table class="table visits">')[2].partition("</table>")[0]
    lines = re.findall(r"<tr>(.*?)</tr>", table.partition("<tbody>")[2], re.DOTALL)
    return [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td>(.*?)</td>", line)] for line in lines]


def the_file(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))


async def test_the_figures_of_the_last_thirty_days(world):
    assert figures(await report(world)) == {
        "Visits": "4",
        "Completed": "2 (50 %)",
        "No-shows": "1 (25 %)",
        "Not admitted": "1 (25 %)",
        "Average duration": "30 min",
        "Average wait": "6 min",
    }


@pytest.mark.parametrize(
    ("query", "visits"),
    [
        ("?days=7", "4"),
        ("?days=90", "5"),
        ("?days=month", "4"),
        ("?days=days&from=2026-11-28&to=2026-11-28", "1"),
        ("?person=omar", "1"),
        ("?service=here", "0"),
        ("?shortest=21", "1"),
        ("?tab=bookings", "4"),
        ("?tab=ehr", "0"),
        ("?days=nonsense&tab=nonsense&person=nobody&sort=nonsense&columns=nonsense&page=-1", "4"),
    ],
)
async def test_the_report_is_about_what_is_chosen(world, query, visits):
    assert figures(await report(world, query))["Visits"] == visits


async def test_a_figure_leads_to_the_visits_that_it_counts_and_stays_as_it_is(world):
    html = await report(world)
    href = re.search(r'<a href="([^"]*status=no_show)#visits"', html)[1]
    filtered = await report(world, href.removeprefix(REPORTS))
    assert [row[4] for row in rows(filtered)] == ["No-show"]
    assert figures(filtered) == figures(html)


def href_of(html: str, name: str) -> str:
    """The address to which a number leads."""
    found = re.search(rf'<a href="([^"]*)" aria-label="{name}: ', html)
    assert found, name
    return found[1]


async def led_to(world: Console, href: str) -> list[list[str]]:
    """The visits that are listed where a number leads."""
    return rows(await report(world, unescape(href).removeprefix(REPORTS).partition("#")[0]))


async def test_an_average_leads_to_the_visits_that_it_is_of(world):
    html = await report(world)
    for name, durations, waits in (
        ("Average duration", ["0:20:00", "0:40:00"], ["0:02:00", "0:04:00"]),
        ("Average wait", ["0:20:00", "0:40:00", "0:00:00"], ["0:02:00", "0:04:00", "0:12:00"]),
    ):
        found = await led_to(world, href_of(html, name))
        assert ([row[3] for row in found], [row[2] for row in found]) == (durations, waits)


async def test_the_table_says_what_it_is_limited_to_and_leads_back(world):
    html = await report(world, "?status=waited&hour=6-12&sort=duration")
    assert "Average wait, Sunday 12:00</span></h2>" in html
    assert len(await led_to(world, re.search(r'<a class="button quiet" href="([^"]*)">All visits', html)[1])) == 4
    assert len(rows(await report(world, "?hour=7-1&status=nonsense"))) == 4


async def test_it_says_how_the_figures_changed(world):
    html = await report(world)
    assert "↑ 3 more than in the period before" in html
    assert "20\u00a0min in the period before" in html


async def test_the_chart_says_what_it_shows_and_has_its_values_in_a_table(world):
    html = await report(world, "?days=7")
    name = re.search(r'<svg [^>]*role="img" aria-label="([^"]*)"', html)[1]
    assert name.startswith("Visits by day, Tuesday, November 24 – Monday, November 30: 4 in all, most on")
    day = re.search(r'<a href="([^"]*from=2026-11-28[^"]*)#visits">', html)[1].replace("&amp;", "&")
    assert len(rows(await report(world, day.removeprefix(REPORTS)))) == 1


async def test_the_tab_of_durations_has_two_lines(world):
    html = await report(world, "?tab=duration")
    assert html.count('<g class="series-') == 2
    assert "Average duration 30\u00a0min and wait 6\u00a0min" in html


async def test_health_records_have_a_tab_and_lines_once_there_are_any(world):
    assert "Health records" not in await report(world)
    await file(world, a_fact(0.5, kind="ehr"))
    html = await report(world)
    assert html.count('<g class="series-') == 3
    assert figures(await report(world, "?tab=ehr"))["Visits"] == "1"


async def test_the_table_has_the_latest_first_and_sorts_by_any_column(world):
    assert [row[1] for row in rows(await report(world))] == ["m100", "m110", "m200", "m300"]
    assert [row[1] for row in rows(await report(world, "?sort=start"))] == ["m300", "m200", "m110", "m100"]
    assert [row[2] for row in rows(await report(world, "?sort=-wait"))] == ["0:12:00", "0:04:00", "0:02:00", "–"]


async def choose(world, who: str = "boss", **fields: str):
    """Send the form of the columns."""
    page = (await world.open(who, REPORTS)).body.decode()
    csrf, back = (re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("csrf", "back"))
    return await world.post(who, "/console/reports/columns", csrf=csrf, back=back, **fields)


async def test_columns_are_chosen_in_an_order_and_remembered_for_the_person(world):
    chosen = {"column-together": "1", "column-staff": "1", "place-staff": "1", "place-together": "2"}
    answer = await choose(world, **chosen)
    assert (answer.status, answer.headers["Location"]) == (303, f"{REPORTS}#visits")
    assert rows(await report(world)) == [["Claire", "2"], ["Omar", "2"], ["Claire", "1"], ["Claire", "0"]]
    assert the_file(await world.open("boss", f"{REPORTS}?format=csv"))[0] == ["Staff", "Most at once"]
    assert len(rows((await world.open("claire", REPORTS)).body.decode())[0]) == 8
    await choose(world, reset="1", **chosen)
    assert len(rows(await report(world))[0]) == 8


async def test_an_address_can_name_columns_of_its_own(world):
    html = await report(world, "?columns=together,staff")
    assert rows(html)[0] == ["2", "Claire"]
    assert "columns=together%2Cstaff" in html  # every link of the page keeps them


async def test_the_way_back_is_within_the_console(world):
    page = await report(world)
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    for back in ("https://evil.example/console/", "//evil.example", "/console/\\evil", ""):
        answer = await world.post("boss", "/console/reports/columns", csrf=csrf, back=back)
        assert answer.headers["Location"] == "/console/reports#visits"


async def test_the_file_has_the_columns_and_rows_of_the_page(world):
    query = "?columns=start,meeting,duration,staff&sort=duration&status=completed"
    answer = await world.open("boss", f"{REPORTS}{query}&format=csv")
    assert the_file(answer) == [
        ["Start (UTC)", "Meeting", "Duration", "Staff"],
        ["2026-11-29 12:00:00", "m100", "0:20:00", "Claire"],
        ["2026-11-29 09:36:00", "m110", "0:40:00", "Omar"],
    ]
    assert 'filename="visits.csv"' in answer.headers["Content-Disposition"]


async def test_the_workbook_has_the_same_rows_with_their_types(world):
    query = "?columns=start,meeting,wait,duration,attendees,staff&sort=-duration"
    answer = await world.open("boss", f"{REPORTS}{query}&format=xlsx")
    assert answer.headers["Content-Type"] == WORKBOOK
    found = read_workbook(answer.body)
    assert found[0] == ["Start (UTC)", "Meeting", "Waiting time", "Duration", "Attendees", "Staff"]
    assert found[1] == [datetime(2026, 11, 29, 9, 36, tzinfo=UTC), "m110", 4 * MINUTE, 40 * MINUTE, 2, "Omar"]
    assert found[3] == [datetime(2026, 11, 28, 12, tzinfo=UTC), "m200", None, timedelta(), 1, "Claire"]
    assert len(found) == len(the_file(await world.open("boss", f"{REPORTS}{query}&format=csv")))


async def test_the_same_figures_are_there_as_json(world):
    found = await world.call("GET", f"{REPORTS}?days=7", cookie=world.cookie("boss"), accept="application/json")
    document = json.loads(found.body)
    assert (document["from"], document["to"], document["timeZone"]) == ("2026-11-24", "2026-11-30", "Europe/Paris")
    assert document["figures"] == {
        "visits": 4,
        "bookings": 4,
        "ehr": 0,
        "completed": 2,
        "noShows": 1,
        "notAdmitted": 1,
        "averageDuration": 1800,
        "averageWait": 360,
    }
    assert sum(day["visits"] for day in document["days"]) == 4


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("days=days&from=&to=", "Enter a date such as 2026-11-30"),
        ("days=days&from=2026-02-30&to=2026-03-01", "Enter a date such as 2026-11-30"),
        ("days=days&from=2026-11-30&to=2026-11-29", "The last day is before the first"),
        ("days=days&from=2025-01-01&to=2026-11-29", "Choose at most 400 days"),
        ("shortest=two", "Enter whole minutes, at most 1440"),
        ("shortest=1441", "Enter whole minutes, at most 1440"),
    ],
)
async def test_days_and_lengths_that_are_none_are_named(world, query, wrong):
    html = await report(world, f"?{query}", 422)
    assert wrong in html
    assert 'aria-invalid="true"' in html
    answer = await world.call("GET", f"{REPORTS}?{query}", cookie=world.cookie("boss"), accept="application/json")
    assert (answer.status, wrong in answer.body.decode()) == (422, True)


async def test_a_long_list_has_pages(world):
    await file(world, *(a_fact(5 + number / 100, meeting=f"x{number}") for number in range(60)))
    html = await report(world)
    assert len(rows(html)) == 50
    assert len(rows(await report(world, "?page=2"))) == 14
    assert rows(await report(world, "?page=9")) == []
    for sort in ("duration", "-duration", "-wait", "status", "-service", "meeting"):
        answer = await world.open("boss", f"{REPORTS}?sort={sort}&format=csv")
        all_of_it = [row[1] for row in csv.reader(io.StringIO(answer.body.decode("utf-8-sig")))][1:]
        pages = [rows(await report(world, f"?sort={sort}&page={page}")) for page in (1, 2)]
        assert [row[1] for page in pages for row in page] == all_of_it, sort


async def test_without_visits_it_says_so(world):
    html = await report(world, "?days=days&from=2025-01-01&to=2025-01-31")
    assert "No visits in this period." in html
    assert 'aria-label="No visits, ' in html


async def test_it_says_what_stands_out_and_where_no_shows_are_many(world):
    friday = a_fact(3).start.replace(hour=15)
    await file(
        world,
        *(a_fact(40 + n / 100, meeting=f"p{n}") for n in range(12)),
        *(a_fact(3, start=friday, meeting=f"f{n}", status="no_show" if n < 6 else "completed") for n in range(12)),
        *(a_fact(8, meeting=f"c{n}") for n in range(12)),
    )
    html = await report(world)
    sentences = "No-shows rose from 0% to 25%. The share of no-shows is highest on Friday at 16:00: 50%."
    assert sentences in html.replace("\u00a0", " ")
    heat = html.partition('<table class="table heat">')[2].partition("</table>")[0]
    cell = re.search(
        r'<td class="shade-4" title="Visits: 12"><a href="([^"]*)">50%</a></td>', heat.replace("\u00a0", "")
    )
    assert cell
    assert '<td class="shade-0" title="Visits: 1">·</td>' in heat
    text = re.sub(r"</?a[^>]*>", "", html)
    assert "<bdi>Video</bdi></th><td>28</td><td>25%</td>" in text
    assert "<bdi>Omar</bdi></th><td>1</td><td>–</td>" in text  # of one visit no share is told
    assert sorted(row[4] for row in await led_to(world, cell[1])) == ["Completed"] * 6 + ["No-show"] * 6
    for name, listed in (("Omar", 1), ("Omar, No-shows", 0), ("Video, No-shows", 7)):
        assert len(await led_to(world, href_of(html, name))) == listed


async def test_the_chart_is_kept_as_a_picture_that_says_what_it_shows(world):
    svg = await world.open("boss", f"{REPORTS}?format=svg")
    drawn = ET.fromstring(svg.body)
    title = drawn.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert "4 in all" in str(title.text)
    assert svg.headers["Content-Disposition"] == 'attachment; filename="report.svg"'
    png = await world.open("boss", f"{REPORTS}?format=png&tab=duration&days=90")
    assert (png.status, png.body[:8]) == (200, b"\x89PNG\r\n\x1a\n")
    assert (await world.open("boss", f"{REPORTS}?format=png&days=days&from=x")).status == 422
