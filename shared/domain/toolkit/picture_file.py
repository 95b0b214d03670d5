"""Pictures of a calendar's own for its infographic: which are accepted, and which cost too much to be drawn.

The content decides, never a file name. Few bytes may hold very many pixels, or shapes that use each other.
"""

from __future__ import annotations

from shared.domain.calendar.logo import logo_type
from shared.domain.errors import FieldProblem, InvalidFields
from shared.domain.toolkit.drawn_work import is_drawn, work_of
from shared.domain.toolkit.picture_size import UNKNOWN, picture_size


SVG_TYPE = "image/svg+xml"
ACCEPTED = ("image/png", "image/jpeg", SVG_TYPE)  # slides show no WebP
MOST_PIXELS = 4_000_000
MOST_WORK = 300_000
WIDEST = 3  # how many times as wide as high, or as high as wide, a picture may be that fills an area
NO_PICTURE = FieldProblem("no-picture", "no PNG, JPEG or SVG that can be drawn")
COSTLY_PICTURE = FieldProblem("costly-picture", "a picture with too many pixels or shapes")
LONG_PICTURE = FieldProblem("long-picture", "a picture that is much wider than high, or higher than wide")
NO_ALT = FieldProblem("no-alt", "what the picture shows, in 1 to 150 characters")


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
    return is_drawn(data) and work_of(data) <= MOST_WORK


def read_logo(data: bytes) -> str:
    """Return the media type of a logo. Raise InvalidFields for what is none, and what costs anybody too much.

    Pages show what the infographic leaves out, such as shadows: that is no reason to refuse a logo.
    """
    kind = logo_type(data)
    width, height = picture_size(data)
    if width * height > MOST_PIXELS if kind != SVG_TYPE else work_of(data) > MOST_WORK:
        raise InvalidFields([COSTLY_PICTURE.at("/logo")])
    return kind
