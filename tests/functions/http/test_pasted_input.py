"""Pasted numbers, names and addresses, at every face that takes them."""

import re
from datetime import timedelta

import pytest

from shared.domain.access.organisation import Organisation
from tests.functions.booking.test_email_codes import ask, careful, code_in_mail, send
from tests.functions.console.app import START
from tests.functions.graph.app import ADA
from tests.functions.scim.app import USERS, scim, the_world
from tests.support.builders import a_key


__all__ = ["careful"]  # a fixture

FREE = START + timedelta(hours=5)
PASTED = {
    "name": "\u202bAna\tSouza\u202c",  # two cells of a spreadsheet
    "email": "Ana <\u200eana@example.com>",
    "phone": "\u202d+33\u00a06\u00a012\u00a034\u00a056\u00a078\u202c",
}
PLAIN = ("Ana Souza", "ana@example.com", "+33 6 12 34 56 78")


def of(customer):
    return customer.name, customer.email, customer.phone


async def test_the_json_api_keeps_what_was_meant(world):
    answer = await world.book(customer=PASTED)
    assert answer.status == 201, answer.body
    assert of((await world.stored(answer.json()["id"])).seat.customer) == PLAIN


async def test_answers_are_taken_without_the_marks_around_them(world):
    answers = {"before": "\u200eYes\u200b", "why": "\u202bשרה\u202c, \u2068Ada\u2069"}
    answer = await world.book(service="detailed", customer=PASTED, answers=answers)
    assert answer.status == 201, answer.body
    seat = (await world.stored(answer.json()["id"])).seat
    assert [one.answer for one in seat.answers] == ["Yes", "שרה, Ada"]


def test_names_on_lists_are_compared_without_marks():
    assert Organisation(creators=("\u200eada@clinic.example\u00a0",)).creators == ("ada@clinic.example",)


@pytest.mark.parametrize(
    ("customer", "detail"),
    [
        ({"name": "Ada\u202enab"}, "holds characters that are not text: U+202E"),
        ({"email": "josé@example.com"}, "letters before the @ are A to Z without accents"),
        ({"phone": "\u202e12345678"}, "U+202E"),
        ({"phone": "call me"}, "not a phone number"),
    ],
)
async def test_a_refusal_says_what_is_wrong(world, customer, detail):
    answer = await world.book(customer={"name": "Ana", "email": "ana@example.com", **customer})
    assert answer.status == 422
    assert detail in answer.body.decode()


async def test_a_code_goes_to_the_address_that_was_meant(careful):
    await ask(careful, email=PASTED["email"])
    assert code_in_mail(careful)
    form = {"email": PASTED["email"], "name": PASTED["name"]}
    assert b">ana@example.com<" in (await send(careful, **form)).body
    done = await send(careful, **form, code=code_in_mail(careful))
    assert done.status == 303, done.body


async def test_staff_of_a_calendar_book_with_it(console):
    found = await console.appointment(await console.book_by_hand(FREE, **PASTED))
    assert of(found.seat.customer) == PLAIN


async def test_the_graph_api_keeps_what_was_meant(graph):
    sent = {
        "displayName": PASTED["name"],
        "emailAddress": PASTED["email"],
        "phones": [{"number": PASTED["phone"]}],
    }
    made = await graph.post("customers", sent)
    assert (made["displayName"], made["emailAddress"], made["phones"][0]["number"]) == PLAIN
    free = await graph.post(
        "customers", {"displayName": "Ivo", "phones": [{"number": "\u200eask at the desk\u200e"}]}
    )
    assert free["phones"][0]["number"] == "ask at the desk"
    person = {"displayName": PASTED["name"], "emailAddress": "mailto:new@clinic.example", "role": "guest"}
    body = {"@odata.type": "#microsoft.graph.bookingStaffMember", **person}
    assert (await graph.post("staffMembers", body))["emailAddress"] == "new@clinic.example"


async def test_an_import_keeps_what_was_meant(graph):
    rows = f"Name,Email,Phone\n{','.join(PASTED.values())}\n".encode()
    headers = {"content_type": "text/csv", "idempotency_key": a_key()}
    answer = await graph.call("POST", "importCustomers", body=rows, **headers)
    assert answer.json()["added"] == 1, answer.body
    (one,) = await graph.listed("customers")
    assert (one["displayName"], one["emailAddress"], one["phones"][0]["number"]) == PLAIN


async def test_an_account_of_scim_is_known_by_the_address_that_was_meant():
    world = await the_world()
    sent = {"userName": f"\u200e{ADA}\u200b", "emails": [{"value": f"\ufeff{ADA}", "type": "work"}]}
    made = await scim(world, "POST", USERS, sent, 201)
    assert (made["userName"], made["emails"][0]["value"]) == (ADA, ADA)


async def test_a_page_dials_an_extension(console):
    number = await console.book_by_hand(FREE, **{**PASTED, "phone": "+33 1 23 45 67 89 x12"})
    page = (await console.open("desk", f"/console/queue/biz0clinic/{number}")).body.decode()
    assert re.search(r'href="tel:\+33123456789;ext=12"><bdi dir="ltr">\+33 1 23 45 67 89 ext\. 12<', page)
