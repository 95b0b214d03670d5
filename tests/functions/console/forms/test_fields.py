"""Fields clean what is typed, refuse what cannot be, and keep what they do not understand to be corrected."""

import pytest

from functions.console.forms.checks import whole_in
from functions.console.forms.fields import Choice, Choices, Field, NumberField, Option, Tick, problems_of, read_all
from functions.console.forms.sent import SentForm
from tests.functions.console.forms.typed import TEXTS, typed


OPTIONS = (Option("a", "First"), Option("b", "Second"), Option("c", "Third"))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("0", 0),
        ("", 1),
        ("-1", 1),
        ("1.5", 1),
        ("٣", 1),
        ("²", 1),
        (" 2", 1),
        ("2\n", 1),
        ("9" * 5000, 1),
    ],
)
def test_a_number_in_an_address_is_read_only_as_pages_write_it(text, number):
    assert whole_in(text, 1) == number


def read(field: Field, text: str) -> str:
    return field.read(SentForm([(field.name, text)]))


def wrong(field: Field, text: str) -> str:
    return field.problems(read(field, text), TEXTS).get(field.name, "")


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("text", "  Ada\u00a0Byron \u200b", "Ada Byron"),
        ("text", "a\u200db", "a\u200db"),
        ("email", "Ada <ada@example.com>;", "ada@example.com"),
        ("tel", "tel:+33 1 23 45 67 89", "+33 1 23 45 67 89"),
        ("long", "a\r\n\r\n  b\u2060 ", "a\n\n  b"),
        ("url", "www.example.com/a?b=c", "https://www.example.com/a?b=c"),
        ("url", "example.com", "https://example.com"),
        ("url", "HTTPS://example.com", "HTTPS://example.com"),
        ("url", "javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_texts_are_kept_without_what_pasting_adds(kind, text, kept):
    assert read(Field(name="x", label="X", kind=kind), text) == kept


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        ("12,50", "12.50"),
        ("12.5", "12.5"),
        ("1 000", "1000"),
        ("1\u202f000,5", "1000.5"),
        ("1,000", "1000"),
        ("1.000", "1000"),
        ("1’000’000", "1000000"),
        ("0.125", "0.125"),
        ("-5", "-5"),
        ("twelve", "twelve"),
    ],
)
def test_numbers_are_read_as_people_write_them(text, number):
    assert read(NumberField(name="x", label="X"), text) == number


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5", ""),
        ("60", ""),
        ("", ""),
        ("4", "Enter 5 or more"),
        ("-20", "Enter 5 or more"),
        ("61", "Enter 60 or less"),
        ("10.5", "Enter a whole number"),
        ("1e3", "Enter a number"),
        ("NaN", "Enter a number"),
        ("Infinity", "Enter a number"),
        ("٣", "Enter a number"),
        ("9" * 40, "Enter a number"),
        ("1,2,3", "Enter a number"),
    ],
)
def test_a_number_out_of_bounds_is_refused_with_the_nearest_one(text, said):
    assert wrong(NumberField(name="x", label="X", least="5", most="60"), text) == said


def test_a_field_with_words_of_its_own_says_those():
    assert wrong(NumberField(name="x", label="X", least="5", wrong="Between 5 and 60 minutes"), "1") == (
        "Between 5 and 60 minutes"
    )
    assert wrong(Field(name="x", label="X", is_required=True, wrong="Enter a name"), " ") == "Enter a name"


def test_a_price_may_have_a_part():
    assert wrong(NumberField(name="x", label="X", step="0.01"), "12,50") == ""


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("text", "a" * 501, "This is too long: at most 500 characters"),
        ("text", "a" * 500, ""),
        ("text", "a\tb", ""),
        ("text", "a\x00b", "Some characters aren’t allowed"),
        ("text", "a\u202eb", "Some characters aren’t allowed"),
        ("text", "a\nb", "Some characters aren’t allowed"),
        ("long", "a\nb\tc", ""),
        ("long", "a\x1bb", "Some characters aren’t allowed"),
        ("email", "ada at example.com", "Enter an email address such as name@example.com"),
        ("email", "ada@example.com", ""),
        ("url", "javascript:alert(1)", "Enter a web address such as https://www.example.com"),
        ("url", "https://user@example.com/", "Enter a web address such as https://www.example.com"),
        ("url", "//example.com", "Enter a web address such as https://www.example.com"),
        ("url", "https://[x", "Enter a web address such as https://www.example.com"),
        ("url", "https://a℀b.com", "Enter a web address such as https://www.example.com"),
        ("url", "two words", "Enter a web address such as https://www.example.com"),
        ("date", "2030-02-28", ""),
        ("date", "2030-02-30", "Enter a date such as 2030-01-31"),
        ("date", "20300228", "Enter a date such as 2030-01-31"),
        ("date", "tomorrow", "Enter a date such as 2030-01-31"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(kind, text, said):
    assert wrong(Field(name="x", label="X", kind=kind), text) == said


def test_only_a_field_that_is_required_has_to_be_filled_in():
    assert wrong(Field(name="x", label="X", is_required=True), "\u200b ") == "Fill this in"
    assert wrong(Field(name="x", label="X"), "") == ""
    assert wrong(Tick(name="x", label="X", is_required=True), "") == "Select this box to continue"
    assert wrong(Tick(name="x", label="X", is_required=True), "yes") == ""
    assert wrong(Choices(name="x", label="X", options=OPTIONS, is_required=True), "z") == "Choose at least one"


def test_a_choice_is_one_of_its_options():
    choice = Choice(name="x", label="X", options=OPTIONS)
    assert wrong(choice, "b") == ""
    assert wrong(choice, "d") == "Choose one of these"
    assert wrong(choice, "") == "Choose one of these"
    assert (choice.display("b"), choice.display("gone")) == ("Second", "gone")


def test_choices_are_kept_in_the_order_of_their_options_and_others_are_left_out():
    choices = Choices(name="x", label="X", options=OPTIONS)
    assert choices.read(typed(x=["c", "evil", "a", "a"])) == "a\nc"
    assert choices.canonical("c\ngone\na") == "a\nc"
    assert choices.display("a\nc") == "First, Third"


def test_a_box_is_ticked_or_not_whatever_a_browser_sends():
    tick = Tick(name="x", label="X", said=("On", "Off"))
    assert [tick.read(typed(x="yes")), tick.read(typed(x="on")), tick.read(typed())] == ["yes", "yes", ""]
    assert (tick.display("yes"), tick.display("")) == ("On", "Off")


@pytest.mark.parametrize(
    "field",
    [Field(name="x", label="X"), Field(name="x", label="X", kind="long"), NumberField(name="x", label="X")],
)
@pytest.mark.parametrize("stored", ["", " a ", "a\u00a0b", "a\r\nb", "1,5", "\u200bx"])
def test_a_text_that_nobody_touched_is_read_as_it_was_shown(field, stored):
    """Else the form would take it for changed, and write over what somebody else has written meanwhile."""
    shown = field.canonical(stored)
    assert read(field, shown.replace("\n", "\r\n")) == shown


def test_fields_are_read_and_judged_together():
    fields = [Field(name="a", label="A", is_required=True), NumberField(name="b", label="B")]
    values = read_all(fields, typed(b="x"))
    assert values == {"a": "", "b": "x"}
    assert problems_of(fields, values, TEXTS) == {"a": "Fill this in", "b": "Enter a number"}
