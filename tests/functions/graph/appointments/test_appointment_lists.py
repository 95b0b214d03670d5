"""Lists of appointments and calendarView of the Graph API: paged, looked through, and of a stretch of time."""

from datetime import datetime, timedelta

import pytest

from shared.records.appointments import projection
from shared.records.keys import day_key
from shared.records.table import Operation
from tests.functions.graph.appointments.bookings import TUESDAY, at, booking, problems
from tests.support.builders import an_appointment


async def many(graph, count, day=TUESDAY):
    """Rows of the index alone, as the lists read them."""
    start = datetime.fromisoformat(f"{day}T00:00:00+00:00")
    for number in range(count):
        one = an_appointment(start + timedelta(minutes=number), id=f"x{number:04d}", service="solo" if number % 2 else "consultation",
                             status="cancelled" if number % 3 == 0 else "booked", staff=("claire",) if number % 5 else ("omar", "claire"))  # fmt: skip
        await graph.world.table.transact(
            "bookings", "biz0clinic", [Operation("insert", day_key(one.start, one.id), projection(one))]
        )


async def followed(graph, url):
    found, pages = [], 0
    while url:
        page = await graph.get(url)
        found, pages = found + page["value"], pages + 1
        url = page.get("@odata.nextLink", "").removeprefix("https://book.example.org")
    return found, pages


@pytest.mark.walk
async def test_lists_come_page_after_page_in_the_order_of_starts(graph):
    await many(graph, 400)
    found, pages = await followed(graph, "appointments")
    starts = [one["startDateTime"]["dateTime"] for one in found]
    assert (len(found), len({one["id"] for one in found}), pages) == (266, 266, 3)
    assert starts == sorted(starts)
    found, pages = await followed(graph, "appointments?$top=120&$select=id")
    assert (len(found), pages, set(found[0])) == (266, 3, {"id", "@odata.etag"})
    assert (await graph.call("GET", "appointments/$count")).body == b"266"
    counted = await graph.get("appointments?$count=true&$top=1")
    assert (counted["@odata.count"], len(counted["value"])) == (266, 1)
    assert len((await followed(graph, "appointments?$count=true&$top=90"))[0]) == 266
    last = await graph.get("appointments?$orderby=startDateTime/dateTime%20desc&$top=1")
    assert last["value"][0]["id"] == "x0398"
    assert (await graph.refused("GET", "appointments?$skiptoken=x"))[0] == 400
    (one, two) = (await graph.get("appointments?$skip=264"))["value"]
    assert (one["id"], two["id"]) == ("x0397", "x0398")
    assert (await graph.get("appointments?$top=0"))["value"] == []


@pytest.mark.walk
async def test_lists_are_looked_through(graph):
    await many(graph, 400)
    for wanted, count in (
        ("serviceId%20eq%20'solo'", 133),
        ("staffMemberIds/any(s:s%20eq%20'omar')", 53),
        ("customers/any(c:%20c/emailAddress%20eq%20'ANA@example.com')%20and%20serviceId%20ne%20'solo'", 133),
        ("customers/any(c:c/emailAddress%20eq%20'nobody@example.com')", 0),
        (f"startDateTime/dateTime%20ge%20'{TUESDAY}T06:00'", 26),
        ("not%20staffMemberIds/any(s:s%20eq%20'omar')", 213),
    ):
        found, _ = await followed(graph, f"appointments?$filter={wanted}")
        assert len(found) == count
    for wrong in (
        "staffMemberIds/any(s%20eq%20'x')",
        "staffMemberIds/any(s:t%20eq%20'x')",
        "x/any(s:s)",
        "x/all(s:s%20eq%201)",
    ):
        assert (await graph.refused("GET", f"appointments?$filter={wrong}"))[0] == 400


def view(start, end, day=TUESDAY):
    return f"calendarView?end={day}T{end}:00%2B00:00&start={day}T{start}:00Z"


async def test_the_calendar_shows_what_a_stretch_of_time_touches(graph):
    short = await graph.post("appointments", booking("09:00"))
    long = await graph.post("appointments", booking("06:00", "14:00", service="course", staffMemberIds=["omar"]))
    days = {"startDateTime": at("08:00", "2027-01-10"), "endDateTime": at("10:00"), "staffMemberIds": ["vera"]}
    longest = await graph.post("appointments", booking(service="secret", **days))
    ids = {short["id"]: "short", long["id"]: "long", longest["id"]: "longest"}
    for start, end, expected in (
        ("09:00", "09:30", ["longest", "long", "short"]),
        ("09:29", "12:00", ["longest", "long", "short"]),
        ("09:30", "12:00", ["longest", "long"]),
        ("10:00", "12:00", ["long"]),
        ("05:00", "06:00", ["longest"]),
        ("14:00", "20:00", []),
        ("08:00", "08:59", ["longest", "long"]),
    ):
        found = await graph.listed(view(start, end))
        assert [ids[one["id"]] for one in found] == expected
    assert [one["customers"][0]["name"] for one in found if one["customers"]] == ["Ana Souza"] * 2
    assert (await graph.call("GET", view("09:00", "09:30").replace("?", "/$count?"))).body == b"3"
    one_by_one, pages = await followed(graph, f"{view('09:00', '09:30')}&$top=3&$filter=serviceId%20ne%20'x'")
    assert ([ids[one["id"]] for one in one_by_one], pages) == (["longest", "long", "short"], 1)
    await graph.patch(f"appointments/{long['id']}", {"endDateTime": at("07:00")})
    assert [ids[one["id"]] for one in await graph.listed(view("08:00", "08:59"))] == ["longest"]
    assert await problems(graph) == []


async def test_the_calendar_is_paged_from_what_began_before_it(graph):
    await many(graph, 400)
    found, pages = await followed(graph, view("02:00", "05:00"))
    whole = [f"x{number:04d}" for number in range(91, 300) if number % 3]
    assert [one["id"] for one in found] == whole
    assert pages == 2


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("", "/start"),
        ("?end=&start=", "/start"),
        ("?start=2027-01-12T00:00:00Z", "/end"),
        ("?start=soon&end=later", "/start"),
        ("?start=2027-01-12T00:00:00Z&end=2027-01-12T00:00:00Z", "/end"),
        ("?start=2027-01-12T00:00:00Z&end=2027-05-12T00:00:00Z", "/end"),
        ("?start=0001-01-01T00:00:00Z&end=2027-05-12T00:00:00Z", "/start"),
    ],
)
async def test_a_view_of_no_time_is_refused(graph, query, target):
    status, error = await graph.refused("GET", f"calendarView{query}")
    assert (status, error["details"][0]["target"]) == (400, target)


async def test_a_view_reads_times_as_clients_write_them(graph):
    await graph.post("appointments", booking("09:00"))
    for start, end in (
        ("2027-01-12T10:00:00%2B01:00", "2027-01-12T23:59:59.9999999Z"),
        ("2027-01-12T10:00:00+01:00", "2027-01-12T12:00:00"),
    ):
        assert len(await graph.listed(f"calendarView?start={start}&end={end}")) == 1
