"""A field of rows: kept in their order, added, removed and moved, whatever stands in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.console.forms.fields import Choice, Field, NumberField, Option, Tick
from functions.console.forms.rows import RowsField, rows_in, rows_text
from functions.console.forms.sent import SentForm
from tests.functions.console.forms.typed import TEXTS


WHEN = Choice(name="when", label="When", options=(Option("before", "Before"), Option("after", "After")))
REMINDERS = RowsField(
    name="reminders",
    label="Reminders",
    columns=(
        Field(name="text", label="Text"),
        NumberField(name="hours", label="Hours"),
        Tick(name="sms", label="SMS"),
        WHEN,
    ),
    most=3,
)
ROW = st.fixed_dictionaries(
    {
        "text": st.sampled_from(["", "a", "“b” \\ c", "x, y; z"]),
        "hours": st.sampled_from(["", "12", "1.5"]),
        "sms": st.sampled_from(["", "yes"]),
        "when": st.sampled_from(["before", "after"]),
    }
)


def row(text: str = "", **others: str) -> dict[str, str]:
    return {"text": text, "hours": "1", "sms": "", "when": "before", **others}


def page(rows: list[dict[str, str]]) -> SentForm:
    """Return what a browser sends of a page that shows these rows."""
    pairs = []
    for place, cells in enumerate(REMINDERS.shown(rows_text(rows))):
        pairs += [(f"reminders-{place}", "1")]
        pairs += [(field.name, text) for field, text in cells if text or field.kind != "tick"]
    return SentForm(pairs)


@pytest.mark.walk
@given(st.lists(ROW, max_size=12))
def test_any_rows_survive_the_page(rows):
    """Even more than may be added: they are not dropped, but said."""
    text = REMINDERS.read(page(rows))
    assert rows_in(text) == rows
    assert REMINDERS.canonical(text) == text
    assert ("reminders" in REMINDERS.problems(text, TEXTS)) == (len(rows) > 3)


def test_rows_are_read_in_their_order_though_some_are_missing():
    form = SentForm(
        [("reminders-10", "1"), ("reminders-10-text", "b"), ("reminders-2", "1"), ("reminders-2-text", "a")]
    )
    assert [one["text"] for one in rows_in(REMINDERS.read(form))] == ["a", "b"]


@pytest.mark.parametrize(
    "name", ["reminders-x", "reminders-٣", "reminders-01", "reminders--1", "reminders-99999", "reminders-"]
)
def test_a_row_that_no_page_has_is_not_read(name):
    assert REMINDERS.read(SentForm([(name, "1"), (f"{name}-text", "a")])) == ""


@pytest.mark.parametrize(
    ("order", "result"),
    [
        (["add"], ["a", "b", ""]),
        (["remove", "0"], ["b"]),
        (["up", "1"], ["b", "a"]),
        (["down", "0"], ["b", "a"]),
        (["up", "0"], ["a", "b"]),
        (["down", "1"], ["a", "b"]),
        (["remove", "2"], ["a", "b"]),
        (["remove", "-1"], ["a", "b"]),
        (["up", "x"], ["a", "b"]),
        (["down", "99"], ["a", "b"]),
        (["up", "9" * 5000], ["a", "b"]),
        (["remove", "9" * 5000], ["a", "b"]),
        (["remove", "٠"], ["a", "b"]),
        (["add", "0"], ["a", "b"]),
        ([], ["a", "b"]),
    ],
)
def test_buttons_rearrange_rows(order, result):
    text = rows_text([row("a"), row("b")])
    assert [one["text"] for one in rows_in(REMINDERS.rearranged(text, order, SentForm([])))] == result


def test_no_more_rows_are_added_than_are_allowed():
    full = rows_text([row()] * 3)
    assert REMINDERS.rearranged(full, ["add"], SentForm([])) == full


def test_what_is_wrong_is_said_at_its_control():
    text = rows_text([row("a"), row("b", hours="x", when="never")])
    assert REMINDERS.problems(text, TEXTS) == {
        "reminders-1-hours": "Enter a number",
        "reminders-1-when": "Choose one of these",
    }


def test_too_many_are_said_with_how_many_there_may_be():
    assert REMINDERS.problems(rows_text([row()] * 4), TEXTS) == {"reminders": "Too many: at most 3"}


def test_two_versions_are_compared_in_one_line():
    assert REMINDERS.display(rows_text([row("a"), row("b", when="after")])) == "a, 1, Before; b, 1, After"


def test_stored_rows_without_a_new_column_are_shown_with_it_empty():
    assert rows_in(REMINDERS.canonical('[{"text": "a "}]')) == [{"text": "a", "hours": "", "sms": "", "when": ""}]
