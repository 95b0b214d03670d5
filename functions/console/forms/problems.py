"""What is wrong with a form of settings, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.errors import EditConflict, InvalidFields


if TYPE_CHECKING:
    from collections.abc import Mapping


class WrongFields(InvalidFields):
    """`texts` has the error of each wrong control by its id, in the reader's language."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__([(f"/{name}", text) for name, text in texts.items()])
        self.texts = dict(texts)


class EditedMeanwhile(EditConflict):
    """Somebody else has changed the same fields. `theirs` has the text that is stored now, by the field's name."""

    def __init__(self, theirs: Mapping[str, str]) -> None:
        super().__init__()
        self.theirs = dict(theirs)
