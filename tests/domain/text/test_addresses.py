"""When two mail addresses are one."""

import pytest

from shared.domain.text.addresses import folded, spellings


LETTERS, ASCII = "ana@münchen.example", "ana@xn--mnchen-3ya.example"


@pytest.mark.parametrize("written", [LETTERS, "Ana@MÜNCHEN.example", ASCII, "ANA@XN--mnchen-3ya.EXAMPLE "])
def test_a_domain_in_letters_and_in_ascii_is_one(written):
    assert folded(written) == ASCII
    assert spellings(written) == (ASCII, LETTERS)


@pytest.mark.parametrize("written", ["Ana@Example.com", "+33 1 23", "@Example.org", "", "münchen", "group:staff"])
def test_what_is_no_address_beyond_ascii_has_one_spelling(written):
    assert spellings(written) == (folded(written),)


@pytest.mark.parametrize("written", ["ana@xn--.example", "ana@xn--a-.example", "ana@\ud800.example"])
def test_what_is_no_domain_stays_as_it_is(written):
    assert spellings(written) == (written,)


def test_letters_that_look_like_others_stand_for_no_others():
    assert folded("admin@straße.example") != folded("admin@strasse.example")
    assert folded("İvan@example.com") != folded("ivan@example.com")


def test_a_domain_of_a_list_is_one_in_either_spelling():
    assert folded("@münchen.example") == "@xn--mnchen-3ya.example"
