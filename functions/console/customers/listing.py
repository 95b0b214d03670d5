"""The customers of a calendar: a list that is searched by name, mail address and telephone number."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.download import download
from functions.http.boundary import json_response, wants_json
from shared.domain.access.permissions import Permission
from shared.i18n.marked import marked
from shared.use_cases.customers.search_customers import search_customers


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.use_cases.customers.find_customers import FoundCustomers

PER_PAGE, SUGGESTED = 50, 8
LONGEST_SEARCH, MOST_PAGES, MOST_SAVED = 100, 10_000, 500_000
COLUMNS = (marked("Name"), marked("Email address"), marked("Phone"), marked("Address"), marked("Notes"))
NEWS = {
    "removed": marked("The customer was removed. Appointments keep the details that were given for them."),
    "erased": marked("The customer was erased. Past appointments keep only their time and service."),
}


class ListedCustomer(NamedTuple):
    """A customer in the list."""

    name: str
    email: str
    phone: str
    href: str


@console_boundary
async def customers_list(req: func.HttpRequest) -> func.HttpResponse:
    """Show the customers that the search finds, a page of them; as JSON the first few, for suggestions."""
    context = await enter(req, Permission.LIST_CUSTOMERS)
    text, number = req.params.get("find", "")[:LONGEST_SEARCH].strip(), _number(req.params.get("page", ""))
    business, store = context.business.id, context.app.store
    if req.params.get("format") == "csv":
        context.access.require(Permission.EXPORT_CUSTOMER)
        return await _file(context, text)
    count = SUGGESTED if wants_json(req) else PER_PAGE
    found = await search_customers(text, (number - 1) * PER_PAGE, count, business=business, store=store)
    lines = [_line(context, one) for one in found.shown]
    if wants_json(req):
        return json_response({"customers": [one._asdict() for one in lines], "total": found.total})
    news = req.params.get("news", "")
    return await context.page(
        "console/customers/list.html",
        "customers",
        heading=context.texts.gettext("Customers"),
        lines=lines,
        find=text,
        total=found.total,
        first=(number - 1) * PER_PAGE + 1,
        before=_page(context, text, number - 1) if number > 1 else "",
        after=_page(context, text, number + 1) if number * PER_PAGE < found.total else "",
        file=context.here("customers", **({"find": text} if text else {}), format="csv")
        if context.access.may(Permission.EXPORT_CUSTOMER)
        else "",
        may_merge=context.access.may(Permission.DELETE_CUSTOMER),
        may_change=context.access.may(Permission.CHANGE_CUSTOMER),
        news=_news(context, news),
    )


def _news(context: CalendarContext, news: str) -> str:
    if news == "imported":
        count = _number(context.req.params.get("count", ""))
        text = context.texts.ngettext("%(num)s customer was added.", "%(num)s customers were added.", count)
        nobody = context.texts.gettext("No one was added: all of them are known.")
        return nobody if context.req.params.get("count") == "0" else text % {"num": count}
    return context.texts.gettext(NEWS[news]) if news in NEWS else ""


async def _file(context: CalendarContext, text: str) -> func.HttpResponse:
    """Return all customers that the search finds as a file, in columns that can be brought back."""
    found = await search_customers(text, 0, MOST_SAVED, business=context.business.id, store=context.app.store)
    reads, heading = context.access.may(Permission.READ_NOTES), [context.texts.gettext(one) for one in COLUMNS]
    rows = (_row(one, reads_notes=reads) for one in found.shown)
    return download([heading, *rows], "customers")


def _row(found: FoundCustomers, *, reads_notes: bool) -> list[str]:
    one = found.record
    return [one.name, one.email, one.phone, one.address, one.notes if reads_notes else ""]


def _number(text: str) -> int:
    return min(int(text), MOST_PAGES) if text.isdecimal() and 0 < len(text) < 6 and int(text) else 1


def _page(context: CalendarContext, text: str, number: int) -> str:
    return context.here("customers", **({"find": text} if text else {}), page=str(number))


def _line(context: CalendarContext, found: FoundCustomers) -> ListedCustomer:
    record = found.record
    return ListedCustomer(record.name, record.email, record.phone, context.here("customers", "customer", found.id))
