"""Hours of one day, which stand for several days with the same hours."""

from functions.console.forms.hours import Hours, intervals_in, intervals_text
from functions.console.forms.sent import SentForm
from shared.i18n import translator


EACH = Hours(name="each", label="Hours", days=("Each day",))
TEXTS = translator("en")


def test_they_are_read_shown_and_kept_as_one_line():
    sent = SentForm(
        [("each-0-0-from", "13:00"), ("each-0-0-to", "15:00"), ("each-0-1-from", "9:00"), ("each-0-1-to", "10:00")]
    )
    text = EACH.read(sent)
    assert EACH.problems(text, TEXTS) == {}
    assert intervals_in(text, TEXTS) == ((540, 600), (780, 900))
    assert intervals_text(((540, 600), (780, 900))) == "09:00-10:00 13:00-15:00"
    assert [day.name for day in EACH.week(text)] == ["Each day"]


def test_an_interval_is_added_and_removed_and_no_other_day_is_touched():
    form = SentForm([])
    assert EACH.rearranged("", ["add", "0"], form) == "-"
    assert EACH.rearranged("09:00-10:00 -", ["remove", "0", "1"], form) == "09:00-10:00"
    assert EACH.rearranged("09:00-10:00", ["add", "1"], form) == "09:00-10:00"
    assert EACH.rearranged("09:00-10:00", ["add", "9" * 5000], form) == "09:00-10:00"
