"""What a calendar gives its customers to read before an appointment, as far as that is a setting."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, field_validator

from shared.domain.model import Line, Model
from shared.domain.text.web import is_web


PaymentKind = Literal["card", "link", "transfer", "invoice", "cash", "insurance"]
Variant = Literal["health", "finance", "retail", "general"]
PicturePlace = Literal["top", "book", "prepare", "test", "join", "trouble", "after"]
Typeface = Literal["sans", "serif"]
PICTURE_PLACES: tuple[PicturePlace, ...] = ("top", "book", "prepare", "test", "join", "trouble", "after")
LONGEST_ALT = 150
PAYMENT_KINDS: tuple[PaymentKind, ...] = ("card", "link", "transfer", "invoice", "cash", "insurance")


class OwnFont(Model):
    """A calendar's own font: the name of its family, and the hashes of its files; `bold` may be missing."""

    family: Line
    regular: Line
    bold: Line = ""


class OwnPicture(Model):
    """A calendar's own picture on its infographic: the hash of its file, and what it shows, in one language."""

    file: Line
    media_type: Line
    alt: str = Field(min_length=1, max_length=LONGEST_ALT)


class Toolkit(Model):
    """Whether customers find the pages of help, how they pay, and where else they are led.

    is_public   the pages are there while the booking page is published
    is_linked   mails, the page of an appointment and the waiting room lead to them
    billing_url what customers read about bills and payment
    portal_url  a portal of the calendar's own, such as a health portal, from which appointments can be joined
    variant     of the infographic; empty for the one of the kind of business
    colour      of the infographic; empty for that of the booking page
    typeface    of the infographic, of those that come with the product: without serifs or with them
    font        of the infographic, of the calendar's own; none for the typeface
    pictures    of the infographic, by their places: beside its heading, and of its steps in place of the drawings
    """

    is_public: bool = False
    is_linked: bool = False
    billing_url: Line = Field(default="", validate_default=True)
    portal_url: Line = Field(default="", validate_default=True)
    paid_online: tuple[PaymentKind, ...] = ()
    paid_in_person: tuple[PaymentKind, ...] = ()
    variant: Variant | Literal[""] = ""
    colour: str = Field(default="", pattern=r"^(#[0-9A-Fa-f]{6})?$")
    show_logo: bool = True
    typeface: Typeface = "sans"
    font: OwnFont | None = None
    pictures: Mapping[PicturePlace, OwnPicture] = Field(default_factory=dict)

    @property
    def links_from_pages(self) -> bool:
        """Return whether mails and pages lead to the pages of help."""
        return self.is_public and self.is_linked

    @field_validator("billing_url", "portal_url")
    @classmethod
    def _leads_somewhere(cls, address: str) -> str:
        if address and not is_web(address):
            raise ValueError("a web address begins with https:// or http://")
        return address
