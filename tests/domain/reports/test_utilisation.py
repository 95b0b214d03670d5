"""What is bookable and what is booked of a person's day."""

from datetime import UTC, date, datetime, timedelta

from shared.domain.reports.utilisation import UsedDay, UsedTime, used_time, utilisation_of
from shared.domain.timeline.hours import weekdays
from shared.domain.timeline.ledger import Ledger, month_window
from shared.domain.timeline.ticks import Window
from tests.support.builders import a_business, a_person


START = datetime(2026, 11, 23, tzinfo=UTC)
END = START + timedelta(days=1)
CLINIC = a_business(time_zone="Etc/UTC", hours=weekdays((540, 1020)))
CLAIRE = a_person("claire", hours=weekdays((600, 960)))


def ticks(first: int, last: int) -> int:
    """The ticks of the month from an hour of the day to another."""
    window = Window.around(START + timedelta(hours=first), START + timedelta(hours=last))
    return month_window("202611").cut(window.first, window.last)


def used(**ledger) -> tuple[int, int]:
    found = used_time(CLAIRE, CLINIC, START, END, {"202611": Ledger(**ledger)})
    return found.bookable, found.booked


def test_bookable_are_the_hours_without_time_off_and_what_other_calendars_take():
    assert used() == (360, 0)
    assert used(off=ticks(10, 11), external=ticks(11, 12), held=(ticks(12, 13),)) == (180, 0)
    assert used(claimed=(ticks(10, 11), ticks(10, 11))) == (360, 60), "overbooked time counts once"


def test_what_is_booked_outside_of_the_hours_was_bookable_so_that_no_share_exceeds_the_whole():
    assert used(claimed=(ticks(15, 18),)) == (480, 180)
    assert used(claimed=(ticks(10, 12),), off=ticks(9, 20)) == (120, 120)


def test_days_add_up_by_person():
    one, two = UsedTime(bookable=100, booked=50), UsedTime(bookable=300, booked=30)
    found = utilisation_of(
        {date(2026, 11, 23): UsedDay(people={"a": one, "b": two}), date(2026, 11, 24): UsedDay(people={"a": one})}
    )
    assert found.people == {"a": UsedTime(bookable=200, booked=100), "b": two}
    assert found.whole.share == 0.26
    assert utilisation_of({}).whole.share is None
