"""Each rule by which iCalendar text becomes busy times, and what is refused or passed over."""

from datetime import UTC, datetime
from time import process_time

import pytest

from shared.delivery.free_busy.calendar_text import lines
from shared.delivery.free_busy.calendar_text.moments import Unreadable
from shared.delivery.free_busy.calendar_text.read import read_calendars
from shared.delivery.free_busy.calendar_text.rules import checked
from shared.domain.free_busy.failures import CalendarUnreadable
from shared.domain.free_busy.reading import BusyReader, Note
from shared.domain.timeline.ticks import Window, bits
from tests.delivery.free_busy.feeds import FiveYears, minutes


WINDOW = Window.around(datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC))
START = "DTSTART:20261102T090000Z\nDTEND:20261102T100000Z"
AT_NINE = "2026-11-02 09:00-10:00"


def calendar(*events: str, head: str = "") -> bytes:
    body = "".join(f"BEGIN:VEVENT\n{one}\nEND:VEVENT\n" for one in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{body}END:VCALENDAR\n".encode()


def busy(*events: str, head: str = "", **reader):
    reader = BusyReader(**{"window": WINDOW, "zone": "Europe/Paris", **reader})
    return read_calendars([calendar(*events, head=head)], reader)


def times(found) -> set[datetime]:
    return {WINDOW.moment(bit) for bit in bits(found.mask)}


ZONE = "BEGIN:VTIMEZONE\nTZID:Customized Time Zone\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:{0}\nTZOFFSETTO:{0}\n{1}END:STANDARD\nEND:VTIMEZONE\n"
RULES = {
    "an event in UTC": (START, AT_NINE),
    "a floating event is in the person's zone": ("DTSTART:20261102T090000\nDTEND:20261102T100000", "2026-11-02 08:00-09:00"),
    "an end is in the zone of the start": ("DTSTART;TZID=America/New_York:20261102T090000\nDTEND:20261102T100000", "2026-11-02 14:00-15:00"),
    "an end in a zone of its own": ("DTSTART;TZID=America/New_York:20261102T090000\nDTEND;TZID=Europe/Paris:20261102T160000", "2026-11-02 14:00-15:00"),
    "a day without an end": ("DTSTART;VALUE=DATE:20261102", "2026-11-01 23:00-23:00+24"),
    "a day that ends on itself": ("DTSTART;VALUE=DATE:20261102\nDTEND;VALUE=DATE:20261102", "2026-11-01 23:00-23:00+24"),
    "two days by their length": ("DTSTART;VALUE=DATE:20261102\nDURATION:P2D", "2026-11-01 23:00-23:00+48"),
    "hours from a day's beginning": ("DTSTART;VALUE=DATE:20261102\nDURATION:PT90M", "2026-11-01 23:00-00:00+1, 2026-11-02 00:00-00:30"),
    "a day by its length over the change of clocks": ("DTSTART;TZID=Europe/Paris:20261024T120000\nDURATION:P1D", "2026-10-24 10:00-11:00+25"),
    "hours by their length over the change of clocks": ("DTSTART;TZID=Europe/Paris:20261024T120000\nDURATION:PT24H", "2026-10-24 10:00-10:00+24"),
    "a week": ("DTSTART:20261102T090000Z\nDURATION:P1W", "2026-11-02 09:00-09:00+168"),
    "an event in the gap of spring": ("DTSTART;TZID=Europe/Paris:20270328T023000\nDURATION:PT30M", "2027-03-28 01:30-02:00"),
    "a second that is inserted": ("DTSTART:20261102T085960Z\nDTEND:20261102T100000Z", "2026-11-02 08:55-10:00"),
    "a weekly rule in UTC stays in UTC": ("DTSTART:20261019T090000Z\nDTEND:20261019T100000Z\nRRULE:FREQ=WEEKLY;COUNT=2", "2026-10-19 09:00-10:00, 2026-10-26 09:00-10:00"),
    "rules of two kinds of names": (f"{START}\nRRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20261104", "2026-11-02 09:00-10:00"),
    "UNTIL without a Z": ("DTSTART;TZID=Europe/Paris:20261102T090000\nDTEND;TZID=Europe/Paris:20261102T100000\nRRULE:FREQ=DAILY;UNTIL=20261103T090000", "2026-11-02 08:00-09:00, 2026-11-03 08:00-09:00"),
    "three times a day": (f"{START}\nRRULE:FREQ=DAILY;COUNT=3;BYHOUR=9,12,15", "2026-11-02 09:00-10:00, 2026-11-02 12:00-13:00, 2026-11-02 15:00-16:00"),
    "additional dates": (f"{START}\nRDATE:20261105T120000Z,20261106T120000Z", "2026-11-02 09:00-10:00, 2026-11-05 12:00-13:00, 2026-11-06 12:00-13:00"),
    "additional periods": (f"{START}\nRDATE;VALUE=PERIOD:20261105T120000Z/20261105T140000Z,20261106T120000Z/PT30M", "2026-11-02 09:00-10:00, 2026-11-05 12:00-14:00, 2026-11-06 12:00-12:30"),
    "days by a rule": ("DTSTART;VALUE=DATE:20261102\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20261103", "2026-11-01 23:00-23:00+24, 2026-11-03 23:00-23:00+24"),
    "an exception in UTC": ("DTSTART;TZID=Europe/Paris:20261102T090000\nDTEND;TZID=Europe/Paris:20261102T100000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261103T080000Z", "2026-11-02 08:00-09:00, 2026-11-04 08:00-09:00"),
    "an exception by its day": ("DTSTART;TZID=Europe/Paris:20261102T090000\nDTEND;TZID=Europe/Paris:20261102T100000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20261103", "2026-11-02 08:00-09:00, 2026-11-04 08:00-09:00"),
    "an exception that floats": ("DTSTART;TZID=America/New_York:20261102T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20261103T090000", "2026-11-02 14:00-15:00, 2026-11-04 14:00-15:00"),
    "a change whose series is not there": (f"UID:a\nRECURRENCE-ID:20261101T090000Z\n{START}", AT_NINE),
    "an event that has begun before": ("DTSTART:20260901T000000Z\nDTEND:20261001T001000Z", "2026-10-01 00:00-00:10"),
    "a long event that has begun before": ("DTSTART:20260901T000000Z\nDURATION:P30DT10M", "2026-10-01 00:00-00:10"),
    "a count that is none": (f"{START}\nRRULE:FREQ=DAILY;COUNT=-1;UNTIL=20261103T090000Z", "2026-11-02 09:00-10:00, 2026-11-03 09:00-10:00"),
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_busy_times_of(rule):
    event, expected = RULES[rule]
    assert times(busy(event)) == minutes(expected)


@pytest.mark.parametrize("said", ["STATUS:CANCELLED", "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE", "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", "ATTENDEE;PARTSTAT=DECLINED:MAILTO:anna@clinic.example"])  # fmt: skip
@pytest.mark.parametrize("rule", ["", "\nRRULE:FREQ=DAILY;COUNT=3"])
def test_an_event_that_is_not_busy_blocks_nothing(said, rule):
    assert busy(f"{START}{rule}\n{said}", address="Anna@clinic.example").mask == 0


def test_what_others_declined_is_busy():
    found = busy(f"{START}\nATTENDEE;PARTSTAT=DECLINED:mailto:ben@clinic.example", address="anna@clinic.example")
    assert times(found) == minutes(AT_NINE)


@pytest.mark.parametrize("rule", ["", "\nRRULE:FREQ=DAILY;COUNT=1"])
def test_tentative_events_are_busy_by_a_setting(rule):
    event = f"{START}{rule}\nSTATUS:TENTATIVE"
    assert times(busy(event)) == minutes(AT_NINE)
    assert busy(event, tentative_is_busy=False).mask == 0


def test_a_free_change_frees_its_own_time_alone():
    series = f"UID:a\n{START}\nRRULE:FREQ=DAILY;COUNT=2"
    free = "UID:a\nRECURRENCE-ID:20261102T090000Z\nDTSTART:20261102T090000Z\nDURATION:PT1H\nTRANSP:TRANSPARENT"
    assert times(busy(series, free)) == minutes("2026-11-03 09:00-10:00")


def test_our_own_appointments_are_not_counted():
    found = busy(
        f"UID:x@book.example\n{START}", f"UID:x@book.example\n{START}\nRRULE:FREQ=DAILY", own_host="book.example"
    )
    assert (found.mask, found.events) == (0, 0)
    assert busy(f"UID:x@other.example\n{START}", own_host="book.example").mask


def test_two_events_of_one_uid_both_count():
    other = "UID:a\nDTSTART:20261103T090000Z\nDTEND:20261103T100000Z"
    assert times(busy(f"UID:a\n{START}", other)) == minutes(f"{AT_NINE}, 2026-11-03 09:00-10:00")


def test_times_without_a_zone_are_noted_and_those_of_the_feed_serve_first():
    floating = "DTSTART:20261102T090000\nDTEND:20261102T100000"
    assert busy(floating).notes == (Note("floating"),)
    found = busy(floating, "DTSTART;VALUE=DATE:20261103", head="X-WR-TIMEZONE:America/New_York\n")
    assert times(found) == minutes("2026-11-02 14:00-15:00, 2026-11-03 05:00-05:00+24")
    assert found.notes == ()


def test_what_a_feed_with_a_zone_says_in_utc_recurs_by_its_zone():
    found = busy(
        "DTSTART:20261019T070000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2", head="X-WR-TIMEZONE:Europe/Paris\n"
    )
    assert times(found) == minutes("2026-10-19 07:00-08:00, 2026-10-26 08:00-09:00")


def test_a_feed_whose_zone_is_utc_has_days_of_the_person():
    found = busy("DTSTART;VALUE=DATE:20261103", head="X-WR-TIMEZONE:UTC\n")
    assert times(found) == minutes("2026-11-02 23:00-23:00+24")


@pytest.mark.parametrize("rule", ["", "\nRRULE:FREQ=DAILY;COUNT=1"])
def test_an_unknown_zone_is_the_persons_and_said(rule):
    found = busy(f"DTSTART;TZID=Nowhere/At All:20261102T090000\nDTEND;TZID=Nowhere/At All:20261102T100000{rule}")
    assert times(found) == minutes("2026-11-02 08:00-09:00")
    assert found.notes == (Note("unknown_zone", "Nowhere/At All"),)


@pytest.mark.parametrize("name", ["W. Europe Standard Time", "w. europe standard time", "/citadel.org/20211207_1/Europe/Berlin", '"Europe/Berlin"', "Customized Time Zone"])  # fmt: skip
@pytest.mark.parametrize("rule", ["", "\nRRULE:FREQ=DAILY;COUNT=1"])
def test_zones_are_known_by_their_names_in_windows_below_a_prefix_and_by_definition(name, rule):
    event = f"DTSTART;TZID={name}:20261102T090000\nDTEND;TZID={name}:20261102T100000{rule}"
    found = busy(event, head=ZONE.format("+0100", ""), zone="Asia/Tokyo")
    assert (times(found), found.notes) == (minutes("2026-11-02 08:00-09:00"), ())


def test_a_zone_that_one_feed_defines_is_not_that_of_the_next():
    event = "DTSTART;TZID=Customized Time Zone:20261102T090000\nDURATION:PT1H"
    for offset, expected in (("+0100", "2026-11-02 08:00-09:00"), ("+0900", "2026-11-02 00:00-01:00")):
        for rule in ("", "\nRRULE:FREQ=DAILY;COUNT=1"):
            assert times(busy(event + rule, head=ZONE.format(offset, ""))) == minutes(expected)


def test_a_zone_whose_clock_changes_each_second_is_not_used():
    head = ZONE.format("+0100", "RRULE:FREQ=SECONDLY\n")
    found = busy("DTSTART;TZID=Customized Time Zone:20261102T090000\nDURATION:PT1H", head=head)
    assert found.notes == (Note("unknown_zone", "Customized Time Zone"),)


@pytest.mark.parametrize("rule", ["FREQ=HOURLY", "FREQ=MINUTELY;INTERVAL=90", "FREQ=SECONDLY", "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8", "FREQ=WEEKLY;BYHOUR=1,2,3;BYMINUTE=0,20,40"])  # fmt: skip
def test_a_rule_finer_than_daily_is_one_busy_day(rule):
    found = busy(f"{START}\nRRULE:{rule}")
    assert times(found) == minutes("2026-11-01 23:00-23:00+24")
    assert found.notes == (Note("finer_than_daily", "2026-11-02"),)


BAD = ["DTSTART:2026", "DTSTART:20261302T090000Z", "DTSTART:18990101T000000Z\nRRULE:FREQ=YEARLY", "SUMMARY:no start", "DTSTART:20261102T090000Z\nDTEND:20261102T080000Z", "DTSTART:20261102T090000Z\nDURATION:-PT1H", "DTSTART:20261102T090000Z\nDURATION:PT", f"{START}\nRRULE:FREQ=NEVER", f"{START}\nRRULE:FREQ=DAILY;INTERVAL=0", f"{START}\nRRULE:", f"{START}\nRRULE:FREQ=DAILY;BYDAY=XX", f"{START}\nRRULE:FREQ=DAILY;UNTIL=soon", f"{START}\nRDATE:never", f"UID:b\nRECURRENCE-ID:x\n{START}"]  # fmt: skip


@pytest.mark.parametrize("event", BAD)
def test_an_event_that_cannot_be_understood_is_counted_and_spoils_no_other(event):
    found = busy(
        event,
        f"UID:good\n{START}",
        "UID:series\nDTSTART:20261103T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=1",
    )
    assert times(found) == minutes(f"{AT_NINE}, 2026-11-03 09:00-10:00")
    assert found.passed_over == 1
    assert [one.kind for one in found.notes] == ["unreadable"]


def test_published_free_busy_times_are_read():
    text = "BEGIN:VFREEBUSY\nFREEBUSY;FBTYPE=BUSY:20261102T090000Z/20261102T100000Z,20261103T090000Z/PT1H\nFREEBUSY;FBTYPE=FREE:20261104T090000Z/PT1H\nFREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20261105T090000Z/PT1H\nFREEBUSY:never\nFREEBUSY;FBTYPE=BUSY-TENTATIVE:20261106T090000Z/PT1H\nEND:VFREEBUSY\n"
    found = busy(head=text, tentative_is_busy=False)
    assert times(found) == minutes(f"{AT_NINE}, 2026-11-03 09:00-10:00, 2026-11-05 09:00-10:00")
    assert found.passed_over == 1


@pytest.mark.parametrize(
    "data", [b"", b"<html></html>", b"BEGIN:VCALENDAR\n", calendar(START)[:-10], b"\xff\xfe\x00"]
)
def test_what_is_no_whole_calendar_is_refused(data):
    with pytest.raises(CalendarUnreadable) as refused:
        read_calendars([data], BusyReader(WINDOW, "UTC"))
    assert refused.value.cause == "not_a_calendar"


def test_a_calendar_with_a_mark_of_its_encoding_and_old_line_ends_is_read():
    data = b"\xef\xbb\xbf" + calendar(START).replace(b"\n", b"\r")
    assert times(read_calendars([data], BusyReader(WINDOW, "UTC"))) == minutes(AT_NINE)


def test_too_much_is_refused():
    many = calendar(*(["UID:a"] * (lines.MOST_EVENTS + 1)))
    large = calendar(START) + b" " * lines.MOST_BYTES
    dates = calendar(f"{START}\nRDATE:{','.join(['20261105T120000Z'] * 5001)}")
    for data in (many, large, dates):
        with pytest.raises(CalendarUnreadable) as refused:
            read_calendars([data], BusyReader(WINDOW, "UTC"))
        assert refused.value.cause == "too_large"


@pytest.mark.parametrize("name", ["A/" * 100_000, "/" * 200_000, "Europe/Paris" * 20_000, "x" * 200_000])
def test_the_name_of_a_zone_takes_no_time_however_long_it_is(name):
    began = process_time()
    found = busy(f"DTSTART;TZID={name}:20261102T090000\nDURATION:PT1H")
    assert times(found) == minutes("2026-11-02 08:00-09:00")  # in the person's own zone, as that of nobody
    assert process_time() - began < 2


def test_reading_ends_when_its_time_is_over():
    data = calendar(*(f"UID:{number}\n{START}\nRRULE:FREQ=DAILY" for number in range(50)))
    with pytest.raises(CalendarUnreadable) as refused:
        read_calendars([data], BusyReader(WINDOW, "UTC"), most_cpu=0.0)
    assert refused.value.cause == "too_slow"


NEVER = ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;COUNT=5;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1;COUNT=2", "FREQ=DAILY;INTERVAL=7;BYDAY=XX", "FREQ=MONTHLY;BYDAY=6MO", "FREQ=DAILY;INTERVAL=7;BYDAY=MO", "FREQ=YEARLY;BYWEEKNO=54", "FREQ=WEEKLY;BYSETPOS=200;BYDAY=MO"]  # fmt: skip


@pytest.mark.parametrize("rule", NEVER)
def test_a_rule_that_fits_no_date_is_not_searched_for_ever(rule):
    with pytest.raises((Unreadable, ValueError)):
        checked(rule, datetime(2026, 3, 1, 9, tzinfo=UTC), WINDOW.moment(len(WINDOW)))
    assert busy(f"DTSTART:20260301T090000Z\nDURATION:PT1H\nRRULE:{rule}").passed_over == 1


@pytest.mark.parametrize("rule", ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY;BYDAY=20MO", "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,FR;WKST=SU"])  # fmt: skip
def test_a_rule_that_is_seldom_or_old_is_expanded(rule):
    assert checked(rule, datetime(1950, 3, 1, 9, tzinfo=UTC), WINDOW.moment(len(WINDOW))) == rule


def test_a_feed_of_five_years_has_all_its_events():
    feed = FiveYears(datetime(2026, 10, 1, tzinfo=UTC).date()).text()
    assert 1_100_000 < len(feed) < 1_400_000
    found = read_calendars([feed], BusyReader(WINDOW, "UTC"))
    assert found.events > 200
    assert found.passed_over == 0


def test_several_texts_are_one_persons():
    second = calendar("DTSTART:20261103T090000Z\nDTEND:20261103T100000Z")
    found = read_calendars([calendar(START), second], BusyReader(WINDOW, "UTC"))
    assert times(found) == minutes(f"{AT_NINE}, 2026-11-03 09:00-10:00")
    assert read_calendars([], BusyReader(WINDOW, "UTC")).mask == 0


@pytest.mark.parametrize("name", ["VEVENT", "VFREEBUSY", "VTIMEZONE", "VALARM"])
def test_what_begins_again_and_again_and_never_ends_takes_no_time(name):
    began = process_time()
    found = busy(START, f"BEGIN:{name}\n" * 15_000)
    assert process_time() - began < 1
    assert minutes(AT_NINE) <= times(found)
