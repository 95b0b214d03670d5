"""What is submitted is read within bounds: neither too many fields nor too large."""

from urllib.parse import urlencode

import pytest

from functions.console.forms.sent import MOST_FIELDS, SentForm, read_sent
from functions.http.boundary import LARGEST_BODY, BadRequest, BodyTooLarge
from tests.functions.auth.app import a_request


def sent(body: bytes, **bounds: int) -> SentForm:
    return read_sent(a_request(method="POST", url="/console/x", body=body), **bounds)


def test_a_name_may_come_several_times_and_a_button_comes_last():
    form = sent(b"do=first&day=1&day=2&do=last&empty=")
    assert form.get("do") == "last"
    assert form.all("day") == ["1", "2"]
    assert (form.get("none"), form.get("none", "x"), form.all("none")) == ("", "x", [])
    assert ("empty" in form, "none" in form) == (True, False)
    assert list(form) == ["do", "day", "empty"]


def test_lines_end_as_everywhere_and_edges_are_bare():
    assert sent(urlencode({"a": "  x\r\ny \r\n"}).encode()).get("a") == "x\ny"


def test_too_many_fields_are_refused():
    assert sent(b"&".join([b"a=b"] * MOST_FIELDS)).all("a") == ["b"] * MOST_FIELDS
    with pytest.raises(BadRequest):
        sent(b"&".join([b"a=b"] * (MOST_FIELDS + 1)))


def test_too_large_a_body_is_refused_unless_the_page_allows_it():
    large = b"a=" + b"x" * LARGEST_BODY
    with pytest.raises(BodyTooLarge):
        sent(large)
    assert len(sent(large, largest=2 * LARGEST_BODY).get("a")) == LARGEST_BODY


@pytest.mark.parametrize("body", [b"", b"\xff\xfe=%ff", b"&&=&", b"a=%00%0d", b"%=%"])
def test_what_is_no_text_is_read_nonetheless(body):
    assert isinstance(sent(body).get("a"), str)
