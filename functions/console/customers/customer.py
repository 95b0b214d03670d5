"""The page of one customer, with their appointments; and the pages that add and remove customers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from functions.console.appointments.context import CUSTOMER
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.customers.form import customer_form
from functions.console.customers.lines import appointment_line
from functions.console.forms.save import show_or_save
from shared.domain.access.permissions import Permission
from shared.domain.appointments.customer import SPLIT_UNTIL, CustomerRecord
from shared.i18n.marked import marked
from shared.use_cases.customers.change_customer import Customers
from shared.use_cases.customers.find_customer_appointments import find_customer_appointments
from shared.use_cases.customers.find_customers import read_customer
from shared.use_cases.customers.search_customers import forget_customers
from shared.use_cases.sms.note_wish import wants_no_sms


if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.use_cases.customers.find_customer_appointments import CustomerAppointment

PER_PAGE = 20
TOLD = {
    "blocked": marked("They can no longer book online. Staff can still book for them."),
    "merged": marked("They’re one customer now, with the appointments of both."),
    "split": marked(
        "They’re two customers again, each with the appointments booked with their own address or number."
    ),
    "not-split": marked("That can no longer be undone: it was too long ago, or another merge came after it."),
    "unblocked": marked("They can book online again."),
    "texts-stopped": marked("Saved. They no longer get text messages."),
    "texts-allowed": marked("Saved. They get text messages again."),
}


@console_boundary
async def customers_add(req: func.HttpRequest) -> func.HttpResponse:
    """Add a customer whom no booking has brought yet."""
    context = await enter(req, Permission.CHANGE_CUSTOMER)
    _ = context.texts.gettext

    async def save(edit: Callable[[CustomerRecord], CustomerRecord]) -> None:
        await changing(context).add(edit(CustomerRecord(name="")))
        forget_customers(context.business.id, store=context.app.store)

    return await show_or_save(
        context,
        customer_form(context),
        CustomerRecord(name=""),
        save,
        section="customers",
        heading=_("New customer"),
        submit=_("Add"),
        done=context.here("customers"),
    )


@console_boundary
async def customers_customer(req: func.HttpRequest) -> func.HttpResponse:
    """Show a customer with their appointments, and save changes. Raises NotFound."""
    context = await enter(req, Permission.READ_CUSTOMER)
    if context.is_sent:
        context.access.require(Permission.CHANGE_CUSTOMER)
    business, store, name = context.business.id, context.app.store, context.req.route_params["customer"]
    found, (listed, _more) = await asyncio.gather(
        read_customer(name, business=business, store=store),
        find_customer_appointments(name, 0, PER_PAGE, business=business, store=store),
    )

    no_texts = await _texts(context, found.record)

    async def save(edit: Callable[[CustomerRecord], CustomerRecord]) -> None:
        await changing(context).change(found.id, edit, None)
        forget_customers(business, store=store)

    return await show_or_save(
        context,
        customer_form(context),
        found.record,
        save,
        section="customers",
        heading=found.record.name,
        template="console/customers/customer.html",
        told=TOLD,
        is_blocked=found.record.is_blocked,
        no_texts=no_texts,
        merged=_merged(context, found.record),
        texts=context.here("customers", "customer", found.id, "texts") if no_texts is not None else "",
        **_around(context, found.id, listed),
    )


def _merged(context: CalendarContext, record: CustomerRecord) -> tuple[str, str] | None:
    """Return what the last merge was, and the id of who was merged in; None if it cannot be undone."""
    last = record.last_merge
    if last is None or last.is_over(context.now) or not context.access.may(Permission.DELETE_CUSTOMER):
        return None
    until = context.formats.full_day(context.formats.local(last.at + SPLIT_UNTIL).date())
    said = context.texts.gettext("Merged with %(name)s. This can be undone until %(day)s.")
    return said % {"name": last.name, "day": until}, last.ids[0]


async def _texts(context: CalendarContext, record: CustomerRecord) -> bool | None:
    """Return whether they want no text messages; None where none are sent, or their number gets none."""
    app = context.app
    if not app.settings.sms.is_on or not context.access.may(Permission.CHANGE_CUSTOMER):
        return None
    return await wants_no_sms(record, context.business, store=app.store, secret=app.secret)


@console_boundary
async def customers_remove(req: func.HttpRequest) -> func.HttpResponse:
    """Ask whether to remove a customer, and remove them. Raises NotFound."""
    context = await enter(req, Permission.DELETE_CUSTOMER)
    business, store, name = context.business.id, context.app.store, context.req.route_params["customer"]
    found = await read_customer(name, business=business, store=store)
    if context.is_sent:
        await changing(context).remove(name, None)
        forget_customers(business, store=store)
        return context.leave(context.here("customers", news="removed"))
    heading = context.texts.gettext("Remove %(name)s?") % {"name": found.record.name}
    back = context.here("customers", "customer", name)
    return await context.page("console/customers/remove.html", "customers", heading=heading, back=back)


@console_boundary
async def customers_block(req: func.HttpRequest) -> func.HttpResponse:
    """Ask whether to block a customer from booking online, or to let them again, and do it. Raises NotFound."""
    context = await enter(req, Permission.DELETE_CUSTOMER)
    business, store = context.business.id, context.app.store
    found = await read_customer(context.req.route_params["customer"], business=business, store=store)
    back = context.here("customers", "customer", found.id)
    is_blocked = found.record.is_blocked
    if context.is_sent:
        wanted = context.form.get("do") == "block"
        await changing(context).block(found.id, is_blocked=wanted)
        forget_customers(business, store=store)
        news = "blocked" if wanted else "unblocked"
        return context.leave(context.here("customers", "customer", found.id, news=news))
    _ = context.texts.gettext
    asked = _("Let %(name)s book online again?") if is_blocked else _("Block %(name)s from booking online?")
    heading = asked % {"name": found.record.name}
    return await context.page(
        "console/customers/block.html", "customers", heading=heading, back=back, is_blocked=is_blocked
    )


def _around(context: CalendarContext, name: str, listed: Sequence[CustomerAppointment]) -> dict[str, Any]:
    """Return what the page shows beside the form."""
    lines = [appointment_line(context, name, one) for one in listed]
    statuses = [one.listed.appointment.status for one in listed]
    return {
        "coming": [one for one in reversed(lines) if one.is_coming],
        "past": [one for one in lines if not one.is_coming],
        "no_shows": statuses.count("no_show"),
        "back": context.here("customers"),
        "remove": context.here("customers", "customer", name, "remove")
        if context.access.may(Permission.DELETE_CUSTOMER)
        else "",
        "merge": context.here("customers", "customer", name, "merge")
        if context.access.may(Permission.DELETE_CUSTOMER)
        else "",
        "block": context.here("customers", "customer", name, "block")
        if context.access.may(Permission.DELETE_CUSTOMER)
        else "",
        "data": context.here("customers", "customer", name, "data")
        if context.access.may(Permission.EXPORT_CUSTOMER)
        else "",
        "book": _book(context, name),
        "may_change": context.access.may(Permission.CHANGE_CUSTOMER),
    }


def _book(context: CalendarContext, customer: str) -> str:
    """Return the link to a booking for the customer; empty where the reader may not book."""
    if not context.access.may(Permission.CREATE_BOOKING):
        return ""
    return context.link("bookings", context.business.id, "new", customer=customer, back=f"{CUSTOMER}{customer}")


def changing(context: CalendarContext) -> Customers:
    """Return the use case that changes customers, for what was submitted."""
    app = context.app
    body = str(context.req.get_body().decode("utf-8", "replace"))
    return Customers(context.business.id, context.author, body, app.context)
