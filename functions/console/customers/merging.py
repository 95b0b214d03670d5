"""Customers who may be one person: a list of them, and the page that merges two."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.customers.customer import changing
from shared.domain.access.permissions import Permission
from shared.domain.errors import NothingToUndo
from shared.use_cases.customers.find_customers import read_customer
from shared.use_cases.customers.find_duplicates import alike_to, find_duplicates
from shared.use_cases.customers.search_customers import forget_customers, search_customers


if TYPE_CHECKING:
    from collections.abc import Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.use_cases.customers.find_customers import FoundCustomers

MOST_GROUPS, MOST_FOUND, LONGEST_SEARCH, LONGEST_ID = 100, 20, 100, 60


class MergeLine(NamedTuple):
    """A customer in a list of those who may be one person; `merge` is the page that merges them, or empty."""

    name: str
    email: str
    phone: str
    href: str
    merge: str = ""


@console_boundary
async def customers_duplicates(req: func.HttpRequest) -> func.HttpResponse:
    """List the customers who may be one person, in groups; the first of a group is kept by default."""
    context = await enter(req, Permission.DELETE_CUSTOMER)
    groups = await find_duplicates(business=context.business.id, store=context.app.store)
    shown = [
        [_line(context, group[0]), *(_line(context, one, group[0]) for one in group[1:])]
        for group in groups[:MOST_GROUPS]
    ]
    return await context.page(
        "console/customers/duplicates.html",
        "customers",
        heading=context.texts.gettext("Possible duplicates"),
        back=context.here("customers"),
        groups=shown,
        more=len(groups) - len(shown),
    )


@console_boundary
async def customers_merge(req: func.HttpRequest) -> func.HttpResponse:
    """Let staff choose who is the same as a customer; then show both, and merge them. Raises NotFound."""
    context = await enter(req, Permission.DELETE_CUSTOMER)
    business, store = context.business.id, context.app.store
    kept = await read_customer(context.req.route_params["customer"], business=business, store=store)
    name = (context.form.get("with") or req.params.get("with", ""))[:LONGEST_ID]
    if context.is_sent and context.form.get("do") == "undo":
        return await _undo(context, kept, name)
    if not name or name == kept.id:
        return await _choose(context, kept)
    gone = await read_customer(name, business=business, store=store)
    if context.is_sent and gone.id != kept.id:
        await changing(context).merge(kept.id, gone.id)
        forget_customers(business, store=store)
    if context.is_sent or gone.id == kept.id:
        return context.leave(context.here("customers", "customer", kept.id, news="merged"))
    ids = tuple(dict.fromkeys((gone.id, *gone.record.also)))
    return await context.page(
        "console/customers/merge.html",
        "customers",
        heading=context.texts.gettext("Merge two customers"),
        back=context.here("customers", "customer", kept.id),
        kept=kept.record,
        gone=gone.record,
        after=kept.record.merged(gone.record, ids),
        other=gone.id,
        swapped=context.here("customers", "customer", gone.id, "merge", **{"with": kept.id}),
    )


async def _undo(context: CalendarContext, kept: FoundCustomers, other: str) -> func.HttpResponse:
    """Undo the last merge of a customer, and say whether that could be done."""
    news = "split"
    try:
        await changing(context).split(kept.id, other)
    except NothingToUndo:
        news = "not-split"
    forget_customers(context.business.id, store=context.app.store)
    return context.leave(context.here("customers", "customer", kept.id, news=news))


async def _choose(context: CalendarContext, kept: FoundCustomers) -> func.HttpResponse:
    """Show who may be the same: by address or number, else by the words that were searched."""
    business, store = context.business.id, context.app.store
    find = context.req.params.get("find", "")[:LONGEST_SEARCH].strip()
    if find:
        shown: Sequence[FoundCustomers] = (
            await search_customers(find, 0, MOST_FOUND, business=business, store=store)
        ).shown
    else:
        shown = alike_to(kept, await find_duplicates(business=business, store=store))[:MOST_FOUND]
    return await context.page(
        "console/customers/choose.html",
        "customers",
        heading=context.texts.gettext("Who is the same as %(name)s?") % {"name": kept.record.name},
        back=context.here("customers", "customer", kept.id),
        lines=[_line(context, one, kept) for one in shown if one.id != kept.id],
        find=find,
    )


def _line(context: CalendarContext, one: FoundCustomers, kept: FoundCustomers | None = None) -> MergeLine:
    record = one.record
    merge = context.here("customers", "customer", kept.id, "merge", **{"with": one.id}) if kept else ""
    return MergeLine(record.name, record.email, record.phone, context.here("customers", "customer", one.id), merge)
