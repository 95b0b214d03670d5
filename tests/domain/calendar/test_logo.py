"""What may be a logo is told by its bytes."""

import struct
import zlib

import pytest

from shared.domain.calendar.logo import CUT_OFF, LARGEST, logo_hash, logo_type
from shared.domain.errors import InvalidFields


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'


def a_chunk(kind: bytes, data: bytes = b"") -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def a_png(*more: bytes) -> bytes:
    """A black pixel."""
    header = a_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"".join(
        [b"\x89PNG\r\n\x1a\n", header, *more, a_chunk(b"IDAT", zlib.compress(bytes(2))), a_chunk(b"IEND")]
    )


PNG = a_png()
# A thumbnail within a segment of its own has an end too.
THUMBNAIL = b"\xff\xe1\x00\x0a\xff\xd8\xff\xda\x00\x00\xff\xd9"
JPEG = b"\xff\xd8" + THUMBNAIL + b"\xff\xff\xdb\x00\x04\x00\x00\xff\xda\x00\x08" + bytes(9) + b"\xff\xd9"
WEBP = b"RIFF\x1c\x00\x00\x00WEBPVP8L" + bytes(20)
KINDS = [
    (PNG, "image/png"),
    (PNG + b"a trailer", "image/png"),
    (JPEG, "image/jpeg"),
    (JPEG + bytes(3), "image/jpeg"),
    (WEBP, "image/webp"),
    (SVG, "image/svg+xml"),
    (b"\xef\xbb\xbf" + SVG, "image/svg+xml"),
    (b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn by hand -->\n' + SVG, "image/svg+xml"),
]
DOCTYPE = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
INKSCAPE = b"""<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- Created with Inkscape (http://www.inkscape.org/) -->
<svg:svg xmlns:svg="http://www.w3.org/2000/svg" xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" width="1" height="1"><sodipodi:namedview/>
<svg:metadata><rdf:RDF/></svg:metadata><svg:style><![CDATA[.a { fill: red }]]></svg:style></svg:svg>"""
DRAWINGS = [
    DOCTYPE + SVG,
    b'<?xml version="1.0" encoding="utf-8"?>\r\n<!-- Generator: Adobe Illustrator -->\r\n'
    + DOCTYPE
    + b"\r\n"
    + SVG,
    b'<?xml version="1.0" standalone="no"?>' + DOCTYPE + SVG,
    b"\xef\xbb\xbf<?xml version='1.0'?>" + DOCTYPE + SVG,
    b"<!DOCTYPE svg>" + SVG,
    b'<!DOCTYPE svg SYSTEM "about:legacy-compat" >' + SVG,
    b'<!DOCTYPE svg:svg PUBLIC "-//W3C//DTD SVG 1.0//EN" "x">' + INKSCAPE.partition(b"?>")[2],
    INKSCAPE,
    (DOCTYPE + SVG).decode().encode("utf-16"),
    "<?xml version='1.0' encoding='UTF-16'?>".encode("utf-16-be").join(
        [b"\xfe\xff", SVG.decode().encode("utf-16-be")]
    ),
    "<?xml version='1.0' encoding='ISO-8859-1'?><!-- é -->".encode("latin-1") + SVG,
    "<?xml version='1.0' encoding='windows-1251'?><!-- Лого -->".encode("cp1251") + SVG,
]


@pytest.mark.parametrize("data", DRAWINGS)
def test_a_drawing_is_taken_as_drawing_programs_write_it(data):
    assert logo_type(data) == "image/svg+xml"


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))


@pytest.mark.parametrize(
    "subset",
    [
        b'<!ENTITY ns_svg "http://www.w3.org/2000/svg">',
        b'<!ENTITY l0 "lol">' + LAUGHS,
        b'<!ENTITY file SYSTEM "file:///etc/passwd">',
        b'<!ENTITY % remote SYSTEM "http://example.test/x.dtd">%remote;',
        b'<!ATTLIST svg onload CDATA "alert(1)">',
        b"",
    ],
)
@pytest.mark.parametrize("kind", [b"", b' SYSTEM "x.dtd"'])
def test_what_a_doctype_declares_itself_is_refused_by_name(subset, kind):
    with pytest.raises(InvalidFields) as refused:
        logo_type(b"<!DOCTYPE svg" + kind + b" [" + subset + b"]>" + SVG)
    assert "DOCTYPE" in refused.value.errors[0][1]


def test_an_entity_that_nothing_declares_is_refused_by_name():
    with pytest.raises(InvalidFields) as refused:
        logo_type(DOCTYPE + SVG.replace(b"/>", b">&nbsp;</svg>"))
    assert "nbsp" in refused.value.errors[0][1]


def test_elements_may_be_nested_as_deep_as_a_logo_is_long():
    assert logo_type(SVG.replace(b"/>", b">" + b"<g>" * 8000 + b"</g>" * 8000 + b"</svg>")) == "image/svg+xml"


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
        DOCTYPE + b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        DOCTYPE + SVG + SVG,
        SVG.replace(b"/>", b">&undeclared;</svg>"),
        b"<?xml version='1.0' encoding='UTF-32'?>" + SVG,
        b"<?xml version='1.0' encoding='base64'?>" + SVG,
        SVG.decode().encode("utf-16")[:-1],
        b"\x89PNG",
        b"\xff\xfe\x00",
        b"%PDF-1.7",
        PNG + bytes(LARGEST),
        PNG[:8] + PNG[33:],
        b"\xff\xd8\xff\xe0",
        b"RIFF\x04\x00\x00\x00WEBP",
    ],
)
def test_everything_else_is_refused(data):
    with pytest.raises(InvalidFields) as refused:
        logo_type(data)
    assert refused.value.errors[0][0] == "/logo"


def test_a_logo_of_just_sixty_kilobytes_fits():
    assert logo_type(a_png(a_chunk(b"tEXt", bytes(LARGEST - len(PNG) - 12)))) == "image/png"


@pytest.mark.parametrize("whole", [PNG, JPEG, WEBP])
def test_a_picture_whose_end_is_missing_is_refused_wherever_it_was_cut(whole):
    for length in range(12, len(whole)):
        with pytest.raises(InvalidFields) as refused:
            logo_type(whole[:length])
        assert refused.value.errors[0] == CUT_OFF.at("/logo")


def test_other_bytes_have_another_name():
    assert logo_hash(SVG) != logo_hash(PNG)
    assert len(logo_hash(SVG)) == 32
