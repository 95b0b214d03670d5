"""One answer in one language: written in the calendar's own words, checked again, or given back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Field, Group
from functions.console.forms.form import SettingsForm
from functions.console.forms.save import show_or_save
from functions.console.toolkit.answers import changed_settings, reader_in, without_links
from functions.console.toolkit.frame import SECTION
from functions.pages.rich_text import said_in
from functions.pages.toolkit.help_links import answer_writer
from shared.domain.access.permissions import Permission
from shared.domain.errors import NotFound
from shared.domain.toolkit.facts import facts_of
from shared.domain.toolkit.questions import BY_ID, LONGEST_ANSWER, OwnAnswer, facts_behind
from shared.i18n import LANGUAGES
from shared.presentation.toolkit.words import ASKED
from shared.use_cases.toolkit.change_answer import change_answer
from shared.use_cases.toolkit.find_answers import find_answers


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from functions.pages.visitor import Visitor
    from shared.domain.toolkit.facts import ToolkitFacts
    from shared.domain.toolkit.questions import CommonQuestion
    from shared.use_cases.toolkit.change_answer import AnswerEdit

BEHIND = re.compile(r"([a-z]{2,20}):([0-9a-f]{12})")


@console_boundary
async def toolkit_answer(req: func.HttpRequest) -> func.HttpResponse:
    """Show an answer, and save it in the calendar's own words."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    question = BY_ID.get(req.route_params["answer"])
    if question is None:
        raise NotFound
    reader, facts = reader_in(context, req.params.get("of", "")), facts_of(context.calendar)
    own = (await find_answers(context.business.id, reader.language, store=context.app.store)).get(question.id)
    read = facts_of(context.calendar.in_language(reader.language))
    standard = answer_writer(read, reader, context.app.settings.public_url).standard(question.id)
    behind = _behind(context, question, facts)
    return await show_or_save(
        context,
        answer_form(context, standard, behind),
        own or OwnAnswer(question=question.id, language=reader.language),
        lambda edit: _save(context, question, reader, edit),
        section=SECTION,
        heading=reader.texts.gettext(ASKED[question.id]),
        template="console/toolkit/answer.html",
        done=context.here(SECTION, of=reader.language_tag, news="saved"),
        behind=" ".join(f"{name}:{digest}" for name, digest in behind.items()),
        standard=without_links(standard),
        **_around(context, reader, own, facts),
    )


def _around(
    context: CalendarContext, reader: Visitor, own: OwnAnswer | None, facts: ToolkitFacts
) -> dict[str, Any]:
    return {
        "own_lang": said_in(reader.language_tag, context.visitor),
        "language": LANGUAGES[reader.language],
        "is_own": own is not None,
        "changed": changed_settings(context, own, facts),
        "list_of_all": context.here(SECTION, of=reader.language_tag),
    }


def _behind(context: CalendarContext, question: CommonQuestion, facts: ToolkitFacts) -> dict[str, str]:
    """Return the facts as the page showed them: what has changed since then is told later."""
    sent = dict(BEHIND.findall(context.form.get("behind")))
    return {name: sent.get(name, digest) for name, digest in facts_behind(question.id, facts).items()}


def answer_form(context: CalendarContext, standard: str, behind: Mapping[str, str]) -> SettingsForm[OwnAnswer]:
    """Return the form. The standard answer, left as it is, is nobody's own words."""
    _ = context.texts.gettext
    field = Field(
        name="text",
        label=_("Answer"),
        kind="long",
        longest=LONGEST_ANSWER,
        hint=_("**bold**, *italics* and [links](https://example.com) can be used."),
        is_own=True,
        is_rich=True,
    )
    usual = field.canonical(standard)

    def values(answer: OwnAnswer) -> Mapping[str, str]:
        return {"text": answer.text or usual}

    def changed(answer: OwnAnswer, sent: Mapping[str, str]) -> OwnAnswer:
        is_standard = context.form.get("reset") or sent["text"] in ("", usual)
        text, facts = ("", {}) if is_standard else (sent["text"], dict(behind))
        return answer.model_copy(update={"text": text, "facts": facts})

    return SettingsForm((Group(id="answer", heading="", fields=(field,)),), values, changed)


async def _save(context: CalendarContext, question: CommonQuestion, reader: Visitor, edit: AnswerEdit) -> None:
    app = context.app
    await change_answer(
        context.business.id,
        question.id,
        reader.language,
        edit,
        author=context.author,
        body=context.sent_text,
        context=app.context,
    )
