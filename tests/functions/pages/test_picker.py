"""The time picker: which month and day open, what is said, and where its links lead."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.pages.summaries import zone_choice
from functions.pages.times.picker import Builder, read_ask
from shared.domain.calendar.business import SpecialDates
from shared.domain.calendar.policy import SchedulingPolicy
from tests.functions.pages.app import GROUP, NOW, VISIT, calendar_of, offer_of, visitor_of


YEAR = timedelta(days=365)


def picker_of(calendar=None, service=VISIT, now=NOW, advance=YEAR, accept="en-GB", **query):
    calendar = calendar or calendar_of()
    visitor = visitor_of(calendar, accept, **query)
    ask = read_ask(query, visitor, now, advance)
    offer = offer_of(calendar, service, ask, visitor.zone)
    return Builder(
        offer, ask, visitor, lambda **changes: visitor.link("book", "riverside", "visit", **changes)
    ).picker()


def closed(*spans):
    calendar = calendar_of()
    special = tuple(SpecialDates(first=date.fromisoformat(a), last=date.fromisoformat(b)) for a, b in spans)
    business = calendar.business.model_copy(update={"special_dates": special})
    return type(calendar)(business, calendar.services, calendar.staff, calendar.questions)


def query_of(link):
    return {name: values[0] for name, values in parse_qs(urlsplit(link.href).query).items()}


def test_the_first_free_day_is_open_at_once():
    picker = picker_of()
    assert picker.day == "Monday, 23 November"
    assert [label for label, _ in picker.groups] == ["Morning", "Afternoon"]
    assert picker.status == "Monday, 23 November: 18 times"


def test_weeks_that_are_past_are_not_shown():
    assert picker_of().weeks[0][0].iso == "2026-11-16"


@pytest.mark.parametrize(
    ("day", "title", "first", "last"),
    [
        (23, "November 2026", "2026-11-23", "2026-11-30"),
        (25, "November – December 2026", "2026-11-23", "2026-12-20"),
        (30, "November – December 2026", "2026-11-30", "2026-12-20"),
    ],
)
def test_near_the_end_of_a_month_the_next_one_begins_to_show(day, title, first, last):
    picker = picker_of(now=datetime(2026, 11, day, 9, tzinfo=UTC))
    cells = [cell for week in picker.weeks for cell in week]
    days = [cell.iso for cell in cells if cell]
    assert (picker.month, days[0], days[-1]) == (title, first, last)
    assert days == sorted(set(days))
    marks = {cell.iso: cell.month for cell in cells if cell and cell.month}
    assert marks == ({"2026-12-01": "Dec"} if day > 23 else {})
    assert picker.following.label == "December 2026"
    assert picker.day.endswith("November")


def test_the_last_day_of_the_year_shows_the_next_year_too():
    picker = picker_of(now=datetime(2026, 12, 31, 9, tzinfo=UTC), date="2026-12-31")
    assert picker.month == "December 2026 – January 2027"
    assert [cell.iso for cell in picker.weeks[0] if cell][:5] == [f"2026-12-{day}" for day in range(28, 32)] + [
        "2027-01-01"
    ]


def test_a_month_beyond_what_can_be_booked_does_not_begin_to_show():
    picker = picker_of(now=datetime(2026, 11, 25, 9, tzinfo=UTC), advance=timedelta(days=3))
    assert picker.month == "November 2026"


def test_another_month_is_shown_by_itself():
    picker = picker_of(now=datetime(2026, 11, 28, 9, tzinfo=UTC), month="2026-12")
    assert picker.month == "December 2026"
    assert len(picker.weeks) == 5
    assert not any(cell.month for week in picker.weeks for cell in week if cell)


def test_an_empty_month_gives_way_to_the_next_on_the_first_look():
    picker = picker_of(closed(("2026-11-01", "2026-11-30")))
    assert picker.month == "December 2026"
    assert picker.previous.label == "November 2026"


def test_a_month_that_was_asked_for_is_shown_though_it_is_empty():
    picker = picker_of(closed(("2026-11-01", "2026-11-30")), month="2026-11")
    assert picker.month == "November 2026"
    assert picker.empty == "No times available in November 2026."
    assert query_of(picker.way_on) == {"date": "2026-12-01"}


def test_two_empty_months_say_so_and_lead_on():
    picker = picker_of(closed(("2026-11-01", "2026-12-31")))
    assert picker.empty == "No times available in November 2026 or December 2026."
    assert query_of(picker.way_on) == {"month": "2027-01"}


def test_nothing_leads_beyond_what_can_be_booked():
    picker = picker_of(closed(("2026-11-01", "2026-12-31")), advance=timedelta(days=20))
    assert picker.way_on is None
    assert picker_of(advance=timedelta(days=5)).following is None


@pytest.mark.parametrize(
    "query", [{"month": "2020-01"}, {"date": "1999-12-31"}, {"month": "nonsense"}, {"date": "2026-02-31"}]
)
def test_the_past_and_nonsense_open_the_current_month(query):
    assert picker_of(**query).month == "November 2026"


def test_the_far_future_opens_the_last_bookable_month():
    assert picker_of(month="2999-12", advance=timedelta(days=60)).month == "January 2027"


def test_a_day_without_times_says_so_and_names_the_next_one():
    picker = picker_of(date="2026-11-22")
    assert picker.empty == "No times available on Sunday, 22 November."
    assert picker.way_on.label == "Next available: Monday, 23 November"


def test_links_carry_language_zone_person_and_campaign_onward():
    kept = {
        "lang": "fr",
        "tz": "America/New_York",
        "staff": "ada",
        "RefID": "spring",
        "utm_source": "mail",
        "embed": "1",
    }
    picker = picker_of(**kept, nonsense="gone")
    link = picker.groups[0][1][0]
    assert query_of(link) == {**kept, "start": "2026-11-23T07:00:00Z"}


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("UTC", "UTC"),
        ("Etc/GMT-1", "Etc/GMT-1"),
    ],
)
def test_a_zone_is_known_by_its_old_names_too(said, name):
    visitor = visitor_of(calendar_of(), tz=said)
    assert (visitor.zone, visitor.zone_is_settled, visitor.carried["tz"]) == (name, True, name)


def test_each_zone_is_offered_once_though_a_calendar_has_its_old_name():
    calendar = calendar_of()
    business = calendar.business.model_copy(update={"time_zone": "Asia/Calcutta"})
    visitor = visitor_of(type(calendar)(business, calendar.services, calendar.staff, calendar.questions))
    choice = zone_choice(business, visitor, "", {}, NOW)
    assert [zone for zone, _ in choice.options if "Asia/K" in zone or "Calcutta" in zone] == [
        "Asia/Karachi",
        "Asia/Kolkata",
    ]
    assert choice.value == "Asia/Kolkata"


def test_the_visitors_clock_decides_the_day_and_its_parts():
    picker = picker_of(tz="Asia/Tokyo")
    assert [label for label, _ in picker.groups] == ["Afternoon", "Evening"]
    picker = picker_of(tz="America/Los_Angeles", date="2026-11-23")
    assert [label for label, _ in picker.groups] == ["Night", "Morning", "Evening"]


def test_a_local_time_that_comes_twice_is_told_apart_by_its_offset():
    always = calendar_of(policy=SchedulingPolicy(maximum_advance=YEAR))
    hours = tuple(((0, 1440),) for _ in range(7))
    business = always.business.model_copy(update={"hours": hours})
    calendar = type(always)(business, always.services, always.staff, always.questions)
    picker = picker_of(calendar, date="2027-10-31")
    night = [link.label for link in dict(picker.groups)["Night"]]
    assert "02:00 UTC+2" in night
    assert "02:00 UTC+1" in night
    assert len(night) == len(set(night))


def test_a_group_says_how_many_places_are_left():
    assert picker_of(service=GROUP).groups[0][1][0].note == "12 places left"


def test_soonest_times_are_named_by_the_day():
    now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    labels = [link.label for link in picker_of(now=now).soonest]
    assert labels == ["Tomorrow, 08:00", "Tomorrow, 08:30", "Tomorrow, 09:00"]


def test_soonest_times_beyond_tomorrow_carry_their_date():
    """A weekday alone may be the one of this week or of the next."""
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    calendar = closed(("2026-11-24", "2026-12-01"))
    said = {tag: picker_of(calendar, now=now, lang=tag).soonest[0].label for tag in ("en", "fr", "ru", "pt-BR")}
    assert said == {
        "en": "Wed, 2 Dec, 08:00",
        "fr": "mer. 2 déc., 08:00",
        "ru": "ср, 2 дек., 08:00",
        "pt-BR": "qua., 2 de dez., 08:00",
    }


@pytest.mark.parametrize("accept", ["en-GB", "en-US", "fr", "fr-CA", "ru", "pt-BR", "pt-PT"])
def test_what_a_day_shows_is_in_its_name(accept):
    """Who speaks to a browser says what they see; in the grid of two months that is `1 Dec`."""
    for month in range(1, 13):
        now = datetime(2026, month, 28, 9, tzinfo=UTC)
        picker = picker_of(now=now, accept=accept, date=f"{now:%Y-%m-%d}")
        cells = [cell for week in picker.weeks for cell in week if cell]
        assert [cell.number for cell in cells if cell.month] == [1]
        for cell in cells:
            assert f"{cell.number} {cell.month}".strip() in cell.name


def test_a_day_names_its_number_of_times_to_a_screen_reader():
    cells = [cell for week in picker_of().weeks for cell in week if cell]
    assert next(cell.name for cell in cells if cell.iso == "2026-11-23") == "Monday, 23 November, 18 times"
    assert next(cell.name for cell in cells if cell.is_today) == "Today, Saturday, 21 November, no times available"


def test_the_window_is_never_wider_than_storage_gives_at_once():
    calendar = calendar_of()
    for month in range(1, 13):
        ask = read_ask({"month": f"2027-{month:02}"}, visitor_of(calendar), NOW, 2 * YEAR)
        assert (ask.window[1] - ask.window[0]).days <= 61
