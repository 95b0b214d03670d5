"""The pictures and the film of the guide, which the build takes from the running product; there may be none."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from functions.pages.render import MANIFEST


if TYPE_CHECKING:
    from collections.abc import Mapping


FOLDER = MANIFEST.parent / "guide"
PICTURES = ("test", "allow", "waiting", "room", "phone")


class GuidePictures(NamedTuple):
    """The addresses of pictures by name, and of the film with its captions, empty without one."""

    pictures: Mapping[str, str]
    film: str
    captions: str


@cache
def guide_pictures(language: str) -> GuidePictures:
    """Return what there is in a language."""
    found = {
        name: f"/s/guide/{language}/{name}.png"
        for name in PICTURES
        if (FOLDER / language / f"{name}.png").is_file()
    }
    has_film = (FOLDER / language / "film.webm").is_file()
    ends = ("webm", "vtt") if has_film else ()
    film, captions = [f"/s/guide/{language}/film.{end}" for end in ends] or ["", ""]
    return GuidePictures(found, film, captions)
