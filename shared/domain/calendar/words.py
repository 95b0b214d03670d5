"""A calendar's texts in other languages than its own, and how a reader of one of them gets them."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
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
    """A document's texts in one language, named as a catalogue is: fr, pt_BR. An empty one is not translated.

    `made_of` has, by the names of `texts`, the calendar's own texts that these are translations of.
    """

    language: str = Field(max_length=20)
    made_of: tuple[tuple[Line, Text], ...] = ()

    @property
    def texts(self) -> Mapping[str, str]:
        """Return each text by its name; several lines are one text."""
        plain = {name: value for name, value in self if name not in NOT_TEXTS}
        return {name: "\n".join(value) if isinstance(value, tuple) else value for name, value in plain.items()}

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is translated."""
        return not any(self.texts.values())

    def outdated(self, own: Mapping[str, str]) -> Mapping[str, tuple[str, str]]:
        """Return the own texts that have changed since they were translated: what they were, and are."""
        found = {name: (was, own.get(name, was)) for name, was in self.made_of if self.texts.get(name)}
        return {name: both for name, both in found.items() if both[0] != both[1]}


MOST_MESSAGES = 30
NOT_TEXTS = ("language", "made_of", "options", "messages")


class BusinessWords(Translation):
    """What the pages of a calendar say: its name, its welcome, what customers agree to, and the waiting room.

    `address` is the postal address as one line.
    """

    name: Line = ""
    address: str = Field(default="", max_length=2000)
    header: Text = ""
    consent: Text = ""
    waiting_text: str = Field(default="", max_length=2000)
    tips: tuple[Line, ...] = ()


class ServiceWords(Translation):
    """What customers read of a service; `location` is the name of its place.

    `messages` are the texts of its reminders and follow-up as pairs: the calendar's own, and what it says here. An
    appointment keeps the reminders that were agreed on, so pairs stay for a while after the own text has changed.
    """

    name: Line = ""
    description: Text = ""
    confirmation_text: Text = ""
    location: str = Field(default="", max_length=2000)
    messages: tuple[tuple[Text, Text], ...] = ()

    @property
    def texts(self) -> Mapping[str, str]:
        """Return each text by its name, those of messages by `message_name`."""
        return {**super().texts, **{message_name(own): text for own, text in self.messages}}

    def carried(self, moves: Mapping[str, str]) -> Self:
        """Return the words after texts of messages have changed: new ones have the translations of the old."""
        told, made = dict(self.messages), dict(self.made_of)
        for old, new in moves.items():
            if new not in told and told.get(old):
                told[new] = told[old]
                made[message_name(new)] = made.get(message_name(old), old)
        return self.model_copy(update={"messages": tuple(told.items()), "made_of": tuple(made.items())})


class QuestionWords(Translation):
    """A question, and its options as pairs: the calendar's own, and what it is called here."""

    text: str = Field(default="", max_length=1000)
    options: tuple[tuple[Line, Line], ...] = ()

    @property
    def texts(self) -> Mapping[str, str]:
        """Return the question, and what its options are called."""
        return {**super().texts, "options": "\n".join(text for _, text in self.options)}


AnyTranslation = TypeVar("AnyTranslation", bound=Translation)


def kept_messages(told: Mapping[str, str], used: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Return the pairs of messages to keep: of the texts in use all, and of earlier ones those that came last."""
    pairs = [pair for pair in told.items() if pair[1]]
    earlier = [pair for pair in pairs if pair[0] not in used]
    dropped = earlier[: max(len(pairs) - MOST_MESSAGES, 0)]
    return tuple(pair for pair in pairs if pair not in dropped)


def message_name(own: str) -> str:
    """Return the name of the text of a reminder or follow-up, by the calendar's own words."""
    return f"message-{hashlib.sha256(own.encode()).hexdigest()[:10]}"


def with_sources(
    before: AnyTranslation,
    after: AnyTranslation,
    was: Mapping[str, str],
    now: Mapping[str, str],
    right: Collection[str] = (),
) -> AnyTranslation:
    """Return edited words with the own texts that they are translations of.

    `was` and `now` are the own texts before and after the edit. A text that was translated anew, or is said to be
    still `right`, is a translation of what stands now; another one of what it was.
    """
    had, known = before.texts, dict(before.made_of)
    made = {
        name: now[name] if text != had.get(name) or name in right else known.get(name, was.get(name, now[name]))
        for name, text in after.texts.items()
        if text and name in now
    }
    return after.model_copy(update={"made_of": tuple(made.items())})


def base_language(tag: str) -> str:
    """Return the language of a tag without its region: `pt` of `pt_BR` and `pt-PT`."""
    return tag.replace("_", "-").partition("-")[0].lower()


def words_in(translations: Iterable[AnyTranslation], language: str, own: str) -> AnyTranslation | None:
    """Return the words in a reader's language, of whatever region; None if there are none, or it is the `own`."""
    wanted = base_language(language)
    if wanted == base_language(own):
        return None
    return next((one for one in translations if base_language(one.language) == wanted), None)


def name_in(names: Mapping[str, str], language: str, own: str) -> str:
    """Return the name in a reader's language, of whatever region; empty if there is none, or it is the `own`."""
    wanted = base_language(language)
    is_own = not own or wanted == base_language(own)
    return "" if is_own else next((name for one, name in names.items() if base_language(one) == wanted), "")


def said(own: str, words: str) -> str:
    """Return a text as its reader gets it: the own one where it is not translated, or where nothing is said."""
    return Translated(words, own) if own and words else own


def said_as(text: str, like: str) -> str:
    """Return a text that was made of another one, cleaned or cut, as a translation if that is one."""
    return Translated(text, like.own) if isinstance(like, Translated) else text
