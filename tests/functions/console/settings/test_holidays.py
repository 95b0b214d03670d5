"""Public holidays at the console: guessed for the business's own place, ticked, and never listed twice."""

import re
from datetime import date, timedelta

import pytest

from functions.console.settings.public_holidays import country_names, country_of, load_country, region_of
from shared.domain.calendar.business import SpecialDates
from shared.domain.calendar.place import Address
from tests.functions.console.settings.desk import BOSS, DATES, an_office, business, changed
from tests.support.builders import a_business


HOLIDAYS = f"{DATES}/holidays"
FRANCE = {"country": "FR", "y2027": "yes"}


@pytest.mark.parametrize(
    ("where", "zone", "code"),
    [
        ("", "Europe/Paris", "FR"),
        ("Allemagne", "Europe/Paris", "DE"),
        ("brasil", "Europe/Paris", "BR"),
        ("de", "UTC", "DE"),
        ("Nowhere", "America/Sao_Paulo", "BR"),
        ("", "UTC", ""),
    ],
)
def test_a_country_is_guessed_by_the_address_and_else_by_the_zone(where, zone, code):
    place = a_business(address=Address(country_or_region=where), time_zone=zone)
    assert country_of(place) == code


async def test_a_region_is_guessed_by_the_address():
    germany = await load_country("DE")
    assert region_of(a_business(address=Address(state="Bayern")), germany) == "BY"
    assert region_of(a_business(address=Address(state="BY")), germany) == "BY"
    assert region_of(a_business(), germany) == ""


async def test_a_region_has_holidays_that_the_country_has_not():
    germany = await load_country("DE")
    bavarian = {one.first for one in germany.holidays("BY", [2027], "de")}
    assert date(2027, 1, 6) in bavarian - {one.first for one in germany.holidays("", [2027], "de")}


@pytest.mark.parametrize(
    ("language", "name"), [("fr", "Jour de l'an"), ("en", "New Year's Day"), ("ja", "Jour de l'an")]
)
async def test_names_are_in_the_calendars_language_where_there_are_such(language, name):
    france = await load_country("FR")
    assert france.holidays("", [2027], language)[0].name == name


async def test_days_of_one_name_in_a_row_are_one_entry():
    russia = await load_country("RU")
    first = russia.holidays("", [2027], "ru")[0]
    assert (first.first, first.last) == (date(2027, 1, 1), date(2027, 1, 6))


async def test_a_place_that_is_not_known_has_none():
    assert await load_country("XX") is None
    assert await load_country("") is None
    assert (await country_names("fr"))["DE"] == "Allemagne"


async def test_ticked_holidays_are_added_in_one_change():
    office = await an_office()
    page = await office.page(HOLIDAYS)
    assert "Assumption Day" in page  # of France, as the clinic is in Paris
    body = {**FRANCE, "day": "2027-05-01"}
    answer = await office.send(BOSS, HOLIDAYS, **body)
    assert answer.headers["Location"] == f"{DATES}?news=added"
    assert (await business(office)).special_dates == (
        SpecialDates(first=date(2027, 5, 1), last=date(2027, 5, 1), title="Labor Day"),
    )


async def test_a_day_that_is_listed_is_never_added_again():
    office = await an_office()
    short = SpecialDates(first=date(2027, 4, 30), last=date(2027, 5, 2), title="Our fair")
    await changed(office, special_dates=(short,))
    assert "Listed already, as “Our fair”" in await office.page(f"{HOLIDAYS}?country=FR&y2027=yes")
    await office.send(BOSS, HOLIDAYS, **FRANCE, day="2027-05-01")
    assert (await business(office)).special_dates == (short,)


async def test_past_days_are_not_offered():
    office = await an_office()
    assert "January 1, 2027" not in await office.page(f"{HOLIDAYS}?country=FR&y2027=yes")


async def test_with_nothing_ticked_it_says_so():
    office = await an_office()
    answer = await office.send(BOSS, HOLIDAYS, **FRANCE)
    assert answer.status == 422
    assert b"Select at least one day to add" in answer.body


async def test_more_than_can_be_kept_are_refused():
    office = await an_office()
    day = date(2028, 1, 1)
    many = tuple(SpecialDates(first=day + timedelta(n), last=day + timedelta(n)) for n in range(400))
    await changed(office, special_dates=many)
    answer = await office.send(BOSS, HOLIDAYS, **FRANCE, day="2027-05-01")
    assert answer.status == 422
    assert b"At most 400 entries" in answer.body
    assert re.findall(r'value="([^"]+)" checked', answer.body.decode().partition('id="days"')[2]) == ["2027-05-01"]
    assert (await business(office)).special_dates == many


@pytest.mark.parametrize("query", ["country=XX", "country=fr", "country=FR&region=nowhere&y1999=yes"])
async def test_a_query_by_hand_does_no_harm(query):
    office = await an_office()
    assert (await office.open(BOSS, f"{HOLIDAYS}?{query}")).status == 200
