"""The status that the Graph API shows is the visit's, wherever an appointment is shown or looked for."""

from datetime import timedelta

from shared.records.appointments import projection
from shared.records.keys import VISIT, day_key, visit_key
from shared.records.table import Operation
from tests.functions.graph.app import GraphWorld
from tests.functions.visits.app import START, a_meeting
from tests.support.builders import an_appointment
from tests.support.edge import ORGANISATION_ADMINISTRATOR


VIEW = "calendarView?start=2027-01-12T00:00:00Z&end=2027-01-13T00:00:00Z"
INSIDE = "calendarView?start=2027-01-12T09:10:00Z&end=2027-01-12T09:20:00Z"


async def shown(graph, name):
    """Return the status of an appointment by each way that leads to it."""
    one = await graph.get(f"appointments/{name}")
    customer = f"customers/{one['customers'][0]['customerId']}/appointments"
    listed = [await graph.listed(path) for path in ("appointments", "appointments?$count=true", VIEW, customer)]
    (early,) = [it for it in await graph.listed(INSIDE) if it["id"] == name]
    return {
        one["status"],
        early["status"],
        *(it["status"] for found in listed for it in found if it["id"] == name),
    }


async def looked_for(graph, status):
    return [
        [one["id"] for one in await graph.listed(f"{path}$filter=status%20eq%20'{status}'")]
        for path in ("appointments?", f"{VIEW}&", "appointments?$count=true&")
    ]


async def test_the_status_follows_the_visit():
    meeting = await a_meeting()
    graph = GraphWorld(meeting, meeting.tokens.of(ORGANISATION_ADMINISTRATOR))
    name = meeting.document["id"]
    assert await shown(graph, name) == {"booked"}
    await meeting.ana("enter", {"name": "Ana", "devices": "camera microphone"})
    assert await shown(graph, name) == {"inLobby"}
    assert await looked_for(graph, "inLobby") == [[name]] * 3
    assert await looked_for(graph, "booked") == [[]] * 3
    await meeting.in_the_room()
    assert await shown(graph, name) == {"inProgress"}
    await meeting.doc("mark", {"happening": "end"})
    assert await shown(graph, name) == {"completed"}
    await graph.post(f"appointments/{name}/cancel", {}, 204)
    assert (await graph.get(f"appointments/{name}"))["status"] == "cancelled"


async def test_every_page_of_a_long_list_knows_its_visits():
    """Rows of visits whose appointments have moved on are in between, and do not hide those that follow."""
    meeting = await a_meeting()
    graph = GraphWorld(meeting, meeting.tokens.of(ORGANISATION_ADMINISTRATOR))
    await meeting.ana("enter", {"name": "Ana", "devices": "camera microphone"})
    (row,) = (await meeting.table.range("bookings", "biz0clinic", VISIT, "V~")).rows
    for number in range(260):
        start = START + timedelta(minutes=number)
        one = an_appointment(start, id=f"x{number:04d}", service="video", staff=("claire",))
        rows = [Operation("insert", visit_key(start, f"gone{number:04d}{end}"), row.values) for end in "abc"]
        rows += [Operation("insert", visit_key(start, one.id), row.values)] if number % 2 else []
        rows += [Operation("insert", day_key(start, one.id), projection(one))]
        await meeting.table.transact("bookings", "biz0clinic", rows)
    url, found = "appointments?$top=75", {}
    while url:
        page = await graph.get(url)
        found |= {one["id"]: one["status"] for one in page["value"]}
        url = page.get("@odata.nextLink", "").removeprefix("https://book.example.org")
    del found[meeting.document["id"]]
    assert found == {f"x{number:04d}": "inLobby" if number % 2 else "booked" for number in range(260)}
