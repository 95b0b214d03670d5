"""Adds many people at once: a pasted text or a file, a preview with errors by line, and then one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Option
from functions.console.forms.sent import sent_file
from functions.console.home import ROLES
from functions.console.staff.pasted import MOST_LINES, read_lines, read_people
from functions.console.staff.preview import Defaults, preview_of
from functions.http.problems import BadRequest
from functions.spreadsheets.customer_file import LARGEST_FILE, read_text
from shared.domain.access.permissions import Permission
from shared.use_cases.calendars.add_people import add_people


if TYPE_CHECKING:
    from collections.abc import Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext
    from functions.console.staff.pasted import PastedPerson
    from functions.console.staff.preview import Preview

LARGEST = LARGEST_FILE + 512 * 1024  # bytes of a form: the file, or a thousand lines with their escapes
ADD = "add"


@console_boundary
async def staff_many(req: func.HttpRequest) -> func.HttpResponse:
    """Take a list of people, show how it is understood, and add those of its lines that are right."""
    context = await enter(req, Permission.CHANGE_STAFF, LARGEST)
    if not context.is_sent:
        return await _ask(context)
    _, lines = context.texts.gettext, context.form.all("line")
    try:
        people = read_lines(lines) if lines else read_people(_pasted(context))
    except BadRequest:
        return await _ask(context, _("This file can’t be read. Save it as CSV, then choose it again"), "file")
    if not people:
        return await _ask(context, _("Paste at least one line, or choose a file"), "people")
    if len(people) > MOST_LINES:
        text = _("These are %(count)s people: add at most %(most)s at once")
        return await _ask(context, text % {"count": len(people), "most": MOST_LINES}, "people")
    return await _previewed(context, people)


async def _previewed(context: CalendarContext, people: Sequence[PastedPerson]) -> func.HttpResponse:
    """Show the preview, or add people; after that, show only what is left."""
    preview = preview_of(people, context.calendar, Defaults.of(context.form), context.texts)
    chosen = [one.person for one in preview.lines if one.person]
    if context.form.get("step") != ADD or not chosen:
        return await _show(context, preview)
    app = context.app
    done = await add_people(
        chosen,
        business=context.business.id,
        author=context.author,
        context=app.context,
    )
    missing = {*done.known, *done.left}
    lines = [one.line for one in preview.lines if one.person is None or one.person in missing]
    if not lines:
        return context.leave(context.here("staff", news="many", count=str(done.added)))
    current = await app.store.calendars.reload(context.business.id)
    left = preview_of(read_lines(lines), current, Defaults.of(context.form), context.texts)
    return await _show(context, left, added=done.added, is_busy=bool(done.left))


async def _ask(context: CalendarContext, error: str = "", at: str = "") -> func.HttpResponse:
    """Show the page that takes the list; after an error with what was pasted."""
    _ = context.texts.gettext
    return await context.page(
        "console/staff/many.html",
        "staff",
        422 if error else 200,
        error=error,
        error_at=at,
        pasted=context.form.get("people") or "\n".join(context.form.all("line")),
        roles=[Option(name, _(label)) for name, label in ROLES.items()],
        **_around(context),
    )


async def _show(
    context: CalendarContext, preview: Preview, *, added: int = 0, is_busy: bool = False
) -> func.HttpResponse:
    return await context.page(
        "console/staff/preview.html", "staff", preview=preview, added=added, is_busy=is_busy, **_around(context)
    )


def _around(context: CalendarContext) -> dict[str, Any]:
    return {
        "heading": context.texts.gettext("Add several people"),
        "back": context.here("staff"),
        "defaults": Defaults.of(context.form),
    }


def _pasted(context: CalendarContext) -> str:
    """Return the text of the chosen file, else what was pasted. Raises BadRequest for a file that is no text."""
    content = sent_file(context.req, "file")
    return read_text(content) if content else context.form.get("people")
