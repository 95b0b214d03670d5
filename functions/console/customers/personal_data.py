"""What is kept about a customer: shown and handed out as a file, and erased."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from functions.auth.session import require_recent_sign_in
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.customers.lines import coming_lines
from functions.console.retention.kept_lines import JSON, kept_file, kept_lines
from functions.wiring import services
from shared.domain.access.permissions import Permission
from shared.domain.errors import AppointmentsToCome, UnderLegalHold
from shared.use_cases.customers.find_customers import read_customer
from shared.use_cases.customers.search_customers import forget_customers
from shared.use_cases.personal_data.erase_customer import Erasing
from shared.use_cases.personal_data.export.customer import export_customer


if TYPE_CHECKING:
    import azure.functions as func


@console_boundary
async def customers_data(req: func.HttpRequest) -> func.HttpResponse:
    """Show all that is kept about a customer, or hand it out as JSON. Raises NotFound."""
    context = await enter(req, Permission.EXPORT_CUSTOMER)
    require_recent_sign_in(req, context.now)
    name = context.req.route_params["customer"]
    found = await export_customer(name, calendar=context.calendar, store=services().store)
    if req.params.get("format") == JSON:
        return kept_file(found)
    return await context.page(
        "console/customers/data.html",
        "customers",
        heading=context.texts.gettext("Personal data of %(name)s") % {"name": found["customer"].get("name", "")},
        back=context.here("customers", "customer", name),
        file=context.here("customers", "customer", name, "data", format=JSON),
        erase=context.here("customers", "customer", name, "erase")
        if context.access.may(Permission.ERASE_CUSTOMER)
        else "",
        details=list(kept_lines(found["customer"])),
        appointments=[list(kept_lines(one)) for one in found["appointments"]],
        waiting=[list(kept_lines(one)) for one in found["waiting"]],
        texted=[list(kept_lines(one)) for one in found["texted"]],
    )


@console_boundary
async def customers_erase(req: func.HttpRequest) -> func.HttpResponse:
    """Ask whether to erase a customer, and erase them. Raises NotFound."""
    context = await enter(req, Permission.ERASE_CUSTOMER)
    require_recent_sign_in(req, context.now)
    app, name = services(), context.req.route_params["customer"]
    found, coming = await asyncio.gather(
        read_customer(name, business=context.business.id, store=app.store), coming_lines(context, name)
    )
    hold = ""
    if context.is_sent:
        erasing = Erasing(context.business.id, context.author, app.context)
        try:
            with suppress(AppointmentsToCome):  # which the page names
                await erasing.erase(found.id)
                forget_customers(context.business.id, store=app.store)
                return context.leave(context.here("customers", news="erased"))
            coming = await coming_lines(context, found.id)  # also what was booked since
        except UnderLegalHold as refusal:
            hold = refusal.detail
    return await context.page(
        "console/customers/erase.html",
        "customers",
        status=409 if context.is_sent else 200,
        heading=context.texts.gettext("Erase %(name)s?") % {"name": found.record.name},
        back=context.here("customers", "customer", name),
        data=context.here("customers", "customer", name, "data"),
        coming=coming,
        hold=hold,
    )
