"""The address that a new calendar's page would have, while its name is typed: for the page's script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.auth.access import require_creation
from functions.console.boundary import console_boundary
from functions.console.context import enter_console
from functions.console.setup.creation import free_address
from functions.http.boundary import json_response
from shared.domain.calendar.business import SLUG
from shared.use_cases.calendars.create_business import slug_of


if TYPE_CHECKING:
    import azure.functions as func

LONGEST = 200


@console_boundary
async def setup_address(req: func.HttpRequest) -> func.HttpResponse:
    """Return the free address that is nearest to the name, or to the address that was typed; empty for neither."""
    context = await enter_console(req)
    await require_creation(context.caller)
    wanted = slug_of(req.params.get("name", "")[:LONGEST], "")
    free = await free_address(wanted, store=context.app.store) if SLUG.fullmatch(wanted) else ""
    return json_response({"address": free})
