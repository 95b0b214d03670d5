"""Infographics of a clinic, and the words that are in their files."""

import re
from io import BytesIO
from xml.sax.saxutils import unescape
from zipfile import ZipFile

from functions.pages.toolkit.help_links import help_links
from shared.domain.calendar.toolkit import Toolkit
from shared.domain.toolkit.infographic import OwnSheet
from shared.i18n import html_tag, translator
from shared.presentation.toolkit.sheet import NO_FILES, InfographicSheet, infographic_sheet
from tests.support.builders import a_business


PHONE, SITE = "+33 4 65 71 10 20", "https://clinic.example"


def a_sheet(
    variant="health", language="en", *, own=None, files=NO_FILES, colour="", **business
) -> InfographicSheet:
    toolkit = Toolkit(variant=variant, colour=colour, billing_url=f"{SITE}/bills")
    values = {"phone": PHONE, "web_site": SITE, "toolkit": toolkit, **business}
    words = own or OwnSheet(language=language)
    links = help_links("https://book.example.org", "clinic")
    return infographic_sheet(a_business(**values), words, translator(language), html_tag(language), links, files)


def words_in(text: str) -> str:
    """Return a text without how it is broken into lines."""
    return re.sub(r"\s+", "", text)


def words_of(sheet: InfographicSheet) -> str:
    return "".join(map(words_in, sheet.words))


def words_of_slide(data: bytes) -> str:
    """Return the words of a slide in reading order, without the numbers of the steps."""
    slide = ZipFile(BytesIO(data)).read("ppt/slides/slide1.xml").decode()
    found = (unescape(text) for text in re.findall(r"<a:t>(.*?)</a:t>", slide))
    return "".join(words_in(text) for text in found if not re.fullmatch(r"\d", text))


def words_of_page(html: str) -> str:
    """Return the words of the infographic's article, in the same way."""
    article = re.search(r'<article class="card sheet".*?</article>', html, re.DOTALL)[0]
    article = re.sub(r'<span class="sheet-number".*?</span>|<svg.*?</svg>', "", article, flags=re.DOTALL)
    return words_in(unescape(re.sub(r"<[^>]+>", " ", article)))
