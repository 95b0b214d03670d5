"""Telephone numbers in E.164, by the country of the calendar where a number names none."""

from functools import cache
from importlib.resources import files


LONGEST_EXAMINED = 60


def e164(number: str, region: str) -> str:
    """Return a number as +4930123456; empty if it is none that exists in the plans of its country.

    `region` is the country (ISO 3166, two letters) of a number without one; empty if that is not known.
    """
    import phonenumbers  # noqa: PLC0415 - 0.2 s, and few requests have numbers to check

    try:
        found = phonenumbers.parse(number[:LONGEST_EXAMINED], region or None)
    except phonenumbers.NumberParseException:
        return ""
    found.extension = None  # no SMS reaches one
    if not phonenumbers.is_valid_number(found):
        return ""
    return str(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))


def country_of(number: str) -> str:
    """Return the country of a number that is given with it; empty if that is not known."""
    import phonenumbers  # noqa: PLC0415 - the same

    try:
        found = phonenumbers.parse(number[:LONGEST_EXAMINED], None)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.region_code_for_number(found) or ""


def region_of(phone: str, time_zone: str) -> str:
    """Return the country by which a calendar's customers write numbers: its own number's, else its time zone's."""
    own = country_of(phone) if phone.lstrip().startswith("+") else ""
    return own or _zones().get(time_zone, "")


@cache
def _zones() -> dict[str, str]:
    """Return the country of each time zone, as the time zone database lists them."""
    lines = (files("tzdata") / "zoneinfo" / "zone.tab").read_text().splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}
