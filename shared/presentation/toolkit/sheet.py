"""The infographic as page, print and slide show it: words, pictures, links and colours of one calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shared.domain.toolkit.infographic import STEPS, count_words, is_right_to_left, variant_for
from shared.presentation.colours import READABLE, VISIBLE, WHITE, contrast, darkened, mixed
from shared.presentation.toolkit.sheet_words import CALL, DRAWN, HEADING, PREPARATION, STEP_TEXTS, TITLES


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from gettext import NullTranslations

    from shared.domain.calendar.business import Business
    from shared.domain.calendar.toolkit import PicturePlace, Typeface, Variant
    from shared.domain.toolkit.infographic import OwnSheet, StepName
    from shared.presentation.toolkit.answers import HelpLinks

INKS = (WHITE, "0b0f14", "000000")
TINT = 0.1


class SheetColours(NamedTuple):
    """Six hexadecimal digits each: of areas, of text on them, of coloured text and lines, of a light ground."""

    fill: str
    ink: str
    text: str
    tint: str


class SheetLink(NamedTuple):
    """A link of the infographic."""

    label: str
    href: str


class PictureFile(NamedTuple):
    """The bytes of a picture and its media type."""

    data: bytes
    media_type: str


class SheetPicture(NamedTuple):
    """A picture of a calendar's own: its hash and media type, what it shows, and the file where that is needed."""

    name: str
    file_type: str
    alt: str
    file: PictureFile | None = None


class SheetFont(NamedTuple):
    """A calendar's own font: the name of its family, its files, and the characters that it has."""

    family: str
    files: tuple[bytes, ...]
    characters: frozenset[int]


class SheetFiles(NamedTuple):
    """What the files of an infographic hold besides words; pages lead to it instead."""

    logo: PictureFile | None = None
    pictures: Mapping[PicturePlace, PictureFile] = {}
    font: SheetFont | None = None


class SheetStep(NamedTuple):
    """A step; `picture` is a name of PICTURES, and `alt` says what it shows, unless it has its `own` picture."""

    name: StepName
    title: str
    text: str
    picture: str
    alt: str
    own: SheetPicture | None = None


class InfographicSheet(NamedTuple):
    """What an infographic shows. `language` is a tag; `test` is the address behind the code."""

    language: str
    is_right_to_left: bool
    name: str
    heading: str
    steps: Sequence[SheetStep]
    note: str
    links: Sequence[SheetLink]
    test: str
    code_alt: str
    colours: SheetColours
    top: SheetPicture | None = None
    logo: PictureFile | None = None
    font: SheetFont | None = None
    typeface: Typeface = "sans"

    @property
    def words(self) -> list[str]:
        """Return all texts in the order in which they are read."""
        steps = [text for one in self.steps for text in (one.title, one.text)]
        return [one for one in (self.name, self.heading, *steps, self.note, *self._labels) if one]

    @property
    def _labels(self) -> list[str]:
        return [one.label for one in self.links]

    @property
    def word_count(self) -> int:
        """Return how many words are on the page."""
        return count_words(self.words)


NO_FILES = SheetFiles()


def infographic_sheet(
    business: Business,
    own: OwnSheet,
    texts: NullTranslations,
    language: str,
    links: HelpLinks,
    files: SheetFiles = NO_FILES,
) -> InfographicSheet:
    """Return the infographic of a calendar in a language, by its tag, with its own words where there are any."""
    _, business, toolkit = texts.gettext, business.in_language(language), business.toolkit
    variant = variant_for(toolkit.variant, business.business_type)
    heading = own.heading or _(HEADING)
    return InfographicSheet(
        language,
        is_right_to_left(heading),
        business.name,
        heading,
        [_step(name, variant, business, own, texts, _own_picture(name, business, own, files)) for name in STEPS],
        own.note,
        _links(business, texts, links),
        links.test,
        _("QR code of the link"),
        sheet_colours(toolkit.colour or business.page.accent),
        _own_picture("top", business, own, files),
        files.logo if toolkit.show_logo else None,
        files.font,
        toolkit.typeface,
    )


def _own_picture(place: PicturePlace, business: Business, own: OwnSheet, files: SheetFiles) -> SheetPicture | None:
    found = business.toolkit.pictures.get(place)
    alt = own.alts.get(place) or (found.alt if found else "")
    return SheetPicture(found.file, found.media_type, alt, files.pictures.get(place)) if found else None


def _step(
    name: StepName,
    variant: Variant,
    business: Business,
    own: OwnSheet,
    texts: NullTranslations,
    own_picture: SheetPicture | None,
) -> SheetStep:
    _, words = texts.gettext, own.step(name)
    picture = f"prepare-{variant}" if name == "prepare" else name
    if business.phone:  # it stays on one line
        business = business.model_copy(update={"phone": business.phone.replace(" ", "\u00a0")})
    text = words.text or standard_text(name, variant, business, texts)
    return SheetStep(name, words.title or _(TITLES[name]), text, picture, _(DRAWN[picture]), own_picture)


def standard_text(name: StepName, variant: Variant, business: Business, texts: NullTranslations) -> str:
    """Return the standard words of a step."""
    _ = texts.gettext
    if name == "prepare":
        return _(PREPARATION[variant])
    said = _(STEP_TEXTS[name])
    if name == "trouble" and business.phone:
        return f"{said} {_(CALL) % {'phone': business.phone}}"
    return said


def _links(business: Business, texts: NullTranslations, links: HelpLinks) -> list[SheetLink]:
    _ = texts.gettext
    home = business.web_site if business.web_site.startswith(("https://", "http://")) else ""
    found = (
        (_("Booking page"), links.book),
        (_("Website"), home),
        (_("Bills and payment"), business.toolkit.billing_url),
    )
    return [SheetLink(label, href) for label, href in found if href]


def sheet_colours(colour: str) -> SheetColours:
    """Return the colours of a page in a colour (#rrggbb): each text can be read, whatever the colour is."""
    chosen = colour.removeprefix("#").lower()
    fill = darkened(chosen, WHITE, VISIBLE)
    ink = next((one for one in INKS if contrast(one, fill) >= READABLE), INKS[-1])
    tint = mixed(fill, WHITE, TINT)
    return SheetColours(fill, ink, darkened(fill, tint, READABLE), tint)
