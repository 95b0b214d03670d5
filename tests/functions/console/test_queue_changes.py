"""When the queue changes: an unchanged one is a 304, and what its readers share is nobody's own."""

import gzip
import re
from datetime import timedelta

import pytest

from shared.use_cases.appointments.delete_appointment import delete_appointment
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.context import Context
from tests.functions.console.app import PEOPLE, START, a_clinic
from tests.support.builders import MONDAY, SECRET, a_key, a_person


async def test_an_unchanged_queue_is_a_304_and_a_changed_one_is_not(console):
    tag = await console.tag()
    same = await console.see(if_none_match=tag)
    assert same.status == 304
    for name in ("Content-Security-Policy", "Vary", "Cache-Control"):  # a browser takes them over
        assert same.headers[name] == (await console.see()).headers[name]
    for known in (f"W/{tag}", f'"older", {tag}', "*"):
        assert (await console.see(if_none_match=known)).status == 304
    assert (await console.see(if_none_match='"older", W/"other"')).status == 200
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
    editor, more = Actor("desk"), {"context": Context(console.store, SECRET, console.now)}
    await delete_appointment(console.id, editor=editor, key="delete-it-for-good", calendar=calendar, **more)
    assert (await console.see(if_none_match=tag)).status == 200
    assert console.id not in await console.text()


async def test_what_readers_share_holds_nobody_elses_calendars(console):
    lone = a_person("lone", role="scheduler")
    await console.save(a_clinic(PEOPLE | {"lone": lone}))
    await console.save(a_clinic(id="biz0other", slug="other", name="Somewhere else"))
    await console.tag(query="calendar=clinic")  # from now on, readers share
    first, second = [await console.text(who, "calendar=clinic") for who in ("desk", "lone")]
    assert "Somewhere else" in first
    assert "Ana Souza" in second
    assert "Somewhere else" not in second


async def test_days_that_one_change_left_alike_keep_their_own_readers_apart(console):
    """A move to the next day writes the marks of both: they are equal, and who is served on them is not."""
    console.now = START - timedelta(hours=2)
    when = START + timedelta(days=8)
    token = (await console.book(when, service="video")).json()["manage"].rpartition("/")[2]
    later = {"start": (when + timedelta(days=1)).isoformat()}
    moved = await console.call("PATCH", f"/api/clinic/appointments/{token}", later, idempotency_key=a_key())
    assert moved.status == 200
    console.now += timedelta(minutes=5)
    left, new = (f"day={(when + timedelta(days=n)).date()}" for n in (0, 1))
    await console.tag("desk", left)
    await console.see("desk", left)
    await console.tag("desk", new)
    assert "/join" in await console.text("claire", new)
    assert "/join" not in await console.text("omar", new)


async def test_what_readers_share_holds_nobody_elses_token_or_name(console):
    await console.tag()
    pages = [await console.text(who) for who in ("desk", "eye", "claire", "desk")]
    for page, who in zip(pages, ("Desk", "Eye", "Claire", "Desk"), strict=True):
        assert [one for one in ("Desk", "Eye") if f"<bdi>{one}</bdi>" in page] == (
            [who] if who != "Claire" else []
        )
    tokens = [page.partition('name="csrf" value="')[2].partition('"')[0] for page in pages]
    assert tokens[0] == tokens[3]
    assert tokens[0] != tokens[2]
    assert tokens[1] not in (tokens[0], tokens[2])
    keys = {page.partition('name="key" value="')[2].partition('"')[0] for page in pages if "Send reminder" in page}
    assert len(keys) == 3


async def test_the_token_is_in_one_form_whatever_the_number_of_lines_and_in_one_for_each_message(console):
    async def forms() -> list[str]:
        page = (await console.text()).partition("<main")[2]
        return re.findall(r'<form[^>]*>(?=\n?<input type="hidden" name="csrf")', page)

    assert len(await forms()) == 1
    await console.ana("enter", {"name": "Ana"})
    action, message = await forms()
    assert 'id="act"' in action
    assert f'id="message-biz0clinic.{console.id}"' in message
    assert f'form="message-biz0clinic.{console.id}" name="text"' in await console.text()


async def test_a_script_gets_the_main_part_alone(console):
    part = (await console.see(sec_fetch_dest="empty")).body.decode()
    assert part.startswith("<title>Queue – Openslot</title>")
    assert "<header" not in part
    assert "<select" not in part
    for name in ("tiles", "counts", "forms", "lines"):
        assert f'id="{name}"' in part
    assert 'id="news"' not in part
    told = (await console.see(query="news=said", sec_fetch_dest="empty")).body.decode()
    assert "Your message is shown in the waiting room." in told
    assert told.endswith(part)


async def test_a_script_gets_what_it_shares_with_others_and_its_own_token_beside(console):
    await console.ana("enter", {"name": "Ana"})
    await console.tag()
    first, other = [
        await console.see(who, sec_fetch_dest="empty", accept_encoding="gzip") for who in ("desk", "claire")
    ]
    again = await console.see(sec_fetch_dest="empty", accept_encoding="gzip")
    assert again.body == first.body
    assert gzip.decompress(first.body).decode() == (await console.see(sec_fetch_dest="empty")).body.decode()
    own = first.headers["X-CSRF-Token"]
    assert f'name="csrf" value="{own}"' in await console.text()
    assert own not in gzip.decompress(first.body).decode()
    assert other.headers["X-CSRF-Token"] != own
