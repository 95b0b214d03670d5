"""The questions and answers of a calendar: which are its own words, and what to check, copy and embed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from functions.console.booking_page.frame import offered_languages
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.save import NEWS
from functions.console.toolkit.frame import SECTION, around, help_address
from functions.pages.rich_text import rich, said_in
from functions.pages.toolkit.help_links import answer_writer
from functions.pages.visitor import read_visitor
from shared.domain.access.permissions import Permission
from shared.domain.toolkit.facts import facts_of
from shared.domain.toolkit.questions import changed_since
from shared.i18n import html_tag
from shared.presentation.rich_text import LINK
from shared.presentation.toolkit.copies import answers_as_html, answers_as_markdown
from shared.presentation.toolkit.words import SETTINGS
from shared.use_cases.toolkit.find_answers import find_answers


if TYPE_CHECKING:
    from collections.abc import Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext
    from functions.pages.visitor import Visitor
    from shared.domain.toolkit.facts import Fact, ToolkitFacts
    from shared.domain.toolkit.questions import OwnAnswer
    from shared.presentation.toolkit.answers import AnsweredQuestion


class AnswerLine(NamedTuple):
    """A question on the page; `changed` are the settings that were changed after an own answer was written."""

    said: AnsweredQuestion
    shown: Markup
    href: str
    changed: Sequence[tuple[str, str]]


class TopicLines(NamedTuple):
    """The questions of a topic."""

    heading: str
    lines: Sequence[AnswerLine]


@console_boundary
async def toolkit_answers(req: func.HttpRequest) -> func.HttpResponse:
    """Show the answers in one of the page's languages, and what to copy of them."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    reader = reader_in(context, req.params.get("of", ""))
    own = await find_answers(context.business.id, reader.language, store=context.app.store)
    facts, tag = facts_of(context.calendar), reader.language_tag
    read = facts_of(context.calendar.in_language(reader.language))
    topics = answer_writer(read, reader, context.app.settings.public_url).topics(own)
    return await context.page(
        "console/toolkit/answers.html",
        SECTION,
        **around(context, ""),
        news=_news(context),
        tongues=offered_languages(context.business),
        of=tag,
        of_lang=said_in(tag, context.visitor),
        topics=[
            TopicLines(topic.heading, [_line(context, one, facts, tag) for one in topic.questions])
            for topic in topics
        ],
        markup=answers_as_html(topics, tag),
        markdown=answers_as_markdown(topics),
        frame=_frame(context, tag),
    )


def _news(context: CalendarContext) -> str:
    news = NEWS.get(context.req.params.get("news", ""), "")
    return context.texts.gettext(news) if news else ""


def reader_in(context: CalendarContext, tag: str) -> Visitor:
    """Return a customer who reads a language of the page: the one of this tag, else the calendar's first."""
    tags = dict(offered_languages(context.business))
    wanted = tag if tag in tags else html_tag(context.business.customer_language)
    return read_visitor({"lang": wanted}, "", context.business)


def without_links(answer: str) -> Markup:
    """Return an answer as HTML without its links: they lead to pages that may not be open yet."""
    return rich(LINK.sub(r"\1", answer))


def _line(context: CalendarContext, one: AnsweredQuestion, facts: ToolkitFacts, tag: str) -> AnswerLine:
    href = context.here(SECTION, "answers", one.id, of=tag)
    return AnswerLine(one, without_links(one.answer), href, changed_settings(context, one.own, facts))


def changed_settings(
    context: CalendarContext, own: OwnAnswer | None, facts: ToolkitFacts
) -> Sequence[tuple[str, str]]:
    """Return the names and pages of the settings behind an own answer that were changed since."""
    changed: list[Fact] = changed_since(own, facts) if own and own.text else []
    return [
        (context.texts.gettext(name), context.here(*path)) for name, path in (SETTINGS[one] for one in changed)
    ]


def _frame(context: CalendarContext, tag: str) -> str:
    """Return the code by which another site shows the page."""
    code = Markup(
        '<iframe src="{}?embed=1&amp;lang={}" title="{}" width="100%" height="900" loading="lazy"></iframe>'
    )
    title = reader_in(context, tag).texts.gettext("Questions and answers")
    return str(code.format(help_address(context), tag, title))
