"""The questions and answers as text for other sites: HTML, Markdown, and data for search engines."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from shared.presentation.rich_text import markdown_to_html


if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shared.presentation.toolkit.answers import AnsweredQuestion, AnsweredTopic

NO_ATTRIBUTES = Markup()


def answers_as_html(topics: Sequence[AnsweredTopic], language: str) -> str:
    """Return a section of HTML without styles or classes, for any page; `language` is its tag."""
    parts = [
        Markup("<h2>{}</h2>\n{}").format(topic.heading, Markup("\n").join(_html(one) for one in topic.questions))
        for topic in topics
    ]
    return str(Markup('<section lang="{}">\n{}\n</section>\n').format(language, Markup("\n").join(parts)))


def _html(one: AnsweredQuestion) -> Markup:
    return Markup("<h3>{}</h3>\n{}").format(one.question, html_of(one.answer))


def html_of(answer: str) -> Markup:
    """Return an answer's paragraphs as HTML."""
    lines = ([markdown_to_html(line, NO_ATTRIBUTES) for line in part.split("\n")] for part in _paragraphs(answer))
    return Markup("\n").join(Markup("<p>{}</p>").format(Markup("<br>\n").join(each)) for each in lines)


def _paragraphs(answer: str) -> list[str]:
    return re.split(r"\n\s*\n", answer.strip().replace("\r\n", "\n"))


def answers_as_markdown(topics: Sequence[AnsweredTopic]) -> str:
    """Return the same as Markdown, in which lines stay apart."""
    return "\n\n".join(_markdown(topics)) + "\n"


def _markdown(topics: Sequence[AnsweredTopic]) -> Iterator[str]:
    for topic in topics:
        yield f"## {topic.heading}"
        for one in topic.questions:
            yield f"### {one.question}"
            yield from (part.replace("\n", "  \n") for part in _paragraphs(one.answer))


def answers_as_data(topics: Sequence[AnsweredTopic]) -> Markup:
    """Return the questions as an FAQPage of schema.org in JSON, safe within a script element."""
    found = [
        {
            "@type": "Question",
            "name": one.question,
            "acceptedAnswer": {"@type": "Answer", "text": str(html_of(one.answer))},
        }
        for topic in topics
        for one in topic.questions
    ]
    page = {"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": found}
    text = json.dumps(page, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "").replace("\u2029", "")
    return Markup(text)  # noqa: S704 - JSON in which no < is left
