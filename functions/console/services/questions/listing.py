"""The calendar's own list of questions, which its services share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.services.asked import short_words
from shared.domain.access.permissions import Permission
from shared.i18n.marked import marked


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.service import Question

KINDS = {"text": marked("Text"), "choice": marked("Choice"), "checkbox": marked("Checkbox")}
NEWS = {
    "added": marked("Added. Services ask it once it’s added to their questions."),
    "removed": marked("Removed."),
}


class QuestionLine(NamedTuple):
    """A question in the list; `asked` says by how many services."""

    text: str
    kind: str
    asked: str
    is_required: bool
    edit: str
    remove: str


@console_boundary
async def questions_list(req: func.HttpRequest) -> func.HttpResponse:
    """Show the questions."""
    context = await enter(req, Permission.CHANGE_QUESTIONS)
    questions = sorted(context.calendar.questions.values(), key=lambda one: short_words(one.text).casefold())
    news = NEWS.get(req.params.get("news", ""), "")
    return await context.page(
        "console/services/questions.html",
        "services",
        heading=context.texts.gettext("Questions"),
        lines=[_line(context, one) for one in questions],
        add=context.here("services", "new-question"),
        list_of_all=context.here("services"),
        news=context.texts.gettext(news) if news else "",
    )


def asked_by(context: CalendarContext, question: Question) -> list[str]:
    """Return the names of the services that ask a question."""
    listed = context.calendar.listed_services
    return [one.name for one in listed if any(asked.id == question.id for asked in one.questions)]


def _line(context: CalendarContext, question: Question) -> QuestionLine:
    count, at = len(asked_by(context, question)), ("services", "question", question.id)
    asked = context.texts.ngettext("Asked by %(num)s service", "Asked by %(num)s services", count) % {"num": count}
    return QuestionLine(
        short_words(question.text),
        KINDS[question.kind],
        asked,
        question.required,
        context.here(*at),
        context.here(*at, "remove"),
    )
