"""A code from the mail: right for ten minutes, for one address of one calendar, and hard to guess."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.email_code import email_code, is_right_code
from tests.builders import MONDAY, SECRET


ANA = "ana@example.com"
CODE = email_code(SECRET, "b1", ANA, MONDAY)


def is_right(given, now=MONDAY, business="b1", email=ANA, secret=SECRET):
    return is_right_code(secret, business, email, given, now)


def test_it_has_six_digits():
    assert len(CODE) == 6
    assert CODE.isdecimal()


@pytest.mark.parametrize(
    ("minutes", "right"), [(-1, False), (0, True), (5, True), (10, True), (11, False), (1440, False)]
)
def test_it_is_right_in_its_minute_and_the_ten_after(minutes, right):
    assert is_right(CODE, MONDAY + timedelta(minutes=minutes)) is right


def test_one_minute_has_one_code_and_the_next_another():
    assert email_code(SECRET, "b1", ANA, MONDAY + timedelta(seconds=59)) == CODE
    assert email_code(SECRET, "b1", ANA, MONDAY + timedelta(seconds=60)) != CODE


def test_it_is_for_one_address_of_one_calendar_under_one_secret():
    assert is_right(CODE, email=" Ana@Example.COM ")
    assert not is_right(CODE, email="bob@example.com")
    assert not is_right(CODE, business="b2")
    assert not is_right(CODE, secret="another-secret-of-thirty-two-characters")


@pytest.mark.parametrize("typed", [f" {CODE}\n", f"{CODE[:3]} {CODE[3:]}", f"{CODE[:3]}-{CODE[3:]}"])
def test_spaces_and_hyphens_do_not_matter(typed):
    assert is_right(typed)


@pytest.mark.parametrize("typed", ["", CODE[:5], CODE + "0", "١٢٣٤٥٦", "\ud800", "x" * 10_000])
def test_anything_else_is_wrong_and_breaks_nothing(typed):
    assert not is_right(typed)


@given(st.emails(), st.datetimes(min_value=MONDAY.replace(tzinfo=None)))
def test_what_was_sent_is_right(email, moment):
    now = moment.replace(tzinfo=MONDAY.tzinfo)
    assert is_right(email_code(SECRET, "b1", email, now), now, email=email)
