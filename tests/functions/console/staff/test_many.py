"""Many people in one paste or file: the preview, its errors by line, and the one step that adds them."""

from __future__ import annotations

import gzip
import html
import re
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from tests.functions.console.app import FORM
from tests.functions.console.staff.office import BOSS, STAFF, BusyStore, Office, an_office, plain
from tests.support.builders import a_key


MANY = f"{STAFF}/many"


@pytest.fixture
async def office() -> Office:
    return await an_office()


async def upload(office: Office, content: bytes, **fields: str):
    """Choose a file on the page, as a browser sends it."""
    page = (await office.open(BOSS, MANY)).body.decode()
    fields["csrf"] = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{one}"\r\n\r\n{text}\r\n' for one, text in fields.items()
    ]
    head = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\nContent-Type: text/csv\r\n\r\n'
    body = "".join([*parts, head]).encode() + content + b"\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    cookie = office.cookie(BOSS)
    return await office.call("POST", MANY, body=body, content_type=kind, cookie=cookie, accept="text/html")


async def go_on(office: Office, answer, step: str, corrected: dict[str, str] | None = None, key: str = ""):
    """Send the preview back, with lines corrected."""
    sent = [(name, html.unescape(value)) for name, value in re.findall(
        r'<input[^>]* name="(\w+)" value="([^"]*)"', answer.body.decode()
    ) if name not in ("find", "step")]  # fmt: skip
    pairs = [(name, (corrected or {}).get(value, value)) for name, value in sent]
    pairs = [(name, key if name == "key" and key else value) for name, value in pairs]
    body = urlencode([*pairs, ("step", step)]).encode()
    cookie = office.cookie(BOSS)
    return await office.call("POST", MANY, body=body, content_type=FORM, cookie=cookie, accept="text/html")


TEN = """Ada Lovelace <ada@example.org>
Bob Berg, bob@example.org, viewer
eve@example.org
"Curie, Marie" <marie@example.org>
Nobody at all
Lise <lise@example.org>; Emmy <emmy@example.org>
Ada again <ADA@example.org>
Claire <claire@clinic.example>
Max, max@example.org, director"""


async def test_each_line_is_shown_as_it_was_understood_and_errors_by_line(office):
    answer = await office.send(BOSS, MANY, people=TEN, role="guest")
    page = plain(answer.body)
    assert "4 lines need a correction" in page
    assert "Line 5 : Not an email address" in page.replace("Line 5:", "Line 5 :")
    assert "The same address as in line 1" in page
    assert "Already on the staff, as Claire" in page
    assert "“director” isn’t a role" in page
    assert "6 people can be added" in page
    assert "Marie Curie marie@example.org Guest" in page
    assert "Bob Berg bob@example.org Viewer" in page
    assert len(await office.staff()) == 6, "nothing is saved yet"


async def test_lines_are_corrected_in_place_and_all_are_added_in_one_step(office):
    shown = await office.send(BOSS, MANY, people=TEN, role="guest", membership="pending")
    better = {
        "Nobody at all": "Noa <noa@example.org>",
        "Ada again <ADA@example.org>": "",
        "Claire <claire@clinic.example>": "",
        "Max, max@example.org, director": "Max, max@example.org, scheduler",
    }
    again = await go_on(office, shown, "check", better)
    assert "needs a correction" not in plain(again.body)
    assert "8 people can be added" in plain(again.body)
    done = await go_on(office, again, "add")
    assert done.status == 303
    assert "8 people were added." in await office.page(done.headers["Location"])
    staff = {one.email: one for one in (await office.staff()).values()}
    assert (staff["noa@example.org"].role, staff["max@example.org"].role) == ("guest", "scheduler")
    assert staff["noa@example.org"].membership == "pending"
    await office.drain()
    assert office.postman.kinds("noa@example.org") == ["invitation"]


async def test_the_right_lines_can_be_added_and_the_others_stay_on_the_page(office):
    shown = await office.send(BOSS, MANY, people=TEN)
    done = await go_on(office, shown, "add")
    assert "6 people were added. The lines below are left." in plain(done.body)
    assert 'value="Nobody at all"' in done.body.decode()
    assert "Ada again" in done.body.decode(), "her address is on the staff by now"
    assert len(await office.staff()) == 12


async def test_a_step_that_is_repeated_adds_nobody_twice(office):
    shown = await office.send(BOSS, MANY, people="ada@example.org\nbob@example.org")
    key = a_key()
    first, second = [await go_on(office, shown, "add", key=key) for _ in range(2)]
    assert first.headers["Location"] == second.headers["Location"]
    assert len(await office.staff()) == 8


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
async def test_a_file_of_a_spreadsheet_is_read_whatever_its_encoding(office, encoding):
    text = "Имя;Почта;Роль\r\nМария Кюри;maria@example.org;наблюдатель\r\n;bob@example.org;\r\n"
    answer = await upload(office, text.encode(encoding), role="guest", membership="active")
    page = plain(answer.body)
    assert "Мария Кюри maria@example.org Viewer" in page
    assert "Bob bob@example.org Guest" in page


async def test_a_file_that_is_no_text_is_refused_and_so_is_nothing(office):
    answer = await upload(office, b"PK\x03\x04 a workbook", people="kept as it was")
    assert answer.status == 422
    assert "Save it as CSV" in plain(answer.body)
    assert "kept as it was" in answer.body.decode()
    assert "Paste at least one line" in plain((await office.send(BOSS, MANY, people="  ")).body)


@pytest.mark.walk
async def test_a_thousand_people_are_one_preview_and_one_step_and_more_are_refused(office):
    people = [f"Person Number{n} <person.number{n}@department-{n % 7}.example.org>" for n in range(1000)]
    shown = await office.send(BOSS, MANY, people="\n".join(people))
    assert "1000 people can be added" in plain(shown.body)
    assert len(gzip.compress(shown.body, 5)) < 60_000
    done = await go_on(office, shown, "add")
    assert done.status == 303
    assert len(await office.staff()) == 1006
    more = await office.send(BOSS, MANY, people="\n".join([*people, "one@more.example"]))
    assert more.status == 422
    assert "at most 1000 at once" in plain(more.body)


async def test_where_storage_fails_half_way_the_page_says_who_is_left_and_goes_on(office):
    shown = await office.send(BOSS, MANY, people="\n".join(f"p{n}@example.org" for n in range(100)))
    office.store = BusyStore(office.table, seed="busy")
    office.store.left = 2  # the first ninety are added, and settled
    office.services = replace(office.services, store=office.store)
    half = await go_on(office, shown, "add")
    assert "90 people were added" in plain(half.body)
    assert "not everyone was added" in plain(half.body)
    assert "10 people can be added" in plain(half.body)
    office.store.left = 9
    done = await go_on(office, half, "add")
    assert done.status == 303
    assert len(await office.staff()) == 106
