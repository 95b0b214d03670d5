"""What a calendar says has room, and an end: each booking carries some of it, and a row holds so much."""

import pytest
from pydantic import ValidationError

from shared.domain.calendar.business import BookingPage, SpecialDates
from shared.domain.calendar.service import Question, Reminder
from shared.records.codec import dump
from shared.records.table import Operation
from shared.storage.limits import check_operations
from tests.support.builders import a_business, a_person, a_service


DAY = "2027-01-11"


@pytest.mark.parametrize(
    ("make", "name", "longest"),
    [
        (BookingPage, "consent", 8000),
        (BookingPage, "header", 8000),
        (lambda **it: Question(id="q", **it), "text", 1000),
        (lambda **it: Reminder(offset="PT1H", **it), "message", 8000),
        (a_service, "description", 8000),
        (a_service, "confirmation_text", 8000),
        (a_service, "internal_notes", 8000),
        (lambda name: a_service().model_validate({"id": "s", "name": name}), "name", 500),
        (a_business, "name", 500),
        (a_business, "phone", 500),
        (lambda name: a_person().model_validate({"id": "p", "name": name}), "name", 500),
        (lambda **it: SpecialDates(first=DAY, last=DAY, **it), "title", 500),
    ],
)
def test_a_text_that_is_too_long_is_refused_by_its_name(make, name, longest) -> None:
    assert getattr(make(**{name: "x" * longest}), name)
    with pytest.raises(ValidationError) as wrong:
        make(**{name: "x" * (longest + 1)})
    (error,) = wrong.value.errors()
    assert (error["loc"], error["type"]) == ((name,), "string_too_long")


def test_options_are_neither_too_many_nor_too_long() -> None:
    for options in (["x"] * 101, ["x" * 501]):
        with pytest.raises(ValidationError):
            Question(id="q", text="Which?", kind="choice", options=options)


def test_the_longest_service_fits_into_a_row() -> None:
    text = '\u2014"\n' * 2666
    reminders = tuple(Reminder(offset="PT1H", message=text) for _ in range(10))
    longest = a_service(description=text, confirmation_text=text, internal_notes=text, reminders=reminders)
    check_operations("b", [Operation("upsert", "0svc|x", dump(longest))])
