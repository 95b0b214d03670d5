"""How much work an SVG is to draw, by whoever made it: about the bytes it would have with each use written out.

Not what stands in the file counts but what is drawn: few bytes may be used by each other very many times.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple
from xml.parsers.expat import ExpatError, ParserCreate

from shared.domain.toolkit.drawn_reach import FARTHEST, farthest_number, growth, numbers


DEEPEST = 60
ENDLESS = 10**9
SHAPE, LETTER, LAYER, GRADIENT = 60, 20, 2_000, 250  # in bytes of a path, by the time that each takes
CSS_BYTES = 170  # of a style sheet, which is matched with each element
LONGEST_VALUE = 1_000  # of what elements within inherit; not of paths
MULTIPLIES = {"marker", "pattern"}  # drawn for each corner or tile
LAYERS = {"svg", "symbol", "clipPath", "mask", "tspan"}
NEVER_DRAWN = {"filter", "image", "foreignObject", "textPath"}  # these may cost anything, or fetch something
PATHS = {"d", "points"}
NOT_IN_CSS = ("url", "\\", "dasharray", "filter", "transform")
SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
SPACES = {"", SVG, XLINK, "http://www.w3.org/XML/1998/namespace"}  # programs keep much in others
ONLY_NONE = re.compile(r"(?:filter|dasharray)(?!\s*:\s*none)", re.IGNORECASE)
LAYERED = re.compile(r"(?<![\w-])(?:opacity|isolation|mix-blend-mode|clip-path|mask)\b", re.IGNORECASE)
NAMED = (re.compile(r"#([^)\"']+)"), re.compile(r"#(.+)", re.DOTALL), re.compile(r"#([\w.:-]+)"))


def is_drawn(data: bytes) -> bool:
    """Return whether an SVG has nothing that the infographic leaves out, whatever it costs."""
    return _found_in(data).is_drawn


def work_of(data: bytes) -> int:
    """Return how much is drawn; ENDLESS for what uses itself or is drawn for each corner of a line."""
    return _found_in(data).work


class _Found(NamedTuple):
    is_drawn: bool
    work: int


@lru_cache(64)
def _found_in(data: bytes) -> _Found:
    drawing = _Work()
    try:
        drawing.parser.Parse(data, True)
    except (ExpatError, ValueError, LookupError):
        return _Found(is_drawn=False, work=0)  # too deep, or not as those who draw it read it
    work = drawing.total()
    return _Found(drawing.is_drawn and not drawing.reaches_far() and not drawing.is_in_css(*NOT_IN_CSS), work)


class _Part:
    """An element with what is within it: its work, how many elements, and what they refer to."""

    def __init__(self, name: str = "") -> None:
        self.name, self.work, self.elements = name, 0, 0
        self.uses: Counter[str] = Counter()
        self.growth, self.inner = 1.0, 1.0

    def add(self, other: _Part) -> None:
        """Count another one in."""
        self.work, self.elements = self.work + other.work, self.elements + other.elements
        self.inner = max(self.inner, other.growth * other.inner)
        if other.uses:
            self.uses.update(other.uses)


class _Work:
    """Reads an SVG as those who draw it do: UTF-8, and attributes of SVG by their names alone."""

    def __init__(self) -> None:
        self.named: dict[str, _Part] = {}
        self.open, self.kinds = [_Part()], [""]
        self.is_drawn, self.is_endless, self.has_gradient = True, False, False
        self.css: list[str] = []
        self.farthest = 0.0
        self.reaches: dict[str, float] = {}
        self.costs: dict[str, tuple[int, int]] = {}
        self.parser = ParserCreate("utf-8", namespace_separator=" ")
        self.parser.StartElementHandler = self._on_element
        self.parser.EndElementHandler = self._on_end
        self.parser.CharacterDataHandler = self._on_text

    def total(self) -> int:
        """Return all that is drawn."""
        if self.is_endless:
            return ENDLESS
        work, elements = self._cost(self.open[0], 0)
        css = "".join(self.css)
        each = len(css) // CSS_BYTES + (GRADIENT if self.has_gradient else 0)
        each += LAYER if LAYERED.search(css) else 0
        return min(work + elements * each, ENDLESS)

    def reaches_far(self) -> bool:
        """Return whether anything, once enlarged by all that is around it and uses it, is beyond what is drawn."""
        farthest = max([self.farthest, *map(abs, numbers("".join(self.css)))])
        return not farthest * self._reach(self.open[0], 0) <= FARTHEST

    def is_in_css(self, *words: str) -> bool:
        """Return whether one of the words stands in a style sheet."""
        css = "".join(self.css).casefold()
        return any(word in css for word in words)

    def _on_element(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.open) > DEEPEST:
            raise ValueError(name)
        kind = name.rpartition(" ")[2]
        split = ((key.rpartition(" "), value) for key, value in attributes.items())
        values = {key: value for (space, _, key), value in split if space in SPACES}
        self.is_endless |= kind in MULTIPLIES
        self.has_gradient |= kind.endswith("Gradient")
        self.is_drawn &= kind not in NEVER_DRAWN and not any(_is_left_out(*one) for one in values.items())
        part = _Part(values.get("id", "").strip())
        part.elements, part.growth = 1, growth(values)
        self.farthest = max(self.farthest, farthest_number(values))
        part.work = SHAPE + sum(map(len, values.values())) + (LAYER if _is_layer(kind, values) else 0)
        for value in values.values():
            part.uses.update(
                {one.strip() for named in NAMED for one in named.findall(value)} if "#" in value else ()
            )
        self.open.append(part)
        self.kinds.append(kind)

    def _on_end(self, _: str) -> None:
        part = self.open.pop()
        self.kinds.pop()
        self.open[-1].add(part)
        if part.name:
            self.named.setdefault(part.name, _Part()).add(part)

    def _on_text(self, text: str) -> None:
        if "style" in self.kinds:
            self.css.append(text)
        self.open[-1].work += len(text) * (LETTER if "text" in self.kinds else 1)

    def _cost(self, part: _Part, depth: int) -> tuple[int, int]:
        """Return the work and the elements of a part, with all that it uses."""
        work, elements = part.work, part.elements
        for name, times in part.uses.items():
            if used := self.named.get(name):
                if name not in self.costs:
                    endless = (ENDLESS, ENDLESS)
                    self.costs[name] = endless if depth > DEEPEST else self._cost(used, depth + 1)
                work, elements = work + times * self.costs[name][0], elements + times * self.costs[name][1]
        return min(work, ENDLESS), min(elements, ENDLESS)

    def _reach(self, part: _Part, depth: int) -> float:
        """Return the largest factor by which something within a part is enlarged, or more."""
        most = 1.0
        for name in part.uses:
            if used := self.named.get(name):
                if name not in self.reaches:
                    self.reaches[name] = FARTHEST if depth > DEEPEST else self._reach(used, depth + 1)
                most = max(most, self.reaches[name])
        return min(part.growth * part.inner * most, FARTHEST)


def _is_left_out(name: str, value: str) -> bool:
    if name in {"stroke-dasharray", "filter"}:
        return value.strip() not in {"none", ""}
    if name == "style" and ("\\" in value or ONLY_NONE.search(value)):
        return True
    return len(value) > LONGEST_VALUE and name not in PATHS


def _is_layer(kind: str, values: dict[str, str]) -> bool:
    is_layer = kind in LAYERS or any(LAYERED.fullmatch(name) for name in values)
    return is_layer or bool(LAYERED.search(values.get("style", "")))
