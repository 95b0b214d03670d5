"""The rules of one service at the console: the calendar's, or its own, with what they mean now."""

import re
from datetime import date, timedelta
from urllib.parse import urlencode

from shared.domain.calendar.policy import DatedAvailability, SchedulingPolicy
from tests.functions.console.app import FORM
from tests.functions.console.services.place import ONE, a_place, error_at, fill, stored, text_of
from tests.support.builders import a_service


RULES = f"{ONE}/tea/rules"
HALF, HOUR, DAY = timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)


async def test_a_service_follows_the_calendar_and_the_page_says_what_that_is():
    world = await a_place()
    page = await text_of(world, RULES)
    assert "Offer a time every: 30 minutes" in page
    assert "As the calendar: 60 days" in page
    assert "free times in the next 14 days" in page
    assert (await fill(world, RULES)).status == 303
    assert (await stored(world)).policy is None


async def test_rules_of_its_own_start_as_the_calendars_and_count_for_this_service_alone():
    world = await a_place()
    before = await world.offered("cut")
    fields = {"rules": "own", "interval": "60", "lead": "0", "advance": "30", "selection": None}
    assert (await fill(world, RULES, **fields)).status == 303
    policy = (await stored(world)).policy
    assert policy == SchedulingPolicy(
        time_slot_interval=HOUR, maximum_advance=30 * DAY, allow_staff_selection=False
    )
    assert await world.offered("tea") == {one for one in before if one.endswith(":00")}
    assert await world.offered("cut") == before


async def test_a_service_returns_to_the_rules_of_the_calendar():
    own = SchedulingPolicy(time_slot_interval=HOUR, maximum_advance=20 * DAY)
    world = await a_place(a_service("tea", policy=own))
    assert (await fill(world, RULES)).status == 303
    assert (await stored(world)).policy == own
    assert (await fill(world, RULES, rules="calendar")).status == 303
    assert (await stored(world)).policy is None


async def test_hours_of_its_own_are_what_customers_can_book():
    world = await a_place()
    fields = {"rules": "own", "availability": "weekly_hours"}
    days = {f"hours-{day}-0-{end}": "" for day in range(7) for end in ("from", "to")}
    tuesday = {"hours-1-0-from": "10:00", "hours-1-0-to": "11:00"}
    assert (await fill(world, RULES, **fields, **(days | tuesday))).status == 303
    assert await world.offered("tea") == {"10:00", "10:30"}


async def test_lead_times_that_contradict_each_other_are_refused_with_the_nearest_possible():
    world = await a_place()
    answer = await fill(world, RULES, rules="own", lead="48", advance="2")
    assert answer.status == 422
    assert "at least 3 days" in error_at(answer, "advance")
    assert (await stored(world)).policy is None


async def test_what_the_rules_would_mean_follows_the_form_without_saving():
    world = await a_place()
    answer = await fill(world, RULES, rules="own", availability="not_bookable", do="look")
    assert "a customer can book no time" in answer.body.decode()
    assert (await stored(world)).policy is None


async def test_own_rules_have_dates_of_their_own():
    world = await a_place(a_service("tea", policy=SchedulingPolicy(maximum_advance=60 * DAY)), a_service("cut"))
    before = await world.offered("tea")
    fields = {"first": "2027-01-12", "last": "2027-01-12", "availability": "not_bookable"}
    answer = await fill(world, f"{RULES}/new", **fields)
    assert answer.headers["Location"] == f"{RULES}?news=added"
    assert await world.offered("tea") == set()
    assert await world.offered("cut") == before
    page = await text_of(world, RULES)
    key = re.search(r'name="remove" value="([\w.-]+)"', page)[1]
    assert (await fill(world, f"{RULES}/range/{key}", availability="when_staff_are_free")).status == 303
    assert await world.offered("tea") == before
    hidden = dict(re.findall(r'<input type="hidden" name="(csrf|key)" value="([^"]*)"', page))
    body, cookie = urlencode({**hidden, "remove": key}).encode(), world.cookie("boss")
    await world.call("POST", f"{RULES}/remove", body=body, content_type=FORM, cookie=cookie, accept="text/html")
    assert (await stored(world)).policy.exceptions == ()


async def test_while_a_service_follows_the_calendar_its_dates_are_changed_there():
    dates = DatedAvailability(first=date(2027, 1, 12), last=date(2027, 1, 12), availability="not_bookable")
    world = await a_place(policy=SchedulingPolicy(exceptions=(dates,)))
    assert "/settings/rules/range/2027-01-12.2027-01-12" in await text_of(world, RULES)
    assert (await world.open("boss", f"{RULES}/new")).headers["Location"] == RULES
