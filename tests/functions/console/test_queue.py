"""The queue in the console: who sees it, what it shows, by which filters and pages, and as JSON."""

import asyncio
from datetime import timedelta

import pytest

from functions.console.queue.query import RIGHTS_LAST
from shared.domain.appointments.terms import TermsChange
from shared.domain.appointments.visit_links import join_token
from shared.records.appointments import projection
from shared.records.keys import day_key
from shared.records.table import Operation
from shared.use_cases.appointments.staff_request import CustomerInput, StaffBooking
from tests.functions.console.app import PEOPLE, START, a_clinic, a_console
from tests.support.builders import MONDAY, SECRET, a_person, an_appointment
from tests.support.virtual_time import virtually


async def test_whoever_waits_is_shown_with_their_wait(console):
    await console.ana("enter", {"name": "Ana", "devices": "camera microphone"})
    console.now += timedelta(seconds=95)
    page = await console.text()
    assert "(1) Queue" in page
    assert "In the waiting room" in page
    assert ">01:35<" in page
    assert f'data-since="{START.isoformat()}"' in page
    assert 'class="late"' in page
    assert "Bob" in page
    assert "Bob" not in await console.text(query="online=1")  # he comes in person


@pytest.mark.parametrize(
    ("who", "sees"), [("desk", 200), ("claire", 200), ("eye", 200), ("gast", 404), ("nobody", 404)]
)
async def test_who_may_see_the_queue_of_a_calendar(console, who, sees):
    assert (await console.see(who, "calendar=clinic")).status == sees


@virtually
async def test_who_may_not_see_it_any_more_does_not_see_it_for_long():
    console = await a_console()
    assert console.id in await console.text("desk")
    await console.save(a_clinic(PEOPLE | {"desk": a_person("desk", role="guest")}))
    await asyncio.sleep(RIGHTS_LAST + 1)
    assert console.id not in await console.text("desk")
    assert (await console.see("desk", "calendar=clinic")).status == 404


async def test_who_is_not_signed_in_is_sent_to_sign_in(console):
    answer = await console.call("GET", "/console/queue", accept="text/html")
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/console/sign-in")


async def test_a_guests_own_queue_is_empty(console):
    assert "No appointments here" in await console.text("gast")


async def test_other_days_filters_and_pages(console):
    assert "No appointments here" in await console.text(query="day=2027-01-20")
    assert console.id in await console.text(query=f"day={START:%Y-%m-%d}&staff=biz0clinic.claire")
    assert console.id not in await console.text(query="staff=biz0clinic.omar")
    assert console.id not in await console.text(query="status=completed")
    for odd in ("day=tomorrow", "page=x", "page=2", "day=9999-12-31", "service=%00"):
        assert (await console.see(query=odd)).status == 200


async def test_the_tiles_count_all_and_the_lines_come_by_sixty(console):
    noon = MONDAY + timedelta(days=7, hours=4)
    for number in range(130):
        one = an_appointment(noon + timedelta(minutes=number), id=f"x{number:03d}", service="video")
        write = Operation("insert", day_key(one.start, one.id), projection(one))
        await console.table.transact("bookings", "biz0clinic", [write])
    pages = [await console.text(query=f"day=2027-01-18&page={number}") for number in range(3)]
    assert [page.count("data-key=") for page in pages] == [60, 60, 10]
    assert all(">130<" in page for page in pages)
    assert "61–120 / 130" in pages[1]
    assert ["page=1" in pages[0], "page=2" in pages[1], "page=3" in pages[2]] == [True, True, False]


@pytest.mark.parametrize("name", ["status", "service", "staff", "name"])
async def test_what_is_no_choice_is_not_repeated_at_length(console, name):
    plain = await console.text("desk", f"{name}=x")
    assert len(await console.text("desk", f"{name}={'x' * 60_000}")) < len(plain) + 5000


async def test_a_name_is_text_whatever_it_holds(console):
    await console.ana("enter", {"name": "<script>alert(1)</script>"})
    assert "<script>alert" not in await console.text()


async def test_one_chooses_among_the_calendars_that_one_may_see(console):
    await console.save(a_clinic(id="biz0other", slug="other", name="Other"))
    both = await console.text()
    assert both.count('name="calendar" value="') == 2
    assert "Ana Souza" in both
    assert "Ana Souza" not in await console.text(query="calendar=other")
    assert "Ana Souza" in await console.text(query="calendar=other&calendar=clinic")
    assert 'value="other" checked' in await console.text(query="calendar=other,clinic")
    assert (await console.see(query="calendar=clinic,nowhere")).status == 404


async def test_the_queue_as_json_is_that_of_the_page_for_the_same_people(console):
    await console.ana("enter", {"name": "Ana", "devices": "camera microphone"})
    console.now += timedelta(seconds=95)
    answer = await console.json_of("desk", "calendar=clinic")
    document = answer.json()
    assert answer.headers["Content-Type"] == "application/json"
    assert document["counts"] == {"in_lobby": 1, "booked": 1}
    assert (document["total"], document["page"], document["pageSize"]) == (2, 0, 60)
    ana, bob = document["appointments"]
    assert (ana["id"], ana["status"], ana["waitSeconds"], ana["isLate"]) == (console.id, "in_lobby", 95, True)
    assert ana["waiting"] == [{"party": f"a.{console.id}", "name": "Ana", "isHere": False}]
    assert ana["devices"] == ["camera", "microphone"]
    assert ana["staff"] == [{"id": "claire", "name": "Claire"}]
    assert (bob["customer"], bob["isOnline"]) == ("Bob", False)
    tag = (await console.json_of("desk", "calendar=clinic")).headers["ETag"]
    assert (await console.json_of("desk", "calendar=clinic", if_none_match=tag)).status == 304
    assert (await console.see("desk", "calendar=clinic", if_none_match=tag)).status == 200
    for who, status in (("eye", 200), ("gast", 404)):
        assert (await console.json_of(who, "calendar=clinic")).status == status
    assert (await console.call("GET", "/console/queue", accept="application/json")).status == 401


async def test_who_came_without_a_booking_is_told_apart_and_a_crowd_is_named_in_part(console):
    crowd = tuple(PEOPLE)
    one = an_appointment(START, id="walkin", service="video", staff=crowd, origin="on_demand")
    write = Operation("insert", day_key(one.start, one.id), projection(one))
    await console.table.transact("bookings", "biz0clinic", [write])
    page = await console.text()
    assert page.count("Walk-in") == 1
    assert "Claire, Omar, Desk" in page
    assert ">+2<" in page
    found = (await console.json_of("desk")).json()["appointments"]
    origins = {line["id"]: line["origin"] for line in found}
    assert (origins["walkin"], origins[console.id]) == ("on_demand", "booking")


async def test_the_reader_is_told_when_a_wait_becomes_late(console):
    console.now = START - timedelta(minutes=5)
    await console.ana("enter", {"name": "Ana"})
    assert f'data-late-at="{START.isoformat()}"' in await console.text()


async def test_an_appointment_is_online_or_not_as_it_was_booked_whatever_its_service_says(console):
    for name, service, is_online in (("Cleo", "here", True), ("Dora", "video", False)):
        booking = StaffBooking(
            service=service,
            start=START + timedelta(hours=2),
            staff=("omar" if service == "here" else "claire",),
            parties=(CustomerInput(name=name, email="c@example.com"),),
            terms=TermsChange(is_online=is_online),
        )
        made = await console.book_by_staff(booking)
        if name == "Cleo":
            cleo = made
    shown = {one["customer"]: one["isOnline"] for one in (await console.json_of("desk")).json()["appointments"]}
    assert shown == {"Ana Souza": True, "Bob": False, "Cleo": True, "Dora": False}
    assert "Dora" not in await console.text(query="online=1")
    assert cleo.seat
    console.now = cleo.start
    join = join_token(SECRET, "biz0clinic", cleo, cleo.seat)
    assert (await console.call("POST", f"/join/{join}/enter", {"name": "Cleo"})).status == 200
    assert (await console.act("desk", cleo.id, action="end")).status == 303
    assert (await console.appointment(cleo.id)).status == "not_admitted"
