"""Pictures of a calendar's own for its infographic: which are accepted, and which cost too much to be drawn.

The content decides, never a file name. Few bytes may hold very many pixels, or shapes that use each other.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from xml.parsers.expat import ExpatError, ParserCreate

from shared.domain.calendar.logo import logo_type
from shared.domain.errors import FieldProblem, InvalidFields
from shared.domain.toolkit.picture_size import UNKNOWN, picture_size


SVG_TYPE = "image/svg+xml"
ACCEPTED = ("image/png", "image/jpeg", SVG_TYPE)  # slides show no WebP
MOST_PIXELS = 4_000_000
MOST_SHAPES, DEEPEST = 5_000, 60
WIDEST = 3  # how many times as wide as high, or as high as wide, a picture may be that fills an area
NO_PICTURE = FieldProblem("no-picture", "no PNG, JPEG or SVG that can be drawn")
COSTLY_PICTURE = FieldProblem("costly-picture", "a picture with too many pixels or shapes")
LONG_PICTURE = FieldProblem("long-picture", "a picture that is much wider than high, or higher than wide")
NO_ALT = FieldProblem("no-alt", "what the picture shows, in 1 to 150 characters")
NEVER_DRAWN = {"filter", "image", "foreignObject"}  # these may cost anything, or fetch something
REFERENCE = re.compile(r"#([\w.:-]+)")


def read_picture(data: bytes, *, fills: bool) -> str:
    """Return the media type of a picture; `fills` says whether it fills an area, cut at its edges.

    Raise InvalidFields for what is none, is not whole, costs too much, or has too odd a shape.
    """
    kind, (width, height) = logo_type(data), picture_size(data)
    if kind not in ACCEPTED or (kind != SVG_TYPE and (width, height) == UNKNOWN):
        raise InvalidFields([NO_PICTURE.at("/picture")])
    if not costs_little(data, kind):
        raise InvalidFields([COSTLY_PICTURE.at("/picture")])
    if fills and not (width <= height * WIDEST and height <= width * WIDEST):
        raise InvalidFields([LONG_PICTURE.at("/picture")])
    return kind


def costs_little(data: bytes, media_type: str) -> bool:
    """Return whether drawing a picture takes little time and memory, whoever made it."""
    if media_type != SVG_TYPE:
        width, height = picture_size(data)
        return 0 < width * height <= MOST_PIXELS
    return _Shapes().cost_of(data) <= MOST_SHAPES


class _Shapes:
    """Counts the shapes of an SVG: those that are used elsewhere as often as they are used."""

    def __init__(self) -> None:
        self.own: Counter[str] = Counter()
        self.used: dict[str, Counter[str]] = {"": Counter()}
        self.open: list[str] = [""]  # the names of the elements around, empty for those without one
        self.is_refused = self.is_style = False
        self.costs: dict[str, int] = {}
        self.parser = ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._on_element
        self.parser.EndElementHandler = self._on_end
        self.parser.CharacterDataHandler = self._on_text

    def cost_of(self, data: bytes) -> int:
        """Return how many shapes are drawn; very many for what cannot be told."""
        try:
            self.parser.Parse(data, True)
        except (ExpatError, ValueError, LookupError):
            self.is_refused = True
        return MOST_SHAPES + 1 if self.is_refused else self._cost("")

    def _on_element(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(" ")[2]
        self.is_style = kind == "style"
        self.is_refused |= kind in NEVER_DRAWN or len(self.open) > DEEPEST
        self.open.append(attributes.get("id", ""))
        references = Counter(found for text in attributes.values() for found in REFERENCE.findall(text))
        for around in {"", *self.open}:
            self.own[around] += 1
            self.used.setdefault(around, Counter()).update(references)

    def _on_end(self, _: str) -> None:
        self.open.pop()
        self.is_style = False

    def _on_text(self, text: str) -> None:
        self.is_refused |= self.is_style and ("url" in text.casefold() or "\\" in text)

    def _cost(self, name: str, depth: int = 0) -> int:
        if depth > DEEPEST:  # such as what uses itself
            return MOST_SHAPES + 1
        if name not in self.costs:
            cost = partial(self._cost, depth=depth + 1)
            inner = sum(times * cost(one) for one, times in self.used[name].items() if one in self.own)
            self.costs[name] = min(self.own[name] + inner, MOST_SHAPES + 1)
        return self.costs[name]
