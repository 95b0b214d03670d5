"""A code from the mail: right for ten minutes, for one address of one calendar, and hard to guess."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.calendar.email_code import email_code, second_of, sent_at, still_valid
from tests.support.builders import MONDAY, SECRET


ANA = "ana@example.com"
CODE = email_code(SECRET, "b1", ANA, MONDAY)


def is_right(given, now=MONDAY, business="b1", email=ANA, secret=SECRET, sent=MONDAY):
    valid = still_valid([second_of(sent)], now)
    return sent_at(secret, business, email, given, valid) is not None


def test_it_has_six_digits():
    assert len(CODE) == 6
    assert CODE.isdecimal()


@pytest.mark.parametrize(
    ("minutes", "right"), [(-1, False), (0, True), (5, True), (10, True), (11, False), (1440, False)]
)
def test_it_is_right_for_ten_minutes(minutes, right):
    assert is_right(CODE, MONDAY + timedelta(minutes=minutes)) is right


def test_each_second_has_a_code_of_its_own_and_only_those_that_were_sent_are_right():
    later = MONDAY + timedelta(seconds=1)
    code = email_code(SECRET, "b1", ANA, later)
    assert code != CODE
    assert not is_right(code, now=later)
    assert is_right(code, now=later, sent=later)


def test_it_is_right_across_a_rotation_of_the_secret():
    new = "another-secret-of-thirty-two-characters"
    assert is_right(CODE, secret=f"{new}\n{SECRET}")
    assert is_right(email_code(f"{new}\n{SECRET}", "b1", ANA, MONDAY), secret=new)


def test_it_is_for_one_address_of_one_calendar_under_one_secret():
    assert is_right(CODE, email=" Ana@Example.COM ")
    letters = email_code(SECRET, "b1", "ana@münchen.example", MONDAY)
    assert is_right(letters, email="ana@xn--mnchen-3ya.example"), "the same mailbox"
    assert not is_right(CODE, email="bob@example.com")
    assert not is_right(CODE, business="b2")
    assert not is_right(CODE, secret="another-secret-of-thirty-two-characters")


@pytest.mark.parametrize("typed", [f" {CODE}\n", f"{CODE[:3]} {CODE[3:]}", f"{CODE[:3]}-{CODE[3:]}"])
def test_spaces_and_hyphens_do_not_matter(typed):
    assert is_right(typed)


@pytest.mark.parametrize("typed", ["", CODE[:5], CODE + "0", "١٢٣٤٥٦", "\ud800", "x" * 10_000])
def test_anything_else_is_wrong_and_breaks_nothing(typed):
    assert not is_right(typed)


@pytest.mark.walk
@given(st.emails(), st.datetimes(min_value=MONDAY.replace(tzinfo=None)))
def test_what_was_sent_is_right(email, moment):
    now = moment.replace(tzinfo=MONDAY.tzinfo)
    assert is_right(email_code(SECRET, "b1", email, now), now, email=email, sent=now)
