"""What a service asks customers for: their details, and questions from the calendar's list, in an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.forms.fields import Choice, Group, Option, Tick, on
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.problems import WrongFields
from functions.console.forms.rows import RowsField, rows_in, rows_text
from functions.console.services.context import enter_service
from shared.i18n.marked import marked
from shared.presentation.rich_text import words_alone


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.service import Service

LONGEST_SHOWN = 90
MOST_ASKED = 50
RULES = {"required": marked("Required"), "optional": marked("Optional"), "hidden": marked("Not asked")}
DETAILS = {
    "email": (marked("Email address"), marked("Without one, a customer gets no confirmation and no reminders")),
    "phone": (marked("Phone"), ""),
    "address": (marked("Address"), ""),
    "notes": (marked("Notes"), marked("What the customer wants to tell you")),
}


@console_boundary
async def service_questions(req: func.HttpRequest) -> func.HttpResponse:
    """Show what the service asks for, and save it."""
    at = await enter_service(req)
    return await at.show_tab(
        "questions",
        asked_form(at.page),
        template="console/services/asked.html",
        list_of_questions=at.page.here("services", "questions"),
    )


def asked_form(context: CalendarContext) -> SettingsForm[Service]:
    """Return the form. A question that is asked twice is refused."""
    return SettingsForm((_details(context), _questions(context)), asked_values, _changed(context))


def _details(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    rules = tuple(Option(rule, _(label)) for rule, label in RULES.items())
    fields = tuple(
        Choice(name=name, label=_(label), hint=_(hint) if hint else "", options=rules, width="medium")
        for name, (label, hint) in DETAILS.items()
    )
    intro = _("The name is always asked for.")
    return Group(id="details", heading=_("Details of the customer"), intro=intro, fields=fields)


def _questions(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    shown = [
        Option(one.id, short_words(one.text) + (f" ({_('always required')})" if one.required else ""))
        for one in context.calendar.questions.values()
    ]
    options = (Option("", _("Choose a question")), *sorted(shown, key=lambda one: one.label.casefold()))
    columns = (
        Choice(name="question", label=_("Question"), options=options, width="wide", is_own=True),
        Tick(name="required", label=_("Required here"), said=(_("required"), _("optional"))),
    )
    rows = RowsField(
        name="questions",
        label=_("Questions in this order"),
        columns=columns,
        row_name=_("Question"),
        add=_("Ask another question"),
        empty=_("No questions are asked yet."),
        can_move=True,
        most=MOST_ASKED,
    )
    return Group(id="asked", heading=_("Questions"), fields=(rows,))


def short_words(text: str) -> str:
    """Return a question in one short line without markup."""
    words = " ".join(words_alone(text).split())
    return words if len(words) <= LONGEST_SHOWN else f"{words[: LONGEST_SHOWN - 1]}…"


def asked_values(service: Service) -> Mapping[str, str]:
    """Return what the form shows of a service."""
    rows = [{"question": one.id, "required": on(one.required)} for one in service.questions]
    return {**service.customer_fields.model_dump(), "questions": rows_text(rows)}


def _wrong(asked: Sequence[str], context: CalendarContext) -> Mapping[str, str]:
    """Return what is wrong with the rows of questions, by control: one that is not chosen, or asked twice."""
    _ = context.texts.gettext
    twice, missing = _("This question is already asked above"), _("Choose a question, or remove this row")
    return {
        f"questions-{place}-question": twice if name else missing
        for place, name in enumerate(asked)
        if not name or name in asked[:place]
    }


def _changed(context: CalendarContext) -> Callable[[Service, Mapping[str, str]], Service]:
    def changed(service: Service, values: Mapping[str, str]) -> Service:
        rows = rows_in(values["questions"])
        asked = [row["question"] for row in rows]
        if wrong := _wrong(asked, context):
            raise WrongFields(wrong)
        return changed_model(
            service,
            customer_fields={name: values[name] for name in DETAILS},
            questions=[{"id": row["question"], "required": bool(row["required"])} for row in rows],
        )

    return changed
