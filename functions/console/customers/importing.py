"""Brings customers from a spreadsheet: a file, a preview with its columns and wrong lines, and then one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.customers.bringing import ROLES, Understood, understand
from functions.console.customers.customer import changing
from functions.console.forms.checks import whole_in
from functions.console.forms.fields import Option
from functions.console.forms.sent import sent_file
from functions.http.problems import BadRequest
from functions.spreadsheets.customer_cells import MOST
from functions.spreadsheets.customer_file import LARGEST_FILE, read_text
from shared.domain.access.permissions import Permission
from shared.use_cases.customers.import_customers import CustomerLine, import_customers
from shared.use_cases.customers.search_customers import forget_customers, known_customers


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.context import CalendarContext

LARGEST = LARGEST_FILE + 512 * 1024  # bytes of a form: the file, and what each column holds
SHOWN_LINES, SHOWN_WRONG, LONGEST_CELL = 5, 200, 60
ADD, NOWHERE = "add", -1


class MappedColumn(NamedTuple):
    """A column of the file: its heading, what it holds, and the first of its cells."""

    place: int
    heading: str
    role: str
    cells: list[str]


@console_boundary
async def customers_import(req: func.HttpRequest) -> func.HttpResponse:
    """Take a file, show how it is understood, and add its customers who are not known yet."""
    context = await enter(req, Permission.CHANGE_CUSTOMER, LARGEST)
    if not context.is_sent:
        return await _ask(context)
    _ = context.texts.gettext
    try:
        text = _text(context)
        if not text.strip():
            return await _ask(context, _("Choose a file, or paste its lines"))
        found = understand(text, _roles(context))
    except BadRequest:
        wrong = _("This can’t be read: save it as CSV, with headings in the first line and at most %(most)s below")
        return await _ask(context, wrong % {"most": MOST})
    if context.form.get("step") != ADD or not found.is_identifying or not found.listed:
        return await _preview(context, text, found)
    done = await import_customers(found.listed, changing(context))
    forget_customers(context.business.id, store=context.app.store)
    return context.leave(context.here("customers", news="imported", count=str(done.added)))


def _text(context: CalendarContext) -> str:
    """Return the text of the chosen file, else what was pasted or is shown. Raises BadRequest for no text."""
    content = sent_file(context.req, "file")
    return read_text(content) if content else context.form.get("text")


def _roles(context: CalendarContext) -> dict[int, str]:
    """Return what the columns hold, as far as it was chosen, by their places."""
    chosen = {name: context.form.get(name) for name in context.form if name.startswith("column-")}
    return {whole_in(name.removeprefix("column-"), NOWHERE): role for name, role in chosen.items()}


async def _ask(context: CalendarContext, error: str = "") -> func.HttpResponse:
    return await context.page(
        "console/customers/import.html",
        "customers",
        422 if error else 200,
        heading=context.texts.gettext("Import customers"),
        back=context.here("customers"),
        error=error,
        pasted=context.form.get("text"),
    )


async def _preview(context: CalendarContext, text: str, found: Understood) -> func.HttpResponse:
    _ = context.texts.gettext
    known = await _known(context, found)
    return await context.page(
        "console/customers/preview.html",
        "customers",
        heading=_("Import customers"),
        back=context.here("customers", "import"),
        text=text,
        columns=_mapped(found),
        roles=[Option(name, _(label)) for name, label in ROLES.items()],
        is_identifying=found.is_identifying,
        count=len(found.listed) - known,
        known=known,
        repeated=len(found.repeated),
        wrong=[(one.line, _(one.why) % {"text": one.text}) for one in found.wrong[:SHOWN_WRONG]],
        more=max(len(found.wrong) - SHOWN_WRONG, 0),
    )


def _mapped(found: Understood) -> list[MappedColumn]:
    rows = [one.cells for one in found.records[:SHOWN_LINES] if not one.wrong]
    return [
        MappedColumn(place, one.heading, one.role, [row[place][:LONGEST_CELL] for row in rows if place < len(row)])
        for place, one in enumerate(found.columns)
    ]


async def _known(context: CalendarContext, found: Understood) -> int:
    """Return how many of the customers are there already, as far as that is known from a moment ago."""
    everybody = await known_customers(business=context.business.id, store=context.app.store)
    there = {CustomerLine(0, one.found.record).alike for one in everybody}
    return sum(one.alike in there for one in found.listed)
