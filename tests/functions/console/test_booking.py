"""Booking at the console: free times and people to choose from, known customers, and what is asked once more."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from tests.functions.console.app import Console, a_clinic
from tests.support.builders import a_service
from tests.support.edge import Answer


NEW = "/console/bookings/biz0clinic/new"
HOUR = timedelta(hours=1)
TOMORROW = {"service": "video", "staff": "claire", "date": "2027-01-12", "time": "11:00", "name": "Dora"}


def said(answer: Answer) -> str:
    return unescape(answer.body.decode()).replace("\u202f", " ").replace("\u2011", "-")


def people(page: str) -> list[str]:
    """Return the options of who serves, as they are read."""
    return re.findall(
        r"<option value=\"[^\"]*\"[^>]*>([^<]+)", page.partition('id="staff"')[2].partition("</select>")[0]
    )


def buttons(page: str, query: str) -> list[str]:
    """Return the addresses of the buttons of the form that carry a query."""
    return re.findall(rf'formaction="([^"]+[?&]{query}=[^"]*)"', page)


async def press(console: Console, address: str, who: str = "desk", **fields: str) -> str:
    """Press a button that changes the form and books nothing."""
    page = (await console.open(who, NEW)).body.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    pressed = await console.post(who, address, **{**hidden, **fields})
    assert pressed.status == 200
    return said(pressed)


async def test_the_free_times_of_the_service_are_shown_and_one_fills_in_the_form(console):
    page = said(await console.open("desk", f"{NEW}?service=video&date=2027-01-12&staff=claire"))
    assert f"{NEW}?start=2027-01-12T09%3A30" in buttons(page, "start")
    chosen = await press(console, f"{NEW}?start=2027-01-12T09:30", service="video", name="", notes="By phone")
    assert 'name="date" type="date" value="2027-01-12"' in chosen
    assert 'name="time" type="time" value="09:30"' in chosen
    assert "By phone" in chosen
    assert buttons(chosen, "day")
    assert len([one for one in console.table.rows("bookings", "biz0clinic") if one.key.startswith("A|")]) == 2


async def test_a_day_shows_its_times_and_a_month_its_days(console):
    wednesday = await press(console, f"{NEW}?day=2027-01-13", service="video", name="")
    assert 'aria-current="true" aria-label="Wednesday, January 13' in wednesday
    february = await press(console, f"{NEW}?month=2027-02", service="video", name="")
    assert '<h2 id="month">February 2027' in february


async def test_beside_each_name_stands_whether_they_are_free(console):
    clinic = a_clinic()
    video = clinic.services["video"].model_copy(update={"staff": ("claire", "omar")})
    await console.save(replace(clinic, services={**clinic.services, "video": video}))
    at = f"{NEW}?service=video&date=2027-01-11"
    told = people(said(await console.open("desk", f"{at}&time=10:00")))
    assert told[:3] == ["Anyone available", "Omar – available", "Claire – busy at this time"]
    assert people(said(await console.open("desk", f"{at}&time=03:00")))[1] == "Claire – not working at this time"
    assert people(said(await console.open("claire", f"{at}&time=12:00"))) == ["Claire – available"]


async def test_of_a_service_that_several_serve_one_or_all_can_be_chosen(console):
    clinic = a_clinic()
    both = a_service("both", staff=("claire", "omar"), assignment="all")
    await console.save(replace(clinic, services={**clinic.services, "both": both}))
    path = f"{NEW}?service=both&date=2027-01-11&time=10:00"
    page = said(await console.open("desk", path))
    assert page.count('type="checkbox" id="with-') == 2
    assert "busy at this time" in page.partition("with-claire")[2].partition("</label>")[0]
    assert "available" in page.partition("with-omar")[2].partition("</label>")[0]
    nobody = await console.send("desk", path, **{**TOMORROW, "service": "both"})
    assert (nobody.status, "Choose someone" in said(nobody)) == (422, True)
    one = await booked(console, path, **{**TOMORROW, "service": "both", "with-omar": "1"}, override="1")
    assert (await console.appointment(one)).staff == ("omar",)
    when = {"with-omar": "1", "with-claire": "1", "time": "15:00", "name": "Emil"}
    two = await booked(console, path, **{**TOMORROW, "service": "both", **when})
    assert set((await console.appointment(two)).staff) == {"claire", "omar"}


async def booked(console: Console, path: str = NEW, **fields: str) -> str:
    """Book; return the id of the appointment."""
    before = {row.key for row in console.table.rows("bookings", "biz0clinic")}
    answer = await console.send("desk", path, **fields)
    assert answer.status == 303, said(answer)
    new = {row.key for row in console.table.rows("bookings", "biz0clinic")} - before
    return next(key[2:] for key in new if key.startswith("A|"))


async def test_the_next_free_time_is_one_link_away(console):
    page = said(await console.open("desk", f"{NEW}?service=video&time=next"))
    assert 'name="date" type="date" value="2027-01-11"' in page
    first = re.search(r'name="time" type="time" value="([^"]+)"', page)[1]
    assert (await console.send("desk", NEW, **{**TOMORROW, "date": "2027-01-11", "time": first})).status == 303


async def test_a_second_appointment_on_the_same_day_is_named_and_asked_about_once(console):
    again = {**TOMORROW, "date": "2027-01-11", "time": "15:00", "service": "here", "staff": "omar"}
    ana = {**again, "name": "Ana Souza", "email": "ana@example.com"}
    warned = await console.send("desk", NEW, **ana)
    assert warned.status == 409
    assert "Ana Souza, Video, Monday, January 11, 2027, 10:00 AM – 10:30 AM, Claire" in said(warned)
    assert "Book anyway" in said(warned)
    assert 'value="Ana Souza"' in said(warned)
    assert await booked(console, **ana, seen=console.id)


@pytest.mark.parametrize(("service", "day", "status"), [("video", 15, 409), ("here", 15, 303), ("video", 19, 303)])
async def test_the_same_service_within_a_week_is_asked_about(console, service, day, status):
    staff = {"video": "claire", "here": "omar"}[service]
    ana = {"name": "Ana Souza", "email": "ana@example.com", "date": f"2027-01-{day}"}
    answer = await console.send("desk", NEW, **{**TOMORROW, **ana, "service": service, "staff": staff})
    assert answer.status == status


async def test_what_is_cancelled_is_no_reason_to_ask(console):
    await console.send("desk", f"{console.path}/cancel")
    ana = {"name": "Ana Souza", "email": "ana@example.com"}
    assert (await console.send("desk", NEW, **{**TOMORROW, **ana})).status == 303


async def test_over_an_appointment_only_once_it_was_named(console):
    there = {**TOMORROW, "date": "2027-01-11", "time": "10:00", "override": "1"}
    refused = await console.send("desk", NEW, **there)
    assert refused.status == 409
    assert "There’s already an appointment at that time: Ana Souza, Video" in said(refused)
    assert f'name="overbook" value="{console.id}">' in said(refused)
    assert (await console.send("desk", NEW, **there, overbook="1")).status == 409
    made = await booked(console, **there, overbook=console.id)
    assert (await console.appointment(made)).is_overbooked
    third = await console.send("desk", NEW, **{**there, "name": "Emil"}, overbook=console.id)
    assert third.status == 409  # Dora came in between
    assert "Dora" in said(third)


async def test_where_nobody_is_free_a_person_has_to_be_chosen_first(console):
    there = {**TOMORROW, "date": "2027-01-11", "time": "10:00", "staff": "", "override": "1"}
    assert "No one is available for this service at that time" in said(await console.send("desk", NEW, **there))


@pytest.mark.parametrize(
    ("day", "time", "rule", "recorded"),
    [
        ("12", "03:00", "Outside the opening hours of this day", "beyond business_hours"),
        ("11", "09:30", "This time is in the past", "beyond in_the_past"),
    ],
)
async def test_the_rule_is_named_and_going_beyond_it_is_recorded(console, day, time, rule, recorded):
    beyond = {**TOMORROW, "date": f"2027-01-{day}", "time": time}
    refused = said(await console.send("desk", NEW, **beyond))
    assert rule in refused
    assert 'name="override"' in refused
    made = await booked(console, **beyond, override="1")
    audit = [
        str(row.values["body"]) for row in console.table.rows("bookings", "biz0clinic") if recorded in str(row)
    ]
    assert len(audit) == 1
    history = said(await console.open("desk", f"/console/queue/biz0clinic/{made}"))
    assert {"12": "Booked (Outside the opening hours)", "11": "Booked (In the past)"}[day] in history


async def test_within_the_rules_nothing_is_recorded_though_it_was_allowed(console):
    await booked(console, **TOMORROW, override="1")
    assert not [row for row in console.table.rows("bookings", "biz0clinic") if " beyond " in str(row.values)]


async def test_a_known_customer_is_found_by_three_letters_and_booked_as_the_same(console):
    ana = (await console.appointment()).seat.customer_id
    found = await press(console, f"{NEW}?find=1", service="video", name="sou")
    (button,) = buttons(found, "known")
    taken = await press(console, button, service="video", name="sou")
    assert 'value="Ana Souza"' in taken
    assert 'value="ana@example.com"' in taken
    assert f'name="customer" value="{ana}"' in taken
    whole = {"customer": ana, "name": "Ana Souza", "email": "ana@example.com", "seen": console.id}
    made = await booked(console, **{**TOMORROW, **whole})
    assert (await console.appointment(made)).seat.customer_id == ana
    other = await booked(
        console, **{**TOMORROW, "time": "15:00", **whole, "name": "Bea", "email": "bea@example.com"}
    )
    assert (await console.appointment(other)).seat.customer_id != ana


async def test_too_few_letters_find_nobody(console):
    assert not buttons(await press(console, f"{NEW}?find=1", service="video", name="so"), "known")


async def test_a_calendar_without_services_still_has_its_form(console):
    await console.save(replace(a_clinic(), services={}))
    assert "New appointment" in said(await console.open("desk", NEW))


async def test_price_reminders_language_and_joining_are_agreed_for_one_appointment(console):
    form = said(await console.open("desk", f"{NEW}?service=video"))
    assert "As usual: English" in form
    assert '<details class="group own" id="own">' in form
    agreed = {"language": "fr", "price_kind": "fixed", "amount": "12,50", "own-of": "video", "remind-2": "1"}
    made = await console.appointment(await booked(console, **TOMORROW, **agreed))
    assert (made.terms.price.kind, str(made.terms.price.amount)) == ("fixed", "12.50")
    assert [one.offset for one in made.terms.reminders] == [2 * HOUR]
    assert made.seat.language == "fr"
    assert made.terms.allow_anonymous_join is None


async def test_without_a_change_the_terms_are_those_of_the_service(console):
    made = await console.appointment(await booked(console, **TOMORROW))
    service = a_clinic().services["video"]
    assert (made.terms.price, made.terms.reminders) == (service.price, service.reminders)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("amount", "much", "Enter an amount"),
        ("amount", "-1", "Enter an amount"),
        ("price_kind", "dear", "Choose a price from the list"),
        ("language", "xx", "Choose a language from the list"),
        ("joining", "no", "No one could join"),
    ],
)
async def test_terms_that_cannot_be_are_told_at_their_field_and_kept(console, field, value, told):
    refused = await console.send("desk", NEW, **{**TOMORROW, field: value})
    assert refused.status == 422
    assert told in said(refused)
    assert 'id="own" open' in said(refused)
    assert 'value="Dora"' in said(refused)


async def test_a_reminder_whose_time_is_past_is_said_to_be_too_late(console):
    page = said(await console.open("desk", f"{NEW}?service=video&date=2027-01-12&time=08:00"))
    assert re.search(r"1.day before \(too late for this time\)", page)
    assert re.search(r"1.h before<", page)


async def test_seats_of_a_group_have_the_terms_of_their_session(console):
    clinic = a_clinic()
    group = a_service("group", staff=("claire",), maximum_attendees=5)
    await console.save(replace(clinic, services={**clinic.services, "group": group}))
    page = said(await console.open("desk", f"{NEW}?service=group"))
    assert 'name="language"' in page
    assert 'name="amount"' not in page


async def test_a_customer_is_booked_again_from_an_appointment_at_the_next_free_time(console):
    ana = (await console.appointment()).seat.customer_id
    page = said(await console.open("desk", console.path))
    again = re.search(r'href="([^"]*/new\?[^"]*)">(?:<svg.*?</svg>)?Book again', page)[1]
    form = said(await console.open("desk", again))
    assert f'name="customer" value="{ana}"' in form
    assert 'value="Ana Souza"' in form
    assert '<option value="video" selected>' in form or '<option value="video" lang="en" selected>' in form
    assert "Book again" not in said(await console.open("eye", console.path))


async def test_the_calendar_of_one_service_leads_to_its_next_free_time(console):
    path = "/console/calendars/biz0clinic/calendar"
    page = said(await console.open("desk", f"{path}?service=video&person=claire"))
    link = re.search(r'href="([^"]+)">(?:<svg.*?</svg>)?Next free time', page)[1]
    form = said(await console.open("desk", link))
    assert 'name="date" type="date" value="2027-01-11"' in form
    assert '<option value="claire" selected>' in form
    assert "Next free time" not in said(await console.open("desk", path))
