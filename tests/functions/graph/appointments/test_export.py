"""exportBookings of the Graph API: the bookings of some days as a file."""

import csv
import io

import pytest

from functions.spreadsheets.bookings import HEADINGS
from tests.functions.graph.app import VAL


async def test_an_administrator_gets_the_bookings_of_some_days(graph):
    assert (await graph.world.book()).status == 201
    answer = await graph.call("GET", "exportBookings?start=2027-01-12&end=2027-01-12")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/tab-separated-values")
    rows = list(csv.reader(io.StringIO(answer.body.decode()), delimiter="\t"))
    assert rows[0] == list(HEADINGS)
    assert [row[1] for row in rows[1:]] == ["Ana Souza"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("", "/start"),
        ("?start=2027-01-12", "/end"),
        ("?start=2027-01-12&end=tomorrow", "/end"),
        ("?start=2027-01-12&end=2027-01-11", "/end"),
        ("?start=2026-01-12&end=2027-02-16", "/end"),
        ("?start=0001-01-01&end=0001-01-02", "/start"),
        ("?start=2200-12-31&end=2201-01-01", "/end"),
        ("?start=9999-12-31&end=9999-12-31", "/start"),
    ],
)
async def test_days_that_are_none_are_named(graph, query, pointer):
    status, error = await graph.refused("GET", f"exportBookings{query}")
    assert (status, pointer in str(error)) == (400, True)


async def test_who_only_reads_gets_no_file_of_customers(graph):
    assert (await graph.by(VAL).refused("GET", "exportBookings?start=2027-01-12&end=2027-01-12"))[0] == 403
