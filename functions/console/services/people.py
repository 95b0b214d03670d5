"""Who serves a service, how they are chosen, and what each of them has to do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.forms.fields import Choice, Group, Option
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.services.context import enter_service
from functions.console.services.people_fields import chosen_in, people_field
from shared.domain.calendar.service import MAXIMUM_TOGETHER
from shared.i18n.marked import marked
from shared.use_cases.appointments.rebalance import count_around


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from functions.console.services.context import ServiceContext
    from shared.domain.calendar.service import Service
    from shared.use_cases.appointments.rebalance import PastAndComing

PERIOD = timedelta(days=30)
RULES = {
    "random": (marked("At random"), marked("One of those who are available")),
    "evenly": (marked("Evenly"), marked("The available person with the fewest appointments that month")),
    "priority": (marked("By priority"), marked("The first who is free; the numbers are set under Staff")),
}


@console_boundary
async def service_people(req: func.HttpRequest) -> func.HttpResponse:
    """Show who serves the service, and save it."""
    at = await enter_service(req)
    context = at.page

    async def with_loads() -> SettingsForm[Service]:
        loads = await count_around(context.now, PERIOD, context.business.id, store=context.app.store)
        return people_form(context, at.service, loads)

    return await at.show_tab(
        "people",
        people_form(context, at.service),
        shown=with_loads,
        template="console/services/people.html",
        may_choose=context.calendar.policy_of(at.service).allow_staff_selection,
        has_own_rules=at.service.policy is not None,
        rules=at.here("rules"),
        balance=_balance(at),
    )


def _balance(at: ServiceContext) -> str:
    """Return where coming appointments are evened out, empty where there is nobody to take one over."""
    is_shared = at.service.assignment == "one" and len(at.page.calendar.staff_of(at.service)) > 1
    return at.here("balance") if is_shared else ""


def people_form(
    context: CalendarContext, service: Service, loads: PastAndComing | None = None
) -> SettingsForm[Service]:
    """Return the form; `loads` are what people have to do, which it shows."""
    _ = context.texts.gettext
    who = Group(id="people", heading=_("Staff"), fields=(people_field(context, service, loads),))
    return SettingsForm((who, _how(context)), people_values, _changed)


def _how(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    together = _("At most %(count)s people can serve together. Clear some, or let one of them serve")
    ways = (
        Option("one", _("One of them")),
        Option("all", _("All of them together"), _("It can be booked when everyone is free")),
    )
    rules = tuple(Option(rule, _(label), _(hint)) for rule, (label, hint) in RULES.items())
    return Group(
        id="how",
        heading=_("How they’re chosen"),
        fields=(
            Choice(
                name="assignment",
                label=_("An appointment is served by"),
                kind="radio",
                options=ways,
                wrong=together % {"count": MAXIMUM_TOGETHER},
            ),
            Choice(
                name="anyone",
                label=_("If the customer doesn’t ask for anyone in particular"),
                kind="radio",
                options=rules,
            ),
        ),
    )


def people_values(service: Service) -> Mapping[str, str]:
    """Return what the form shows of a service."""
    return {"staff": "\n".join(service.staff), "assignment": service.assignment, "anyone": service.anyone}


def _changed(service: Service, values: Mapping[str, str]) -> Service:
    people = chosen_in(values["staff"])
    return changed_model(service, staff=people, assignment=values["assignment"], anyone=values["anyone"])
