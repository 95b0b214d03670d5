"""What a change did to a document, as the audit tells it for good."""

from datetime import date, timedelta
from itertools import count

import pytest

from shared.domain.access.organisation import Organisation
from shared.domain.calendar.business import SpecialDates
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import Reminder
from shared.domain.differences import LONGEST, differences
from shared.domain.timeline.hours import weekdays
from tests.support.builders import A_LINK, MONDAY, a_business, a_person, a_service


def told(before, after, **more):
    return {one.field: (one.before, one.after) for one in differences(before, after, **more)}


def changed(document, **changes):
    return told(document, document.model_copy(update=changes))


def test_each_field_that_differs_is_told_with_its_value_before_and_after():
    assert changed(a_business(), name="Surgery", most_open=3) == {
        "name": ("Clinic", "Surgery"),
        "most_open": (20, 3),
    }
    assert changed(a_business()) == {}


def test_of_a_part_only_its_own_fields_that_differ_are_told():
    page = a_business().page.model_copy(update={"accent": "#102030", "is_published": False})
    assert changed(a_business(), page=page) == {
        "page.is_published": (True, False),
        "page.accent": ("#0a5bad", "#102030"),
    }


def test_a_part_that_comes_is_told_whole():
    came = changed(a_service(), policy=SchedulingPolicy(minimum_lead_time=timedelta(hours=2)))
    assert came["policy.minimum_lead_time"] == (None, "PT2H")
    assert came["policy.availability"] == (None, "when_staff_are_free")


def test_hours_are_told_by_day():
    hours = (((480, 720), (780, 1020)), *weekdays((540, 1020))[1:])
    assert changed(a_business(), hours=hours) == {"hours.0": ([[540, 1020]], [[480, 720], [780, 1020]])}


def test_of_a_list_only_what_came_and_went_is_told():
    before = Organisation(users=("ana@a.example", "@b.example"))
    after = before.model_copy(update={"users": ("@b.example", "@c.example")})
    assert told(before, after) == {"users": (["ana@a.example"], ["@c.example"])}


def test_another_order_is_told_too():
    assert changed(a_service(staff=("claire", "omar")), staff=("omar", "claire")) == {
        "staff": (["claire", "omar"], ["omar", "claire"])
    }


def test_hundreds_of_elements_are_summarised():
    names = tuple(f"person{number:03d}@example.org" for number in range(300))
    (_, after) = told(Organisation(), Organisation(users=names))["users"]
    assert after == [*names[:10], {"more": 290}]


def test_of_rows_of_the_same_number_only_their_fields_that_differ_are_told():
    hour, day = Reminder(offset=timedelta(hours=1)), Reminder(offset=timedelta(days=1), message="Soon")
    later = day.model_copy(update={"message": "Tomorrow"})
    assert changed(a_service(reminders=(hour, day)), reminders=(hour, later)) == {
        "reminders.1.message": ("Soon", "Tomorrow")
    }
    assert changed(a_service(reminders=(hour,)), reminders=(hour, day))["reminders"] == (
        [],
        [{"offset": "P1D", "message": "Soon", "recipients": "customer"}],
    )


def test_long_texts_are_cut():
    before, after = changed(a_service(), description="x" * 5000)["description"]
    assert (before, len(after), after[-2:]) == ("", LONGEST, "x…")
    dates = [SpecialDates(first=date(2027, 1, 1), last=date(2027, 1, 1), title="y" * 400)]
    (shown,) = changed(a_business(), special_dates=tuple(dates))["special_dates"][1]
    assert len(shown) == LONGEST


def test_a_link_to_a_fixed_room_is_no_entry_of_the_audit():
    assert changed(a_business(), meeting=A_LINK) == {
        "meeting.provider": ("built_in", "link"),
        "meeting.template": (None, None),
    }


def test_of_what_is_new_or_gone_the_fields_that_were_set_are_told():
    person = a_person(role="scheduler", created_at=MONDAY)
    assert told(None, person) == {
        "name": (None, "Claire"),
        "email": (None, "claire@clinic.example"),
        "role": (None, "scheduler"),
    }
    assert told(person, None)["role"] == ("scheduler", None)


def test_what_the_app_keeps_for_itself_is_not_told():
    assert changed(a_person(), link_version=4, changed_at=MONDAY) == {}


@pytest.mark.parametrize("document", ["", "services/video"])
def test_the_document_and_the_fields_can_be_named(document):
    number = count()
    before, after = (a_service(name=f"{next(number)}", id="video", colour=f"{next(number)}") for _ in "ab")
    (found,) = differences(before, after, document, only=("name",))
    assert (found.document, found.field, found.before, found.after) == (document, "name", "0", "2")
