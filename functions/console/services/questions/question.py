"""One question of the calendar's list: written, changed and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Choice, Field, Group, Option, Tick, lines_of, on
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.problems import WrongFields
from functions.console.forms.save import show_or_save
from functions.console.forms.translated import language_groups, named, said_right
from functions.console.services.asked import short_words
from functions.console.services.questions.listing import KINDS, asked_by
from shared.domain.access.permissions import Permission
from shared.domain.calendar.service import Question
from shared.domain.calendar.words import QuestionWords, with_sources
from shared.domain.errors import NotFound
from shared.i18n import LANGUAGES


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext

LONGEST, LONGEST_OPTION, MOST_OPTIONS = 1000, 500, 100


@console_boundary
async def question_add(req: func.HttpRequest) -> func.HttpResponse:
    """Show the form of a new question, and add it."""
    context = await enter(req, Permission.CHANGE_QUESTIONS)
    blank, _ = Question(id="new", text=""), context.texts.gettext

    async def save(edit: Callable[[Question], Question]) -> object:
        make = lambda _, name: edit(blank).model_copy(update={"id": name})  # noqa: E731 - one line, used once
        return await context.settings.add("questions", make)

    done = context.here("services", "questions", news="added")
    return await _show(context, blank, save, done, _("New question"), _("Add the question"))


@console_boundary
async def question_edit(req: func.HttpRequest) -> func.HttpResponse:
    """Show a question, and save it for all services that ask it."""
    context = await enter(req, Permission.CHANGE_QUESTIONS)
    question = _question(context)

    async def save(edit: Callable[[Question], Question]) -> object:
        change = lambda _, now: edit(now) if isinstance(now, Question) else now  # noqa: E731 - the same
        return await context.settings.change("questions", question.id, change, None)

    return await _show(context, question, save, "", context.texts.gettext("Question"), "")


@console_boundary
async def question_remove(req: func.HttpRequest) -> func.HttpResponse:
    """Ask whether a question is to be removed, and remove it."""
    context = await enter(req, Permission.CHANGE_QUESTIONS)
    question = _question(context)
    if context.is_sent:
        await context.settings.remove("questions", question.id, None)
        return context.leave(context.here("services", "questions", news="removed"))
    return await context.page(
        "console/services/remove_question.html",
        "services",
        heading=context.texts.gettext("Remove this question?"),
        text=short_words(question.text),
        asked_by=asked_by(context, question),
        list_of_all=context.here("services", "questions"),
    )


def _question(context: CalendarContext) -> Question:
    found = context.calendar.questions.get(context.req.route_params["question"])
    if found is None:
        raise NotFound
    return found


async def _show(
    context: CalendarContext,
    question: Question,
    save: Callable[[Callable[[Question], Question]], Awaitable[object]],
    done: str,
    heading: str,
    submit: str,
) -> func.HttpResponse:
    return await show_or_save(
        context,
        question_form(context, question),
        question,
        save,
        section="services",
        heading=heading,
        template="console/services/question.html",
        done=done,
        submit=submit,
        asked_by=asked_by(context, question),
        list_of_all=context.here("services", "questions"),
    )


def question_form(context: CalendarContext, question: Question) -> SettingsForm[Question]:
    """Return the form of a question. A choice without options is refused, and so are too many or too long ones."""
    _ = context.texts.gettext
    kinds = tuple(Option(kind, _(label)) for kind, label in KINDS.items())
    everywhere = _("Where it’s not required, a service can still require it for itself")
    fields = (
        Field(
            name="text",
            label=_("Question"),
            kind="long",
            longest=LONGEST,
            is_required=True,
            hint=_("[words](https://example.com) makes a link, such as to a form or to your terms"),
            is_own=True,
            is_rich=True,
        ),
        Choice(name="kind", label=_("Kind of answer"), kind="radio", options=kinds),
        Field(
            name="options",
            label=_("Options of a choice"),
            kind="long",
            longest=20_000,
            hint=_("One per line"),
            is_own=True,
        ),
        Tick(
            name="required", label=_("Required everywhere"), hint=everywhere, said=(_("required"), _("optional"))
        ),
    )
    words = language_groups(context, [one for one in fields if one.name in ("text", "options")], question)
    return SettingsForm(
        (Group(id="question", heading="", fields=fields), *words), question_values, _changed(context)
    )


def question_values(question: Question) -> Mapping[str, str]:
    """Return what the form shows of a question."""
    return {
        "text": question.text,
        "kind": question.kind,
        "options": "\n".join(question.options),
        "required": on(question.required),
        **{named("text", one.language): one.text for one in question.translations},
        **{named("options", one.language): _called(question, one) for one in question.translations},
    }


def _called(question: Question, words: QuestionWords) -> str:
    """Return what the options are called in a language, a line each; one that is not translated as it is."""
    called = dict(words.options)
    return "\n".join(called.get(one, one) for one in question.options) if called else ""


def _changed(context: CalendarContext) -> Callable[[Question, Mapping[str, str]], Question]:
    def changed(question: Question, values: Mapping[str, str]) -> Question:
        lines = [one.strip() for one in lines_of(values["options"]) if one.strip()]
        options = tuple(dict.fromkeys(lines)) if values["kind"] == "choice" else ()
        if wrong := _wrong(context, values["kind"], options):
            raise WrongFields({"options": wrong})
        return changed_model(
            question,
            text=values["text"],
            kind=values["kind"],
            options=options,
            required=bool(values["required"]),
            translations=_translations(context, question, options, values),
        )

    return changed


def _translations(
    context: CalendarContext, question: Question, options: tuple[str, ...], values: Mapping[str, str]
) -> tuple[QuestionWords, ...]:
    """Return the words in other languages. Raises WrongFields unless each option has its line, or none has."""
    own = question.model_copy(update={"text": values["text"], "options": options}).own_texts
    stored, shown = {one.language: one for one in question.translations}, question_values(question)
    for language in LANGUAGES:
        at = named("options", language)
        if at not in values:
            continue
        before = stored.get(language) or QuestionWords(language=language)
        lines = [one.strip() for one in lines_of(values[at]) if one.strip()]
        called = dict(before.options)
        if values[at] != shown.get(at, ""):  # else the options may have been put into another order
            if lines and len(lines) != len(options):
                said = context.texts.gettext("Write a line for each option, in their order: %(count)s")
                raise WrongFields({at: said % {"count": len(options)}})
            if wrong := _wrong(context, "text", tuple(lines)):
                raise WrongFields({at: wrong})
            called = dict(zip(options, lines, strict=True)) if lines else {}
        pairs = tuple((one, called[one]) for one in options if called.get(one, one) != one)
        if values[at] == shown.get(at, ""):  # what was translated is the same, whatever became of the own options
            before = before.model_copy(update={"options": pairs})
        after = changed_model(before, text=values[named("text", language)], options=pairs)
        right = said_right(own, language, values)
        stored[language] = with_sources(before, after, question.own_texts, own, right)
    return tuple(one for one in stored.values() if not one.is_empty)


def _wrong(context: CalendarContext, kind: str, options: tuple[str, ...]) -> str:
    _ = context.texts.gettext
    if kind == "choice" and not options:
        return _("Enter the options, one per line")
    if len(options) > MOST_OPTIONS:
        return _("At most %(count)s options are possible") % {"count": MOST_OPTIONS}
    if any(len(one) > LONGEST_OPTION for one in options):
        return _("Each option has at most %(count)s characters") % {"count": LONGEST_OPTION}
    return ""
