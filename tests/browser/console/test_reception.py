"""The day at a reception in the staff calendar, by the mouse and by keys alone: counted, and right to the end.

Six bookings by phone, two moves of which one is undone, a series, a cancellation, somebody who did not come, somebody who
walks in, and a colleague who is ill; then mails, ledgers and history are those of what was done.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.async_api import expect

from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.timeline.hours import ALWAYS
from shared.domain.timeline.ledger import months_in
from shared.domain.timeline.ticks import Window
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.appointments.create_by_staff import create_by_staff
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.appointments.staff_request import CustomerInput, StaffBooking
from shared.use_cases.availability.find_staff_availability import find_ledgers
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.context import Context
from shared.use_cases.visits.find_queue import day_of, find_queue
from tests.browser.conftest import SECRET
from tests.browser.console.hands import Hands, Keys
from tests.browser.signing_in import sign_in
from tests.browser.visiting import tick
from tests.support.builders import a_business, a_calendar, a_key, a_person, a_service
from tests.support.figures import say


if TYPE_CHECKING:
    from datetime import date

    from playwright.async_api import Locator, Page

    from shared.domain.calendar.business import Calendar
    from tests.browser.conftest import System, Watched

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser, pytest.mark.timeout(240)]
DESK, PARIS, DAY = "scheduler@demo.example", ZoneInfo("Europe/Paris"), timedelta(days=1)
LONGEST_WAIT = 20  # seconds for a mail once it is due
WEEKS = 3  # appointments of the series
ROWS = 12  # rows of the calendar that an appointment is moved down: an hour
MOST = {
    "book a known customer from the calendar": (3, 3),
    "move an appointment": (2, 0),
    "move an appointment by keys": (1, 4),
    "undo a move": (1, 0),
    "book a series": (6, 0),
    "cancel an appointment": (3, 0),
    "mark a no-show": (2, 0),
    "find a customer": (0, 5),
    "the next free time of a service": (1, 0),
    "book somebody who walks in": (1, 5),
    "hand over a sick colleague's day": (4, 0),
}
"""Presses and keys that a job may take at most."""


@dataclass
class Reception:
    """A calendar of its own, opened by a scheduler who has these hands."""

    page: Page
    system: System
    calendar: Calendar
    day: date
    kind: type[Hands]
    token: str

    @property
    def by_keys(self) -> bool:
        return self.kind is Keys

    def address(self, name: str) -> str:
        return f"{name.lower()}-{self.token}@example.com"

    async def open(self, query: str = "") -> None:
        path = f"{self.system.url}/console/calendars/{self.calendar.business.id}/calendar"
        await self.page.goto(f"{path}?day={self.day}{query}")

    def column(self, person: str) -> Locator:
        return self.page.locator(f'.column[data-person="{person}"]')

    def visit(self, name: str) -> Locator:
        return self.page.locator(".visit > a", has_text=re.compile(name))

    async def told(self, text: str) -> None:
        await expect(self.page.get_by_text(text)).to_be_visible()

    async def book(self, hands: Hands, person: str, name: str) -> None:
        """Book for somebody new in the first gap of a person."""
        await hands.press(self.column(person).locator(".gap > a").first)
        await expect(self.page.get_by_label("Name", exact=True)).to_be_focused()
        await self.page.keyboard.type(name)
        await hands.type(self.page.locator("#email"), self.address(name))
        await hands.press(self.page.get_by_role("button", name="Book", exact=True))
        await self.told("The appointment was booked.")

    async def move(self, hands: Hands, name: str, *, to_next: bool = False) -> None:
        """Take an appointment down, and perhaps into the next column, until the form asks when to tell of it."""
        link = self.visit(name)
        await link.scroll_into_view_if_needed()
        if self.by_keys:
            await link.focus()
            keys = ["m", *["ArrowRight"] * to_next, *["ArrowDown"] * 2, "Enter"]
            for key in keys:
                await self.page.keyboard.press(key)
            hands.keys += len(keys)
        else:
            box = await link.bounding_box()
            side = (await self.column("omar").bounding_box())["x"] - (await self.column("claire").bounding_box())[
                "x"
            ]
            x, y = box["x"] + 20, box["y"] + 4
            await self.page.mouse.move(x, y)
            await self.page.mouse.down()
            await self.page.mouse.move(x + 3, y + 8)
            await self.page.mouse.move(x + side * to_next, y + box["height"] / 6 * ROWS, steps=3)
            await self.page.mouse.up()
            hands.clicks += 1
        await expect(self.page.get_by_role("heading", level=1)).to_have_text("Reschedule")

    async def answer(self, hands: Hands) -> None:
        """Send the form that moves: the button has the focus."""
        button = self.page.get_by_role("button", name="Reschedule", exact=True)
        await expect(button).to_be_focused()
        await hands.press(button)


async def a_reception(system, watched: Watched, kind: type[Hands]) -> Reception:
    """Open the console as the scheduler of a new calendar, whose only customer is Rosa."""
    token = token_hex(3)  # a second try has a calendar of its own
    people = [a_person("desk", role="scheduler", email=DESK, is_bookable=False)]
    people += [a_person(one, email=f"{one}-{token}@example.com") for one in ("claire", "omar", "zoe")]
    policy = SchedulingPolicy(minimum_lead_time=timedelta(), maximum_advance=60 * DAY)
    names = {"id": f"b-desk-{token}", "slug": f"desk-{token}", "name": "Reception", "email": ""}
    business = a_business(**names, hours=ALWAYS, policy=policy)
    calendar = a_calendar(business, [a_service("visit", staff=("claire", "omar", "zoe"))], people)
    tables, now = Tables(system.tables), datetime.now(UTC)
    store = TableStore(tables)
    await save_calendar(calendar, key=a_key(), store=store, secret=SECRET)
    rosa = CustomerInput(name="Rosa Lima", email=f"rosa-{token}@example.com", phone="+33612345678")
    start = now.replace(minute=0, second=0, microsecond=0) + 30 * DAY
    saved = await store.calendars.find_by_id(business.id)
    about = {"editor": Actor("seed"), "key": a_key(), "calendar": saved, "context": Context(store, SECRET, now)}
    booking = StaffBooking(service="visit", start=start, staff=("claire",), parties=(rosa,))
    await create_by_staff(booking, **about)
    await tables.close()
    await sign_in(watched, system, DESK)
    day = now.astimezone(PARIS).date() + 2 * DAY
    return Reception(watched.page, system, calendar, day, kind, token)


@pytest.mark.parametrize("kind", [Keys, pytest.param(Hands, marks=pytest.mark.long)])
async def test_the_day_of_a_receptionist(system, open_page, kind):
    watched = await open_page(viewport={"width": 1280, "height": 900})
    reception = await a_reception(system, watched, kind)
    figures = [
        ("book a known customer from the calendar", await book_a_known_customer(reception)),
        ("book a series", await book_a_series(reception)),
        *[("", await book_somebody(reception, *one)) for one in PHONED],
        (
            "move an appointment by keys" if reception.by_keys else "move an appointment",
            await move(reception),
        ),
        ("undo a move", await undo(reception)),
        ("", await move_to_another_person(reception)),
        ("cancel an appointment", await cancel(reception)),
        ("mark a no-show", await mark_a_no_show(reception)),
        ("find a customer", await find_a_customer(reception)),
        ("the next free time of a service", await see_the_next_free_time(reception)),
        ("book somebody who walks in", await book_who_walks_in(reception)),
        ("hand over a sick colleague's day", await hand_over_a_sick_day(reception)),
    ]
    for name, hands in figures:
        if name:
            say(f"{name}, by {kind.__name__.lower()}: {hands.clicks} presses, {hands.keys} keys")
            clicks, keys = MOST[name]
            assert hands.clicks <= clicks, name
            assert hands.keys <= keys, name
    await is_as_done(system, reception)
    await is_told_in_its_history(reception)
    await is_printed_by_person(reception)
    await is_mailed_as_done(system, reception)
    assert watched.wrong == []


PHONED = (("claire", "Cem"), ("claire", "Bea"), ("omar", "Dora"), ("omar", "Emil"), ("zoe", "Finn"))


async def book_a_known_customer(reception: Reception) -> Hands:
    hands, page = reception.kind(), reception.page
    await reception.open()
    await hands.press(reception.column("claire").locator(".gap > a").first)
    await expect(page.get_by_label("Name", exact=True)).to_be_focused()
    await page.keyboard.type("ros")
    hands.keys += 3
    await hands.press(page.locator("#known button", has_text="Rosa Lima"))
    await expect(page.locator("#email")).to_have_value(reception.address("Rosa"))
    await hands.press(page.get_by_role("button", name="Book", exact=True))
    await reception.told("The appointment was booked.")
    return hands


async def book_somebody(reception: Reception, person: str, name: str) -> Hands:
    hands = reception.kind()
    await reception.book(hands, person, name)
    return hands


async def move(reception: Reception) -> Hands:
    hands, page = reception.kind(), reception.page
    await reception.move(hands, "Bea")
    await reception.answer(hands)
    await expect(page.get_by_text("No one has been notified of the change yet")).to_be_visible()
    return hands


async def undo(reception: Reception) -> Hands:
    """Think better of it before anybody is told."""
    hands, page = reception.kind(), reception.page
    await hands.press(page.get_by_role("button", name="Undo the change"))
    await expect(page.get_by_text("Change undone")).to_be_visible()
    return hands


async def move_to_another_person(reception: Reception) -> Hands:
    """Move Cem to Omar, and have everybody told now, after they were told of what is booked."""
    hands, page = reception.kind(), reception.page
    await tick(reception.system)
    await reception.open()
    await reception.move(hands, "Cem", to_next=True)
    await expect(page.get_by_role("combobox", name="Staff")).to_have_value("omar")
    await hands.choose(page.get_by_label("Notify everyone"), "now")
    await hands.press(page.get_by_role("button", name="Reschedule", exact=True))
    await expect(reception.column("omar").locator(".visit", has_text=re.compile(r"\bCem\b"))).to_be_visible()
    await tick(reception.system)  # or else the next change is told in the same mail
    return hands


async def book_a_series(reception: Reception) -> Hands:
    """Book Sina with Zoe every week, three times; all of them are seen before they are booked."""
    hands, page = reception.kind(), reception.page
    await reception.open()
    await hands.press(reception.column("zoe").locator(".gap > a").first)
    await expect(page.get_by_label("Name", exact=True)).to_be_focused()
    await page.keyboard.type("Sina")
    await hands.type(page.locator("#email"), reception.address("Sina"))
    await hands.press(page.locator("#repeat > summary"))
    await hands.type(page.get_by_label("How many appointments"), str(WEEKS))
    await hands.press(page.get_by_role("button", name="Preview the series"))
    await expect(page.locator(".series .badge", has_text="Free")).to_have_count(WEEKS)
    await hands.press(page.get_by_role("button", name="Book the selected ones"))
    await reception.told("The appointments of the series were booked.")
    return replace(hands, keys=0)


async def cancel(reception: Reception) -> Hands:
    hands, page = reception.kind(), reception.page
    await hands.press(reception.visit("Dora"))
    await hands.press(page.get_by_role("link", name="Cancel appointment"))
    await hands.press(page.get_by_role("button", name="Cancel appointment"))
    await expect(page.get_by_role("heading", level=1)).not_to_have_text("Cancel this appointment?")
    return hands


async def mark_a_no_show(reception: Reception) -> Hands:
    hands, page = reception.kind(), reception.page
    await reception.open()
    await hands.press(reception.visit("Finn"))
    await hands.press(page.get_by_role("button", name=re.compile("no.show", re.IGNORECASE)))
    await expect(page.locator(".badge.no_show").first).to_be_visible()
    return hands


async def find_a_customer(reception: Reception) -> Hands:
    hands, page = reception.kind(), reception.page
    await reception.open()
    for key in "/ros":
        await page.keyboard.press(key)
    await expect(page.get_by_role("option").first).to_contain_text("Rosa Lima")
    await page.keyboard.press("Enter")
    hands.keys = 5
    await expect(page.get_by_role("heading", level=1)).to_have_text("Rosa Lima")
    return hands


async def see_the_next_free_time(reception: Reception) -> Hands:
    hands, page = reception.kind(), reception.page
    await reception.open("&service=visit")
    await page.get_by_role("navigation", name="Console").get_by_role("link", name="Calendar", exact=True).click()
    await expect(page.get_by_label("Service", exact=True)).to_have_value("visit")  # as it was left
    await hands.press(page.get_by_role("link", name="Next free time"))
    await expect(page.get_by_label("Name", exact=True)).to_be_focused()
    return hands


async def book_who_walks_in(reception: Reception) -> Hands:
    """Book somebody who stands at the desk for the next free time; only a name is known."""
    hands, page = reception.kind(), reception.page
    await page.keyboard.type("Wanda")
    hands.keys += len("Wanda")
    await hands.press(page.get_by_role("button", name="Book", exact=True))
    await reception.told("The appointment was booked.")
    return hands


async def hand_over_a_sick_day(reception: Reception) -> Hands:
    """Omar is ill: what he has goes to whoever is free."""
    hands, page = reception.kind(), reception.page
    await hands.press(page.get_by_role("navigation", name="Console").get_by_role("link", name="Staff", exact=True))
    await hands.press(page.get_by_role("link", name="Omar", exact=True))
    await hands.press(page.get_by_role("link", name="Hand over", exact=True))
    await hands.press(page.get_by_role("button", name="Confirm"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Staff")
    return hands


async def is_as_done(system, reception: Reception) -> None:
    """Who is where, and what each ledger holds."""
    tables = Tables(system.tables)
    store, calendar = TableStore(tables), reception.calendar
    entries, _ = await find_queue(calendar, reception.day, store=store)
    found = {one.planned.name: one for one in entries}
    assert {name: one.status for name, one in found.items()} == {
        "Rosa Lima": "booked",
        "Bea": "booked",
        "Cem": "booked",
        "Dora": "cancelled",
        "Emil": "booked",
        "Finn": "no_show",
        "Sina": "booked",
    }
    for week in range(1, WEEKS):
        later, _ = await find_queue(calendar, reception.day + 7 * week * DAY, store=store)
        assert [one.planned.name for one in later] == ["Sina"]
    start = day_of(calendar, reception.day)[0]
    half = timedelta(minutes=30)
    places = {name: (one.planned.start - start) // half for name, one in found.items()}
    assert (places["Rosa Lima"], places["Bea"], places["Emil"], places["Finn"]) == (0, 2, 1, 1)
    serving = {name: one.planned.staff for name, one in found.items()}
    assert serving["Bea"] == ("claire",)
    assert all("omar" not in serving[name] for name in ("Cem", "Emil"))
    window = Window.around(start, start + DAY)
    ledgers = await find_ledgers(["claire", "omar", "zoe"], months_in(window), calendar, store)
    await tables.close()
    booked = sum(one.claimed[0].bit_count() for one in ledgers.values() if one.claimed)
    assert booked >= 5 * half // timedelta(minutes=5)
    assert all(len([plane for plane in one.claimed if plane]) <= 1 for one in ledgers.values())


async def is_told_in_its_history(reception: Reception) -> None:
    await reception.open()
    await reception.visit("Cem").click()
    history = reception.page.get_by_role("region", name="History")
    for what in ("Booked", "Changed", "Reassigned"):
        await expect(history.get_by_text(what).first).to_be_visible()


async def is_printed_by_person(reception: Reception) -> None:
    """A page for each of the two people who have appointments; nothing of what is only on screens."""
    await reception.open()
    people = await reception.page.locator(".column:has(.visit)").count()
    printed = await reception.page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == people


async def is_mailed_as_done(system, reception: Reception) -> None:
    """One mail for each thing that a customer must know, none of what was undone, none of the no-show."""
    wanted = {"Rosa": 2, "Bea": 1, "Cem": 3, "Emil": 2, "Finn": 1}
    async with httpx.AsyncClient(base_url=system.mail, timeout=10) as client:
        for _ in range(LONGEST_WAIT):
            await tick(system)
            mails = {
                name: (await client.get("/api/messages", params={"to": reception.address(name)})).json()
                for name in wanted
            }
            if {name: len(all_) for name, all_ in mails.items()} == wanted:
                return
            await asyncio.sleep(1)
    subjects = {name: [one["subject"] for one in all_] for name, all_ in mails.items()}
    raise AssertionError(f"{subjects}, where {wanted} mails should be")
