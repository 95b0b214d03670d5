"""Why a time is not offered: the rule in plain words, where it is set, and who may see that."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple, get_args
from urllib.parse import urlencode

import pytest

from shared.domain.availability.explain import RuleName, Unavailable
from shared.domain.calendar.business import BookingPage, SpecialDates
from shared.domain.calendar.policy import DatedAvailability, SchedulingPolicy
from shared.domain.timeline.hours import weekdays
from shared.domain.timeline.ledger import Ledger, cut_by_month
from shared.domain.timeline.ticks import floor_tick
from shared.records.accounts import disabled_key
from shared.records.keys import ledger_key
from shared.records.table import Operation
from tests.functions.console.settings.desk import BOSS, SETTINGS, an_office, changed
from tests.functions.console.staff.office import HEAD, plain
from tests.support.builders import MONDAY, a_business, a_calendar, a_key, a_person, a_service


if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.functions.console.staff.office import Office


WHY = f"{SETTINGS}/why"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def about(day="2027-01-12", time="10:00", **more: str) -> str:
    return f"{WHY}?{urlencode({'service': 'video', 'date': day, 'time': time, **more})}"


async def test_a_free_time_is_offered_and_its_neighbours_are_linked():
    office = await an_office()
    page = (await office.open(BOSS, about())).body.decode()
    assert "This time is offered" in page
    assert "time=09%3A30" in page
    assert "time=10%3A30" in page
    assert "Can be booked" in page


@pytest.mark.parametrize(
    ("change", "when", "said", "link"),
    [
        ({}, {"day": "2027-01-16"}, "Closed on this day of the week", "hours"),
        (
            {"special_dates": (SpecialDates(first=date(2027, 1, 12), last=date(2027, 1, 13), title="Works"),)},
            {},
            "Closed: Tuesday, January 12, 2027 – Wednesday, January 13, 2027 (Works)",
            "dates/range/2027-01-12.2027-01-13",
        ),
        (
            {
                "special_dates": (
                    SpecialDates(first=date(2027, 1, 12), last=date(2027, 1, 12), hours=weekdays((780, 900))),
                )
            },
            {},
            "Other hours on these dates: Tuesday, January 12, 2027, 13:00–15:00",
            "dates/range/2027-01-12.2027-01-12",
        ),
        (
            {
                "policy": SchedulingPolicy(
                    exceptions=(
                        DatedAvailability(
                            first=date(2027, 1, 12), last=date(2027, 1, 12), availability="not_bookable"
                        ),
                    )
                )
            },
            {},
            "These dates have their own rule: Tuesday, January 12, 2027",
            "rules/range/2027-01-12.2027-01-12",
        ),
    ],
)
async def test_a_rule_says_which_dates_and_hours_it_means(change, when, said, link):
    office = await an_office()
    await changed(office, **change)
    answer = await office.open(BOSS, about(**when))
    assert said in plain(answer.body)
    assert "This time isn’t offered" in plain(answer.body)
    assert f'href="{SETTINGS}/{link}"' in answer.body.decode()


class Case(NamedTuple):
    """What removes 10:00 from Claire, what is said of it, and the page where it is set, if it is set here.

    `busy` is what her ledger has then, or her account if that is disabled; `person` and `service` what differs of them, `business` of the calendar.
    """

    said: str
    link: str = ""
    business: Mapping[str, object] = {}
    person: Mapping[str, object] = {}
    service: Mapping[str, object] = {}
    busy: str = ""
    when: Mapping[str, str] = {}


HERE, TUESDAY = "/console/calendars/biz0clinic", date(2027, 1, 12)
CLAIRE, VIDEO = f"{HERE}/staff/person/claire", f"{HERE}/services/service/video"
CASES = {
    "in_the_past": Case("This time is in the past", when={"day": "2027-01-10"}),
    "minimum_lead_time": Case(
        "Too soon", f"{SETTINGS}/rules", {"policy": SchedulingPolicy(minimum_lead_time=48 * HOUR)}
    ),
    "maximum_lead_time": Case("Too far ahead", f"{SETTINGS}/rules", when={"day": "2027-08-10"}),
    "time_increment": Case("Times are offered every 30 minutes", f"{SETTINGS}/rules", when={"time": "10:10"}),
    "special_dates": Case(
        "Closed: Tuesday",
        f"{SETTINGS}/dates/range/2027-01-12.2027-01-12",
        {"special_dates": (SpecialDates(first=TUESDAY, last=TUESDAY),)},
    ),
    "business_hours": Case("Outside the opening hours", f"{SETTINGS}/hours", when={"time": "20:00"}),
    "bookable_dates": Case(
        "The booking rules exclude", f"{SETTINGS}/rules", {"policy": SchedulingPolicy(availability="not_bookable")}
    ),
    "staff_hours": Case("Not within their own hours", CLAIRE, person={"hours": weekdays((780, 1020))}),
    "time_off": Case("Has time off", f"{HERE}/staff/time-off?person=claire", busy="off"),
    "another_calendar": Case("Has an appointment in another calendar", busy="held"),
    "external_calendar": Case("Is busy in their personal calendar", busy="external"),
    "appointment": Case("Has an appointment", f"{HERE}/calendar?day=2027-01-12&person=claire", busy="claimed"),
    "buffer": Case(
        "Has an appointment too close",
        VIDEO,
        service={"post_buffer": timedelta(minutes=30)},
        busy="claimed",
        when={"time": "09:30"},
    ),
    "suspended": Case("Their account is disabled", CLAIRE, busy="account"),
    "not_accepted": Case("Hasn’t accepted the invitation yet", CLAIRE, person={"membership": "pending"}),
    "declined": Case("Has declined the invitation", CLAIRE, person={"membership": "rejected"}),
    "not_bookable": Case("Can’t be booked: switched off in their settings", CLAIRE, person={"is_bookable": False}),
    "serves_otherwise": Case("Not offered this way", CLAIRE, person={"serves": "in_person"}),
}


def test_no_rule_of_availability_is_forgotten():
    assert set(CASES) == {*get_args(RuleName), *get_args(Unavailable)} - {"offered"}


@pytest.mark.walk
@pytest.mark.parametrize("rule", CASES)
async def test_each_rule_is_named_with_a_link_to_where_it_is_set(rule):
    case, office = CASES[rule], await an_office()
    calendar = await office.store.calendars.reload("biz0clinic")
    claire = calendar.staff["claire"].model_copy(update=case.person)
    video = calendar.services["video"].model_copy(update=case.service)
    made = replace(
        calendar,
        business=calendar.business.model_copy(update=case.business),
        staff={**calendar.staff, "claire": claire},
        services={**calendar.services, "video": video},
    )
    if case.busy == "account":
        office.table.apply("org", "organisation", [Operation("insert", disabled_key(claire.email), {"id": "x"})])
    elif case.busy:
        make_busy(office, case.busy)
    await office.save(made)
    answer = await office.open(BOSS, about(**case.when))
    assert "This time isn’t offered" in plain(answer.body)
    assert case.said in plain(answer.body)
    section = html.unescape(answer.body.decode()).partition('id="answer"')[2].partition("<h3>")[0]
    links = re.findall(r'href="([^"]+)"', section)
    assert links == ([case.link] if case.link else [])
    assert [(await office.open(BOSS, link)).status for link in links] == [200] * len(links)


def make_busy(office: Office, plane: str) -> None:
    """Take the half hour from 10:00 in Claire's ledger."""
    first = floor_tick(MONDAY + DAY + 2 * HOUR)
    ((month, mask),) = cut_by_month(first, first + 6).items()
    ledger = Ledger(**{plane: (mask,) if plane in ("claimed", "held") else mask})
    office.table.apply(
        "bookings", "biz0clinic", [Operation("upsert", ledger_key(month, "claire"), ledger.to_row())]
    )


async def test_the_other_calendar_is_named_to_who_may_see_it_and_to_no_one_else():
    office = await an_office()
    second = a_calendar(
        a_business(id="biz0second", slug="second", name="Second <house>"),
        [a_service("visit", staff=("claire",))],
        [a_person("claire", role="team_member"), a_person("omar", role="viewer")],
    )
    await office.save(second)
    booked = {"name": "Ana", "email": "ana@x.example"}
    sent = {"service": "visit", "start": (MONDAY + DAY + 2 * HOUR).isoformat(), "customer": booked}
    answer = await office.call("POST", "/api/second/appointments", sent, idempotency_key=a_key())
    assert answer.status == 201, answer.body
    said = {}
    for who in (BOSS, "claire", HEAD):
        html_of = (await office.open(who, about())).body
        said[who] = "Has an appointment in Second <house>" in plain(html_of)
        assert ("Second" in plain(html_of)) is said[who]
    assert said == {BOSS: False, "claire": True, HEAD: True}
    link = "/console/calendars/biz0second/calendar?day=2027-01-12"
    assert link in html.unescape((await office.open("claire", about())).body.decode())


async def test_what_hides_a_free_time_is_said_too():
    office = await an_office()
    await changed(office, page=BookingPage(is_published=False))
    calendar = await office.store.calendars.reload("biz0clinic")
    video = calendar.services["video"].model_copy(update={"is_hidden": True})
    claire = calendar.staff["claire"].model_copy(update={"is_listed": False})
    await office.save(
        replace(
            calendar,
            services={**calendar.services, "video": video},
            staff={**calendar.staff, "claire": claire},
        )
    )
    page = plain((await office.open(BOSS, about(person="claire"))).body)
    assert "The booking page isn’t published" in page
    assert "The service is hidden" in page
    assert "Customers can’t choose this person" in page


async def test_a_service_that_nobody_serves_says_so():
    office = await an_office()
    calendar = await office.store.calendars.reload("biz0clinic")
    video = calendar.services["video"].model_copy(update={"staff": ()})
    await office.save(replace(calendar, services={**calendar.services, "video": video}))
    page = plain((await office.open(BOSS, about())).body)
    assert "No one offers this service" in page
    assert "None within two weeks before and a month after." in page


@pytest.mark.parametrize("who", ["desk", "claire", "eye"])
async def test_everybody_who_reads_the_calendar_gets_the_reason_without_links_to_settings(who):
    office = await an_office()
    assert f'href="{WHY}"' in (await office.open(who, "/console/calendars/biz0clinic")).body.decode()
    answer = await office.open(who, about(time="20:00"))
    assert "Outside the opening hours" in plain(answer.body)
    assert f"{SETTINGS}/hours" not in answer.body.decode()
    assert "/services/service/" not in answer.body.decode()


@pytest.mark.parametrize(
    ("when", "error"),
    [
        ({"time": ""}, "Enter a date and a time, such as 09:30"),
        ({"day": "soon"}, "Enter a date and a time"),
        ({"day": "0001-01-01"}, "Enter dates between the years 1971 and 2200"),
        ({"day": "9999-12-31"}, "Enter dates between the years 1971 and 2200"),
        ({"day": "2027-03-28", "time": "02:30"}, "the clocks go forward"),
    ],
)
async def test_a_moment_that_is_none_is_told_in_place(when, error):
    office = await an_office()
    answer = await office.open(BOSS, about(**when))
    assert answer.status == 200
    assert error in plain(answer.body)
    assert "This time is" not in plain(answer.body)


async def test_unknown_services_and_people_of_others_do_no_harm():
    office = await an_office()
    assert (await office.open(BOSS, about(service="none", person="none"))).status == 200
    assert "Claire" in plain((await office.open(BOSS, about(person="omar"))).body)


async def test_a_rule_of_the_service_itself_leads_to_the_service():
    office = await an_office()
    calendar = await office.store.calendars.reload("biz0clinic")
    video = calendar.services["video"].model_copy(update={"policy": SchedulingPolicy(time_slot_interval=HOUR)})
    await office.save(replace(calendar, services={**calendar.services, "video": video}))
    answer = await office.open(BOSS, about(time="10:30"))
    assert "Times are offered every 60 minutes" in plain(answer.body)
    link = "/console/calendars/biz0clinic/services/service/video/rules"
    assert link in answer.body.decode()
    assert (await office.open(BOSS, link)).status == 200
