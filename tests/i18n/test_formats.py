"""Dates, times, lengths, prices and zones: the same rules on pages and in mails, each in its own spaces."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from shared.delivery.mail.formats import mail_formats
from shared.domain.calendar.service import Price
from shared.i18n import is_right_to_left, translator
from shared.i18n.formats import Formats, differ


START = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
PARIS = "Europe/Paris"


def on_page(tag="en_GB", zone=PARIS) -> Formats:
    return Formats(tag, zone, translator(tag))


@pytest.mark.parametrize(
    ("tag", "when"),
    [
        ("en_GB", "Monday, 23 November 2026 at 15:30"),
        ("fr", "lundi 23 novembre 2026 à 15:30"),
        ("ru", "понедельник, 23 ноября 2026\u202fг., 15:30"),
        ("pt_BR", "segunda-feira, 23 de novembro de 2026 às 15:30"),
    ],
)
def test_a_moment_reads_the_same_on_a_page_and_in_a_mail_but_for_narrow_spaces(tag, when):
    assert on_page(tag).when(START) == when
    assert mail_formats(tag.replace("_", "-"), PARIS).when(START) == when.replace("\u202f", "\u00a0")


def test_what_ends_on_another_day_says_which():
    assert on_page().span(START, START + timedelta(minutes=30)) == "15:30 – 16:00"
    assert on_page().span(START, START + timedelta(hours=12)) == "15:30 – Tue 24 Nov, 03:30"
    assert on_page().span(START, START + timedelta(hours=9), "UTC") == "14:30 – 23:30"


@pytest.mark.parametrize(
    ("start", "minutes", "times"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 45, "02:30 UTC+2 – 02:15 UTC+1"),
        (datetime(2026, 10, 25, 1, 0, tzinfo=UTC), 30, "02:00 – 02:30"),
        (datetime(2026, 3, 29, 0, 45, tzinfo=UTC), 30, "01:45 UTC+1 – 03:15 UTC+2"),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), 25 * 60, "00:00 – Mon 26 Oct, 00:00"),
    ],
)
def test_where_the_clock_changes_within_a_visit_both_ends_have_their_offset(start, minutes, times):
    assert on_page().span(start, start + timedelta(minutes=minutes)).replace("\u00a0", " ") == times


def test_a_time_that_the_clock_shows_twice_says_which_of_the_two_it_is():
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert [on_page().exact_time(one) for one in (first, second)] == ["02:30\u00a0UTC+2", "02:30\u00a0UTC+1"]
    assert on_page().when(second) == "Sunday, 25 October 2026 at 02:30\u00a0UTC+1"
    assert on_page().exact_time(second + timedelta(hours=1)) == "03:30"
    assert on_page().exact_time(second, "Europe/London") == "01:30\u00a0UTC"


def test_a_weekday_is_shortened_as_dates_shorten_it():
    day = START.date()
    assert [on_page(tag).weekday(day) for tag in ("en_GB", "fr", "ru")] == ["Monday", "lundi", "понедельник"]
    assert on_page("fr").short_day(day).startswith("lun. ")


def test_a_length_is_never_broken_between_lines():
    assert on_page().duration(timedelta(days=1, hours=2, minutes=5)) == "1\u00a0day\u00a02\u00a0h\u00a05\u00a0min"


@pytest.mark.parametrize(
    ("amount", "written"),
    [("45", "€45"), ("45.5", "€45.50"), ("1234", "€1,234")],
)
def test_pages_and_mails_leave_out_cents_that_are_none(amount, written):
    price = Price(kind="fixed", amount=Decimal(amount))
    assert on_page().price(price, "EUR") == written
    assert mail_formats("en-GB", PARIS).price(price, "EUR") == written


@pytest.mark.parametrize(
    ("zone", "moment", "name"),
    [
        (PARIS, START, "Central European Time (Paris)"),
        (PARIS, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Central European Summer Time (Paris)"),
        (PARIS, datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Central European Standard Time (Paris)"),
        ("UTC", START, "Coordinated Universal Time"),
        ("Asia/Tokyo", START, "Japan Time (Tokyo)"),
    ],
)
def test_a_zone_has_a_name_that_tells_a_repeated_hour_apart(zone, moment, name):
    assert on_page(zone=zone).zone_name(moment) == name


@pytest.mark.parametrize(
    ("zone", "names", "city"),
    [
        ("Asia/Kolkata", ["India Standard Time (Kolkata)", "Индия (Калькутта)"], "Calcutá"),
        ("Asia/Calcutta", ["India Standard Time (Kolkata)", "Индия (Калькутта)"], "Calcutá"),
        ("Europe/Kyiv", ["Eastern European Time (Kyiv)", "Восточная Европа (Киев)"], "Kiev"),
        (
            "America/Argentina/Buenos_Aires",
            ["Argentina Time (Buenos Aires)", "Аргентина (Буэнос-Айрес)"],
            "Buenos Aires",
        ),
        ("Asia/Kathmandu", ["Nepal Time (Kathmandu)", "Непал (Катманду)"], "Katmandu"),
    ],
)
def test_a_zone_that_was_renamed_is_called_by_its_name_whichever_is_given(zone, names, city):
    assert [on_page(tag, zone).zone_name(START) for tag in ("en_GB", "ru")] == names
    assert on_page("pt_BR", zone).city() == city


def test_a_region_that_is_none_leaves_its_language():
    assert on_page("fr_QQ").weekday(START.date()) == "lundi"
    assert mail_formats("de", PARIS).language == "en"


def test_zones_differ_by_their_clocks_alone():
    assert not differ(START, "Asia/Calcutta", "Asia/Kolkata")
    assert differ(START, PARIS, "Europe/London")


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Europe/Paris", 0),
        ("America/Sao_Paulo", 6),
        ("Antarctica/Troll", 0),
        ("UTC", 0),
        ("Etc/UTC", 0),
        ("Asia/Calcutta", 6),
        ("Africa/Cairo", 5),
        ("Europe/Lisbon", 6),
        ("Africa/Luanda", 0),
    ],
)
def test_the_week_starts_as_where_the_reader_is(zone, first):
    assert on_page("en", zone).first_weekday == first


def test_a_language_is_written_as_its_own_name_is():
    assert [is_right_to_left(name) for name in ("English", "Русский", "العربية", "עברית")] == [
        False,
        False,
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("tag", "full", "short"),
    [
        ("fr", "mardi 1er décembre 2026", "mar. 1er déc."),
        ("pt_BR", "terça-feira, 1º de dezembro de 2026", "ter., 1º de dez."),
        ("en_GB", "Tuesday, 1 December 2026", "Tue, 1 Dec"),
    ],
)
def test_the_first_of_a_month_is_called_so_where_people_do(tag, full, short):
    formats, first = on_page(tag), datetime(2026, 12, 1, 10, 1, tzinfo=UTC)
    assert formats.full_day(first.date()) == full
    assert formats.short_day(first.date()) == short
    assert formats.part(first, "MMMEd").replace(",", "") == short.replace(",", "")
    assert "11 " in formats.full_day(first.date() + timedelta(days=10))
    assert formats.time(first) == "11:01"
