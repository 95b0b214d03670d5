"""Entity tags as requests name them."""

import azure.functions as func
import pytest

from functions.http.etags import etags_in, has_current


@pytest.mark.parametrize(
    ("header", "listed"),
    [
        ('"a"', {"a"}),
        ('W/"a"', {"a"}),
        ('"a", W/"b" ,"c,d"', {"a", "b", "c,d"}),
        ("a", {"a"}),
        ("W/a,b", {"a", "b"}),
        ('""', {""}),
        (",", set()),
        ('*, "a"', {"*", "a"}),
    ],
)
def test_a_header_lists_tags(header, listed):
    assert etags_in(header) == listed


@pytest.mark.parametrize("header", ["", " ", "*", " * "])
def test_a_header_that_has_no_say_lists_none(header):
    assert etags_in(header) is None


@pytest.mark.parametrize(
    ("header", "is_current"),
    [("", False), (" ", False), ("*", True), ('"x", W/"a"', True), ("a", True), ('"x"', False), (",", False)],
)
def test_a_reader_has_what_is_current_or_not(header, is_current):
    sent = func.HttpRequest("GET", "/", headers={"If-None-Match": header}, body=b"")
    assert has_current(sent, '"a"') is is_current
    assert not has_current(sent, ""), "nothing is known to be current"
