"""The infographic for print: PDF/UA-1, SVG and PNG by typst, which is imported only here."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any
from weakref import finalize

from shared.domain.toolkit.infographic import is_right_to_left
from shared.domain.toolkit.picture_file import SVG_TYPE, costs_little
from shared.presentation.toolkit.letters import letters_without_font
from shared.presentation.toolkit.pictures import svg_of
from shared.presentation.toolkit.sheet import PictureFile
from shared.presentation.toolkit.sizes import sizes_of


if TYPE_CHECKING:
    from shared.presentation.toolkit.sheet import InfographicSheet, SheetFont, SheetPicture

LAYOUT = Path(__file__).with_name("infographic.typ")
FONTS = Path(__file__).parents[1] / "built" / "fonts"  # by the build
FAMILIES = {
    "sans": ("Inter", "Noto Sans Arabic", "Libertinus Serif"),
    "serif": ("Libertinus Serif", "Inter", "Noto Sans Arabic"),
}  # typst itself has the one with serifs
FORMATS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", SVG_TYPE: "svg"}
PIXELS_PER_INCH = 110
DRAWING = (
    b'#let drawn(..size) = image(bytes(it.data), format: it.format, alt: "a", ..size)\n'
    b"#context { let wide = drawn(width: 60mm)\n"
    b"if measure(wide).height > 60mm { drawn(height: 60mm) } else { wide } }"
)
"""A picture `it`, within a square."""
MOST_COMPILERS = 4  # of fonts of calendars' own
MOST_TRIED = 64  # pictures of which it is remembered whether they can be drawn


def print_sheet(sheet: InfographicSheet, kind: str) -> bytes:
    """Return the page as pdf, svg or png. The PDF is PDF/UA-1, which typst checks while it writes."""
    made = _compiling(sheet.font.files if sheet.font else ()).compiler.compile(
        LAYOUT.read_bytes(),
        format=kind,
        ppi=PIXELS_PER_INCH,
        sys_inputs={"sheet": json.dumps(_data(sheet), ensure_ascii=False)},
        pdf_standards=["ua-1"] if kind == "pdf" else [],
        timestamp=0,
    )
    return bytes(made if isinstance(made, bytes) else made[0])


class Compiling:
    """A compiler, and where it reads the fonts of a calendar's own for as long as it is kept."""

    def __init__(self, own: tuple[bytes, ...]) -> None:
        import typst  # noqa: PLC0415 - 80 MB, for what few people ask for

        places = [FONTS]
        if own:
            folder = mkdtemp(prefix="openslot-font")
            finalize(self, rmtree, folder, ignore_errors=True)
            places.append(Path(folder))
            for number, data in enumerate(own):
                Path(folder, f"{number}.ttf").write_bytes(data)
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=places)
        self.compiler: Any = typst.Compiler(font_paths=fonts, ignore_system_fonts=True)


@lru_cache(MOST_COMPILERS)
def _compiling(own: tuple[bytes, ...] = ()) -> Compiling:
    return Compiling(own)


def can_print(font: SheetFont) -> bool:
    """Return whether a font can be printed with, and goes by the name that it says."""
    source = b'#set document(title: "a")\n#set text(font: sys.inputs.family, fallback: false)\n#sys.inputs.said'
    said = "".join(chr(code) for code in sorted(font.characters)[:200] if chr(code).isalnum())
    try:
        for file in font.files:
            compiler = _compiling((file,)).compiler
            made = compiler.compile(source, format="pdf", sys_inputs={"family": font.family, "said": said})
            if b"/FontFile" not in made:
                return False
    except Exception:  # noqa: BLE001 - whatever is wrong with it, nothing is printed
        return False
    return True


@lru_cache(MOST_TRIED)
def can_draw(file: PictureFile) -> bool:
    """Return whether a picture can be drawn, and without much time or memory; nobody may have tried before."""
    if not costs_little(*file):
        return False
    source = b'#set document(title: "a")\n#let it = json(bytes(sys.inputs.it))\n' + DRAWING
    inputs = {"it": json.dumps(_file(file))}
    try:
        _compiling().compiler.compile(source, format="pdf", pdf_standards=["ua-1"], sys_inputs=inputs)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not drawn
        return False
    return True


def drawable(sheet: InfographicSheet) -> InfographicSheet:
    """Return the infographic without the pictures that cannot be drawn; steps have our drawings instead."""

    def kept(own: SheetPicture | None) -> SheetPicture | None:
        return own if own and own.file and can_draw(own.file) else None

    return sheet._replace(
        steps=[one._replace(own=kept(one.own)) for one in sheet.steps],
        top=kept(sheet.top),
        logo=sheet.logo if sheet.logo and can_draw(sheet.logo) else None,
    )


def _data(sheet: InfographicSheet) -> dict[str, Any]:
    own, sizes = sheet.font.characters if sheet.font else frozenset(), sizes_of(sheet)

    def printable(text: str, size: float = 0) -> dict[str, Any]:
        return {"text": without_lacking(text, own), "rtl": is_right_to_left(text), "size": size}

    return {
        "lang": sheet.language.partition("-")[0],
        "rtl": sheet.is_right_to_left,
        "fonts": [*([sheet.font.family] if sheet.font else []), *FAMILIES[sheet.typeface]],
        "name": printable(sheet.name, sizes.name),
        "heading": printable(sheet.heading, sizes.heading),
        "note": printable(sheet.note, sizes.note),
        "test": sheet.test,
        "code_alt": sheet.code_alt,
        "colours": sheet.colours._asdict(),
        "logo": _file(sheet.logo) if sheet.logo else None,
        "top": _picture(sheet.top),
        "links": [one._asdict() for one in sheet.links],
        "steps": [
            {
                "title": printable(one.title, sizes.title),
                "text": printable(one.text, sizes.step(one)),
                "alt": one.alt,
                "own": _picture(one.own),
                "svg": svg_of(one.picture, f"#{sheet.colours.text}"),
                "code": code_of(sheet.test) if one.name == "test" else None,
            }
            for one in sheet.steps
        ],
    }


def _picture(own: SheetPicture | None) -> dict[str, Any] | None:
    return {**_file(own.file), "alt": own.alt} if own and own.file else None


def without_lacking(text: str, own: frozenset[int] = frozenset()) -> str:
    """Return a text without the characters that no font has: PDF/UA has no place for them."""
    lacking = set(letters_without_font(text, len(text), own))
    kept = "".join(sign for sign in text if sign not in lacking)
    return re.sub(r"[ \n]+", " ", kept).strip(" ")


def picture_as_png(file: PictureFile) -> PictureFile:
    """Return a picture as a PNG of at most some 600 pixels in both directions."""
    source = (
        b"#let it = json(bytes(sys.inputs.it))\n#set page(width: auto, height: auto, margin: 0pt, fill: none)\n"
    ) + DRAWING
    inputs = {"it": json.dumps(_file(file))}
    made = _compiling().compiler.compile(source, format="png", ppi=254, sys_inputs=inputs)
    return PictureFile(bytes(made if isinstance(made, bytes) else made[0]), "image/png")


def svg_as_png(svg: str) -> bytes:
    """Return a picture as PNG, of some 1,600 pixels."""
    source = (
        "#set page(width: auto, height: auto, margin: 0pt, fill: white)\n"
        '#image(bytes(sys.inputs.svg), format: "svg", width: 280mm)'
    )
    made = _compiling().compiler.compile(source.encode(), format="png", ppi=144, sys_inputs={"svg": svg})
    return bytes(made if isinstance(made, bytes) else made[0])


def code_of(link: str) -> str:
    """Return a link's QR code as SVG."""
    from io import BytesIO  # noqa: PLC0415 - with segno

    import segno  # noqa: PLC0415 - few pages have a code

    drawn = BytesIO()
    segno.make(link, error="m", micro=False).save(
        drawn, kind="svg", border=4, omitsize=True, light="#fff", xmldecl=False
    )
    return drawn.getvalue().decode()


def _file(file: PictureFile) -> dict[str, Any]:
    return {"data": list(file.data), "format": FORMATS[file.media_type]}
