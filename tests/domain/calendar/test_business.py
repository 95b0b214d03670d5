"""What a calendar may be called, where it lies, who may frame it, and who serves."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from shared.domain.calendar.business import BookingPage, SpecialDates
from shared.domain.timeline.hours import CLOSED
from tests.support.builders import a_business, a_calendar, a_person, a_service


@pytest.mark.parametrize("slug", ["abc", "a-b", "clinic-12", "0ab", "a" * 62])
def test_slugs_are_short_and_readable(slug):
    assert a_business(slug=slug).slug == slug


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "a",
        "ab",
        "a" * 63,
        "-ab",
        "ab-",
        "Abc",
        "a_b",
        "a b",
        "a/b",
        "a.b",
        "é-a",
        "abc\n",
        "a\u0661c",
        "%61bc",
    ],
)
def test_other_slugs_are_refused(slug):
    with pytest.raises(ValidationError, match="3 to 62"):
        a_business(slug=slug)


@pytest.mark.parametrize(
    "origin",
    ["https://example.com", "http://localhost:8080", "https://a-b.example.co:65535", "http://127.0.0.1"],
)
def test_an_origin_is_a_scheme_a_host_and_perhaps_a_port(origin):
    assert BookingPage(frame_origins=(origin,)).frame_origins == (origin,)


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "*",
        "https://*",
        "https://*.example.com",
        "example.com",
        "https://example.com/",
        "https://example.com/path",
        "https://example.com?x",
        "https://user@example.com",
        "https://EXAMPLE.com",
        "javascript:alert(1)",
        "https://example.com; script-src *",
        "https://example.com https://evil.example",
        "https://example.com,https://evil.example",
        "https://example.com\n",
        "https://example.com:",
        "https://example.com:123456",
        "https://example.com:\u0661\u0662",
        "https://ex\u00e4mple.com",
        "'self'",
    ],
)
def test_whatever_else_might_slip_into_the_policy_of_a_page_is_no_origin(origin):
    with pytest.raises(ValidationError, match="is not an origin"):
        BookingPage(frame_origins=("https://example.com", origin))


@pytest.mark.parametrize(
    "zone", ["Europe/Paris", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
)
def test_zones_are_iana_names(zone):
    assert ZoneInfo(a_business(time_zone=zone).time_zone)
    assert a_person(time_zone=zone).time_zone == zone


@pytest.mark.parametrize(
    "zone",
    [
        "",
        "Paris",
        "europe/paris",
        "CEST+2",
        "../../etc/passwd",
        "/etc/passwd",
        "localtime",
        "Factory",
        "Europe/Paris\n",
    ],
)
def test_other_zones_are_refused_for_businesses_and_people(zone):
    with pytest.raises(ValidationError, match="time zone"):
        a_business(time_zone=zone)
    with pytest.raises(ValidationError, match="time zone"):
        a_person(time_zone=zone)


def test_special_dates_are_closed_unless_they_say_otherwise_and_end_after_they_start():
    assert SpecialDates(first=date(2027, 1, 1), last=date(2027, 1, 1)).hours == CLOSED
    with pytest.raises(ValidationError, match="end after they start"):
        SpecialDates(first=date(2027, 1, 2), last=date(2027, 1, 1))


@pytest.mark.parametrize("accent", ["#fff", "red", "#12345g", "#0a5bad;}", "#0a5bad\n", "0a5bad"])
def test_an_accent_is_a_colour_in_six_digits(accent):
    with pytest.raises(ValidationError):
        BookingPage(accent=accent)
    assert BookingPage(accent="#0A5BaD").accent == "#0A5BaD", "it is kept as it was written"


def test_the_staff_of_a_service_are_those_who_can_be_booked_in_its_order():
    people = [a_person("ana"), a_person("bo", is_bookable=False), a_person("cy", is_listed=False), a_person("dee")]
    service = a_service(staff=("dee", "gone", "bo", "cy"))
    assert [one.id for one in a_calendar(None, [service], people).staff_of(service)] == ["dee", "cy"]


def test_a_business_comes_back_from_its_json():
    business = a_business(special_dates=(SpecialDates(first=date(2027, 1, 1), last=date(2027, 1, 2), title="é"),))
    assert type(business).model_validate_json(business.model_dump_json(by_alias=True)) == business


def test_what_a_newer_version_stored_beside_is_left_out():
    assert a_business(something_new=1) == a_business()
