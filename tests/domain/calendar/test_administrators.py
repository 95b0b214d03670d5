"""Who leads a calendar, and which changes would leave it without anybody who does."""

from dataclasses import replace

import pytest

from shared.domain.calendar.administrators import (
    as_administrator,
    has_administrator,
    is_last_administrator,
    loses_administrator,
)
from tests.support.builders import a_business, a_calendar, a_person


def led_by(**people: str):
    """Return a calendar with these administrators, by how they have answered; "gone" is a disabled account."""
    staff = [
        a_person(
            name,
            role="administrator",
            membership="active" if state == "gone" else state,
            is_suspended=state == "gone",
        )
        for name, state in people.items()
    ]
    return a_calendar(a_business(), [], [*staff, a_person("omar", role="scheduler")])


@pytest.mark.parametrize(
    ("state", "is_led"), [("active", True), ("pending", True), ("rejected", False), ("gone", False)]
)
def test_who_has_declined_or_cannot_sign_in_leads_nothing(state, is_led):
    assert has_administrator(led_by(ada=state)) is is_led


@pytest.mark.parametrize(
    ("before", "after", "is_lost"),
    [
        ({"ada": "active"}, {"ada": "rejected"}, True),
        ({"ada": "active"}, {"ada": "pending"}, True),
        ({"ada": "active"}, {}, True),
        ({"ada": "active", "jo": "pending"}, {"jo": "pending"}, True),
        ({"ada": "active", "jo": "rejected"}, {"jo": "rejected"}, True),
        ({"ada": "active", "jo": "active"}, {"ada": "rejected", "jo": "active"}, False),
        ({"ada": "pending"}, {"ada": "rejected"}, True),
        ({"ada": "pending"}, {"ada": "active"}, False),
        ({"ada": "rejected"}, {}, False),
        ({}, {"ada": "pending"}, False),
    ],
)
def test_the_last_one_who_accepted_stays_and_else_the_last_one_who_was_invited(before, after, is_lost):
    assert loses_administrator(led_by(**before), led_by(**after)) is is_lost


def test_the_last_one_with_a_new_address_is_only_invited_and_with_another_spelling_is_the_same():
    before = led_by(ada="active")
    for email, is_lost in (("new@clinic.example", True), ("ADA@clinic.example", False), ("", True)):
        staff = {**before.staff, "ada": before.staff["ada"].model_copy(update={"email": email})}
        assert loses_administrator(before, replace(before, staff=staff)) is is_lost


def test_one_of_two_is_not_the_last():
    calendar = led_by(ada="active", jo="active")
    assert not is_last_administrator(calendar, calendar.staff["ada"])
    alone = led_by(ada="active", jo="pending")
    assert is_last_administrator(alone, alone.staff["ada"])
    assert not is_last_administrator(alone, alone.staff["omar"])


def test_who_had_declined_is_asked_again_before_they_lead():
    assert as_administrator(a_person("jo", membership="rejected")).membership == "pending"
    assert as_administrator(a_person("jo")).membership == "active"
