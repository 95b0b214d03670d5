"""The day of a visit: booked, joined from a phone, waited for, let in, seen and heard, left."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import httpx
import pytest
from playwright.async_api import expect

from tests.browser.visiting import PHONE, STATS, book, facts, host_link_in_mail, next_start, seconds, sees
from tests.support.builders import a_key


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]
# A page that is looked away from, and a person who has allowed notifications.
ELSEWHERE = """window.calls = [];
window.Notification = class { static permission = "granted"; constructor(text) { window.calls.push(text); } };
Object.defineProperty(document, "hidden", { get: () => Boolean(window.isElsewhere) });"""
UNTOLD = "navigator.permissions.query = () => Promise.reject(new TypeError('camera'));"
DARK_AND_NARROW = {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}


async def test_the_day_of_a_visit(system, open_visit):
    visit = await book(system, "dana", "rosa")
    ana = await open_visit(visit.join, **PHONE)
    await expect(ana.page.get_by_role("heading", name="Check your camera and microphone")).to_be_visible()
    await expect(ana.page.locator("#camera option")).not_to_have_count(1)
    await ana.check("door")
    await ana.page.get_by_role("button", name="Go to the waiting room").click()
    await expect(ana.page.get_by_role("heading", name="You’re in the waiting room")).to_be_focused()
    await expect(ana.page.get_by_text("Have your card at hand.")).to_be_visible()
    await ana.check("waiting room")

    doc = await open_visit(visit.host)
    await expect(doc.page.locator(".people .isWaiting")).to_be_visible()
    await doc.check("desk")
    await doc.page.get_by_label("Message to the waiting room").fill("Just a minute")
    await doc.page.get_by_role("button", name="Send", exact=True).first.click()
    await expect(ana.page.locator("#messages li")).to_have_text("Just a minute")

    await doc.page.get_by_role("button", name="Admit: Rosa").click()
    await expect(ana.page.locator("#room")).to_be_visible()
    await sees(ana.page)
    await sees(doc.page)
    await sees(ana.page, "sound")
    await ana.check("room")
    await doc.check("room of the host")

    await doc.page.get_by_role("button", name="Chat").click()
    await doc.page.get_by_label("Message to everyone here").fill("Hello Rosa")
    await doc.page.keyboard.press("Enter")
    await expect(ana.page.locator("#unread")).to_have_text("1")
    await ana.page.get_by_role("button", name="Chat").click()
    await expect(ana.page.locator("#said")).to_contain_text("Hello Rosa")
    await ana.page.get_by_label("Message to everyone here").fill("Hello doctor")
    await ana.page.keyboard.press("Enter")
    await expect(doc.page.locator("#said")).to_contain_text("Hello doctor")
    await ana.check("chat")
    await doc.check("chat of the host")

    await doc.page.get_by_role("button", name="End for all").click()
    await doc.page.locator("#sure .danger").click()
    await expect(doc.page.get_by_role("heading", name="The appointment has ended")).to_be_visible()
    await expect(ana.page.get_by_role("heading", name="The appointment has ended")).to_be_visible()
    await ana.check("end")
    await doc.check("end for the host")
    (fact,) = await facts(system, visit.id)
    assert (fact["status"], fact["attendees"], fact["staff"]) == ("completed", 2, ["dana"])
    assert 1 <= seconds(fact["wait"]) <= 60
    assert 1 <= seconds(fact["duration"]) <= 60


async def test_a_host_learns_of_an_end_elsewhere_and_of_who_comes_back_after_it(system, open_visit):
    visit = await book(system, "ended", "noor")
    host = await open_visit(visit.host)
    async with httpx.AsyncClient(timeout=20) as client:
        await client.post(f"{visit.join}/enter", json={"name": "Noor"})
        await expect(host.page.locator("#people")).to_contain_text("Admit")
        await client.post(f"{visit.host}/mark", json={"happening": "end"})
        await expect(host.page.locator("#over")).to_be_visible()
        await expect(host.page.locator("#people")).not_to_contain_text("waits")
        await client.post(f"{visit.join}/enter", json={"name": "Noor"})
        await expect(host.page.locator("#over")).to_be_hidden()
    await expect(host.page.locator("#people")).to_contain_text("Admit")


async def test_who_waits_goes_on_waiting_where_the_appointment_is_moved_to(system, open_visit):
    visit = await book(system, "moved", "mia")
    mia = await open_visit(visit.join)
    await mia.page.get_by_role("button", name="Go to the waiting room").click()
    await expect(mia.page.locator("#lobby")).to_be_visible()
    await mia.page.route("**/enter", lambda route: route.fulfill(status=503, json={}), times=1)
    async with httpx.AsyncClient(base_url=system.url, timeout=20) as client:
        slots = (await client.get("/api/online-clinic/slots", params={"service": "moved"})).json()["slots"]
        token = visit.manage.rpartition("/")[2]
        answer = await client.patch(
            f"/api/online-clinic/appointments/{token}",
            json={"start": slots[0]["start"]},
            headers={"Idempotency-Key": "mia-moves-it-000000"},
        )
        assert answer.status_code == 200, answer.text
        moved = await host_link_in_mail(system, "moved@online.example", "mia@example.com", but=visit.host)
        for _ in range(160):
            state = (await client.post(f"{moved}/beat", json={})).json()
            if state.get("people"):
                break
            await asyncio.sleep(0.25)
    assert [(one["name"], one["isHere"]) for one in state["people"]] == [("Mia", True)]
    await expect(mia.page.locator("#lobby")).to_be_visible()


async def test_who_refuses_the_camera_still_talks(system, open_asking, open_visit):
    visit = await book(system, "una", "sam")
    sam = await open_asking(visit.join, allow=["microphone"], **DARK_AND_NARROW)
    await expect(sam.page.locator("#trouble")).to_contain_text("You can still talk")
    await sam.check("no camera")
    await sam.page.get_by_role("button", name="Go to the waiting room").click()
    await expect(sam.page.get_by_role("heading", name="You’re in the waiting room")).to_be_visible()
    await sam.check("waiting room, dark and narrow")
    doc = await open_visit(visit.host, color_scheme="dark")
    await expect(doc.page.locator(".people")).to_contain_text("microphone")
    await doc.page.get_by_role("button", name="Admit: Sam").click()
    await sees(sam.page)
    await sees(doc.page, "sound")
    assert (await doc.page.evaluate(STATS))["frames"] == 0
    await expect(doc.page.locator(".tile.blank")).to_have_count(1)
    await sam.check("room, dark and narrow")
    await doc.check("room of the host, dark")
    await sam.page.get_by_role("button", name="Microphone").click()
    await expect(doc.page.locator(".tile .note")).to_contain_text(["microphone off"])


async def test_who_allows_the_devices_later_has_them_by_one_press_or_none(system, open_asking):
    visit = await book(system, "duo", "liv")
    for press in (True, False):
        lea = await open_asking(visit.join, allow=[], script=UNTOLD if press else "")
        await expect(lea.page.locator("#trouble")).to_contain_text("is blocking your camera or microphone")
        await lea.page.context.grant_permissions(["camera", "microphone"])
        if press:
            await lea.page.get_by_role("button", name="Try again").click()
        await expect(lea.page.locator("#trouble")).to_be_hidden()
        await expect(lea.page.locator("#preview")).to_be_visible()
        await expect(lea.page.locator("#result")).to_have_text("You’re ready.")
        await lea.check("allowed later")
        await lea.page.context.close()


async def test_who_has_nothing_at_all_may_come_in_by_keyboard_alone(system, open_asking, open_visit):
    visit = await book(system, "kim", "kim")
    kim = await open_asking(visit.join, allow=[])
    await expect(kim.page.locator("#trouble")).to_contain_text("is blocking your camera or microphone")
    await expect(kim.page.locator("#hint")).to_be_hidden()
    await kim.check("nothing allowed")
    await kim.page.goto(f"{visit.join}/test")
    await expect(kim.page.locator("#trouble")).to_contain_text("is blocking your camera or microphone")
    await expect(kim.page.locator("#result")).to_contain_text("You can join without camera and microphone")
    await kim.page.goto(visit.join)
    await expect(kim.page.get_by_role("button", name="Try again")).to_be_visible()
    await kim.page.get_by_label("Your name").press("Enter")
    await expect(kim.page.get_by_role("heading", name="You’re in the waiting room")).to_be_focused()
    doc = await open_visit(visit.host)
    await doc.page.get_by_role("button", name="Admit: Kim").focus()
    await doc.page.keyboard.press("Enter")
    await sees(kim.page)
    await expect(kim.page.locator("#room-title")).to_be_focused()
    await kim.check("room without devices")


async def test_a_refresh_keeps_the_place_in_the_waiting_room_and_in_the_call(system, open_visit):
    visit = await book(system, "tre", "lea")
    lea = await open_visit(visit.join, **PHONE)
    await lea.page.get_by_role("button", name="Go to the waiting room").click()
    await expect(lea.page.locator("#waited")).to_have_text(re.compile(r"00:0[3-9]"))
    await lea.page.reload()
    await expect(lea.page.get_by_role("heading", name="You’re in the waiting room")).to_be_visible()
    await expect(lea.page.locator("#waited")).to_have_text(re.compile(r"00:(0[4-9]|[1-5])"))
    doc = await open_visit(visit.host)
    await doc.page.get_by_role("button", name="Admit: Lea").click()
    await sees(lea.page)
    await lea.page.reload()
    await expect(lea.page.locator("#room")).to_be_visible()
    await sees(lea.page)
    await doc.page.reload()
    await doc.page.get_by_role("button", name="Start the appointment").click()
    await sees(doc.page)
    await sees(lea.page)
    assert lea.wrong == doc.wrong == []


async def test_the_early_page_opens_by_itself_and_asks_no_more_than_once(system, open_visit):
    visit = await book(system, "later", "ivo")
    ivo = await open_visit("about:blank")
    await ivo.page.clock.install()
    await ivo.page.goto(visit.join)
    await expect(ivo.page.get_by_role("heading")).to_contain_text(["The waiting room opens on"])
    await expect(ivo.page.locator("#countdown")).to_be_visible()
    async with ivo.page.expect_navigation():
        await ivo.page.clock.fast_forward(99 * 3_600_000)
    await expect(ivo.page.locator("#countdown")).to_contain_text(
        re.compile("day|:")
    )  # by the server it is early yet
    asked = []
    ivo.page.on("request", lambda request: asked.append(request.url))
    await ivo.page.clock.fast_forward(60_000)
    assert asked == []
    await ivo.check("early")


async def test_the_early_page_becomes_the_door_once_it_is_open(system, open_visit):
    visit = await book(system, "soon", "olga", ahead=timedelta(minutes=32))
    olga = await open_visit("about:blank", **PHONE)
    await olga.page.clock.install()
    await olga.page.goto(visit.join)
    await expect(olga.page.get_by_role("heading")).to_contain_text(["The waiting room opens on"])
    await expect(olga.page.locator("#countdown")).to_contain_text(re.compile(r"^\d\d:\d\d$"))
    async with httpx.AsyncClient(base_url=system.url, timeout=20) as client:  # rather than wait until it opens
        sooner = {"start": await next_start(client, "soon")}
        token, key = visit.manage.rpartition("/")[2], {"Idempotency-Key": a_key()}
        moved = await client.patch(f"/api/online-clinic/appointments/{token}", json=sooner, headers=key)
        moved.raise_for_status()
    await olga.page.clock.fast_forward(18 * 60_000)
    await expect(olga.page.get_by_role("button", name="Go to the waiting room")).to_be_visible()
    await olga.check("opened by itself")


async def test_a_ready_message_is_read_in_ones_own_language_and_who_left_is_not_sent_back(system, open_visit):
    visit = await book(system, "still", "tess")
    tess = await open_visit(f"{visit.join}?lang=fr", script=ELSEWHERE)
    await tess.page.locator("#enter button").first.click()
    doc = await open_visit(visit.host)
    await expect(doc.page.locator(".people .isWaiting")).to_be_visible()
    for text in ("We’re running five minutes late.", "See you soon"):
        await doc.page.get_by_label("Message to the waiting room").fill(text)
        await doc.page.get_by_role("button", name="Send", exact=True).first.click()
        await expect(doc.page.get_by_label("Message to the waiting room")).to_have_value("")
    said = tess.page.locator("#messages li")
    await expect(said).to_have_text(["Nous avons cinq minutes de retard.", "See you soon"])
    assert [await said.nth(number).locator("span").get_attribute("lang") for number in (0, 1)] == ["fr", "en"]
    await tess.check("messages")
    await tess.page.locator("#text").fill("Je suis là")
    await tess.page.locator("#write button").click()
    await expect(doc.page.locator("#talk-log li").last).to_have_text("Tess Je suis là")
    await doc.check("messages at the desk")
    await tess.page.evaluate("window.isElsewhere = true")
    await doc.page.get_by_role("button", name="Admit: Tess").click()
    await expect(tess.page.locator("#room")).to_be_visible()
    assert await tess.page.evaluate("window.calls") == ["Vous pouvez entrer"]
    await expect(doc.page.get_by_role("button", name="Move to waiting room: Tess")).to_be_visible()
    await tess.page.locator("#leave").click()
    await expect(doc.page.locator(".people .hasLeft")).to_be_visible()
    await expect(doc.page.locator(".people button")).to_have_count(0)
    await doc.check("who has left")


@pytest.mark.parametrize("language", ["fr", "ru", "pt-BR"])
async def test_early_and_in_every_language(system, open_visit, language):
    visit = await book(system, "later", f"noa-{language.lower()}")
    watched = await open_visit(f"{visit.join}?lang={language}", viewport={"width": 320, "height": 640})
    await watched.check(f"early {language}")
    await watched.page.locator(".buttons a").first.click()
    await expect(watched.page.locator("#camera option")).not_to_have_count(1)
    await watched.check(f"test {language}")
    assert await watched.page.evaluate("document.documentElement.lang") == language


async def test_without_scripts_the_page_says_whom_to_call(system, open_visit):
    visit = await book(system, "six", "pat")
    watched = await open_visit(visit.join, java_script_enabled=False)
    await expect(watched.page.get_by_text("this page needs JavaScript")).to_be_visible()
