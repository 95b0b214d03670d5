"""What the staff note stays with the staff, whatever wrote it; what the customer gave is said to be theirs."""

from datetime import timedelta

import pytest

from shared.domain.calendar.service import Reminder
from tests.functions.booking.customers_view import ROOT, mails, parts, seen_by_customer
from tests.functions.console.app import START
from tests.functions.console.test_appointments import said
from tests.functions.graph.appointments.bookings import booking
from tests.support.builders import MONDAY, a_business, a_calendar, a_person, a_service


CANARY = "CANARY"
HOUR = timedelta(hours=1)
INTERNAL = {"serviceNotes": f"{CANARY} notes", "appointmentLabel": f"{CANARY} label"}
NEW = "/console/bookings/biz0clinic/new"


async def written_everywhere(graph, service: str) -> None:
    """Fill every field that is the staff's own, before anybody books."""
    await graph.patch(f"services/{service}", {"notes": f"{CANARY} service"})
    off = {"title": f"{CANARY} off", "notes": f"{CANARY} off", "staffMemberId": "omar"}
    span = {"startDateTime": {"dateTime": "2027-02-01T09:00:00", "timeZone": "UTC"}}
    end = {"endDateTime": {"dateTime": "2027-02-01T10:00:00", "timeZone": "UTC"}}
    await graph.post("timeOff", {**off, **span, **end})


async def manage_of(world, appointment: str) -> tuple[str, str]:
    """Return the two links that the customer's confirmation has."""
    letter = next(one for one in mails(world) if one.appointment.id == appointment)
    links = f"{ROOT}/book/clinic/manage/{letter.manage_token}", f"/join/{letter.visit_token}"
    return links if letter.visit_token else (links[0], "")


@pytest.mark.walk
@pytest.mark.parametrize("is_online", [True, False])
@pytest.mark.parametrize("wrote", ["at first", "afterwards"])
async def test_nothing_that_a_customer_gets_holds_what_the_staff_noted(graph, is_online, wrote):
    world = graph.world
    service = {"displayName": "Video", "staffMemberIds": ["claire"], "isLocationOnline": is_online}
    reminder = {"message": "", "offset": "PT1H", "recipients": "allAttendees"}
    name = (await graph.post("services", {**service, "defaultReminders": [reminder]}))["id"]
    await written_everywhere(graph, name)
    made = await graph.post("appointments", booking(service=name, **(INTERNAL if wrote == "at first" else {})))
    path = f"appointments/{made['id']}"
    await graph.patch(path, INTERNAL)
    await world.drain()
    await graph.patch(path, {"startDateTime": {"dateTime": "2027-01-12T11:00:00", "timeZone": "UTC"}})
    await world.drain()
    manage, join = await manage_of(world, made["id"])
    seen = await seen_by_customer(world, manage, join)
    world.now = MONDAY + timedelta(days=1, hours=3, minutes=1)
    await world.drain()
    await graph.post(f"{path}/cancel", {"cancellationMessage": "We are closed."}, status=204)
    await world.drain()
    seen |= {f"after {what}": text for what, text in (await seen_by_customer(world, manage, join)).items()}
    assert {"confirmation", "change", "reminder", "cancellation"} <= {one.kind for one in mails(world)}
    for url in ("/book/clinic", f"/book/clinic/{name}", "/book/clinic.md", "/api/clinic"):
        seen[url] = (await world.call("GET", url)).body.decode()
    assert [what for what, text in seen.items() if CANARY in text] == []
    assert (await graph.get(path))["serviceNotes"] == f"{CANARY} notes"


async def test_the_console_keeps_internal_notes_apart_from_what_the_customer_said(console):
    form = said(await console.open("desk", NEW))
    assert 'name="internal"' in form
    assert "Internal notes (only staff see these)" in form
    assert "Notes from the customer" in form
    made = await console.book_by_hand(
        START + 3 * HOUR,
        name="Carl",
        email="carl@example.com",
        notes="I come by train.",
        internal=f"{CANARY}\nsecond line",
        override="1",
    )
    await console.drain()
    assert (await console.appointment(made)).terms.notes == f"{CANARY}\nsecond line"
    manage, join = await manage_of(console, made)
    seen = await seen_by_customer(console, manage, join)
    assert [what for what, text in seen.items() if CANARY in text] == []
    theirs = [what for what, text in seen.items() if "I come by train." in text]
    assert [what.rpartition(" ")[2] for what in theirs] == ["text/plain", "text/html"]
    staff = next(one for one in console.postman.to("claire@clinic.example") if one.appointment.id == made)
    told = parts(staff, console)["text/plain"]
    assert "From the customer: I come by train." in told
    page = said(await console.open("eye", f"/console/queue/biz0clinic/{made}"))
    assert CANARY in page
    assert "From the customer:" in page
    assert "/notes?" not in page


async def test_internal_notes_are_changed_without_a_word_to_the_customer(console):
    await console.drain()
    console.postman.letters.clear()
    path = f"{console.path}/notes"
    answer = await console.send("desk", path, internal=" Bring the file.\r\nAsk about May. ")
    assert (answer.status, answer.headers["Location"].partition("?")[0]) == (303, console.path)
    await console.drain()
    assert console.postman.letters == []
    page = said(await console.open("desk", console.path))
    assert "Bring the file.\nAsk about May." in page
    assert ">Bring the file.\nAsk about May.</textarea>" in said(await console.open("desk", path))
    await console.send("claire", path, internal="")
    assert (await console.appointment()).terms.notes == ""
    assert "Add a note" in said(await console.open("desk", console.path))


async def test_notes_that_cannot_be_kept_are_told_beside_their_field(console):
    for text in ("x" * 4001, "bell \x07"):
        for path, more in (
            (f"{console.path}/notes", {}),
            (NEW, {"name": "Carl", "date": "2027-01-12", "time": "11:00"}),
        ):
            answer = await console.send("desk", path, internal=text, **more)
            assert answer.status == 422
            assert '<p class="error" id="internal-error">' in said(answer)
            assert "This is too long" in said(answer)


async def test_notes_over_somebody_elses_are_refused(console):
    path = f"{console.path}/notes"
    old = said(await console.open("desk", path))
    etag = old.partition('name="etag" value="')[2].partition('"')[0]
    await console.send("claire", path, internal="Claire's")
    assert (await console.send("desk", path, internal="The desk's", etag=etag)).status == 412
    assert (await console.appointment()).terms.notes == "Claire's"


@pytest.mark.parametrize("who", ["eye", "omar", "gast"])
async def test_who_may_not_change_the_appointment_writes_no_notes(console, who):
    assert (await console.open(who, f"{console.path}/notes")).status in (403, 404)


async def test_who_joins_a_session_brings_notes_and_loses_none(console):
    course = a_service("course", staff=("omar",), maximum_attendees=5, reminders=(Reminder(offset=HOUR),))
    people = [a_person("omar"), a_person("desk", role="scheduler")]
    await console.save(a_calendar(a_business(), [course], people))
    session = await console.book_by_hand(
        START + 4 * HOUR, service="course", staff="omar", name="Eva", internal="first", override="1"
    )
    await console.send(
        "desk",
        NEW,
        service="course",
        staff="omar",
        name="Finn",
        date="2027-01-11",
        time="14:00",
        internal="second",
        override="1",
    )
    assert (await console.appointment(session)).filled == 2
    assert (await console.appointment(session)).terms.notes == "first\nsecond"
    refused = await console.send(
        "desk",
        NEW,
        service="course",
        staff="omar",
        name="Gil",
        date="2027-01-11",
        time="14:00",
        internal="x" * 3999,
        override="1",
    )
    assert refused.status == 303
    more = await console.send(
        "desk",
        NEW,
        service="course",
        staff="omar",
        name="Hal",
        date="2027-01-11",
        time="14:00",
        internal="y" * 4000,
        override="1",
    )
    assert more.status == 422
    assert '<p class="error" id="internal-error">' in said(more)
