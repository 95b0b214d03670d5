"""Texts with placeholders, which calendars write into messages: parsed, checked, and filled.

{name}                  a value
{if online} … {end}     a part that is left out unless a condition of a closed list holds
[words]({manage link})  a link; its address is one placeholder, or a web address as it is

There is no template language: no expressions, attributes or filters, so there is nothing to evaluate.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, NamedTuple


LONGEST_TEMPLATE = 4000  # characters; a longer one is refused before it is looked at
MOST_FAULTS = 20
LONGEST_NAME = 60
IF, END = "if ", "end"
TOKEN = re.compile(
    r"\[(?P<words>[^\[\]\n]{1,200})\]"
    r"\((?:\{(?P<target>[^{}\n]{0,60})\}|(?P<url>(?:https?://|mailto:|tel:)[^\s()<>\"'{}]{1,500}))\)"
    r"|\{(?P<name>[^{}\n]{0,60})\}"
    r"|(?P<stray>\{+(?=\{)|\{)"
)
ALONE = re.compile(r"^[ \t]*(\{(?:if [^{}\n]{1,60}|end)\})[ \t]*\n", re.MULTILINE | re.IGNORECASE)

FaultKind = Literal["too_long", "stray", "unknown", "no_link", "condition", "unclosed", "no_part", "nested"]


class TemplateFault(NamedTuple):
    """What is wrong in a template: where (both from 1), what stands there, and the nearest name that exists.

    too_long   the whole is too long
    stray      a { without its }
    unknown    a placeholder that this message does not have
    no_link    a link's address is a placeholder that is none
    condition  an {if …} that is not in the list
    unclosed   an {if …} without its {end}
    no_part    an {end} without its {if …}
    nested     an {if …} within another one
    """

    kind: FaultKind
    line: int
    column: int
    found: str = ""
    nearest: str = ""


class Placeholder(NamedTuple):
    """A name that stands for a value or for a link."""

    name: str


Phrase = tuple[str | Placeholder, ...]


class TemplateLink(NamedTuple):
    """Words that lead to an address, or to what a placeholder stands for."""

    words: Phrase
    target: str | Placeholder


class OptionalPart(NamedTuple):
    """Pieces that count only where a condition holds."""

    condition: str
    pieces: "tuple[str | Placeholder | TemplateLink, ...]"


class UsableNames(NamedTuple):
    """What a template may refer to: values, links, and conditions of optional parts."""

    values: Collection[str]
    links: Collection[str] = ()
    conditions: Collection[str] = ()

    @property
    def all(self) -> list[str]:
        """Return every placeholder."""
        return [*self.values, *self.links]


class MessageTemplate(NamedTuple):
    """A template's pieces, and what is wrong with it; one with faults is never sent."""

    pieces: "tuple[str | Placeholder | TemplateLink | OptionalPart, ...]"
    faults: tuple[TemplateFault, ...] = ()


def canonical_name(text: str) -> str:
    """Return a name as the lists have it: in lower case, with single spaces."""
    return " ".join(text.casefold().split())


def parse(text: str, names: UsableNames, longest: int = LONGEST_TEMPLATE) -> MessageTemplate:
    """Return the template of a text. Never raises: what is wrong is among its faults."""
    if len(text) > longest:
        return MessageTemplate((), (TemplateFault("too_long", 1, 1, str(longest)),))
    reading = _TemplateReader(text, names)
    reading.run()
    faults = sorted(reading.faults, key=lambda one: (one.line, one.column))
    return MessageTemplate(tuple(reading.pieces), tuple(faults[:MOST_FAULTS]))


class _TemplateReader:
    """One pass over a text, from its start to its end."""

    def __init__(self, text: str, names: UsableNames) -> None:
        self.text, self.names = text, names
        self.pieces: list[str | Placeholder | TemplateLink | OptionalPart] = []
        self.faults: list[TemplateFault] = []
        self._part: tuple[int, str] | None = None
        self._held: list[str | Placeholder | TemplateLink] = []
        self._dropped = {found.start(1): (found.start(), found.end()) for found in ALONE.finditer(text)}

    def run(self) -> None:
        """Read the text."""
        at = 0
        for found in TOKEN.finditer(self.text):
            # An {if …} or {end} that has a line for itself takes the whole line with it.
            first, last = self._dropped.get(found.start(), found.span())
            self._add(self.text[at:first] if first > at else "")
            self._token(found)
            at = last
        self._add(self.text[at:])
        if self._part:
            self._fault("unclosed", self._part[0], self._part[1])

    def _token(self, found: re.Match[str]) -> None:
        if found["stray"]:
            self._fault("stray", found.start(), "{")
        elif found["words"] is not None:
            self._add(self._link(found))
        elif (name := canonical_name(found["name"])) == END:
            self._end(found.start())
        elif name.startswith(IF):
            self._begin(found.start(), name.removeprefix(IF))
        elif self._is_known(name, self.names.all, "unknown", found.start()):
            self._add(Placeholder(name))

    def _link(self, found: re.Match[str]) -> TemplateLink:
        words, at = list[str | Placeholder](), found.start("words")
        for one in TOKEN.finditer(found["words"]):
            words.append(self.text[at : found.start("words") + one.start()])
            at = found.start("words") + one.end()
            name = canonical_name(one["name"] or "")
            if self._is_known(name, self.names.values, "unknown", found.start("words") + one.start()):
                words.append(Placeholder(name))
        words.append(self.text[at : found.end("words")])
        target: str | Placeholder = found["url"] or ""
        if found["target"] is not None:
            name = canonical_name(found["target"])
            kind: FaultKind = "no_link" if name in self.names.values else "unknown"
            self._is_known(name, self.names.links, kind, found.start("target") - 1)
            target = Placeholder(name)
        return TemplateLink(tuple(one for one in words if one), target)

    def _begin(self, at: int, condition: str) -> None:
        if self._part:
            self._fault("nested", at, condition)
        elif self._is_known(condition, self.names.conditions, "condition", at):
            self._part = (at, condition)
        else:
            self._part = (at, "")  # its {end} is no fault of its own

    def _end(self, at: int) -> None:
        if self._part is None:
            self._fault("no_part", at, END)
            return
        condition, self._part = self._part[1], None
        self._held, held = [], self._held
        self.pieces.append(OptionalPart(condition, tuple(held)))

    def _is_known(self, name: str, known: Collection[str], kind: FaultKind, at: int) -> bool:
        if name in known:
            return True
        if len(self.faults) < MOST_FAULTS:
            self._fault(kind, at, name, _nearest(name, known))
        return False

    def _fault(self, kind: FaultKind, at: int, found: str, nearest: str = "") -> None:
        if len(self.faults) < MOST_FAULTS:
            before = self.text[:at]
            line, column = before.count("\n") + 1, at - before.rfind("\n")
            self.faults.append(TemplateFault(kind, line, column, found, nearest))

    def _add(self, piece: str | Placeholder | TemplateLink) -> None:
        if piece:
            (self._held if self._part else self.pieces).append(piece)


def _nearest(name: str, known: Iterable[str]) -> str:
    return next(iter(get_close_matches(name, sorted(known), 1, 0.5)), "")


class FilledValue(NamedTuple):
    """A value in its place: never read as markup."""

    text: str


class FilledLink(NamedTuple):
    """Words that lead to an address; a link that stands alone has none."""

    words: "tuple[str | FilledValue, ...]"
    url: str


FilledPiece = str | FilledValue | FilledLink


@dataclass(frozen=True, slots=True)
class Filling:
    """What placeholders stand for in one message, and which conditions hold there."""

    values: Mapping[str, str]
    links: Mapping[str, str]
    conditions: Collection[str] = ()


def fill(template: MessageTemplate, filling: Filling) -> list[FilledPiece]:
    """Return the pieces of a template with their values. A link that leads nowhere is left out with its words."""
    return list(_filled(template.pieces, filling))


def _filled(
    pieces: Sequence[str | Placeholder | TemplateLink | OptionalPart], filling: Filling
) -> Iterator[FilledPiece]:
    for one in pieces:
        if isinstance(one, str):
            yield one
        elif isinstance(one, OptionalPart):
            yield from _filled(one.pieces, filling) if one.condition in filling.conditions else ()
        elif isinstance(one, Placeholder):
            url = filling.links.get(one.name, "")
            yield FilledLink((), url) if url else FilledValue(filling.values.get(one.name, ""))
        else:
            target = one.target
            url = target if isinstance(target, str) else filling.links.get(target.name, "")
            if url:
                yield FilledLink(tuple(_phrase(one.words, filling)), url)


def _phrase(words: Phrase, filling: Filling) -> Iterator[str | FilledValue]:
    for one in words:
        yield one if isinstance(one, str) else FilledValue(filling.values.get(one.name, ""))
