"""Removes a service, after saying how many coming appointments stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.services.context import enter_service


if TYPE_CHECKING:
    import azure.functions as func


@console_boundary
async def service_remove(req: func.HttpRequest) -> func.HttpResponse:
    """Ask whether the service is to be removed, and remove it."""
    at = await enter_service(req)
    if at.page.is_sent:
        await at.page.settings.remove("services", at.service.id, None)
        return at.page.leave(at.page.here("services", news="removed"))
    return await at.page.page(
        "console/services/remove.html",
        "services",
        heading=at.page.texts.gettext("Remove %(name)s?") % {"name": at.service.name},
        service=at.service,
        coming=await at.page.settings.coming("services", at.service.id),
        list_of_all=at.page.here("services"),
    )
