"""The first page about a calendar: whether its booking page is published, and where to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.context import enter
from shared.domain.access.permissions import Permission


if TYPE_CHECKING:
    import azure.functions as func


@console_boundary
async def calendar_home(req: func.HttpRequest) -> func.HttpResponse:
    """Show the calendar's home."""
    context = await enter(req, Permission.READ_CALENDAR)
    return await context.page("console/calendar_home.html", "home", heading=context.business.name)
