"""importCustomers of the Graph API: from a file to customers, twice without harm."""

import pytest

from tests.builders import a_key
from tests.functions.graph_world import SAM, TIM, VAL


FILE = """\ufeffName;E-mail;Phone;Notes;Anything
Ana Souza;ana@example.com;+33 1 23 45 67 89;"Likes tea;
and time";x
Ivo;;;No address;
;nobody@example.com;;;
Zoë;not an address;;;
ANA again;ANA@example.com;;;
"""


async def bring(graph, text=FILE, status=200, **headers):
    headers = {"content_type": "text/csv", "idempotency_key": a_key(), **headers}
    body = text if isinstance(text, bytes) else text.encode()
    answer = await graph.call("POST", "importCustomers", body=body, **headers)
    assert answer.status == status, answer.body
    return answer.json()


async def test_a_file_becomes_customers_and_lines_that_cannot_be_are_named(graph):
    found = await bring(graph)
    assert (found["added"], found["known"]) == (2, 0)
    assert [(one["line"], one["target"]) for one in found["errors"]] == [(5, "/displayName"), (6, "/emailAddress")]
    ana, ivo = await graph.listed("customers?$orderby=displayName")
    assert (ana["displayName"], ana["emailAddress"]) == ("Ana Souza", "ana@example.com")
    assert (ana["phones"][0]["number"], ana["notes"]) == ("+33 1 23 45 67 89", "Likes tea;\nand time")
    assert (ivo["displayName"], ivo["emailAddress"], ivo["notes"]) == ("Ivo", None, "No address")
    told = [one["action"] for one in await graph.listed("auditLog")]
    assert told.count("customer imported") == 2


async def test_the_same_file_again_adds_nobody_and_changes_nothing(graph):
    key = a_key()
    assert (await bring(graph, idempotency_key=key))["added"] == 2
    assert (await bring(graph, idempotency_key=key))["added"] == 2, "the same request has the same answer"
    ana = (await graph.listed("customers?$orderby=displayName"))[0]
    await graph.patch(f"customers/{ana['id']}", {"notes": "Prefers coffee."}, status=200)
    again = await bring(graph)
    assert (again["added"], again["known"]) == (0, 2)
    customers = await graph.listed("customers?$orderby=displayName")
    assert [one["notes"] for one in customers] == ["Prefers coffee.", "No address"]


async def test_whoever_has_booked_is_known(graph):
    await graph.world.book()
    found = await bring(graph, "name,email\nAnother Ana,ana@example.com\n")
    assert (found["added"], found["known"]) == (0, 1)
    assert (await graph.listed("customers"))[0]["displayName"] == "Ana Souza"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"email\na@b.example\n",
        b"\xff\xfe",
        b'name\n"open',
        b"name\n" + b"x\n" * 2001,
        b"\x00",
        b"name,name"[:0],
    ],
)
async def test_what_is_no_such_file_is_refused(graph, body):
    assert (await bring(graph, body, status=400))["error"]["code"] == "BadRequest"


async def test_a_file_beyond_measure_is_refused_and_nobody_but_staff_brings_one(graph):
    assert (await bring(graph, b"name\n" + b"x" * 600_000, status=413))["error"]
    for email, status in ((SAM, 200), (TIM, 200), (VAL, 403)):
        await bring(graph.by(email), "name\nIvo\n", status=status)
