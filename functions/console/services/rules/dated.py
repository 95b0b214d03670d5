"""Dates on which one service can be booked by another rule than its own usual one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.services.context import enter_service
from functions.console.settings.dated_rules import DatedRules, with_dates
from shared.domain.errors import NotFound


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.services.context import ServiceContext
    from functions.console.settings.dated_rules import Change
    from shared.domain.calendar.service import Service


@console_boundary
async def service_dates_add(req: func.HttpRequest) -> func.HttpResponse:
    """Add dates with a rule of their own; a service that follows the calendar has none."""
    at = await enter_service(req)
    return await _of(at).add() if at.service.policy else at.page.leave(at.here("rules"))


@console_boundary
async def service_dates_change(req: func.HttpRequest) -> func.HttpResponse:
    """Change dates with a rule of their own. Raises NotFound."""
    return await _of(await enter_service(req)).change(req.route_params["dates"])


@console_boundary
async def service_dates_remove(req: func.HttpRequest) -> func.HttpResponse:
    """Remove dates with a rule of their own."""
    return await _of(await enter_service(req)).remove()


def _of(at: ServiceContext) -> DatedRules:
    """Return the dates of a service's own rules. Raises NotFound while it follows the calendar."""
    if at.service.policy is None:
        raise NotFound

    async def save(change: Change) -> object:
        def edit(service: Service) -> Service:
            if service.policy is None:
                raise NotFound
            return service.model_copy(update={"policy": with_dates(service.policy, change)})

        return await at.save(edit)

    return DatedRules(at.page, at.service.policy.exceptions, save, "services", partial(at.here, "rules"))
