"""The Markdown that calendars may use in their own words: links and emphasis; everything else stays text.

Never for what customers type: nobody writes links into pages and mails that others receive from the calendar.
"""

import re

from markupsafe import Markup, escape


LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\(((?:https?://|mailto:|tel:)[^\s()<>\"']{1,500})\)")
STRONG = re.compile(r"\*\*([^*]{1,500})\*\*")
EMPHASIS = re.compile(r"\*([^*]{1,500})\*")
ELSEWHERE = Markup(' rel="noopener nofollow" target="_blank"')


def markdown_to_html(text: str, attributes: Markup = ELSEWHERE) -> Markup:
    """Return a text with its links, which have the `attributes`, its emphasis, and its line breaks."""
    pieces, at = [], 0
    for found in LINK.finditer(text):
        link = Markup('<a href="{}"{}>{}</a>').format(found[2], attributes, with_emphasis(found[1]))
        pieces += [with_emphasis(text[at : found.start()]), link]
        at = found.end()
    return Markup().join([*pieces, with_emphasis(text[at:])])


def text_to_html(text: str) -> Markup:
    """Return a typed text as HTML: only its line breaks have a meaning."""
    return escape(text).replace("\n", Markup("<br>"))


def markdown_to_text(text: str) -> str:
    """Return a text as words (https://…), for where there is no markup."""
    written = LINK.sub(lambda link: f"{link[1]} ({link[2].removeprefix('mailto:').removeprefix('tel:')})", text)
    return without_emphasis(written)


def words_alone(text: str) -> str:
    """Return a text without its links' addresses."""
    return without_emphasis(LINK.sub(r"\1", text))


def without_emphasis(text: str) -> str:
    """Return the text without the marks of bold and italic words."""
    return EMPHASIS.sub(r"\1", STRONG.sub(r"\1", text))


def with_emphasis(text: str) -> Markup:
    """Return a text as HTML with its bold and italic words and its line breaks."""
    strong = STRONG.sub(r"<strong>\1</strong>", str(text_to_html(text)))
    return Markup(EMPHASIS.sub(r"<em>\1</em>", strong))  # noqa: S704 - escaped above; the patterns add no user text
