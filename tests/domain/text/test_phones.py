"""Telephone numbers, as people of each country write them."""

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from shared.domain.text.phones import e164, region_of


def test_numbers_of_every_country_are_understood_as_they_are_written_there_and_abroad():
    regions = sorted(phonenumbers.SUPPORTED_REGIONS)
    assert len(regions) > 240
    for region in regions:
        number = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
        number = number or phonenumbers.example_number(region)
        wanted = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        written = [phonenumbers.format_number(number, one) for one in (0, 1, 2)]
        assert [e164(text, region) for text in written] == [wanted] * 3, region
        assert e164(wanted, "") == wanted


@pytest.mark.parametrize("text", ["", "12", "+999 123456", "hello", "+33 1", "0" * 60, "+", "тел", "110"])
def test_what_is_no_number_is_none(text):
    assert e164(text, "FR") == ""


def test_an_extension_gets_no_sms_of_its_own():
    assert e164("+33 1 42 68 53 00 ext. 12", "") == "+33142685300"


@pytest.mark.parametrize(
    ("phone", "zone", "region"),
    [
        ("+49 30 123456", "Europe/Paris", "DE"),
        ("01 42 68 53 00", "Europe/Paris", "FR"),
        ("", "America/Sao_Paulo", "BR"),
        ("", "UTC", ""),
        ("+", "Asia/Yekaterinburg", "RU"),
    ],
)
def test_the_country_is_that_of_the_calendars_own_number_else_of_its_clock(phone, zone, region):
    assert region_of(phone, zone) == region
