"""Forms with files: every byte arrives as it was sent, and a malformed body holds nothing."""

import azure.functions as func
import pytest
from hypothesis import given, strategies

from functions.http.multipart import parts_of


def sent(body: bytes, kind: str = "multipart/form-data; boundary=XX") -> func.HttpRequest:
    return func.HttpRequest("POST", "https://book.example.org/", headers={"content-type": kind}, body=body)


def part(name: str, content: bytes, more: str = "") -> bytes:
    head = f'--XX\r\nContent-Disposition: form-data; name="{name}"{more}\r\n'
    return head.encode() + (b"Content-Type: image/png\r\n" if more else b"") + b"\r\n" + content + b"\r\n"


@given(strategies.binary(max_size=300).filter(lambda one: b"--XX" not in one))
def test_a_file_arrives_byte_by_byte(content):
    body = part("csrf", b"token") + part("logo", content, '; filename="a.png"') + b"--XX--\r\n"
    assert parts_of(sent(body)) == [("csrf", b"token"), ("logo", content)]


@pytest.mark.parametrize("content", [bytes(range(256)), b"\r\n\r\n", b"a\rb\nc\r", b"", b"\r\n--X"])
def test_so_do_line_ends_and_what_looks_like_a_boundary(content):
    assert parts_of(sent(part("logo", content, '; filename="é.png"') + b"--XX--\r\n")) == [("logo", content)]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data; boundary=XX"),
        (b"csrf=1", "multipart/form-data"),
        (b"\x00\xff--", "multipart/form-data; boundary="),
        (part("logo", b"cut off"), "multipart/form-data; boundary=XX"),
        (b"--XX\r\n\r\nno name\r\n--XX--\r\n", "multipart/form-data; boundary=XX"),
    ],
)
def test_a_malformed_body_holds_nothing(body, kind):
    assert parts_of(sent(body, kind)) == []


@pytest.mark.parametrize(
    "body",
    [
        b"".join(b"--XX\r\nContent-Type: multipart/mixed; boundary=XX\r\n\r\n" for _ in range(5000)),
        b"--XX\r\nContent-Disposition: form-data" + b"; a=b" * 50_000 + b"\r\n\r\ny\r\n--XX--",
        b"--XX\r\nContent-Disposition: form-data; name=" + b"(" * 5000 + b"\r\n\r\ny\r\n--XX--",
    ],
    ids=["parts within parts", "thousands of parameters", "comments within comments"],
)
def test_what_a_parser_of_mail_chokes_on_holds_nothing(body):
    assert parts_of(sent(body)) == []


def test_a_transfer_encoding_is_not_undone_as_no_browser_applies_one():
    encoded = b'--XX\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ==\r\n--XX--'
    assert parts_of(sent(encoded)) == [("a", b"YQ==")]
