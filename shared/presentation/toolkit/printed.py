"""The infographic for print: PDF/UA-1, SVG and PNG by typst, which is imported only here."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any
from weakref import finalize

from shared.presentation.toolkit.letters import letters_without_font
from shared.presentation.toolkit.pictures import svg_of
from shared.presentation.toolkit.sheet import SheetLogo


if TYPE_CHECKING:
    from shared.presentation.toolkit.sheet import InfographicSheet, SheetFont

LAYOUT = Path(__file__).with_name("infographic.typ")
FONTS = Path(__file__).parents[1] / "built" / "fonts"  # by the build
FAMILIES = ("Inter", "Noto Sans Arabic", "Libertinus Serif")
FORMATS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/svg+xml": "svg"}
PIXELS_PER_INCH = 110
MOST_COMPILERS = 4  # of fonts of calendars' own


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


def _data(sheet: InfographicSheet) -> dict[str, Any]:
    own = sheet.font.characters if sheet.font else frozenset()

    def printable(text: str) -> str:
        return without_lacking(text, own)

    return {
        "lang": sheet.language.partition("-")[0],
        "rtl": sheet.is_right_to_left,
        "fonts": [*([sheet.font.family] if sheet.font else []), *FAMILIES],
        "name": printable(sheet.name),
        "heading": printable(sheet.heading),
        "note": printable(sheet.note),
        "test": sheet.test,
        "code_alt": sheet.code_alt,
        "colours": sheet.colours._asdict(),
        "logo": _logo(sheet.logo) if sheet.logo else None,
        "links": [one._asdict() for one in sheet.links],
        "steps": [
            {
                "title": printable(one.title),
                "text": printable(one.text),
                "alt": one.alt,
                "svg": svg_of(one.picture, f"#{sheet.colours.text}"),
                "code": code_of(sheet.test) if one.name == "test" else None,
            }
            for one in sheet.steps
        ],
    }


def without_lacking(text: str, own: frozenset[int] = frozenset()) -> str:
    """Return a text without the characters that no font has: PDF/UA has no place for them."""
    lacking = set(letters_without_font(text, len(text), own))
    return " ".join("".join(sign for sign in text if sign not in lacking).split())


def picture_as_png(logo: SheetLogo) -> SheetLogo:
    """Return a logo as a PNG of some 600 pixels."""
    source = (
        "#let it = json(bytes(sys.inputs.it))\n#set page(width: 60mm, height: auto, margin: 0pt, fill: none)\n"
        "#image(bytes(it.data), format: it.format, width: 60mm)"
    )
    inputs = {"it": json.dumps(_logo(logo))}
    made = _compiling().compiler.compile(source.encode(), format="png", ppi=254, sys_inputs=inputs)
    return SheetLogo(bytes(made if isinstance(made, bytes) else made[0]), "image/png")


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


def _logo(logo: SheetLogo) -> dict[str, Any]:
    return {"data": list(logo.data), "format": FORMATS[logo.media_type]}
