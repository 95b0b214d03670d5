"""The staff calendar at the edge: columns, gaps that lead to a booking, filters, freshness, and who sees what."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from shared.records.appointments import appointment_rows
from shared.records.table import Operation
from tests.functions.console.app import START, Console, a_clinic
from tests.support.builders import MONDAY, a_business, a_calendar, a_person, a_service, an_appointment


CALENDAR = "/console/calendars/biz0clinic/calendar"
HOUR = timedelta(hours=1)


async def shown(console: Console, query: str = "", who: str = "desk") -> str:
    answer = await console.open(who, f"{CALENDAR}?{query}")
    assert answer.status == 200, answer.body
    return unescape(answer.body.decode()).replace("\u202f", " ")


def column(page: str, heading: str) -> str:
    """Return the part of the page that is about one column."""
    return next(part for part in page.split('<section class="column')[1:] if f">{heading}</a>" in part)


async def test_a_day_has_a_column_for_each_person_with_their_appointments(console):
    page = await shown(console)
    assert "Monday, January 11, 2027" in page
    label = "Ana Souza, Video, 10:00 AM – 10:30 AM, Booked, Monday, January 11, 2027"
    assert f'aria-label="{label}"' in column(page, "Claire")
    assert "Bob" in column(page, "Omar")
    assert "Ana Souza" not in column(page, "Omar")


async def test_a_gap_leads_to_a_booking_with_person_and_time_filled_in(console):
    page = await shown(console)
    gap = re.search(r'aria-label="10:30 AM – [^"]+free, Claire[^"]*" href="([^"]+)"', column(page, "Claire"))
    form = (await console.open("desk", gap[1])).body.decode()
    assert 'value="2027-01-11"' in form
    assert 'value="10:30"' in form
    assert '<option value="claire" selected>' in form
    made = await console.send(
        "desk", gap[1], service="video", name="Eva", staff="claire", date="2027-01-11", time="14:00"
    )
    assert made.status == 303
    assert made.headers["Location"] == f"{CALENDAR}?view=day&news=booked"
    after = (await console.open("desk", made.headers["Location"])).body.decode()
    assert "Eva" in after
    assert "The appointment was booked." in after


async def test_the_page_of_an_appointment_leads_back_to_the_calendar_as_it_was(console):
    page = await shown(console, "view=work&person=claire")
    details = re.search(r'href="(/console/queue/biz0clinic/[^"]+)"', column(page, "Mon, Jan 11"))[1]
    back = unescape((await console.open("desk", details)).body.decode())
    assert f'class="back" href="{CALENDAR}?view=work&person=claire"' in back
    forged = details.partition("?")[0] + "?back=calendar%3F%26%2F%2Fevil.example"
    assert 'href="//' not in (await console.open("desk", forged)).body.decode()


async def test_a_gap_that_is_under_way_is_offered_from_now_on(console):
    console.now = START + 65 * timedelta(minutes=1)
    page = await shown(console)
    assert "time=11%3A05" in column(page, "Claire")


@pytest.mark.parametrize(
    ("who", "own", "others"), [("claire", True, False), ("desk", True, True), ("eye", False, False)]
)
async def test_gaps_are_links_only_where_one_may_book(console, who, own, others):
    page = await shown(console, who=who)
    assert ("/new?" in column(page, "Claire")) is own
    assert ("/new?" in column(page, "Desk")) is others


async def test_a_week_shows_the_days_of_one_person(console):
    page = await shown(console, "view=work&person=claire&day=2027-01-13")
    assert len(re.findall(r'<section class="column', page)) == 5
    assert "Ana Souza" in column(page, "Mon, Jan 11")
    assert "Bob" not in page
    assert len(re.findall(r'<section class="column', await shown(console, "view=week&person=claire"))) == 7


def box(page: str, heading: str, day: str) -> str:
    """Return a cell of the week of several people."""
    row = next(part for part in page.split("<tr>") if f">{heading}</a></th>" in part)
    return row.partition(f'<td data-day="{day}"')[2].partition("</td>")[0]


async def test_a_week_of_everybody_has_a_row_for_each_person_and_leads_to_bookings(console):
    page = await shown(console, "view=work")
    assert "Ana Souza, Video, 10:00 AM – 10:30 AM, Booked, Monday" in box(page, "Claire", "Mon, Jan 11")
    assert "Bob" in box(page, "Omar", "Mon, Jan 11")
    tuesday = box(page, "Claire", "Tue, Jan 12")
    free = re.search(r'class="gap" aria-label="([^"]+)" href="([^"]+)"', tuesday)
    assert re.fullmatch(r"8.h free, Claire, Tuesday, January 12, 2027", free[1])
    form = (await console.open("desk", free[2])).body.decode()
    assert 'value="2027-01-12"' in form
    assert '<option value="claire" selected>' in form


async def test_a_month_has_its_whole_weeks_with_a_link_to_each_day(console):
    page = await shown(console, "view=month")
    assert "January 2027" in page
    assert page.count("<td data-day=") == 35
    assert page.count('class="outside"') == 4
    assert "Ana Souza" in page
    assert "Bob" in page
    assert f'href="{CALENDAR}?view=day&day=2027-01-13" aria-label="13, Wednesday, January 13, 2027"' in page
    assert f'href="{CALENDAR}?view=month&day=2027-02-01"' in page
    assert f'href="{CALENDAR}?view=month&day=2026-12-01"' in page


async def test_a_month_of_one_person_says_how_much_is_free(console):
    page = await shown(console, "view=month&person=claire")
    assert "Bob" not in page
    assert "h free, Claire, Tuesday, January 12, 2027" in page


async def put(console: Console, count: int, day: int = 0) -> None:
    """Store appointments of Claire, each a minute after the other, on a day after Monday."""
    for number in range(count):
        start = MONDAY + day * 24 * HOUR + number * HOUR / 60
        one = an_appointment(
            id=f"appointment{day}-{number}", service="video", staff=("claire",), start=start, end=start + HOUR / 12
        )
        operations = [Operation("upsert", key, values or {}) for key, values in appointment_rows(one).items()]
        await console.store.table.transact("bookings", "biz0clinic", operations)


async def test_a_day_with_many_appointments_leads_to_the_rest(console):
    await put(console, 12, day=1)
    page = await shown(console, "view=month&person=claire")
    link = re.search(r'aria-label="8 more, Claire, Tuesday, January 12, 2027" href="([^"]+)"', page)[1]
    assert column(await shown(console, link.partition("?")[2]), "Claire").count('class="visit') == 12


async def clinic_of_many(console: Console, count: int) -> None:
    people = [a_person(f"p{number:03d}", role="team_member") for number in range(count)]
    services = [a_service("some", staff=("p001", "p003")), a_service("all", staff=tuple(one.id for one in people))]
    await console.save(a_calendar(a_business(), services, [a_person("desk", role="scheduler"), *people]))


async def test_of_many_people_some_are_found_by_names_and_by_what_they_offer(console):
    await clinic_of_many(console, 25)
    page = await shown(console, "view=work")
    assert page.count('<th scope="row">') == 20
    assert "The first 20 people are shown" in page
    assert "First" not in page
    found = await shown(console, "name=p001,P02")
    assert re.findall(r'<h2 id="col-\d+"><a[^>]*>([^<]+)</a>', found) == [
        "P001",
        "P020",
        "P021",
        "P022",
        "P023",
        "P024",
    ]
    group = await shown(console, "group=some&view=week")
    assert re.findall(r'<th scope="row"><a[^>]*>([^<]+)', group) == ["P001", "P003"]
    assert "group=some" in group.partition('class="segments"')[2]


async def test_a_month_of_a_large_clinic_is_read_from_one_persons_ledger(console):
    await clinic_of_many(console, 70)
    await console.book(
        START + 24 * HOUR, service="all", staff="p004", customer={"name": "Eva", "email": "e@example.com"}
    )
    page = await shown(console, "view=month&name=p004")
    assert re.search(r'<td data-day="Tue, Jan 12">.*?30.min booked', page, re.DOTALL)
    assert "Eva" not in page
    answer = await console.open("desk", f"{CALENDAR}?view=month&name=p004")
    assert "ETag" not in answer.headers


async def test_an_agenda_ends_where_a_page_is_full_and_says_where_it_goes_on(console):
    await put(console, 260, day=1)
    await put(console, 1, day=2)
    assert "Later days" in await shown(console, "view=agenda")
    page = await shown(console, "view=agenda&day=2027-01-12")
    assert page.count('<li><a class="visit') == 250
    assert f'<a href="{CALENDAR}?view=day&day=2027-01-12">10 more</a>' in page
    rest = re.search(r'class="button quiet" href="([^"]+)">Later days', page)[1]
    assert (await shown(console, rest.partition("?")[2])).count('<li><a class="visit') == 1


async def test_an_agenda_lists_the_days_with_who_serves(console):
    page = await shown(console, "view=agenda")
    assert page.count('class="agenda"') == 7
    assert "Ana Souza" in page
    assert "Claire" in page
    assert "No appointments." in page
    assert "Bob" not in await shown(console, "view=agenda&person=claire")


async def test_one_service_alone_can_be_shown(console):
    page = await shown(console, "service=here")
    assert "Bob" in page
    assert "Ana Souza" not in page


@pytest.mark.parametrize(
    "query", ["day=yesterday", "day=9999-01-01", "view=year", "service=none", "person=nobody,"]
)
async def test_what_is_not_known_counts_as_not_given(console, query):
    assert "Ana Souza" in await shown(console, query)


async def test_nobody_is_found_by_another_name(console):
    assert "No one on the staff" in await shown(console, "name=zzz")
    assert "Omar" in await shown(console, "name=oma")


async def test_a_page_that_is_still_true_is_not_sent_again(console):
    await console.open("desk", CALENDAR)
    tag = (await console.open("desk", CALENDAR)).headers["ETag"]
    again = await console.call(
        "GET", CALENDAR, cookie=console.cookie("desk"), accept="text/html", if_none_match=tag
    )
    assert (again.status, again.headers["ETag"]) == (304, tag)
    await console.book(START + 3 * HOUR, service="here", customer={"name": "Eva", "email": "eva@example.com"})
    after = await console.call(
        "GET", CALENDAR, cookie=console.cookie("desk"), accept="text/html", if_none_match=tag
    )
    assert after.status == 200
    assert "Eva" in after.body.decode()
    other = await console.call(
        "GET", CALENDAR, cookie=console.cookie("claire"), accept="text/html", if_none_match=tag
    )
    assert other.status == 200  # another person may do other things


async def test_statuses_are_told_in_words(console):
    await console.ana("enter", {"name": "Ana"})
    assert "Ana Souza, In the waiting room, Video" in await shown(console)


async def test_a_calendar_without_staff_says_so(console):
    clinic = a_clinic()
    await console.save(a_calendar(clinic.business, [], [a_person("desk", role="scheduler")]))
    assert "Desk" in await shown(console)


async def details_of_ana(console, who: str = "desk") -> tuple[str, str]:
    """Return path and query of the page of Ana's appointment, as the calendar links it."""
    page = await shown(console, who=who)
    path, _, query = re.search(r'href="(/console/queue/biz0clinic/[^"]+)"', column(page, "Claire"))[1].partition(
        "?"
    )
    return path, query


async def test_an_appointment_is_moved_to_another_time_and_person_in_one_form(console):
    path, query = await details_of_ana(console)
    clinic = a_clinic()
    video = clinic.services["video"].model_copy(update={"staff": ("claire", "omar")})
    await console.save(replace(clinic, services={**clinic.services, "video": video}))
    move = f"{path}/reschedule?{query}&date=2027-01-11&time=14:00&staff=omar"
    form = (await console.open("desk", move)).body.decode()
    assert 'value="14:00"' in form
    assert '<option value="omar" selected>' in form
    done = await console.send("desk", move, date="2027-01-11", time="14:00", staff="omar")
    assert (done.status, done.headers["Location"]) == (303, f"{CALENDAR}?view=day&news=moved")
    after = await shown(console)
    assert "Ana Souza" in column(after, "Omar")
    assert "Ana Souza" not in column(after, "Claire")


async def test_team_members_move_their_own_and_choose_nobody_else(console):
    page = await shown(console, who="claire")
    assert "movable" in column(page, "Claire")
    assert "movable" not in column(page, "Omar")
    assert "movable" not in await shown(console, who="eye")
    path, query = await details_of_ana(console, "claire")
    form = (await console.open("claire", f"{path}/reschedule?{query}&staff=omar")).body.decode()
    assert 'name="staff"' not in form
    done = await console.send(
        "claire", f"{path}/reschedule?{query}", date="2027-01-11", time="14:00", staff="omar"
    )
    assert done.status == 303
    assert "Ana Souza" in column(await shown(console), "Claire")


@pytest.mark.parametrize("staff", ["nobody", "omar", "x" * 200])
async def test_a_person_who_does_not_serve_it_is_refused_and_the_time_is_kept(console, staff):
    path, _query = await details_of_ana(console)
    answer = await console.send("desk", f"{path}/reschedule", date="2027-01-11", time="14:00", staff=staff)
    assert answer.status in (409, 422)
    assert 'value="14:00"' in answer.body.decode()
    assert "Ana Souza" in column(await shown(console), "Claire")


async def test_who_cannot_be_booked_stands_after_those_who_can(console):
    clinic = a_clinic()
    people = [one.model_copy(update={"is_bookable": one.id != "desk"}) for one in clinic.staff.values()]
    await console.save(replace(clinic, staff={one.id: one for one in people}))
    page = await shown(console)
    headings = re.findall(r'<h2 id="col-\d+"><a[^>]*>([^<]+)</a>', page)
    assert headings[-1] == "Desk"
    assert len(headings) == len(people)


async def test_an_appointment_is_made_longer_up_to_the_end_that_was_drawn(console):
    path, query = await details_of_ana(console)
    was = f"{CALENDAR}?day=2027-01-11"
    longer = f"{path}/reschedule?{query}&until=11:15&was=2027-01-11T10:00/claire"
    form = (await console.open("desk", longer)).body.decode()
    assert 'name="minutes" type="number" value="75"' in form
    assert "was here before you" not in form
    done = await console.send("desk", longer, date="2027-01-11", time="10:00", minutes="75", staff="claire")
    assert done.status == 303
    assert "Ana Souza, Video, 10:00 AM – 11:15 AM" in await shown(console, was.partition("?")[2])


@pytest.mark.parametrize("minutes", ["0", "-5", "1.5", "x", "999999", "²"])
async def test_a_length_that_cannot_be_is_told_and_the_rest_is_kept(console, minutes):
    path, query = await details_of_ana(console)
    answer = await console.send(
        "desk", f"{path}/reschedule?{query}", date="2027-01-11", time="14:00", minutes=minutes, staff="claire"
    )
    assert answer.status == 422
    assert "Enter whole minutes" in answer.body.decode()
    assert 'value="14:00"' in answer.body.decode()


async def test_the_later_of_two_who_move_the_same_is_told_who_moved_it_and_sees_it(console):
    path, query = await details_of_ana(console)
    drag = f"{path}/reschedule?{query}&date=2027-01-11&time=15:00&staff=claire&was=2027-01-11T10:00/claire"
    first = (await console.open("desk", drag)).body.decode()
    moved = await console.send("claire", f"{path}/reschedule?{query}", date="2027-01-11", time="14:00")
    assert moved.status == 303
    etag = re.search(r'name="etag" value="([^"]+)"', first)[1]
    late = await console.send("desk", drag, date="2027-01-11", time="15:00", staff="claire", etag=unescape(etag))
    told = unescape(late.body.decode()).replace("\u202f", " ")
    assert late.status == 412
    assert re.search("(?:Claire|claire@clinic.example) was here before you, .*: Changed .*Start", told)
    assert "2:00 PM – 2:30 PM" in told
    dragged = unescape((await console.open("desk", drag)).body.decode()).replace("\u202f", " ")
    assert "was here before you" in dragged
    assert 'value="15:00"' in dragged
    again = await console.send("desk", drag, date="2027-01-11", time="15:00", staff="claire")
    assert again.status == 303


async def test_a_gap_that_went_is_refused_with_who_has_it_now_and_the_times_that_are_left(console):
    page = await shown(console)
    gap = re.search(r'aria-label="10:30 AM – [^"]+free, Claire[^"]*" href="([^"]+)"', column(page, "Claire"))[1]
    asked = {"service": "video", "staff": "claire", "date": "2027-01-11", "time": "14:00"}
    assert (await console.send("desk", gap, name="Eva", **asked)).status == 303
    late = await console.send("desk", gap, name="Finn", **asked)
    told = unescape(late.body.decode()).replace("\u202f", " ")
    assert late.status == 409
    assert "There’s already an appointment at that time: Eva, Video" in told
    assert 'value="Finn"' in told
    assert "?start=2027-01-11T15%3A00" in told


async def test_of_several_who_serve_the_one_it_was_drawn_from_is_replaced(console):
    clinic = a_clinic()
    both = a_service("both", staff=("claire", "omar", "desk"), assignment="all")
    await console.save(replace(clinic, services={**clinic.services, "both": both}))
    one = await console.book_by_hand(
        START + 5 * HOUR, service="both", several="both", name="Eva", **{"with-claire": "1", "with-omar": "1"}
    )
    assert set((await console.stored(one)).staff) == {"claire", "omar"}
    path = f"/console/queue/biz0clinic/{one}/reschedule"
    drawn = f"{path}?date=2027-01-11&time=16:00&staff=desk&was=2027-01-11T15:00/omar"
    form = (await console.open("desk", drawn)).body.decode()
    assert "Instead of Omar" in form
    when = {"date": "2027-01-11", "time": "16:00", "staff": "desk", "override": "1"}
    assert (await console.send("desk", drawn, **when)).status == 303
    assert set((await console.stored(one)).staff) == {"claire", "desk"}
    assert 'name="staff"' not in (await console.open("desk", path)).body.decode()
