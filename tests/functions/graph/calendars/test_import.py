"""importCustomers of the Graph API: from a file to customers, twice without harm."""

import pytest

from functions.spreadsheets.customer_file import LARGEST_FILE
from tests.functions.graph.app import SAM, TIM, VAL
from tests.support.builders import a_key


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
    assert (found["added"], found["known"]) == (3, 1)
    assert [(one["line"], one["target"]) for one in found["errors"]] == [(6, "/emailAddress")]
    assert found["repeated"] == [{"line": 7, "message": "the same e-mail address as line 2"}]
    ana, ivo, nobody = await graph.listed("customers?$orderby=displayName")
    assert nobody["displayName"] == "nobody@example.com"
    assert (ana["displayName"], ana["emailAddress"]) == ("Ana Souza", "ana@example.com")
    assert (ana["phones"][0]["number"], ana["notes"]) == ("+33 1 23 45 67 89", "Likes tea;\nand time")
    assert (ivo["displayName"], ivo["emailAddress"], ivo["notes"]) == ("Ivo", None, "No address")
    told = [one["action"] for one in await graph.listed("auditLog")]
    assert told.count("customer imported") == 3


async def test_the_same_file_again_adds_nobody_and_changes_nothing(graph):
    key = a_key()
    assert (await bring(graph, idempotency_key=key))["added"] == 3
    assert (await bring(graph, idempotency_key=key))["added"] == 3, "the same request has the same answer"
    ana = (await graph.listed("customers?$orderby=displayName"))[0]
    await graph.patch(f"customers/{ana['id']}", {"notes": "Prefers coffee."}, status=200)
    again = await bring(graph)
    assert (again["added"], again["known"]) == (0, 4)
    customers = await graph.listed("customers?$orderby=displayName")
    assert [one["notes"] for one in customers] == ["Prefers coffee.", "No address", None]


async def test_whoever_has_booked_is_known(graph):
    await graph.world.book()
    found = await bring(graph, "name,email\nAnother Ana,ana@example.com\n")
    assert (found["added"], found["known"]) == (0, 1)
    assert (await graph.listed("customers"))[0]["displayName"] == "Ana Souza"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "names the columns"),
        (b"colour,size\nred,big\n", "names the columns"),
        (b"\xff\xfe", "names the columns"),
        (b"\x00", "names the columns"),
        (b'"name\nIvo\n', "never closed"),
        (b"\xef\xbb\xbfname\n\xe9\n", "not text in"),
        (b"name\n\x81\n", "not text in"),
        (b"PK\x03\x04name", "workbook"),
        (b"name\n" + b"x\n" * 5001, "at most 5000"),
    ],
)
async def test_what_is_no_such_file_is_refused_with_the_reason(graph, body, said):
    error = (await bring(graph, body, status=400))["error"]
    assert error["code"] == "BadRequest"
    assert said in error["message"]


async def test_a_file_beyond_measure_is_refused_and_nobody_but_staff_brings_one(graph):
    assert "2 MB" in (await bring(graph, b"name\n" + b"x" * LARGEST_FILE, status=413))["error"]["message"]
    for email, status in ((SAM, 200), (TIM, 200), (VAL, 403)):
        await bring(graph.by(email), "name\nIvo\n", status=status)


async def test_an_export_of_google_becomes_a_customer_with_all_of_it(graph):
    text = (
        "First Name,Middle Name,Last Name,Organization Name,Notes,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,"
        "Phone 1 - Value,Phone 2 - Value,Address 1 - Formatted,Address 1 - Street,Address 1 - City,"
        "Address 1 - Postal Code,Address 1 - Country\n"
        "Ada,King,Lovelace,Engines,Counts,* Work,ada@example.com ::: ada@home.example,Mobile,+44 1 ::: +44 2,+44 3,"
        '"1 Square\nLondon W1\nUK",1 Square,London,W1,UK\n'
        ",,,Engines,,,office@example.com,,,,,,,,\n"
    )
    found = await bring(graph, text)
    assert (found["added"], found["errors"], found["unusedColumns"]) == (2, [], ["E-mail 1 - Value"])
    ada, office = await graph.listed("customers?$orderby=displayName")
    assert (ada["displayName"], ada["emailAddress"], ada["notes"]) == (
        "Ada King Lovelace",
        "ada@example.com",
        "Counts",
    )
    assert [one["number"] for one in ada["phones"]] == ["+44 1", "+44 2", "+44 3"]
    (address,) = ada["addresses"]
    assert (address["street"], address["city"], address["postalCode"]) == ("1 Square", "London", "W1")
    assert address["countryOrRegion"] == "UK"
    assert (office["displayName"], office["emailAddress"]) == ("Engines", "office@example.com")


async def test_a_number_is_one_customers_however_it_is_grouped(graph):
    found = await bring(graph, "Name,Phone\nAunt,+1 555 010 0199\nUncle,+15550100199\nAunt,+1 (555) 010-0199\n")
    assert [one["line"] for one in found["repeated"]] == [3, 4]


@pytest.mark.parametrize("number", ["3,36123E+10", "3.36123e10", "6E+08"])
async def test_a_number_that_has_lost_its_digits_is_named_and_not_kept(graph, number):
    found = await bring(
        graph, f"Name;Email;Mobile\nAnn;ann@example.com;{number}\nBob;bob@example.com;0612345678\n"
    )
    assert [(one["line"], one["target"]) for one in found["errors"]] == [(2, "/phones")]
    assert found["added"] == 1


async def test_of_two_who_share_a_telephone_the_second_is_named_and_the_others_are_in(graph):
    text = "Name,Email,Phone\nAda,ada@example.com,+1 555 0100\nBob,,+1 555 0199\nBea,,+1 555 0199\nCy,cy@example.com,\n"
    for added, known in ((3, 1), (0, 4)):
        found = await bring(graph, text)
        assert (found["added"], found["known"], found["errors"]) == (added, known, [])
        assert found["repeated"] == [{"line": 4, "message": "the same telephone number as line 3"}]
    assert {one["displayName"] for one in await graph.listed("customers")} == {"Ada", "Bob", "Cy"}


async def test_of_a_family_with_one_address_the_second_is_named(graph):
    found = await bring(graph, "Name,Email\nMum,family@example.com\nChild,Family@example.com\n")
    assert (found["added"], found["known"]) == (1, 1)
    assert found["repeated"] == [{"line": 3, "message": "the same e-mail address as line 2"}]


async def test_a_corrected_file_may_come_with_the_same_key(graph):
    key = a_key()
    first = await bring(graph, "Name,Email\nAda,wrong\nBob,bob@example.com\n", idempotency_key=key)
    assert (first["added"], len(first["errors"])) == (1, 1)
    second = await bring(graph, "Name,Email\nAda,ada@example.com\nBobby,bob@example.com\n", idempotency_key=key)
    assert (second["added"], second["known"]) == (1, 1)


async def test_one_error_tells_all_that_is_wrong_with_a_line(graph):
    found = await bring(graph, f"Name,Email,Phone\n{'A' * 300},wrong,{'1' * 70}\nIvo,,\n")
    (error,) = found["errors"]
    assert (error["line"], error["target"]) == (2, "/displayName")
    assert "/emailAddress not an e-mail address" in error["message"]
    assert found["added"] == 1


async def test_cells_beyond_the_first_line_and_columns_not_used_are_named(graph):
    text = (
        "Name,Email,Email 2,Pager,Birthday,Twitter\n"
        "Ada,ada@example.com,ada@home.example,+1 555 0100 200,1990-01-02,\n"
        "Bob,bob@example.com,bob@example.com,,,\n"
        "Cy, Jr.,cy@example.com,,,,\n"
        "Di,di@example.com,,,,,,\n"
    )
    found = await bring(graph, text)
    assert found["unusedColumns"] == ["Email 2", "Pager"]
    assert (found["added"], found["errors"]) == (4, [])
    more = await bring(graph, "Name,Email\nEve,eve@example.com,who knows\n")
    assert more["errors"] == [{"line": 2, "target": "", "message": "more cells than the first line has"}]


NUMBER = "+44 20 7946 0958 ext. 12"


@pytest.mark.walk
async def test_a_cell_beyond_measure_is_named(graph):
    found = await bring(graph, 'Name,Email\nAda,"' + "\n;" * 900_000 + '@"\nBob,bob@example.com\n')
    assert [one["line"] for one in found["errors"]] == [2]
    assert found["added"] == 1


async def test_several_numbers_of_one_cell_are_all_kept(graph):
    text = 'Name,Phone\nSid,"06 12 34 56 78; 06 98 76 54 32 / +33 1 23 45 67 89,,12"\n'
    assert (await bring(graph, text))["added"] == 1
    (sid,) = await graph.listed("customers")
    numbers = [one["number"] for one in sid["phones"]]
    assert numbers == ["06 12 34 56 78", "06 98 76 54 32", "+33 1 23 45 67 89 ext. 12"]


@pytest.mark.parametrize(
    ("row", "name", "email", "number"),
    [
        ("Sid,sid@example.com,,+44 20 7946 0958,", "Sid", "sid@example.com", "+44 20 7946 0958"),
        ("Sid,,sid@example.com,,+44 20 7946 0958", "Sid", "sid@example.com", "+44 20 7946 0958"),
        ("Sid,/o=Exchange/cn=sid,sid@example.com,,", "Sid", "sid@example.com", None),
        ("Sid,Sid <sid@example.com>,other@example.com,,", "Sid", "sid@example.com", None),
        ('Sid,"sid@example.com; other@example.com",,,', "Sid", "sid@example.com", None),
        ('Sid,"Doe, Sid <sid@example.com>",,"+44 20 7946 0958, ext 12",', "Sid", "sid@example.com", NUMBER),
        (",,,,+44 20 7946 0958", "+44 20 7946 0958", None, "+44 20 7946 0958"),
    ],
)
async def test_the_first_that_is_not_empty_of_several_columns_counts(graph, row, name, email, number):
    found = await bring(graph, f"Name,Email,Mail,Phone,Mobile Phone\n{row}\n")
    assert (found["added"], found["errors"]) == (1, [])
    (one,) = await graph.listed("customers")
    assert (one["displayName"], one["emailAddress"]) == (name, email)
    assert [phone["number"] for phone in one["phones"]] == ([number] if number else [])
