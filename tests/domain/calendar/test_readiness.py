"""What a calendar lacks before customers can book."""

from datetime import date

import pytest

from shared.domain.calendar.business import SpecialDates
from shared.domain.calendar.readiness import missing
from shared.domain.timeline.hours import CLOSED, weekdays
from tests.support.builders import a_business, a_calendar, a_person, a_service


OPEN_DAY = SpecialDates(first=date(2027, 1, 2), last=date(2027, 1, 2), hours=weekdays((540, 600)))


@pytest.mark.parametrize(
    ("calendar", "lacks"),
    [
        (a_calendar(), []),
        (a_calendar(services=[a_service(is_hidden=True)]), ["service"]),
        (a_calendar(services=[a_service(staff=())]), ["staff"]),
        (a_calendar(services=[a_service()], staff=[a_person(is_bookable=False)]), ["staff"]),
        (a_calendar(services=[a_service("a", staff=()), a_service("b")]), []),
        (a_calendar(a_business(hours=CLOSED)), ["hours"]),
        (a_calendar(a_business(hours=CLOSED, special_dates=(OPEN_DAY,))), []),
        (a_calendar(a_business(hours=CLOSED), [a_service(is_hidden=True)]), ["service", "hours"]),
    ],
)
def test_it_names_what_is_missing(calendar, lacks):
    assert missing(calendar) == lacks
