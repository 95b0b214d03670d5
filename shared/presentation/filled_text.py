"""Filled templates as plain text, as HTML and as an SMS. Values are never read as markup."""

import re
from collections.abc import Sequence

from markupsafe import Markup, escape

from shared.domain.messages.template import FilledLink, FilledPiece, FilledValue
from shared.presentation.rich_text import text_to_html, with_emphasis, without_emphasis


OPEN, CLOSE = "\ue000", "\ue001"  # private characters, which mark where a value comes once all else is HTML
MARKED = re.compile(f"{OPEN}([0-9]+){CLOSE}")
UNMARKED = {ord(OPEN): None, ord(CLOSE): None}


def filled_html(pieces: Sequence[FilledPiece]) -> Markup:
    """Return the pieces as HTML: line breaks, emphasis and links of the calendar's own; values as they are."""
    values = [_html_of(one) for one in pieces if not isinstance(one, str)]
    text = with_emphasis(_marked(pieces))
    return Markup(MARKED.sub(lambda found: str(values[int(found[1])]), str(text)))  # noqa: S704 - all are HTML


def _html_of(piece: FilledValue | FilledLink) -> Markup:
    if isinstance(piece, FilledValue):
        return text_to_html(piece.text)
    words = filled_html(piece.words) if piece.words else escape(piece.url)
    return Markup('<a href="{}">{}</a>').format(piece.url, words)


def filled_text(pieces: Sequence[FilledPiece]) -> str:
    """Return the pieces as plain text, links as words (https://…)."""
    return _plain(pieces, "{words} ({url})")


def filled_sms(pieces: Sequence[FilledPiece], colon: str = ": ") -> str:
    """Return the pieces as an SMS, links as words: https://… and a space, since telephones add what follows.

    The `colon` is that of the reader's language, with the spaces around it.
    """
    spaced, after_link = list[FilledPiece](), False
    for one in pieces:
        text = one if isinstance(one, str) else ""
        spaced += [" ", one] if after_link and not text[:1].isspace() else [one]
        after_link = isinstance(one, FilledLink)
    return _plain(spaced, f"{{words}}{colon}{{url}}").strip()


def _plain(pieces: Sequence[FilledPiece], link: str) -> str:
    values = [_plain_of(one, link) for one in pieces if not isinstance(one, str)]
    return MARKED.sub(lambda found: values[int(found[1])], without_emphasis(_marked(pieces)))


def _plain_of(piece: FilledValue | FilledLink, link: str) -> str:
    if isinstance(piece, FilledValue):
        return piece.text
    url = piece.url.removeprefix("mailto:").removeprefix("tel:")
    return link.format(words=_plain(piece.words, link), url=url) if piece.words else url


def _marked(pieces: Sequence[FilledPiece]) -> str:
    """Return the text of the pieces with a mark in the place of each value."""
    marked, number = list[str](), 0
    for one in pieces:
        if isinstance(one, str):
            marked.append(one.translate(UNMARKED))
        else:
            marked.append(f"{OPEN}{number}{CLOSE}")
            number += 1
    return "".join(marked)
