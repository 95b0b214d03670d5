"""What a service may be, and the ticks that a visit of it claims."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from shared.domain.calendar.service import Question, Reminder, Service
from tests.support.builders import a_service


MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("duration", [MINUTE, 7 * MINUTE, 30 * MINUTE, DAY, 7 * DAY])
def test_a_visit_lasts_from_a_minute_to_a_week(duration):
    assert a_service(duration=duration).duration == duration


@pytest.mark.parametrize("duration", [timedelta(), -MINUTE, timedelta(seconds=59), 7 * DAY + MINUTE])
def test_shorter_and_longer_visits_are_refused(duration):
    with pytest.raises(ValidationError, match="1 minute to 7 days"):
        a_service(duration=duration)


@pytest.mark.parametrize("name", ["pre_buffer", "post_buffer"])
def test_a_buffer_is_at_most_a_day(name):
    a_service(**{name: DAY})
    for wrong in (DAY + MINUTE, -MINUTE):
        with pytest.raises(ValidationError, match="at most one day"):
            a_service(**{name: wrong})


def test_at_most_twenty_people_serve_together_and_any_number_in_turn():
    names = tuple(f"person{number}" for number in range(21))
    assert a_service(assignment="all", staff=names[:20]).staff == names[:20]
    assert a_service(assignment="one", staff=names).staff == names
    with pytest.raises(ValidationError, match="at most 20"):
        a_service(assignment="all", staff=names)


def test_a_service_has_at_most_ten_reminders():
    reminders = tuple(Reminder(offset=hours * HOUR) for hours in range(1, 12))
    assert len(a_service(reminders=reminders[:10]).reminders) == 10
    with pytest.raises(ValidationError, match="at most 10"):
        a_service(reminders=reminders)


@pytest.mark.parametrize("offset", [15 * MINUTE, HOUR, 30 * DAY])
def test_reminders_are_fifteen_minutes_to_thirty_days_away(offset):
    assert Reminder(offset=offset).offset == offset


@pytest.mark.parametrize("offset", [timedelta(), 14 * MINUTE, 30 * DAY + MINUTE, -HOUR])
def test_other_offsets_are_refused(offset):
    with pytest.raises(ValidationError, match="15 minutes to 30 days"):
        Reminder(offset=offset)


@pytest.mark.parametrize(("attendees", "is_group"), [(1, False), (2, True), (1000, True)])
def test_more_than_one_attendee_makes_a_group(attendees, is_group):
    assert a_service(maximum_attendees=attendees).is_group is is_group


@pytest.mark.parametrize("attendees", [0, -1, 1001])
def test_nobody_and_more_than_a_thousand_are_refused(attendees):
    with pytest.raises(ValidationError):
        a_service(maximum_attendees=attendees)


def test_a_question_with_a_choice_has_options():
    assert Question(id="q", text="Which?", kind="choice", options=("this", "that")).options
    with pytest.raises(ValidationError, match="options"):
        Question(id="q", text="Which?", kind="choice")


@pytest.mark.parametrize(
    ("duration", "before", "after", "ticks"),
    [
        (30, 0, 0, (0, 6, 0)),
        (30, 15, 10, (3, 6, 2)),
        (31, 1, 4, (1, 7, 0)),  # 35 minutes in all from the start
        (31, 1, 5, (1, 7, 1)),
        (22, 3, 3, (1, 5, 0)),
        (20, 0, 3, (0, 4, 1)),
        (1, 0, 0, (0, 1, 0)),
        (24 * 60, 24 * 60, 24 * 60, (288, 288, 288)),
    ],
)
def test_the_ticks_of_buffers_and_visit_round_outwards_as_one_stretch(duration, before, after, ticks):
    service = a_service(duration=duration * MINUTE, pre_buffer=before * MINUTE, post_buffer=after * MINUTE)
    assert (service.pre_ticks, service.visit_ticks, service.post_ticks) == ticks


def test_a_service_is_shown_confirmed_and_managed_by_its_customers_unless_told_otherwise():
    service = Service(id="visit", name="Visit")
    assert (service.duration, service.pre_buffer, service.post_buffer) == (30 * MINUTE, timedelta(), timedelta())
    assert (service.assignment, service.anyone, service.maximum_attendees) == ("one", "random", 1)
    assert (service.is_hidden, service.is_online, service.customers_may_manage) == (False, False, True)
    assert (service.confirm_customer, service.confirm_staff) == (True, True)
    assert (service.price.kind, service.price.amount) == ("not_set", 0)
    assert service.customer_fields.email == "required"


def test_a_service_comes_back_from_its_json():
    service = a_service(reminders=(Reminder(offset=HOUR, message="é", recipients="all"),), pre_buffer=5 * MINUTE)
    assert type(service).model_validate_json(service.model_dump_json(by_alias=True)) == service
