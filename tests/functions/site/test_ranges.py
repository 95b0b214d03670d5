"""Parts of a file, as players of films ask for them."""

import azure.functions as func
import pytest

from functions.http.ranges import in_parts


DATA = bytes(range(100))


@pytest.mark.parametrize(
    ("wanted", "status", "body", "said"),
    [
        ("", 200, DATA, None),
        ("bytes=-", 200, DATA, None),
        ("bytes=0-1,5-6", 200, DATA, None),
        ("lines=1-2", 200, DATA, None),
        ("bytes=0-9", 206, DATA[:10], "bytes 0-9/100"),
        ("bytes=90-", 206, DATA[90:], "bytes 90-99/100"),
        ("bytes=90-999", 206, DATA[90:], "bytes 90-99/100"),
        ("bytes=-10", 206, DATA[90:], "bytes 90-99/100"),
        ("bytes=-999", 206, DATA, "bytes 0-99/100"),
        ("bytes=100-", 416, b"", "bytes */100"),
        ("bytes=9-8", 416, b"", "bytes */100"),
        ("bytes=-0", 416, b"", "bytes */100"),
    ],
)
def test_a_part_is_what_was_asked_for(wanted, status, body, said):
    req = func.HttpRequest("GET", "/s/guide/en/film.webm", headers={"Range": wanted}, body=b"")
    answer = in_parts(DATA, req, {"Content-Type": "video/webm"})
    assert (answer.status_code, answer.get_body()) == (status, body)
    assert answer.headers.get("Content-Range") == said
    assert answer.headers["Accept-Ranges"] == "bytes"
