"""What staff do from the queue: let in, tell, mark, remind and join; and who may not."""

import asyncio
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from shared.domain.appointments.visit_links import host_token
from tests.functions.console.app import FORM, PEOPLE, START, a_clinic
from tests.support.builders import SECRET


NEXT = "/console/queue/next"


async def test_staff_let_in_tell_and_mark_from_the_queue(console):
    await console.ana("enter", {"name": "Ana"})
    told = await console.act("desk", action="tell", text="Five minutes")
    assert (told.status, told.headers["Location"]) == (303, "/console/queue?news=said")
    await console.act("desk", action="admit", party=f"a.{console.id}", back="online=1&day=x")
    state = (await console.ana("beat")).json()
    assert (state["view"], state["messages"][0]["text"]) == ("admitted", "Five minutes")
    console.now += timedelta(minutes=1)
    ended = await console.act("claire", action="end", back="online=1")
    assert ended.headers["Location"] == "/console/queue?online=1"
    assert "No-show" in await console.text()  # let in, and never in the room


async def test_what_somebody_who_waits_asks_stands_in_their_line_until_it_is_answered(console):
    await console.ana("enter", {"name": "Ana"})
    tag = await console.tag("eye")
    console.now += timedelta(seconds=1)
    await console.ana("tell", {"text": "Is the <doctor> in?"})
    assert (await console.see("eye", if_none_match=tag)).status == 200
    assert "Is the &lt;doctor&gt; in?" in await console.text("eye")
    assert (await console.json_of("eye")).json()["appointments"][0]["unanswered"] == "Is the <doctor> in?"
    await console.act("desk", action="tell", text="Yes")
    assert "doctor" not in await console.text("eye")


async def test_a_no_show_is_marked_and_taken_back(console):
    await console.act("desk", action="mark_no_show")
    assert 'data-status="no_show"' in await console.text()
    console.now += timedelta(seconds=1)
    await console.act("desk", action="undo")
    assert 'data-status="booked"' in await console.text()


async def test_who_may_not_change_an_appointment_may_not_run_it(console):
    for who, status in (("eye", 403), ("omar", 403), ("gast", 404)):
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
    said = await console.text(query="news=reminded")
    assert "The reminder was sent." in said
    assert '<p class="notice" role="status" tabindex="-1" autofocus>' in said


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


async def test_a_host_is_led_to_who_waits_for_them_and_nobody_else(console):
    assert (await console.open("claire", NEXT)).json() == {}
    await console.ana("enter", {"name": "Ana"})
    console.now += timedelta(minutes=4)
    await console.ana("beat")
    found = (await console.open("claire", NEXT)).json()
    assert found == {"name": "Ana", "since": "2027-01-11T09:00:00Z", "url": f"{console.path}/join"}
    assert (await console.open("claire", found["url"])).headers["Location"].startswith("/host/")
    for who in ("omar", "desk", "eye", "gast"):
        assert (await console.open(who, NEXT)).json() == {}
    assert (await console.call("GET", NEXT, accept="*/*")).status == 303
    await console.ana("leave", {})
    assert (await console.open("claire", NEXT)).json() == {}


async def test_who_has_lost_contact_is_offered_to_nobody_nor_to_who_may_not_run_the_queue(console):
    await console.ana("enter", {"name": "Ana"})
    people = {**PEOPLE, "claire": PEOPLE["claire"].model_copy(update={"role": "viewer"})}
    console.now += timedelta(minutes=5)
    assert (await console.open("claire", NEXT)).json() == {}
    await console.ana("beat")
    await console.save(a_clinic(people))
    assert (await console.open("claire", NEXT)).json() == {}


async def test_a_ready_message_is_one_press_and_read_in_each_readers_language(console):
    await console.ana("enter", {"name": "Ana"})
    page = await console.text()
    assert 'name="ready" value="ten_minutes"' in page
    assert "We’re running ten minutes late." in page
    told = await console.act("desk", action="tell", ready="ten_minutes", text="not this")
    assert told.headers["Location"] == "/console/queue?news=said"
    state = (await console.call("POST", f"{console.join}/beat", {}, accept_language="ru")).json()
    assert [one["text"] for one in state["messages"]] == ["Мы задерживаемся на десять минут."]
    assert (await console.act("desk", action="tell", ready="nonsense")).status == 400


async def test_what_comes_next_is_a_button_and_what_ends_it_stands_apart(console):
    bob = next(part for part in (await console.text()).split("<tr ") if "Bob" in part)
    before, _, menu = bob.partition('class="menu rest"')
    assert 'value="arrive"' in before
    usual, _, apart = menu.partition('class="apart"')
    assert [f'value="{one}"' in usual for one in ("begin", "complete")] == [True, True]
    assert 'value="mark_no_show"' in apart
    assert "/cancel?" in apart
    assert "/cancel?" not in usual
