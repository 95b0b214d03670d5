"""The page to which an SMS leads that cannot be answered: one button ends all SMS to its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.http.client_address import client_address
from functions.pages.boundary import page_boundary
from functions.pages.link import NavLink
from functions.pages.message import message_page
from functions.pages.visitor import read_visitor
from functions.wiring import services
from shared.domain.errors import NotFound
from shared.use_cases.sms.opt_outs import is_opted_out, read_stop_token, record_opt_out


if TYPE_CHECKING:
    import azure.functions as func

STOP, START = "stop", "start"


@page_boundary
async def opt_out_show(req: func.HttpRequest) -> func.HttpResponse:
    """Show whether the number gets SMS, with a button: programs that follow links change nothing."""
    app = services()
    app.limiter.count_read(client_address(req), app.now())
    return _page(req, is_out=await is_opted_out(_code(req), store=app.store))


@page_boundary
async def opt_out_send(req: func.HttpRequest) -> func.HttpResponse:
    """End SMS to the number, or begin them again."""
    app = services()
    app.limiter.count_change(client_address(req), "sms", app.now())
    is_out = req.params.get("do") != START
    await record_opt_out(_code(req), is_out=is_out, by="link", store=app.store, now=app.now())
    return _page(req, is_out=is_out)


def _code(req: func.HttpRequest) -> str:
    """Return the code of the number that the link is for. Raises NotFound for a link that no SMS had."""
    code = read_stop_token(services().secret, str(req.route_params["code"]))
    if not code:
        raise NotFound
    return code


def _page(req: func.HttpRequest, *, is_out: bool) -> func.HttpResponse:
    visitor = read_visitor(req.params, req.headers.get("accept-language", ""), None)
    _, token = visitor.texts.gettext, str(req.route_params["code"])
    heading = _("You get no text messages") if is_out else _("Stop text messages?")
    text = (
        _("No calendar of this installation sends texts to your phone number. Emails still arrive.")
        if is_out
        else _("You’ll get no more texts about appointments, from any calendar here. Emails still arrive.")
    )
    label = _("Get texts again") if is_out else _("Stop text messages")
    button = NavLink(label, visitor.link("o", token, do=START if is_out else STOP))
    return message_page(visitor, heading, text, button=button, sign="check" if is_out else "info")
