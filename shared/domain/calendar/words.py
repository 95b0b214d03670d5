"""A calendar's texts in other languages than its own, and how a reader of one of them gets them."""

from collections.abc import Iterable
from typing import Self, TypeVar

from pydantic import Field

from shared.domain.model import Line, Model, Text


class Translated(str):
    """A text of a calendar in the language of its reader, which stands for the calendar's `own`."""

    __slots__ = ("own",)
    own: str

    def __new__(cls, text: str, own: str) -> Self:
        """Return the text."""
        made = super().__new__(cls, text)
        made.own = own
        return made


class Translation(Model):
    """A document's texts in one language, named as a catalogue is: fr, pt_BR. An empty one is not translated."""

    language: str = Field(max_length=20)

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is translated."""
        return not any(value for name, value in self if name != "language")


class BusinessWords(Translation):
    """What the pages of a calendar say: its name, its welcome, what customers agree to, and the waiting room."""

    name: Line = ""
    header: Text = ""
    consent: Text = ""
    waiting_text: str = Field(default="", max_length=2000)
    tips: tuple[Line, ...] = ()


class ServiceWords(Translation):
    """What customers read of a service."""

    name: Line = ""
    description: Text = ""
    confirmation_text: Text = ""


class QuestionWords(Translation):
    """A question, and its options as pairs: the calendar's own, and what it is called here."""

    text: str = Field(default="", max_length=1000)
    options: tuple[tuple[Line, Line], ...] = ()


AnyTranslation = TypeVar("AnyTranslation", bound=Translation)


def base_language(tag: str) -> str:
    """Return the language of a tag without its region: `pt` of `pt_BR` and `pt-PT`."""
    return tag.replace("_", "-").partition("-")[0].lower()


def words_in(translations: Iterable[AnyTranslation], language: str, own: str) -> AnyTranslation | None:
    """Return the words in a reader's language, of whatever region; None if there are none, or it is the `own`."""
    wanted = base_language(language)
    if wanted == base_language(own):
        return None
    return next((one for one in translations if base_language(one.language) == wanted), None)


def said(own: str, words: str) -> str:
    """Return a text as its reader gets it: the own one where it is not translated, or where nothing is said."""
    return Translated(words, own) if own and words else own


def said_as(text: str, like: str) -> str:
    """Return a text that was made of another one, cleaned or cut, as a translation if that is one."""
    return Translated(text, like.own) if isinstance(like, Translated) else text
