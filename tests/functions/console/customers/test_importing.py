"""Customers from a spreadsheet: columns mapped, wrong lines named, many in one step; and saved as one again."""

from html import unescape
from re import DOTALL, findall
from time import process_time

import pytest

from functions.console.customers.bringing import understand
from functions.console.customers.listing import COLUMNS
from functions.spreadsheets.customer_columns import read_columns
from shared.i18n import LANGUAGES, translator
from tests.functions.console.app import PEOPLE, a_clinic
from tests.functions.console.customers.test_customers import LIST, page
from tests.support.builders import a_key, a_person


FILE = """Name;Mail;Number;Remark
Eva Lind;eva@example.com;+33 1 11 22 33 44;Knows the way
Finn;nowhere;;
Gina;;call me;
Eva again;EVA@example.com;;
Ana;ana@example.com;;
;;;left alone
"""


async def check(console, text: str, **fields: str):
    return await console.send("desk", f"{LIST}/import", text=text, **fields)


def said(answer) -> str:
    return unescape(answer.body.decode())


async def test_a_file_is_shown_as_it_is_understood_before_anything_is_saved(console):
    answer = await check(console, FILE, **{"column-2": "phone"})
    assert answer.status == 200
    shown = said(answer)
    assert "1 new customer" in shown
    assert "1 customer is known already" in shown
    assert "1 line repeats an earlier one" in shown
    for line, why in ((3, "This isn’t an email address: nowhere"), (4, "This isn’t a phone number: call me")):
        assert f"Line {line}</strong> <span>{why}" in shown
    assert "Line 7</strong> <span>There is no name" in shown
    assert "Eva Lind" not in await page(console)


async def test_a_column_that_no_file_has_says_nothing(console):
    answer = await check(
        console, FILE, **{f"column-{'9' * 5000}": "phone", "column-": "phone", "column-٢": "phone"}
    )
    assert (answer.status, "2 new customers" in said(answer)) == (200, True)


async def test_then_one_step_adds_those_who_are_not_known(console):
    mapped = {"column-2": "phone", "step": "add"}
    done = await check(console, FILE, key=a_key(), **mapped)
    assert done.headers["Location"] == f"{LIST}?news=imported&count=1"
    assert "1 customer was added." in await page(console, done.headers["Location"])
    again = await check(console, FILE, key=a_key(), **mapped)
    assert "all of them are known" in await page(console, again.headers["Location"])
    assert "+33 1 11 22 33 44" in await page(console, f"{LIST}?find=eva")


async def test_columns_hold_what_somebody_says_they_hold(console):
    file = "Who,Where to,Aside\nEva Lind,eva@example.com,hello\n"
    assert "Say which column has the name" in said(await check(console, file))
    mapped = {"column-0": "full", "column-1": "email", "column-2": ""}
    shown = said(await check(console, file, **mapped))
    assert "1 new customer" in shown
    assert 'value="full" selected' in shown
    done = await check(console, file, step="add", **mapped)
    assert done.headers["Location"].endswith("count=1")
    assert "eva@example.com" in await page(console, f"{LIST}?find=lind")


@pytest.mark.parametrize("text", ["", "   ", "Name,Email", '"open\nx', "name\n" + "x\n" * 5001])
async def test_what_cannot_be_read_is_said(console, text):
    answer = await check(console, text)
    assert answer.status == 422
    assert 'href="#file"' in said(answer)


async def test_who_may_not_change_customers_brings_none(console):
    assert (await console.open("eye", f"{LIST}/import")).status == 403
    assert (await console.open("claire", f"{LIST}/import")).status == 200


@pytest.mark.walk
def test_five_thousand_lines_are_understood_within_seconds() -> None:
    file = "Name,Email,Phone\n" + "".join(f"P {n},p{n}@example.com,+33 1 23 45 {n:05d}\n" for n in range(5000))
    began = process_time()
    found = understand(file, {})
    assert (len(found.listed), len(found.wrong)) == (5000, 0)
    assert process_time() - began < 20


async def test_many_are_added_in_one_step(console):
    file = "Name,Email\n" + "".join(f"Person {number},p{number}@example.com\n" for number in range(500))
    done = await check(console, file, step="add")
    assert done.headers["Location"].endswith("count=500")
    assert "of 502" in await page(console)


async def test_the_list_is_saved_as_a_file_without_formulas_that_can_be_brought_back(console):
    await console.send("desk", f"{LIST}/new", name="=1+1", email="evil@example.com", notes="-2")
    assert (await console.open("desk", f"{LIST}?format=csv")).status == 403
    await console.save(a_clinic({**PEOPLE, "head": a_person("head", role="administrator")}))
    answer = await console.open("head", f"{LIST}?format=csv")
    text = answer.body.decode("utf-8-sig")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="customers.csv"'
    assert '"\'=1+1","evil@example.com"' in text
    assert '"\'-2"' in text
    found = understand(text, {})
    assert (len(found.listed), found.wrong) == (3, [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_saved_columns_are_known_when_they_are_brought_back(language):
    texts = translator(language)
    roles = [one.role for one in read_columns([texts.gettext(one) for one in COLUMNS])]
    assert roles == ["full", "email", "phone", "address", "notes"]


async def test_the_preview_keeps_the_file_as_it_was(console):
    (kept,) = findall(r'<textarea name="text" hidden>\n(.*?)</textarea>', said(await check(console, FILE)), DOTALL)
    assert kept == FILE.strip()
