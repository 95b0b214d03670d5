"""Customers at the console: found as one types, changed, added, removed, and known by their appointments."""

from datetime import timedelta
from html import unescape

import pytest

from shared.use_cases.customers.search_customers import plain
from tests.functions.console.app import START, a_clinic
from tests.support.builders import a_key


LIST = "/console/calendars/biz0clinic/customers"


async def page(console, path: str = LIST, who: str = "desk") -> str:
    answer = await console.open(who, path)
    assert answer.status == 200, answer.body
    return unescape(answer.body.decode())


async def customer_of(console, name: str) -> str:
    """Return the path of a customer's page, as the list links it."""
    listed = await page(console, f"{LIST}?find={name}")
    return listed.split(f"{LIST}/customer/")[1].split('"')[0]


async def test_whoever_booked_is_listed_by_name(console):
    listed = await page(console)
    assert listed.index("Ana Souza") < listed.index("Bob")
    assert "ana@example.com" in listed
    assert "1–2 of 2" in listed


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ana", ["Ana Souza"]),
        ("SOUZA ana", ["Ana Souza"]),
        ("b@example", ["Bob"]),
        ("99 88", ["Élodie Brûlé"]),
        ("+33 1 99 88 77 66", ["Élodie Brûlé"]),
        ("elodie brule", ["Élodie Brûlé"]),
        ("nobody", []),
        ("", ["Ana Souza", "Bob", "Élodie Brûlé"]),
    ],
)
async def test_they_are_found_by_name_address_and_number(console, typed, found):
    made = await console.send("desk", f"{LIST}/new", name="Élodie Brûlé", phone="+33 1 99 88 77 66")
    assert made.status == 303, made.body
    answer = await console.call(
        "GET",
        f"{LIST}?find={typed.replace('+', '%2B').replace(' ', '+')}",
        cookie=console.cookie("desk"),
        accept="application/json",
    )
    assert [one["name"] for one in answer.json()["customers"]] == found


async def test_a_customer_is_changed_and_known_by_their_appointments(console):
    path = f"{LIST}/customer/{await customer_of(console, 'ana')}"
    shown = await page(console, path)
    assert "Upcoming appointments" in shown
    assert "Claire" in shown
    changed = await console.send(
        "desk", path, name="Ana Maria Souza", email="ana@example.com", notes="Prefers mornings"
    )
    assert changed.status == 303
    after = await page(console, path)
    assert "Ana Maria Souza" in after
    assert "Prefers mornings" in after
    assert "Ana Maria Souza" in await page(console)  # this process knows of its own change


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "Fill this in"),
        ({"email": "nobody"}, "Enter an email address"),
        ({"phone": "call me"}, "Enter a phone number"),
    ],
)
async def test_what_is_wrong_is_told_at_its_field_and_kept(console, fields, said):
    typed = {"name": "Eva", "email": "eva@example.com", "notes": "keep this", **fields}
    answer = await console.send("desk", f"{LIST}/new", **typed)
    assert answer.status == 422
    assert said in unescape(answer.body.decode())
    assert "keep this" in answer.body.decode()


async def test_a_removed_customer_is_gone_and_the_appointments_stay(console):
    path = f"{LIST}/customer/{await customer_of(console, 'bob')}"
    assert "Remove Bob?" in await page(console, f"{path}/remove")
    assert (await console.send("desk", f"{path}/remove")).status == 303
    assert "Bob" not in await page(console)
    assert (await console.open("desk", path)).status == 404
    day = await page(console, f"/console/calendars/biz0clinic/calendar?day={START:%Y-%m-%d}")
    assert "Bob" in day


async def test_a_blocked_customer_is_kindly_asked_to_call_and_may_book_again_later(console):
    await console.save(a_clinic(phone="+33 1 99 88 77 66"))
    path = f"{LIST}/customer/{await customer_of(console, 'bob')}"
    assert "Block Bob from booking online?" in await page(console, f"{path}/block")
    done = await console.send("desk", f"{path}/block")
    shown = await page(console, done.headers["Location"])
    assert "They can no longer book online" in shown
    assert "Doesn’t book online" in shown
    bob = {"name": "Bob", "email": "b@example.com"}
    again = await console.book(START + timedelta(hours=3), service="here", customer=bob)
    assert (again.status, again.json()["type"]) == (422, "/problems/by-phone-only")
    when = (START + timedelta(hours=3)).isoformat().replace("+00:00", "Z")
    fields = {**bob, "key": a_key(), "start": when}
    form = await console.post("desk", "/book/clinic/here", **fields)
    assert form.status == 422, form.body
    said = unescape(form.body.decode())
    assert "This can’t be booked online. Call us: +33 1 99 88 77 66" in said
    assert 'value="b@example.com"' in said
    assert "Let Bob book online again?" in await page(console, f"{path}/block")
    await console.send("desk", f"{path}/block")
    assert (await console.book(START + timedelta(hours=3), service="here", customer=bob)).status == 201
    assert (await console.open("claire", f"{path}/block")).status == 403
    assert (await console.open("desk", f"{LIST}/customer/nobody/block")).status == 404


async def test_viewers_read_and_change_nothing(console):
    name = await customer_of(console, "ana")
    shown = await page(console, f"{LIST}/customer/{name}", "eye")
    assert 'name="email"' not in shown
    assert (await console.send("eye", f"{LIST}/customer/{name}", name="X")).status == 403
    assert (await console.open("eye", f"{LIST}/new")).status == 403


@pytest.mark.parametrize("query", ["page=0", "page=99999", "page=two", "find=" + "x" * 500])
async def test_any_query_is_answered(console, query):
    assert (await console.open("desk", f"{LIST}?{query}")).status == 200


async def test_an_appointment_leads_back_to_its_customer(console):
    path = f"{LIST}/customer/{await customer_of(console, 'ana')}"
    details = (await page(console, path)).split('<ul class="moments">')[1].split('href="')[1].split('"')[0]
    assert f'class="back" href="{path}"' in await page(console, details)


async def test_a_customer_is_booked_with_their_details_filled_in_and_none_of_them_in_the_address(console):
    name = await customer_of(console, "ana")
    shown = await page(console, f"{LIST}/customer/{name}")
    book = next(part.split('"')[0] for part in shown.split('href="') if part.startswith("/console/bookings/"))
    assert "ana@" not in book
    form = await page(console, book)
    assert 'value="Ana Souza"' in form
    assert 'value="ana@example.com"' in form
    assert (await console.open("desk", book.replace(name, "0" * 26))).status == 404


def test_accents_and_case_do_not_matter():
    assert plain("ÉLODIE Brûlé") == "elodie brule"
