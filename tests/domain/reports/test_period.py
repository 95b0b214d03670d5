"""The days of a report: whole days by the clock of a zone, also where clocks change."""

from datetime import UTC, date, datetime, timedelta

from shared.domain.reports.period import ReportPeriod, last_days, this_month


PARIS = "Europe/Paris"


def test_a_period_has_both_its_first_and_its_last_day():
    found = last_days(7, date(2026, 11, 30), PARIS)
    assert (found.first, found.last, found.length) == (date(2026, 11, 24), date(2026, 11, 30), 7)
    assert list(found.days)[::6] == [found.first, found.last]


def test_it_begins_and_ends_at_midnight_of_its_zone():
    found = ReportPeriod(date(2026, 11, 30), date(2026, 11, 30), PARIS)
    assert (found.start, found.end) == (
        datetime(2026, 11, 29, 23, tzinfo=UTC),
        datetime(2026, 11, 30, 23, tzinfo=UTC),
    )


def test_the_days_on_which_clocks_change_are_shorter_and_longer():
    spring = ReportPeriod(date(2026, 3, 29), date(2026, 3, 29), PARIS)
    autumn = ReportPeriod(date(2026, 10, 25), date(2026, 10, 25), PARIS)
    assert (spring.end - spring.start, autumn.end - autumn.start) == (timedelta(hours=23), timedelta(hours=25))


def test_the_period_before_is_as_long_and_touches_it():
    found = last_days(30, date(2027, 1, 15), PARIS)
    assert (found.before.length, found.before.end) == (30, found.start)


def test_this_month_ends_today():
    found = this_month(date(2026, 2, 28), PARIS)
    assert (found.first, found.last) == (date(2026, 2, 1), date(2026, 2, 28))


def test_the_day_of_a_moment_is_that_of_the_zone():
    found = last_days(7, date(2026, 11, 30), PARIS)
    assert found.day_of(datetime(2026, 11, 29, 23, 30, tzinfo=UTC)) == date(2026, 11, 30)
