"""How large the texts of an infographic are in its files: the same in print and on the slide."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shared.presentation.toolkit.fitting import TextRoom, points


if TYPE_CHECKING:
    from shared.presentation.toolkit.sheet import InfographicSheet, SheetStep

NAME, NOTE = TextRoom(110, 13, (14, 12, 10)), TextRoom(175, 10, (12, 11, 9))
TITLE = TextRoom(43, 18, (15, 14, 13, 11, 9))
TEXT_SIZES = (15, 14, 13, 12, 11, 10, 9, 8)
TEXT, TEXT_BESIDE_CODE = TextRoom(75, 33, TEXT_SIZES), TextRoom(43, 33, TEXT_SIZES)
HEADING_SIZES = (27, 24, 21, 18, 16, 14)


class SheetSizes(NamedTuple):
    """Sizes in points."""

    name: float
    heading: float
    title: float
    text: float
    beside_code: float
    note: float

    def step(self, step: SheetStep) -> float:
        """Return the size of the text of a step: beside the code of the test there is less room."""
        return self.beside_code if step.name == "test" else self.text


def sizes_of(sheet: InfographicSheet) -> SheetSizes:
    """Return the sizes at which all titles, and all texts, of the steps fit."""
    wide = 182 if not (sheet.top or sheet.logo) else 115
    text = min(points(one.text, TEXT) for one in sheet.steps if one.name != "test")
    beside = min(points(one.text, TEXT_BESIDE_CODE) for one in sheet.steps if one.name == "test")
    return SheetSizes(
        points(sheet.name, NAME),
        points(sheet.heading, TextRoom(wide, 26, HEADING_SIZES)),
        min(points(one.title, TITLE) for one in sheet.steps),
        text,
        min(text, beside),
        points(sheet.note, NOTE),
    )
