"""Texts with placeholders: what is understood, and what is wrong where."""

import pytest

from shared.domain.messages.template import (
    MOST_FAULTS,
    FilledLink,
    FilledValue,
    Filling,
    UsableNames,
    fill,
    parse,
)


NAMES = UsableNames(["customer", "start", "place"], ["manage link"], ["online", "in person"])
FILLING = Filling({"customer": "Ada", "start": "noon"}, {"manage link": "https://x.test/m"}, {"online"})


def filled(text, filling=FILLING):
    template = parse(text, NAMES)
    assert not template.faults
    return fill(template, filling)


def faults(text):
    return [(one.kind, one.line, one.column, one.found, one.nearest) for one in parse(text, NAMES).faults]


def test_a_placeholder_stands_for_its_value_however_it_is_spelt():
    assert filled("Dear {customer}, {  START } {place}!") == [
        "Dear ",
        FilledValue("Ada"),
        ", ",
        FilledValue("noon"),
        " ",
        FilledValue(""),
        "!",
    ]


def test_a_link_leads_to_a_placeholder_or_to_a_web_address():
    assert filled("[Move {customer}]({manage link}) [us](https://us.test/a)") == [
        FilledLink(("Move ", FilledValue("Ada")), "https://x.test/m"),
        " ",
        FilledLink(("us",), "https://us.test/a"),
    ]
    assert filled("{manage link}") == [FilledLink((), "https://x.test/m")]


def test_a_link_that_leads_nowhere_is_left_out_with_its_words():
    assert filled("a[Move]({manage link})b", Filling({}, {})) == ["a", "b"]


def test_an_address_that_is_no_web_address_stays_text():
    assert filled("[x](javascript:alert)") == ["[x](javascript:alert)"]


def test_an_optional_part_counts_where_its_condition_holds():
    text = "a{if online} on {customer}{end}{if in person} in{end}b"
    assert filled(text) == ["a", " on ", FilledValue("Ada"), "b"]


def test_marks_of_an_optional_part_take_their_own_lines_with_them():
    assert filled("a\n{if online}\nb\n{end}\nc") == ["a\n", "b\n", "c"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dear {custmer}", ("unknown", 1, 6, "custmer", "customer")),
        ("\n\nAt {strat} x", ("unknown", 3, 4, "strat", "start")),
        ("{xyzzy}", ("unknown", 1, 1, "xyzzy", "")),
        ("a { b", ("stray", 1, 3, "{", "")),
        ("{if onlin}x{end}", ("condition", 1, 1, "onlin", "online")),
        ("a {if online} b", ("unclosed", 1, 3, "online", "")),
        ("a {end}", ("no_part", 1, 3, "end", "")),
        ("{if online}{if in person}x{end}", ("nested", 1, 12, "in person", "")),
        ("[x]({customer})", ("no_link", 1, 5, "customer", "")),
        ("[x]({manage lnk})", ("unknown", 1, 5, "manage lnk", "manage link")),
        ("[{custome}]({manage link})", ("unknown", 1, 2, "custome", "customer")),
        ("{customer.__class__}", ("unknown", 1, 1, "customer.__class__", "customer")),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_the_nearest_name(text, expected):
    assert faults(text) == [expected]


def test_a_text_that_is_too_long_is_not_looked_at():
    assert faults("{" * 4001) == [("too_long", 1, 1, "4000", "")]


def test_faults_are_counted_only_up_to_a_bound():
    assert len(parse("{nonsense}" * 300, NAMES).faults) == MOST_FAULTS
