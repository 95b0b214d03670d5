"""Shows a form of settings and saves it: errors and conflicts in place, and nothing that was typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from functions.console.forms.fields import problems_of, read_all, rearranged
from functions.console.forms.merging import SentValues, marks_in, marks_of
from functions.console.forms.problems import EditedMeanwhile, WrongFields
from functions.http.boundary import status_of
from functions.http.problems import STATUS
from functions.pages.problem_texts import PROBLEMS
from shared.domain.errors import Refusal, TryAgain
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    import azure.functions as func

    from functions.console.context import ConsoleContext
    from functions.console.forms.fields import Field
    from functions.console.forms.form import Document, SettingsForm

    Beside = Callable[[Mapping[str, str]], Awaitable[Mapping[str, Any]]]


NEWS = {
    "saved": marked("Saved."),
    "added": marked("Added."),
    "removed": marked("Removed."),
    "copied": marked("This is the copy. Customers don’t see it yet."),
}
CHANGE = "do"  # the name of buttons that rearrange the form instead of sending it


class Tab(NamedTuple):
    """One of several pages that belong together."""

    label: str
    href: str
    is_current: bool


class FormView(NamedTuple):
    """A form as a page shows it. `errors` are by control; `theirs` (what others saved meanwhile) by field."""

    groups: Sequence[Any]
    values: Mapping[str, str]
    marks: str
    seen: str
    errors: Mapping[str, str]
    theirs: Mapping[str, str]
    notice: str
    focus: str

    @property
    def is_wrong(self) -> bool:
        """Whether the form was not saved."""
        return bool(self.errors or self.theirs or self.notice)


async def show_or_save(
    context: ConsoleContext,
    form: SettingsForm[Document],
    document: Document,
    save: Callable[[Callable[[Document], Document]], Awaitable[object]],
    *,
    section: str,
    heading: str,
    template: str = "console/settings_form.html",
    done: str | Callable[[], str] = "",
    submit: str = "",
    told: Mapping[str, str] | None = None,
    beside: Beside | None = None,
    shown: Callable[[], Awaitable[SettingsForm[Document]]] | None = None,
    **more: Any,
) -> func.HttpResponse:
    """Answer a request for a form of settings.

    GET shows the `document`. POST saves through `save`, which gets the change to apply to the document as it is by
    then, and redirects to `done`, which may be known only then; a button named `do` only rearranges the form.
    Refusals are shown in the form, with all that was typed. `told` has more news that the page's address may name;
    `more` is for the template, and so is what `beside` returns for the texts in the form. `shown` returns the form
    with what is read only to be shown in it.
    """

    async def show(view: FormView, status: int, **kept: Any) -> func.HttpResponse:
        news = _news(context, {**NEWS, **(told or {})}) if not context.is_sent else ""
        kept |= {**more, **(await beside(view.values) if beside else {})}
        view = view._replace(groups=(await shown()).groups) if shown else view
        return await context.page(
            template, section, status, heading=heading, form=view, news=news, submit=submit, **kept
        )

    if not context.is_sent:
        return await show(stored_view(form, document), 200)
    sent = sent_of(context, form.fields)
    if order := context.form.get(CHANGE).split():
        return await show(_rearranged(context, form, sent, order), 200)
    refusal = await _saved(context, form, sent, save)
    if refusal is None:
        return context.leave((done() if callable(done) else done) or _here(context))
    if (view := _refused(context, form, sent, refusal)) is None:
        raise refusal
    return await show(view, status_of(refusal), **_kept_key(context, refusal))


def _kept_key(context: ConsoleContext, refusal: Refusal) -> dict[str, Any]:
    """Return the form's key where the change may have been made: it is not to be made again under another one."""
    return {"key": context.form.get("key")} if isinstance(refusal, TryAgain) else {}


async def _saved(
    context: ConsoleContext,
    form: SettingsForm[Document],
    sent: SentValues,
    save: Callable[[Callable[[Document], Document]], Awaitable[object]],
) -> Refusal | None:
    """Save what was sent, and return None or why it was refused."""
    try:
        if wrong := problems_of(form.fields, sent.values, context.texts):
            raise WrongFields(wrong)
        await save(lambda current: form.edited(current, sent))
    except Refusal as refusal:
        return refusal
    return None


def stored_view(form: SettingsForm[Document], document: Document) -> FormView:
    """Return the form as it shows what is stored."""
    stored = form.shown(document)
    return FormView(form.groups, stored, marks_of(stored), "", {}, {}, "", "")


def sent_of(context: ConsoleContext, fields: Sequence[Field]) -> SentValues:
    """Return what was submitted, with the marks of its page and the answers to a conflict."""
    answers = {one.name: answer for one in fields if (answer := context.form.get(f"answer-{one.name}"))}
    marks, seen = marks_in(context.form.get("marks")), marks_in(context.form.get("seen"))
    unshown = {one.name for one in fields if one.lang and one.name not in marks}
    return SentValues(read_all(fields, context.form), marks, answers, seen, unshown)


def _rearranged(
    context: ConsoleContext, form: SettingsForm[Any], sent: SentValues, order: Sequence[str]
) -> FormView:
    """Return the form after a button "ACTION FIELD …" was pressed."""
    action, name, *rest = [*order, ""] if len(order) == 1 else order
    values = rearranged(form.fields, sent.values, [action, name, *rest], context.form)
    return FormView(form.groups, values, context.form.get("marks"), context.form.get("seen"), {}, {}, "", name)


def _refused(
    context: ConsoleContext, form: SettingsForm[Any], sent: SentValues, refusal: Refusal
) -> FormView | None:
    """Return the form with a refusal at its fields, else as a notice; None for one that ends the page."""
    _, marks = context.texts.gettext, context.form.get("marks")
    if isinstance(refusal, EditedMeanwhile):
        seen = marks_of(refusal.theirs)
        return FormView(form.groups, sent.values, marks, seen, {}, refusal.theirs, "", "")
    if errors := form.errors_of(refusal, _("This can’t be used here")):
        return FormView(form.groups, sent.values, marks, context.form.get("seen"), errors, {}, "", "")
    if refusal.code not in PROBLEMS or STATUS.get(type(refusal)) in (401, 403, 404):
        return None
    heading, text = PROBLEMS[refusal.code]
    notice = f"{_(heading)}. {_(text)}"
    return FormView(form.groups, sent.values, marks, context.form.get("seen"), {}, {}, notice, "")


def _news(context: ConsoleContext, texts: Mapping[str, str]) -> str:
    news = texts.get(context.req.params.get("news", ""), "")
    return context.texts.gettext(news) if news else ""


def _here(context: ConsoleContext) -> str:
    """Return the address of this page, to show that its form was saved."""
    path = str(context.req.url).partition("://")[2].partition("?")[0]
    lang = context.visitor.carried.get("lang", "")
    return f"/{path.partition('/')[2]}?{urlencode({'news': 'saved', **({'lang': lang} if lang else {})})}"
