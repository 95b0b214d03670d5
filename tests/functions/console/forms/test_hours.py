"""Weekly hours as people type them: several intervals a day, copied, removed, and refused with what to change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.console.forms.hours import Hours, hours_in, hours_text
from functions.console.forms.sent import SentForm
from shared.domain.timeline.hours import ALWAYS, CLOSED, weekdays
from tests.functions.console.forms.typed import TEXTS, typed


DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS = Hours(name="hours", label="Hours", days=DAYS)
BOUNDS = st.lists(st.integers(0, 1440), unique=True, max_size=8).map(sorted)
A_DAY = BOUNDS.map(lambda at: tuple(zip(at[::2], at[1::2], strict=False)))


def page(text: str) -> SentForm:
    """Return what a browser sends of a page that shows these hours."""
    return SentForm(
        [
            (f"hours-{day.number}-{place}-{end}", value)
            for day in HOURS.week(text)
            for place, one in enumerate(day.intervals)
            for end, value in (("from", one.first), ("to", one.last))
        ]
    )


def monday(first: str, last: str) -> str:
    return HOURS.read(typed(hours_0_0_from=first, hours_0_0_to=last))


def wrong(text: str) -> str:
    return HOURS.problems(text, TEXTS).get("hours-0", "")


@pytest.mark.walk
@given(st.tuples(*[A_DAY] * 7))
def test_any_hours_survive_the_page(hours):
    text = HOURS.read(page(hours_text(hours)))
    assert text == hours_text(hours)
    assert hours_in(text, TEXTS) == hours
    assert HOURS.problems(text, TEXTS) == {}


def test_a_day_may_have_more_intervals_than_the_page_adds():
    many = (tuple((60 * hour, 60 * hour + 30) for hour in range(20)), *CLOSED[1:])
    assert hours_in(HOURS.read(page(hours_text(many))), TEXTS) == many


@pytest.mark.parametrize(
    ("first", "last", "read"),
    [
        ("09:00", "17:30", "09:00-17:30"),
        ("9:00", "17:30:00", "09:00-17:30"),
        ("9", "17.30", "09:00-17:30"),
        ("0900", "17h30", "09:00-17:30"),
        ("9h", " 24:00 ", "09:00-24:00"),
        ("00:00", "00:00", "00:00-00:00"),
        ("", "17:00", "-17:00"),
        ("", "", ""),
    ],
)
def test_times_are_read_as_people_write_them(first, last, read):
    assert monday(first, last).split("\n")[0] == read


@pytest.mark.parametrize(("last", "end"), [("24:00", 1440), ("00:00", 1440), ("24", 1440), ("23:59", 1439)])
def test_a_day_can_last_until_midnight(last, end):
    assert hours_in(monday("18:00", last), TEXTS)[0] == ((1080, end),)


def test_a_day_can_be_open_all_day():
    assert hours_in("\n".join(["00:00-00:00"] * 7), TEXTS) == ALWAYS


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("22:00", "06:00", "22:00–06:00 goes past midnight: let it end at 24:00, and start the next day at 00:00"),
        ("09:00", "09:00", "09:00–09:00 has no length: let it end later"),
        ("09:00", "", "Enter when it opens and when it closes, such as 09:00 and 17:00"),
        ("", "17:00", "Enter when it opens and when it closes, such as 09:00 and 17:00"),
        ("24:00", "24:00", "Enter when it opens and when it closes, such as 09:00 and 17:00"),
        ("25:00", "26:00", "Enter when it opens and when it closes, such as 09:00 and 17:00"),
        ("09:60", "10:00", "Enter when it opens and when it closes, such as 09:00 and 17:00"),
        ("noon", "17:00", "Enter when it opens and when it closes, such as 09:00 and 17:00"),
        ("09:00\n10:00-11:00", "17:00", "Enter when it opens and when it closes, such as 09:00 and 17:00"),
        ("\x00", "٠٩:٠٠", "Enter when it opens and when it closes, such as 09:00 and 17:00"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_change(first, last, said):
    assert wrong(monday(first, last)) == said


def test_intervals_that_overlap_are_refused_and_others_are_put_in_order():
    assert (
        wrong("13:00-15:00 09:00-13:30")
        == "09:00–13:30 and 13:00–15:00 overlap: let one end before the other starts"
    )
    assert hours_in("13:00-15:00 09:00-12:00", TEXTS)[0] == ((540, 720), (780, 900))
    assert wrong("09:00-12:00 12:00-15:00") == ""


def test_a_wrong_day_is_named_and_the_others_are_not():
    assert list(HOURS.problems("\n\n09:00-08:00\n\n10:00-x", TEXTS)) == ["hours-2", "hours-4"]


OPEN = hours_text(weekdays((540, 720), (780, 1020)))


def pressed(order: str, *more: tuple[str, str], text: str = OPEN) -> list[str]:
    form = SentForm([*_pairs(page(text)), *more])
    return HOURS.rearranged(HOURS.read(form), order.split(), form).split("\n")


def _pairs(form: SentForm) -> list[tuple[str, str]]:
    return [(name, value) for name in form for value in form.all(name)]


def test_hours_are_added_and_removed_by_day():
    assert pressed("add 5")[5] == "-"
    assert pressed("add 0")[0] == "09:00-12:00 13:00-17:00 -"
    assert pressed("remove 1 0")[1] == "13:00-17:00"
    assert pressed("remove 1 1")[1] == "09:00-12:00"
    assert pressed("remove 1 7") == OPEN.split("\n")


def test_the_interval_whose_button_was_pressed_goes_though_one_before_it_is_empty():
    form = typed(
        hours_0_0_from="", hours_0_0_to="", hours_0_1_from="09:00", hours_0_1_to="12:00", hours_0_2_from="13:00"
    )
    assert HOURS.rearranged(HOURS.read(form), ["remove", "0", "1"], form).split("\n")[0] == "- 13:00-"


def test_no_more_are_added_to_a_day_than_anybody_needs():
    full = " ".join(f"{hour:02d}:00-{hour:02d}:30" for hour in range(6))
    assert pressed("add 0", text=full)[0] == full


def test_a_day_is_copied_to_the_days_that_are_ticked():
    copied = pressed("copy 0", ("hours-0-copy", "5"), ("hours-0-copy", "6"), ("hours-1-copy", "4"))
    assert copied == [*OPEN.split("\n")[:5], *[OPEN.split("\n")[0]] * 2]
    assert pressed("copy 6", ("hours-6-copy", "0"))[0] == ""
    assert pressed("copy 0") == OPEN.split("\n")


@pytest.mark.parametrize(
    "order", ["add 7", "add -1", "add", "remove 0", "remove x 0", "copy ٣", "drop 0 0", "add 0 0 0", "copy 12"]
)
def test_a_button_that_the_page_does_not_have_changes_nothing(order):
    assert pressed(order, ("hours-0-copy", "9"), ("hours-0-copy", "x")) == OPEN.split("\n")


def test_the_week_begins_as_in_the_readers_place_and_is_kept_from_monday_on():
    american = Hours(name="hours", label="Hours", days=DAYS, first_day=6)
    shown = american.week(OPEN)
    assert [one.name for one in shown] == ["Sun", *DAYS[:6]]
    assert [one.number for one in shown] == [6, 0, 1, 2, 3, 4, 5]
    assert (shown[0].intervals, len(shown[1].intervals)) == ([], 2)
    assert american.others(0) == [(6, "Sun"), *enumerate(DAYS)][0:1] + list(enumerate(DAYS))[1:6]


def test_two_versions_are_compared_in_one_line():
    assert (
        HOURS.display("09:00-12:00 13:00-17:00\n\n\n\n\n10:00-12:00")
        == "Mon 09:00–12:00, 13:00–17:00; Sat 10:00–12:00"
    )


def test_only_times_of_a_day_get_a_control_for_times():
    """Browsers show nothing of 24:00 there, nor of what is no time: it would be lost."""
    kinds = [one.kinds for one in HOURS.week("09:00-24:00 -17:00 x-23:59")[0].intervals]
    assert kinds == [["time", "text"], ["time", "time"], ["text", "time"]]
