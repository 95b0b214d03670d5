"""What may be a logo is told by its bytes."""

import pytest

from shared.domain.errors import InvalidFields
from shared.domain.logo import LARGEST, logo_hash, logo_type


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
KINDS = [
    (PNG, "image/png"),
    (b"\xff\xd8\xff\xe0" + bytes(20), "image/jpeg"),
    (b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(20), "image/webp"),
    (SVG, "image/svg+xml"),
    (b"\xef\xbb\xbf" + SVG, "image/svg+xml"),
    (b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn by hand -->\n' + SVG, "image/svg+xml"),
]


@pytest.mark.parametrize(("data", "kind"), KINDS)
def test_each_kind_is_known_by_its_content(data, kind):
    assert logo_type(data) == kind


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"<html><svg></svg></html>",
        b"<svg>without a namespace</svg>",
        b'<svg xmlns="http://www.w3.org/2000/svg">',
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG,
        SVG.decode().encode("utf-16"),
        b"\x89PNG",
        b"\xff\xfe\x00",
        b"%PDF-1.7",
        PNG + bytes(LARGEST),
    ],
)
def test_everything_else_is_refused(data):
    with pytest.raises(InvalidFields) as refused:
        logo_type(data)
    assert refused.value.errors[0][0] == "/logo"


def test_a_logo_of_just_sixty_kilobytes_fits():
    assert logo_type(PNG + bytes(LARGEST - len(PNG))) == "image/png"


def test_other_bytes_have_another_name():
    assert logo_hash(SVG) != logo_hash(PNG)
    assert len(logo_hash(SVG)) == 32
