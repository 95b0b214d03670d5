"""Parts of a file, as players of films ask for them."""

import azure.functions as func
import pytest

from functions.http.ranges import in_parts
from functions.site import static_files
from tests.support.edge import World


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
        ("bytes=9-8", 200, DATA, None),
        ("bytes=-0", 416, b"", "bytes */100"),
    ],
)
def test_a_part_is_what_was_asked_for(wanted, status, body, said):
    req = func.HttpRequest("GET", "/s/guide/en/film.webm", headers={"Range": wanted}, body=b"")
    answer = in_parts(DATA, req, {"Content-Type": "video/webm"})
    assert (answer.status_code, answer.get_body()) == (status, body)
    assert answer.headers.get("Content-Range") == said
    assert answer.headers["Accept-Ranges"] == "bytes"


async def test_head_is_of_the_whole_whatever_part_it_names(tmp_path, monkeypatch):
    (tmp_path / "en").mkdir()
    (tmp_path / "en/film.webm").write_bytes(DATA)
    monkeypatch.setattr(static_files, "FOLDER", tmp_path)
    monkeypatch.setattr(static_files, "known_files", lambda: {"en/film.webm"})
    answers = [await World().call(one, "/s/guide/en/film.webm", range="bytes=0-9") for one in ("GET", "HEAD")]
    assert [one.status for one in answers] == [206, 200]
    assert "Content-Range" not in answers[1].headers
