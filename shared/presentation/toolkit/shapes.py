"""The shapes of a slide as DrawingML: areas, texts, outlines to edit, and pictures. Lengths are in millimetres."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from shared.domain.toolkit.infographic import is_right_to_left
from shared.presentation.toolkit.pictures import PICTURES, SIZE


MM = 36_000  # EMU, the unit of slides
COMMAND = re.compile(r"([MLCZ])([^MLCZ]*)")
DECORATIVE = (
    '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
    'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)
NO_LINE = "<a:ln><a:noFill/></a:ln>"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class ShapePlace(NamedTuple):
    """Where a shape stands on the page."""

    x: float
    y: float
    width: float
    height: float


@dataclass
class SlideShapes:
    """Collects shapes in reading order; `width` is the page's, by which a page right to left is mirrored."""

    language: str
    is_right_to_left: bool
    width: float
    parts: list[str] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)

    def area(self, at: ShapePlace, colour: str, *, is_round: bool = False) -> None:
        """Add an area that only decorates."""
        kind = "roundRect" if is_round else "rect"
        guide = '<a:gd name="adj" fmla="val 6000"/>' if is_round else ""
        shape = f'<a:prstGeom prst="{kind}"><a:avLst>{guide}</a:avLst></a:prstGeom>{_filled(colour)}{NO_LINE}'
        self._shape(at, shape, DECORATIVE)

    def outline(self, at: ShapePlace, picture: str, alt: str, colour: str) -> None:
        """Add one of PICTURES as a shape whose lines can be edited."""
        shape = (
            '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/><a:pathLst>'
            f'<a:path w="{SIZE * 100}" h="{SIZE * 100}" fill="none">{_path(PICTURES[picture])}</a:path>'
            "</a:pathLst></a:custGeom>"
            f'<a:noFill/><a:ln w="25400" cap="rnd">{_filled(colour)}<a:round/></a:ln>'
        )
        self._shape(at, shape, "", alt=alt)

    def stamp(self, at: ShapePlace, number: int, fill: str, ink: str) -> None:
        """Add a number in a circle."""
        shape = f'<a:prstGeom prst="ellipse"><a:avLst/></a:prstGeom>{_filled(fill)}{NO_LINE}'
        run = self._run(str(number), 12, ink, is_bold=True)
        body = (
            '<p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/><a:lstStyle/>'
            f'<a:p><a:pPr algn="ctr"/>{run}</a:p></p:txBody>'
        )
        self._shape(at, shape, "", body=body)

    def title(self, at: ShapePlace, text: str, size: float) -> None:
        """Add the title of the slide."""
        points = f'sz="{size * 100:.0f}"'
        run = f"<a:r><a:rPr lang={quoteattr(self.language)} {points}/><a:t>{escape(text)}</a:t></a:r>"
        body = (
            '<p:txBody><a:bodyPr anchor="t"><a:normAutofit/></a:bodyPr><a:lstStyle/>'
            f"<a:p>{self._direction(text)}{run}</a:p></p:txBody>"
        )
        self._shape(at, "", "", body=body, holder='<p:ph type="title"/>', locks='<a:spLocks noGrp="1"/>')

    def text(
        self, at: ShapePlace, text: str, size: float, colour: str, *, is_bold: bool = False, middle: bool = False
    ) -> None:
        """Add a text of one paragraph."""
        self._text(at, [self._run(text, size, colour, is_bold)], text, middle)

    def links(self, at: ShapePlace, links: list[tuple[str, str]], size: float, colour: str) -> None:
        """Add links side by side, each a label and an address."""
        runs: list[str] = []
        for label, address in links:
            if runs:
                runs.append(self._run("     ", size, colour, is_bold=True))
            runs.append(self._run(label, size, colour, is_bold=True, click=self._link(address)))
        self._text(at, runs, links[0][0] if links else "", middle=False)

    def picture(
        self, at: ShapePlace, target: str, alt: str, address: str = "", *, crop: tuple[float, float] = (0, 0)
    ) -> None:
        """Add a picture of the package, which leads to an address where one is given.

        `crop` says which part of it is cut off at each side, and at the top and the foot.
        """
        across, down = (round(one * 100_000) for one in crop)
        cut = f'<a:srcRect l="{across}" t="{down}" r="{across}" b="{down}"/>' if across or down else ""
        click = f'<a:hlinkClick r:id="{self._link(address)}"/>' if address else ""
        number = self._relate("image", target)
        self.parts.append(
            f'<p:pic><p:nvPicPr><p:cNvPr id="{self._id}" name="Picture {self._id}" descr={quoteattr(alt)}>{click}'
            "</p:cNvPr>"
            '<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr>'
            f'<p:blipFill><a:blip r:embed="{number}"/>{cut}<a:stretch><a:fillRect/></a:stretch></p:blipFill>'
            f'<p:spPr>{self._at(at)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
        )

    def _text(self, at: ShapePlace, runs: list[str], text: str, middle: bool) -> None:
        anchor = "ctr" if middle else "t"
        body = (
            f'<p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}">'
            f"<a:normAutofit/></a:bodyPr><a:lstStyle/><a:p>{self._direction(text)}{''.join(runs)}</a:p></p:txBody>"
        )
        shape = '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/>'
        self._shape(at, shape, "", body=body, locks="", is_text=True)

    def _run(self, text: str, size: float, colour: str, is_bold: bool, click: str = "") -> str:
        link = f'<a:hlinkClick r:id="{click}"/>' if click else ""
        bold = ' b="1"' if is_bold else ""
        return (
            f'<a:r><a:rPr lang={quoteattr(self.language)} sz="{size * 100:.0f}"{bold}>{_filled(colour)}{link}'
            f"</a:rPr><a:t>{escape(text)}</a:t></a:r>"
        )

    def _direction(self, text: str) -> str:
        """Return how a paragraph is written: by its own direction, at the side where those of the page begin."""
        side = "r" if self.is_right_to_left else "l"
        return f'<a:pPr algn="{side}" rtl="{is_right_to_left(text):d}"/>'

    @property
    def _id(self) -> int:
        return len(self.parts) + 2

    def _shape(
        self,
        at: ShapePlace,
        shape: str,
        more: str,
        *,
        alt: str = "",
        body: str = "",
        holder: str = "",
        locks: str = "",
        is_text: bool = False,
    ) -> None:
        described = f" descr={quoteattr(alt)}" if alt else ""
        box = ' txBox="1"' if is_text else ""
        empty = '<p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr lang="en"/></a:p></p:txBody>'
        self.parts.append(
            f'<p:sp><p:nvSpPr><p:cNvPr id="{self._id}" name="Shape {self._id}"{described}>{more}</p:cNvPr>'
            f"<p:cNvSpPr{box}>{locks}</p:cNvSpPr><p:nvPr>{holder}</p:nvPr></p:nvSpPr>"
            f"<p:spPr>{self._at(at)}{shape}</p:spPr>{body or empty}</p:sp>"
        )

    def _at(self, at: ShapePlace) -> str:
        x = self.width - at.x - at.width if self.is_right_to_left else at.x
        off = f'<a:off x="{x * MM:.0f}" y="{at.y * MM:.0f}"/>'
        return f'<a:xfrm>{off}<a:ext cx="{at.width * MM:.0f}" cy="{at.height * MM:.0f}"/></a:xfrm>'

    def _relate(self, kind: str, target: str, more: str = "") -> str:
        number = f"rId{len(self.relations) + 2}"
        self.relations.append(
            f'<Relationship Id="{number}" Type="{RELATION}/{kind}" Target={quoteattr(target)}{more}/>'
        )
        return number

    def _link(self, address: str) -> str:
        return self._relate("hyperlink", address, ' TargetMode="External"')


def _filled(colour: str) -> str:
    return f'<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill>'


def _path(drawing: str) -> str:
    """Return a drawing's commands as DrawingML has them, in hundredths."""
    found = []
    for command, numbers in COMMAND.findall(drawing):
        values = [round(float(one) * 100) for one in numbers.split()]
        points = "".join(f'<a:pt x="{x}" y="{y}"/>' for x, y in zip(values[::2], values[1::2], strict=True))
        name = {"M": "moveTo", "L": "lnTo", "C": "cubicBezTo", "Z": "close"}[command]
        found.append(f"<a:{name}>{points}</a:{name}>" if points else f"<a:{name}/>")
    return "".join(found)
