"""Removes a service, after saying how many coming appointments stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.services.context import enter_beside
from shared.use_cases.calendars.change_entity import count_coming


if TYPE_CHECKING:
    import azure.functions as func


@console_boundary
async def service_remove(req: func.HttpRequest) -> func.HttpResponse:
    """Ask whether the service is to be removed, and remove it."""
    name = req.route_params["service"]
    at, coming = await enter_beside(
        req, lambda business, app: count_coming(business, "services", name, store=app.store, now=app.now())
    )
    if at.page.is_sent:
        await at.page.settings.remove("services", at.service.id, None)
        return at.page.leave(at.page.here("services", news="removed"))
    return await at.page.page(
        "console/services/remove.html",
        "services",
        heading=at.page.texts.gettext("Remove %(name)s?") % {"name": at.service.name},
        service=at.service,
        coming=coming,
        list_of_all=at.page.here("services"),
    )
