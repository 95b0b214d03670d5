"""The pages by which a calendar is set up, from what kind of business it is to its published page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from functions.auth.access import require_creation
from functions.console.boundary import console_boundary
from functions.console.context import enter_console
from functions.console.forms.fields import read_all, rearranged
from functions.console.forms.save import CHANGE
from functions.console.setup.creation import calendar_of, create, created_before, free_address, is_taken
from functions.console.setup.draft import LONGEST, new_draft, opened_draft, sealed_draft
from functions.console.setup.new_calendar import UNNAMED, NewCalendar
from functions.console.setup.steps import BY_NAME, KIND, PAGE, STEPS, SetupStep, first_wrong
from functions.console.setup.views import refused_page, step_page
from functions.pages.landing import landing_page
from functions.pages.render import OURSELVES, with_frames
from functions.pages.visitor import read_visitor
from shared.domain.errors import Conflict, Forbidden, NotFound
from shared.records.keys import IDENTIFIER
from shared.use_cases.calendars.copy_calendar import find_template


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import ConsoleContext
    from functions.console.setup.draft import Draft
    from shared.domain.calendar.business import Calendar

BACK, PUBLISH, KEEP = "back", "publish", "keep"  # buttons; others lead to the step that they name, or to the next


@console_boundary
async def setup(req: func.HttpRequest) -> func.HttpResponse:
    """Show the steps to a new calendar, and create it at the last; people who may not create see whom to ask."""
    context = await enter_console(req)
    try:
        await require_creation(context.caller)
    except Forbidden:
        return await refused_page(context)
    new = await _begun(context)
    return await (_answered(new) if context.is_sent else _shown(new))


async def _begun(context: ConsoleContext) -> NewCalendar:
    """Return the calendar of the draft in the address; an empty one unless the draft is this person's."""
    sealed = context.req.params.get("draft", "")
    draft = opened_draft(sealed, context.app.secret, context.caller.subject) or new_draft()
    if kind := context.form.get(KIND)[:60]:
        draft = replace(draft, kind=kind, zone=context.form.get("zone")[:60] or draft.zone)
    return NewCalendar(context, draft, await _template(draft, context))


async def _template(draft: Draft, context: ConsoleContext) -> Calendar | None:
    if not IDENTIFIER.fullmatch(draft.kind):
        return None
    try:
        return await find_template(draft.kind, store=context.app.store)
    except NotFound:
        return None


async def _shown(new: NewCalendar) -> func.HttpResponse:
    """Show the step that is asked for, or the first before it that has no acceptable answer yet."""
    query = new.context.req.params
    step = BY_NAME.get(query.get("step", ""), STEPS[0])
    found = first_wrong(new)
    if found and STEPS.index(found[0]) < STEPS.index(step):
        earlier, wrong = found
        return await step_page(new, earlier, errors=wrong if new.has_kind else {})
    if query.get("check"):
        return await step_page(new, step, errors=await _wrong(new, step))
    return await step_page(new, step, focus=query.get("focus", ""))


async def _answered(new: NewCalendar) -> func.HttpResponse:
    """Go on from a step, back, or to the step that a button names; what was typed is kept in each case.

    Each answer is a redirect, even to the same step with its errors: so the browser's Back finds only pages that
    it can load again.
    """
    form = new.context.form
    step, button = BY_NAME.get(form.get("step"), STEPS[0]), form.get("go")
    if step.name == PAGE:
        return await _created(new, button) if button in (PUBLISH, KEEP) else _led(new, step, button)
    fields = [field for group in step.groups(new) for field in group.fields]
    values, order = read_all(fields, form), form.get(CHANGE).split()
    if len(order) > 1:
        values = rearranged(fields, values, order, form)
    kept = replace(new, draft=new.draft.with_answers(step.place(new), values, step.suggested(new)))
    if len(_sealed(kept)) > LONGEST:
        _ = new.context.texts.gettext
        notice = _("This is more than fits into the first steps: leave some for later.")
        return await step_page(kept, step, values, notice=notice, status=422)
    if len(order) > 1:
        return _at(kept, step, focus=order[1])
    if button != BACK and not _goes_back(step, button) and await _wrong(kept, step):
        return _at(kept, step, check="1")
    return _led(kept, step, button)


async def _wrong(new: NewCalendar, step: SetupStep) -> Mapping[str, str]:
    """Return what is wrong with the answers of a step, by control."""
    return step.problems(new, step.values(new)) or await _address_taken(new, step)


def _goes_back(step: SetupStep, button: str) -> bool:
    return button in BY_NAME and STEPS.index(BY_NAME[button]) < STEPS.index(step)


def _led(new: NewCalendar, step: SetupStep, button: str) -> func.HttpResponse:
    """Redirect to the step that a button stands for, with the draft in the address."""
    at = STEPS.index(step)
    to = BY_NAME.get(button, STEPS[max(at - 1, 0) if button == BACK else min(at + 1, len(STEPS) - 1)])
    return _at(new, to)


def _at(new: NewCalendar, step: SetupStep, **query: str) -> func.HttpResponse:
    """Redirect to a step, with the draft in the address."""
    return new.context.leave(new.context.link("new", step=step.name, draft=_sealed(new), **query))


def _sealed(new: NewCalendar) -> str:
    return sealed_draft(new.draft, new.context.app.secret, new.context.caller.subject)


async def _address_taken(new: NewCalendar, step: SetupStep) -> Mapping[str, str]:
    """Return the error of an address that was typed and that another calendar has."""
    slug = new.about["slug"] if step.name == "name" else ""
    store = new.context.app.store
    if not slug or not await is_taken(slug, store=store):
        return {}
    text = new.context.texts.gettext("Another calendar has this address: %(address)s is free")
    return {"slug": text % {"address": await free_address(slug, store=store)}}


async def _created(new: NewCalendar, button: str) -> func.HttpResponse:
    """Create the calendar and lead to it; to the step that is wrong where it cannot be created."""
    context = new.context
    if known := await created_before(new):
        return context.leave(context.link("calendars", known, news="created-before"))
    if found := first_wrong(new):
        return _at(new, found[0], check="1")
    try:
        business = await create(new, is_published=button == PUBLISH)
    except Conflict:
        return _at(new, BY_NAME["name"], check="1")
    return context.leave(context.link("calendars", business, news="published" if button == PUBLISH else "created"))


@console_boundary
async def setup_preview(req: func.HttpRequest) -> func.HttpResponse:
    """Show the booking page of a draft, as customers will see it; nothing can be booked on it."""
    context = await enter_console(req)
    await require_creation(context.caller)
    new = await _begun(context)
    if first_wrong(new):
        raise NotFound
    calendar = calendar_of(new, UNNAMED, new.slug, UNNAMED)
    visitor = read_visitor(req.params, calendar.business.language, calendar.business)
    return with_frames(landing_page(calendar, visitor, context.now), within=OURSELVES)
