"""The queue in the console: who sees what, what it says, what it lets one do, and that an unchanged one is a 304."""

import asyncio
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from functions.queue_seen import RIGHTS_LAST
from shared.domain.terms import TermsChange
from shared.use_cases.appointment_rows import projection
from shared.use_cases.delete_appointment import delete_appointment
from shared.use_cases.ports import Operation
from shared.use_cases.rows import day_key
from shared.use_cases.staff_booking import Party, StaffBooking
from shared.use_cases.staff_claims import Editor
from shared.use_cases.visit_links import host_token, join_token
from tests.builders import MONDAY, SECRET, a_person, an_appointment
from tests.functions.queue_world import FORM, PEOPLE, START, a_clinic, a_console
from tests.virtual_time import virtually


async def test_whoever_waits_is_shown_with_their_wait(console):
    await console.ana("enter", {"name": "Ana", "devices": "camera microphone"})
    console.now += timedelta(seconds=95)
    page = await console.text()
    assert "(1) Queue" in page
    assert "In the waiting room" in page
    assert ">01:35<" in page
    assert f'data-since="{START.isoformat()}"' in page
    assert 'class="late"' in page
    assert "Bob" not in page  # in person
    assert "Bob" in await console.text(query="all=1")


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


async def test_an_unchanged_queue_is_a_304_and_a_changed_one_is_not(console):
    tag = await console.tag()
    same = await console.see(if_none_match=tag)
    assert same.status == 304
    for name in ("Content-Security-Policy", "Vary", "Cache-Control"):  # a browser takes them over
        assert same.headers[name] == (await console.see()).headers[name]
    requests = console.table.requests
    assert (await console.see(if_none_match=tag)).status == 304
    unchanged = console.table.requests - requests
    await console.ana("enter", {"name": "Ana"})
    changed = await console.see(if_none_match=tag)
    assert changed.status == 200
    tag = changed.headers["ETag"]
    console.now += timedelta(seconds=12)
    await console.ana("beat")
    assert (await console.see(if_none_match=tag)).status == 304
    await console.ana("leave")
    assert (await console.see(if_none_match=tag)).status == 200
    assert unchanged == 1  # the marks of the queue
    assert (await console.see("claire", if_none_match=tag)).status == 200


@pytest.mark.parametrize("change", ["book", "cancel", "move"])
async def test_bookings_moves_and_cancellations_change_the_queue(console, change):
    tag = await console.tag()
    console.now = MONDAY
    if change == "book":
        await console.book(START + timedelta(hours=3), service="video")
    token = (await console.book(START + timedelta(hours=4), service="video")).json()["manage"].rpartition("/")[2]
    if change == "cancel":
        await console.call("DELETE", f"/api/clinic/appointments/{token}")
    if change == "move":
        await console.call(
            "PATCH",
            f"/api/clinic/appointments/{token}",
            {"start": (START + timedelta(days=1)).isoformat()},
            idempotency_key="move-the-appointment",
        )
    console.now = START
    assert (await console.see(if_none_match=tag)).status == 200


async def test_what_is_deleted_is_gone_from_the_queue(console):
    tag = await console.tag()
    assert console.id in await console.text()
    calendar = await console.store.calendars.find("clinic")
    editor, more = Editor("desk"), {"store": console.store, "secret": SECRET, "now": console.now}
    await delete_appointment(console.id, editor=editor, key="delete-it-for-good", calendar=calendar, **more)
    assert (await console.see(if_none_match=tag)).status == 200
    assert console.id not in await console.text()


async def test_staff_let_in_tell_and_mark_from_the_queue(console):
    await console.ana("enter", {"name": "Ana"})
    told = await console.act("desk", action="tell", text="Five minutes")
    assert (told.status, told.headers["Location"]) == (303, "/console/queue?")
    await console.act("desk", action="admit", party=f"a.{console.id}", back="all=1&day=x")
    state = (await console.ana("beat")).json()
    assert (state["view"], state["messages"][0]["text"]) == ("admitted", "Five minutes")
    console.now += timedelta(minutes=1)
    ended = await console.act("claire", action="end", back="all=1")
    assert ended.headers["Location"] == "/console/queue?all=1"
    assert "No-show" in await console.text()  # let in, and never in the room


async def test_a_no_show_is_marked_and_taken_back(console):
    await console.act("desk", action="mark_no_show")
    assert 'data-status="no_show"' in await console.text()
    console.now += timedelta(seconds=1)
    await console.act("desk", action="undo")
    assert 'data-status="booked"' in await console.text()


async def test_who_may_not_change_an_appointment_may_not_run_it(console):
    for who, status in (("eye", 403), ("omar", 403), ("gast", 403)):
        answer = await console.act(who, action="mark_no_show")
        assert answer.status == status
    assert 'data-status="booked"' in await console.text()


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"action": "explode"}, 400),
        ({"action": "admit", "party": "a.nobody"}, 404),
        ({"action": "admit", "appointment": "no-such"}, 404),
    ],
)
async def test_what_cannot_be_done_is_refused(console, form, status):
    assert (await console.act("desk", **form)).status == status


async def test_a_form_without_its_token_is_refused(console):
    body = urlencode({"action": "mark_no_show"}).encode()
    answer = await console.call(
        "POST",
        console.path,
        body=body,
        content_type=FORM,
        cookie=console.cookie("desk"),
        accept="text/html",
    )
    assert answer.status == 403
    assert 'data-status="booked"' in await console.text()


async def test_whoever_serves_goes_to_their_own_host_page_and_nobody_else(console):
    token = host_token(SECRET, "biz0clinic", await console.appointment(), "claire")
    url = f"{console.path}/join"
    answer = await console.call("GET", url, cookie=console.cookie("claire"), accept="text/html")
    assert (answer.status, answer.headers["Location"]) == (303, f"/host/{token}")
    other = await console.call("GET", url, cookie=console.cookie("desk"), accept="text/html")
    assert other.status == 404
    assert url in await console.text("claire")
    assert url not in await console.text("desk")


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


async def test_a_name_is_text_whatever_it_holds(console):
    await console.ana("enter", {"name": "<script>alert(1)</script>"})
    assert "<script>alert" not in await console.text()


async def test_a_reminder_goes_out_once_for_a_double_click(console):
    page = await console.text()
    key = page.partition('name="key" value="')[2].partition('"')[0]
    console.now = START - timedelta(hours=1)
    for _ in range(2):
        answer = await console.act("desk", action="remind", key=key)
        assert (answer.status, answer.headers["Location"]) == (303, "/console/queue?news=reminded")
    await console.drain()
    assert [one.to for one in console.postman.letters if one.kind == "reminder"] == ["ana@example.com"]
    await console.act("desk", action="remind", key=f"{key}-another")
    await console.drain()
    assert len([one for one in console.postman.letters if one.kind == "reminder"]) == 2
    assert "A reminder is on its way." in await console.text(query="news=reminded")


async def test_whoever_is_late_can_be_reminded_until_the_end(console):
    console.now = START + timedelta(minutes=5)
    key = "remind-who-is-late-1"
    assert (await console.act("desk", action="remind", key=key)).headers["Location"].endswith("news=reminded")
    await console.drain()
    assert "reminder" in [one.kind for one in console.postman.letters]
    console.now = START + timedelta(hours=2)
    late = await console.act("desk", action="remind", key=f"{key}-2")
    assert late.headers["Location"].endswith("news=too-late")
    console.now = START
    assert (await console.act("desk", action="remind", key="short")).status == 422


async def test_somebody_without_an_address_is_not_reminded(console):
    nobody = await console.book_by_hand(START + timedelta(hours=3), name="Nobody")
    answer = await console.act("desk", nobody, action="remind", key="remind-nobody-at-all")
    assert answer.headers["Location"].endswith("news=no-mail")


async def test_two_who_admit_at_once_admit_one_person_once(console):
    await console.ana("enter", {"name": "Ana"})
    form = {"action": f"admit a.{console.id}"}
    answers = await asyncio.gather(*(console.act(who, **form) for who in ("desk", "claire")))
    assert [one.status for one in answers] == [303, 303]
    row = await console.table.get("bookings", "biz0clinic", f"V|202701110900|{console.id}")
    assert row.values["body"].count('"letIn"') == 1
    assert (await console.ana("beat")).json()["view"] == "admitted"


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
    answer = await console.json_of("desk", "calendar=clinic&all=1")
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
    tag = (await console.json_of("desk", "calendar=clinic&all=1")).headers["ETag"]
    assert (await console.json_of("desk", "calendar=clinic&all=1", if_none_match=tag)).status == 304
    assert (await console.see("desk", "calendar=clinic&all=1", if_none_match=tag)).status == 200
    for who, status in (("eye", 200), ("gast", 404)):
        assert (await console.json_of(who, "calendar=clinic")).status == status
    assert (await console.call("GET", "/console/queue", accept="application/json")).status == 401


async def test_who_came_without_a_booking_is_told_apart_and_a_crowd_is_named_in_part(console):
    crowd = tuple(PEOPLE)
    one = an_appointment(START, id="walkin", service="video", staff=crowd, origin="on_demand")
    write = Operation("insert", day_key(one.start, one.id), projection(one))
    await console.table.transact("bookings", "biz0clinic", [write])
    page = await console.text()
    assert page.count("without a booking") == 1
    assert "Claire, Omar, Desk" in page
    assert ">+2<" in page
    found = (await console.json_of("desk")).json()["appointments"]
    assert {line["id"]: line["origin"] for line in found} == {"walkin": "on_demand", console.id: "booking"}


async def test_the_reader_is_told_when_a_wait_becomes_late(console):
    console.now = START - timedelta(minutes=5)
    await console.ana("enter", {"name": "Ana"})
    assert f'data-late-at="{START.isoformat()}"' in await console.text()


async def test_what_readers_share_holds_nobody_elses_calendars(console):
    lone = a_person("lone", role="scheduler")
    await console.save(a_clinic(PEOPLE | {"lone": lone}))
    await console.save(a_clinic(id="biz0other", slug="other", name="Somewhere else"))
    await console.tag(query="calendar=clinic")  # from now on, readers share
    first, second = [await console.text(who, "calendar=clinic") for who in ("desk", "lone")]
    assert "Somewhere else" in first
    assert "Ana Souza" in second
    assert "Somewhere else" not in second


async def test_what_readers_share_holds_nobody_elses_token(console):
    await console.tag()
    pages = [await console.text(who) for who in ("desk", "eye", "claire", "desk")]
    tokens = [page.partition('name="csrf" value="')[2].partition('"')[0] for page in pages]
    assert tokens[0] == tokens[3]
    assert tokens[0] != tokens[2]
    assert not tokens[1]  # nothing that a viewer may send
    keys = {page.partition('name="key" value="')[2].partition('"')[0] for page in pages if "Remind" in page}
    assert len(keys) == 3
    assert not any("~" in page for page in pages)


async def test_an_appointment_is_online_or_not_as_it_was_booked_whatever_its_service_says(console):
    for name, service, is_online in (("Cleo", "here", True), ("Dora", "video", False)):
        booking = StaffBooking(
            service=service,
            start=START + timedelta(hours=2),
            staff=("omar" if service == "here" else "claire",),
            parties=(Party(name=name, email="c@example.com"),),
            terms=TermsChange(is_online=is_online),
        )
        made = await console.book_by_staff(booking)
        if name == "Cleo":
            cleo = made
    shown = {one["customer"]: one["isOnline"] for one in (await console.json_of("desk")).json()["appointments"]}
    assert shown.get("Cleo") is True
    assert "Dora" not in shown
    assert "Dora" in await console.text(query="all=1")
    assert cleo.seat
    console.now = cleo.start
    join = join_token(SECRET, "biz0clinic", cleo, cleo.seat)
    assert (await console.call("POST", f"/join/{join}/enter", {"name": "Cleo"})).status == 200
    assert (await console.act("desk", cleo.id, action="end")).status == 303
    assert (await console.appointment(cleo.id)).status == "not_admitted"
