"""The pictures and the film of the guide, which `make guide` takes from the running product; there may be none."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from functions.pages.render import HERE
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = HERE / "guide"
SHOWN = 5  # seconds of each scene of the film
FILM = {
    "test": marked("Test camera and microphone"),
    "enter": marked("Enter your name, and select “Go to the waiting room”."),
    "waiting": marked("Wait until someone admits you."),
    "room": marked(
        "With the buttons below the picture you turn your microphone and camera on and off, write, and leave."
    ),
}
"""The scenes of the film, and what its captions and its transcript say."""
PICTURES = ("test", "waiting", "room", "phone")
TYPES = {".webp": "image/webp", ".webm": "video/webm", ".vtt": "text/vtt; charset=utf-8"}


class GuideFiles(NamedTuple):
    """The addresses of pictures by name, and of the film and its captions, empty without a film."""

    pictures: Mapping[str, str]
    film: str
    captions: str


@cache
def known_files() -> frozenset[str]:
    """Return the paths of all files, as in fr/test.webp."""
    return frozenset(one.relative_to(FOLDER).as_posix() for one in FOLDER.glob("*/*") if one.suffix in TYPES)


def guide_files(language: str) -> GuideFiles:
    """Return what there is in a language, by its tag."""
    names = {name: f"{language}/{name}.webp" for name in PICTURES}
    pictures = {name: f"/s/guide/{path}" for name, path in names.items() if path in known_files()}
    film, captions = (f"{language}/film.{end}" for end in ("webm", "vtt"))
    has_film = {film, captions} <= known_files()
    return GuideFiles(pictures, *(f"/s/guide/{one}" if has_film else "" for one in (film, captions)))
