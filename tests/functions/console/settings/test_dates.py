"""Closed and special dates at the console: listed, added, changed, removed; and what is refused in place."""

from datetime import date, timedelta

import pytest

from shared.domain.calendar.business import SpecialDates
from shared.domain.timeline.hours import CLOSED, weekdays
from tests.functions.console.settings.desk import BOSS, DATES, an_office, business, changed, fill


CHRISTMAS = SpecialDates(first=date(2027, 12, 25), last=date(2027, 12, 25), title="Noël")


async def test_closed_dates_are_added_and_listed():
    office = await an_office()
    answer = await fill(office, f"{DATES}/new", first="2027-12-24", last="2027-12-26", title="Christmas")
    assert answer.headers["Location"] == f"{DATES}?news=added"
    assert (await business(office)).special_dates == (
        SpecialDates(first=date(2027, 12, 24), last=date(2027, 12, 26), title="Christmas"),
    )
    page = await office.page(DATES)
    assert "Friday, December 24, 2027 – Sunday, December 26, 2027" in page
    assert "Christmas" in page


async def test_dates_can_have_hours_of_their_own():
    office = await an_office()
    hours = {
        "hours-0-0-from": "09:00",
        "hours-0-0-to": "12:00",
        "hours-0-1-from": "14:00",
        "hours-0-1-to": "15:00",
    }
    await fill(office, f"{DATES}/new", first="2027-12-24", state="open", **hours)
    found = (await business(office)).special_dates[0]
    assert found.hours == (((540, 720), (840, 900)),) * 7
    assert "09:00–12:00, 14:00–15:00" in await office.page(DATES)


async def test_hours_that_differ_by_weekday_stay_so():
    office = await an_office()
    dates = SpecialDates(first=date(2027, 8, 1), last=date(2027, 8, 31), hours=weekdays((540, 600), days=[0, 2]))
    await changed(office, special_dates=(dates,))
    await fill(office, f"{DATES}/range/2027-08-01.2027-08-31", title="Summer")
    assert (await business(office)).special_dates == (dates.model_copy(update={"title": "Summer"}),)
    assert "Monday 09:00–10:00; Wednesday 09:00–10:00" in await office.page(DATES)


async def test_a_single_day_shows_the_hours_of_its_weekday():
    office = await an_office()
    day = SpecialDates(first=date(2027, 12, 24), last=date(2027, 12, 24), hours=weekdays((540, 600)))
    await changed(office, special_dates=(day,))
    assert "Monday 09:00" not in await office.page(DATES)
    assert "09:00–10:00" in await office.page(DATES)


async def test_dates_can_be_moved_and_closed():
    office = await an_office()
    await changed(
        office,
        special_dates=(
            SpecialDates(first=date(2027, 5, 1), last=date(2027, 5, 2), hours=weekdays((540, 600), days=range(7))),
        ),
    )
    await fill(
        office, f"{DATES}/range/2027-05-01.2027-05-02", first="2027-05-02", last="2027-05-03", state="closed"
    )
    assert (await business(office)).special_dates == (SpecialDates(first=date(2027, 5, 2), last=date(2027, 5, 3)),)


async def test_a_date_is_removed_and_again_without_harm():
    office = await an_office()
    await changed(office, special_dates=(CHRISTMAS,))
    for _ in range(2):
        answer = await office.send(BOSS, DATES, remove="2027-12-25.2027-12-25")
        assert answer.headers["Location"] == f"{DATES}?news=removed"
    assert (await business(office)).special_dates == ()


async def test_past_dates_are_folded_away():
    office = await an_office()
    past = SpecialDates(first=date(2026, 12, 25), last=date(2027, 1, 10), title="Old")
    today = SpecialDates(first=date(2027, 1, 11), last=date(2027, 1, 11), title="Now")
    await changed(office, special_dates=(past, today))
    coming, _, folded = (await office.page(DATES)).partition("Past dates")
    assert "Now" in coming
    assert "Old" not in coming
    assert "Old" in folded


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"first": ""}, "Enter a date such as 2027-12-24"),
        ({"first": "soon"}, "Enter a date such as 2027-12-24"),
        ({"first": "2027-05-02", "last": "2027-05-01"}, "choose Sunday, May 2, 2027 or later"),
        ({"first": "2027-12-25"}, "These very dates are listed already"),
        ({"first": "9999-01-01"}, "between the years 1971 and 2200"),
        ({"first": "2027-05-01", "state": "open", "hours-0-0-from": "", "hours-0-0-to": ""}, "Add the hours"),
        ({"first": "2027-05-01", "state": "open", "hours-0-0-from": "12:00"}, "has no length"),
    ],
)
async def test_what_is_impossible_is_refused_in_place_with_what_was_typed(typed, error):
    office = await an_office()
    await changed(office, special_dates=(CHRISTMAS,))
    answer = await fill(office, f"{DATES}/new", title="Kept text", **typed)
    assert answer.status == 422
    assert error in answer.body.decode()
    assert 'value="Kept text"' in answer.body.decode()
    assert (await business(office)).special_dates == (CHRISTMAS,)


async def test_dates_that_somebody_removed_meanwhile_are_not_there():
    office = await an_office()
    assert (await office.open(BOSS, f"{DATES}/range/2027-12-25.2027-12-25")).status == 404


async def test_short_hours_within_a_closed_time_prevail_whichever_was_added_first():
    office = await an_office()
    await fill(office, f"{DATES}/new", first="2027-12-28", state="open")
    await fill(office, f"{DATES}/new", first="2027-12-20", last="2027-12-31")
    listed = (await business(office)).special_dates
    assert [one.hours == CLOSED for one in listed] == [True, False]
    assert listed[1].first - listed[0].first == timedelta(days=8)


async def test_there_is_an_end_to_how_many_dates_are_kept():
    office = await an_office()
    many = tuple(
        SpecialDates(first=date(2027, 1, 1) + timedelta(days=n), last=date(2027, 1, 1) + timedelta(days=n))
        for n in range(400)
    )
    await changed(office, special_dates=many)
    answer = await fill(office, f"{DATES}/new", first="2029-01-01")
    assert b"At most 400 entries" in answer.body


async def test_the_list_says_on_which_dates_another_entry_prevails():
    office = await an_office()
    around = SpecialDates(first=date(2027, 12, 23), last=date(2027, 12, 27), title="Around")
    beside = SpecialDates(first=date(2027, 12, 27), last=date(2027, 12, 29), hours=weekdays((540, 600)))
    await changed(office, special_dates=(around, CHRISTMAS, beside))
    page = await office.page(DATES)
    assert page.count("Another entry applies instead on") == 1
    said = "Another entry applies instead on: Saturday, December 25, 2027; Monday, December 27, 2027"
    assert said in page
    assert page.index("Around") < page.index(said) < page.index("Noël")
