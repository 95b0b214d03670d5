"""When the report by mail is due, about which days, and who reads it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from shared.domain.reports.report_mail import ReportMail, reader_id, reader_of


PARIS = "Europe/Paris"
WEEKLY = ReportMail(every="week", readers=("ada@example.org", "bob@example.org"))
MONTHLY = ReportMail(every="month", readers=("ada@example.org",))


@pytest.mark.parametrize(
    ("mail", "moment", "at", "first", "last"),
    [
        (WEEKLY, "2027-01-18 06:00", "2027-01-18 06:00", date(2027, 1, 11), date(2027, 1, 17)),
        (WEEKLY, "2027-01-18 05:59", "2027-01-11 06:00", date(2027, 1, 4), date(2027, 1, 10)),
        (WEEKLY, "2027-03-28 12:00", "2027-03-22 06:00", date(2027, 3, 15), date(2027, 3, 21)),
        (WEEKLY, "2027-03-29 05:00", "2027-03-29 05:00", date(2027, 3, 22), date(2027, 3, 28)),
        (MONTHLY, "2027-03-01 06:00", "2027-03-01 06:00", date(2027, 2, 1), date(2027, 2, 28)),
        (MONTHLY, "2027-01-01 05:00", "2026-12-01 06:00", date(2026, 11, 1), date(2026, 11, 30)),
    ],
)
def test_it_is_due_at_seven_of_the_calendars_clock(mail, moment, at, first, last):
    found = mail.due_by(datetime.fromisoformat(f"{moment}Z"), PARIS)
    assert (f"{found.at:%Y-%m-%d %H:%M}", found.period.first, found.period.last) == (at, first, last)


def test_what_was_due_before_it_was_set_is_not_sent():
    monday = datetime(2027, 1, 18, 6, tzinfo=UTC)
    late = WEEKLY.model_copy(update={"since": monday})
    assert late.due_by(monday + timedelta(days=6), PARIS) is None
    assert late.due_by(monday + timedelta(days=7), PARIS).at == monday + timedelta(days=7)
    assert ReportMail(readers=WEEKLY.readers).due_by(monday, PARIS) is None


def test_later_reports_sort_behind_earlier_ones():
    moments = [datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=days) for days in range(100)]
    for mail in (WEEKLY, MONTHLY):
        names = [mail.due_by(one, PARIS).name for one in moments]
        assert names == sorted(names)


def test_a_reader_is_the_same_in_any_spelling():
    assert reader_of(reader_id("ADA@Example.org"), WEEKLY.readers) == "ada@example.org"
    assert reader_of(reader_id("eve@example.org"), WEEKLY.readers) == ""
    assert WEEKLY.without("ADA@example.org").readers == ("bob@example.org",)
    assert WEEKLY.is_read_by("Bob@Example.org")
    assert not WEEKLY.is_read_by("")


def test_there_are_no_more_than_twenty_readers_nor_words_for_how_often():
    with pytest.raises(ValidationError):
        ReportMail(readers=[f"r{number}@example.org" for number in range(21)])
    with pytest.raises(ValidationError):
        ReportMail(every="day")
