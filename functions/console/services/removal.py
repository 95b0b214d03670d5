"""Removes a service, after saying how many coming appointments stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.services.context import enter_service
from shared.use_cases.calendars.change_entity import count_coming


if TYPE_CHECKING:
    import azure.functions as func


@console_boundary
async def service_remove(req: func.HttpRequest) -> func.HttpResponse:
    """Ask whether the service is to be removed, and remove it."""
    at = await enter_service(req)
    page, name = at.page, at.service.id
    if page.is_sent:
        await page.settings.remove("services", name, None)
        return page.leave(page.here("services", news="removed"))
    coming = await count_coming(page.business.id, "services", name, store=page.app.store, now=page.now)
    return await page.page(
        "console/services/remove.html",
        "services",
        heading=page.texts.gettext("Remove %(name)s?") % {"name": at.service.name},
        service=at.service,
        coming=coming,
        list_of_all=page.here("services"),
    )
