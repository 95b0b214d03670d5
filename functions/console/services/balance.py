"""Evens out coming appointments among those who serve a service: shows what would move, then moves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.services.context import enter_service
from functions.console.services.people import PERIOD
from shared.domain.access.permissions import Permission
from shared.use_cases.appointments.rebalance import Moved, plan_rebalance, rebalance


if TYPE_CHECKING:
    from collections.abc import Sequence

    import azure.functions as func

    from functions.console.services.context import ServiceContext


class MoveLine(NamedTuple):
    """An appointment that changes hands; texts are formatted."""

    when: str
    customer: str
    before: str
    after: str
    href: str


@console_boundary
async def service_balance(req: func.HttpRequest) -> func.HttpResponse:
    """Show what would move, and move it."""
    at = await enter_service(req, Permission.CHANGE_ANY_BOOKING)
    _ = at.page.texts.gettext
    moves = await (_move(at) if at.page.is_sent else _plan(at))
    return await at.page.page(
        "console/services/balance.html",
        "services",
        heading=_("Even out coming appointments"),
        service=at.service,
        lines=_lines(at, moves),
        is_done=at.page.is_sent,
        back=at.here("people"),
        may_change=at.page.access.may(Permission.CHANGE_SERVICES),
    )


async def _plan(at: ServiceContext) -> list[Moved]:
    store, now = at.page.app.store, at.page.now
    return await plan_rebalance(at.service, now + PERIOD, calendar=at.page.calendar, store=store, now=now)


async def _move(at: ServiceContext) -> list[Moved]:
    app, now = at.page.app, at.page.now
    return await rebalance(
        at.service,
        now + PERIOD,
        author=at.page.author,
        calendar=at.page.calendar,
        store=app.store,
        secret=app.secret,
        now=now,
    )


def _lines(at: ServiceContext, moves: Sequence[Moved]) -> list[MoveLine]:
    staff, formats = at.page.calendar.staff, at.page.formats
    return [
        MoveLine(
            formats.when(one.appointment.start),
            one.appointment.seat.customer.name if one.appointment.seat else "",
            staff[one.before].name,
            staff[one.after].name,
            at.page.link("queue", at.page.business.id, one.appointment.id),
        )
        for one in moves
    ]
