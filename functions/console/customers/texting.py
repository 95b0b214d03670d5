"""The page on which staff note what a customer has said: no text messages, or texts again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.wiring import services
from shared.domain.access.permissions import Permission
from shared.domain.errors import NotFound
from shared.use_cases.customers.find_customers import read_customer
from shared.use_cases.sms.note_wish import code_of_customer, note_wish
from shared.use_cases.sms.opt_outs import is_opted_out


if TYPE_CHECKING:
    import azure.functions as func


@console_boundary
async def customers_texts(req: func.HttpRequest) -> func.HttpResponse:
    """Ask whether a customer wants no texts, or texts again, and note it. Raises NotFound without a number."""
    context, app = await enter(req, Permission.CHANGE_CUSTOMER), services()
    name, business = context.req.route_params["customer"], context.business.id
    found = await read_customer(name, business=business, store=app.store)
    code = code_of_customer(found.record, context.business, app.secret)
    if not (code and app.settings.sms.is_on):
        raise NotFound
    back = context.here("customers", "customer", found.id)
    if context.is_sent:
        is_out = context.form.get("do") == "stop"
        more: dict[str, Any] = {
            "author": context.author,
            "business": business,
            "store": app.store,
            "now": context.now,
        }
        await note_wish(found.id, code, is_out=is_out, **more)
        news = "texts-stopped" if is_out else "texts-allowed"
        return context.leave(context.here("customers", "customer", found.id, news=news))
    is_out, _ = await is_opted_out(code, store=app.store), context.texts.gettext
    asked = _("Send text messages to %(name)s again?") if is_out else _("Send no text messages to %(name)s?")
    heading = asked % {"name": found.record.name}
    return await context.page(
        "console/customers/texts.html", "customers", heading=heading, back=back, is_out=is_out
    )
