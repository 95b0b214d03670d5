"""A list that is typed with a line for each entry."""

import pytest

from functions.console.forms.lines import Lines
from functions.console.forms.sent import SentForm
from shared.i18n import translator


TEXTS = translator("en")
FIELD = Lines(name="names", label="Names", most=3, longest=5, check=lambda one: "no" if one == "bad" else "")


def read(typed: str, **changes) -> str:
    return Lines(**{"name": "names", "label": "Names", **changes}).read(SentForm([("names", typed)]))


def test_empty_lines_and_repetitions_go_and_the_order_stays():
    assert read(" b \r\n\r\na\r\nb\n") == "b\na"


def test_only_a_list_is_parted_by_commas_too():
    assert read("a, b; c") == "a, b; c"
    assert read("a, b; c", is_list=True) == "a\nb\nc"


def test_entries_are_cleaned_before_they_are_compared():
    assert read("A\na", clean=str.lower) == "a"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", None),
        ("a\nb\nc", None),
        ("a\nb\nc\nd", "Too many: at most 3"),
        ("a\nlonger", "Line 2 is too long: at most 5 characters"),
        ("a\nb\nbad", "Line 3: no"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(value, said):
    assert FIELD.problems(value, TEXTS) == ({"names": said} if said else {})


def test_a_list_may_be_required():
    field = Lines(name="names", label="Names", is_required=True, wrong="Name somebody")
    assert field.problems("", TEXTS) == {"names": "Name somebody"}
