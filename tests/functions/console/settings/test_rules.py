"""The rules of scheduling at the console: saved, explained as they are written, refused with what is possible."""

import re
from datetime import date, timedelta

import pytest

from shared.domain.calendar.policy import DatedAvailability, SchedulingPolicy
from shared.domain.timeline.hours import ALWAYS, weekdays
from tests.functions.console.settings.desk import BOSS, RULES, an_office, business, changed, fill


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def part(answer, name: str) -> str:
    found = re.search(rf'id="{name}"[^>]*>(.*?)</(?:p|div)>', answer.body.decode(), re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1])).strip()


async def test_the_rules_are_saved():
    office = await an_office()
    answer = await fill(office, RULES, interval="15", lead="24", advance="90", most_open="3", owner=None)
    assert answer.status == 303, answer.body.decode()
    found = await business(office)
    assert found.policy == SchedulingPolicy(
        time_slot_interval=timedelta(minutes=15),
        minimum_lead_time=24 * HOUR,
        maximum_advance=90 * DAY,
        send_confirmations_to_owner=False,
    )
    assert found.most_open == 3


async def test_hours_of_the_week_are_saved_where_they_count_and_kept_where_not():
    office = await an_office()
    monday = {"hours-0-0-from": "10:00", "hours-0-0-to": "11:00"}
    await fill(office, RULES, availability="weekly_hours", **monday)
    hours = (await business(office)).policy.hours
    assert hours[0] == ((600, 660),)
    assert hours[1] == ((540, 1020),)  # they start as the opening hours
    await fill(office, RULES, availability="not_bookable")
    policy = (await business(office)).policy
    assert (policy.availability, policy.hours) == ("not_bookable", hours)


@pytest.mark.walk
@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"interval": "7"}, "Choose a multiple of 5 minutes. The nearest is 5"),
        ({"interval": "500"}, "Enter 240 or less"),
        ({"interval": "0"}, "Enter 5 or more"),
        ({"interval": ""}, "Fill this in"),
        ({"lead": "1.5"}, "Enter a whole number"),
        ({"lead": "-1"}, "Enter 0 or more"),
        ({"advance": "0"}, "Enter 1 or more"),
        ({"advance": "99999"}, "Enter 3650 or less"),
        ({"advance": "x"}, "Enter a"),
        ({"lead": "48", "advance": "2"}, "With 48 hours before, this is at least 3 days"),
        ({"lead": "1", "advance": "1"}, "With 1 hours before, this is at least 2 days"),
        ({"most_open": "1001"}, "Enter 1000 or less"),
        ({"availability": "always"}, "Choose one of these"),
    ],
)
async def test_what_is_impossible_is_refused_with_the_nearest_possible(typed, error):
    office = await an_office()
    before = await business(office)
    answer = await fill(office, RULES, **typed)
    assert answer.status == 422
    assert error in answer.body.decode()
    assert await business(office) == before


@pytest.mark.parametrize(("lead", "advance"), [("0", "1"), ("24", "2"), ("87576", "3650")])
async def test_the_nearest_possible_is_possible(lead, advance):
    office = await an_office()
    assert (await fill(office, RULES, lead=lead, advance=advance)).status == 303


async def test_weekly_hours_without_any_are_not_a_rule():
    office = await an_office()
    none = {f"hours-{day}-0-{end}": None for day in range(5) for end in ("from", "to")}
    answer = await fill(office, RULES, availability="weekly_hours", **none)
    assert "Add hours, or choose “Not at all”" in answer.body.decode()


async def test_the_page_says_what_the_rules_mean_now_and_how_many_times_are_free():
    office = await an_office()
    page = await office.open(BOSS, RULES)
    assert (
        part(page, "meaning")
        == "Today at 8:00 AM, a customer can book from today at 9:00 AM to Thursday, March 11."
    )
    assert part(page, "counts") == "Free times in the next 14 days Here 160 Video 160"


async def test_it_follows_what_is_not_saved():
    office = await an_office()
    before = await business(office)
    answer = await fill(office, RULES, lead="25", interval="60")
    assert answer.status == 303
    await changed(office, policy=before.policy)
    look = await office.send(BOSS, RULES, **fields(lead="24", interval="60", advance="2"), do="look")
    assert look.status == 200
    assert (
        part(look, "meaning")
        == "Today at 8:00 AM, a customer can book from tomorrow at 9:00 AM to 4:00 PM, and no other day."
    )
    assert part(look, "counts") == "Free times in the next 14 days Here 8 Video 8"
    assert (await business(office)).policy == before.policy


async def test_what_is_impossible_means_nothing():
    office = await an_office()
    look = await office.send(BOSS, RULES, **fields(lead="240", advance="2"), do="look")
    assert part(look, "meaning") == "These rules contradict each other."
    assert part(look, "counts") == ""


def fields(**typed: str) -> dict[str, str]:
    return {
        "interval": "30",
        "lead": "0",
        "advance": "60",
        "most_open": "20",
        "when_unread": "closed",
        "availability": "when_staff_are_free",
        **typed,
    }


async def test_a_service_with_rules_of_its_own_is_named_and_a_hidden_one_is_not_counted():
    office = await an_office()
    calendar = await office.store.calendars.reload("biz0clinic")
    from dataclasses import replace

    video = calendar.services["video"].model_copy(update={"policy": SchedulingPolicy(time_slot_interval=HOUR)})
    here = calendar.services["here"].model_copy(update={"is_hidden": True})
    await office.save(replace(calendar, services={"video": video, "here": here}))
    assert part(await office.open(BOSS, RULES), "counts") == "Free times in the next 14 days Video Own rules 80"


async def test_dates_have_rules_of_their_own_which_are_changed_and_removed():
    office = await an_office()
    answer = await fill(office, f"{RULES}/new", first="2027-02-01", last="2027-02-05", availability="not_bookable")
    assert answer.headers["Location"] == f"{RULES}?news=added"
    closed = DatedAvailability(
        first=date(2027, 2, 1), last=date(2027, 2, 5), availability="not_bookable", hours=ALWAYS
    )
    assert (await business(office)).policy.exceptions == (closed,)
    assert "Monday, February 1, 2027 – Friday, February 5, 2027" in await office.page(RULES)
    hours = {"hours-0-0-from": "09:00", "hours-0-0-to": "10:00"}
    await fill(office, f"{RULES}/range/2027-02-01.2027-02-05", availability="weekly_hours", **hours)
    assert (await business(office)).policy.exceptions[0].hours == weekdays((540, 600), days=range(7))
    page = await office.open(BOSS, RULES)
    token = re.search(r'name="csrf" value="([^"]+)"', page.body.decode())
    from tests.functions.console.staff.office import press

    assert token
    removed = await press(office, BOSS, RULES, f"{RULES}/remove", remove="2027-02-01.2027-02-05")
    assert removed.headers["Location"] == f"{RULES}?news=removed"
    assert (await business(office)).policy.exceptions == ()


async def test_the_list_says_on_which_dates_another_rule_prevails():
    office = await an_office()
    spring = DatedAvailability(first=date(2027, 3, 1), last=date(2027, 5, 31), availability="not_bookable")
    march = DatedAvailability(first=date(2027, 3, 20), last=date(2027, 3, 21), availability="when_staff_are_free")
    policy = (await business(office)).policy.model_copy(update={"exceptions": (spring, march)})
    await changed(office, policy=policy)
    page = await office.page(RULES)
    said = "Another entry applies instead on: Saturday, March 20, 2027 – Sunday, March 21, 2027"
    assert page.count("Another entry") == page.count(said) == 1


async def test_the_page_is_light_and_reads_once():
    office = await an_office()
    await office.open(BOSS, RULES)
    office.now += timedelta(seconds=5)
    import gzip

    answer = await office.open(BOSS, RULES)
    assert len(gzip.compress(answer.body)) < 10_000
