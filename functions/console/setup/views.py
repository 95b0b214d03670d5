"""What the steps of setting a calendar up show."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.forms.save import FormView
from functions.console.settings.choices import BUSINESS_TYPES
from functions.console.setup.creation import calendar_of
from functions.console.setup.draft import sealed_draft
from functions.console.setup.new_calendar import UNNAMED
from functions.console.setup.offers import offer_rows
from functions.console.setup.steps import KIND, PAGE, STEPS, SetupStep
from functions.pages.opening_hours import opening_hours
from functions.pages.render import OURSELVES, with_frames
from shared.domain.calendar.starter_templates import MINUTE, TEMPLATES
from shared.i18n import translator
from shared.use_cases.calendars.find_businesses import find_templates
from shared.use_cases.organisation.settings import find_organisation


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import ConsoleContext
    from functions.console.setup.new_calendar import NewCalendar

TEMPLATE_OF = {KIND: "kind", "services": "services", PAGE: "page"}  # the others are plain forms


class StepLink(NamedTuple):
    """A step in the list of all."""

    name: str
    label: str
    is_current: bool
    is_done: bool


class KindCard(NamedTuple):
    """A kind of business to choose, or a template of the organisation, with what it fills in."""

    value: str
    label: str
    services: str
    is_chosen: bool


async def step_page(
    new: NewCalendar,
    step: SetupStep,
    values: Mapping[str, str] | None = None,
    *,
    errors: Mapping[str, str] | None = None,
    notice: str = "",
    focus: str = "",
    status: int = 200,
) -> func.HttpResponse:
    """Return the page of a step with these texts, else with those of the draft."""
    context, _ = new.context, new.context.texts.gettext
    shown = step.values(new) if values is None else values
    groups = step.groups(new)
    response = await context.page(
        f"console/setup/{TEMPLATE_OF.get(step.name, 'step')}.html",
        "home",
        status,
        heading=_(step.question),
        form=FormView(groups, shown, "", "", errors or {}, {}, notice, focus),
        step=step.name,
        steps=_steps(new, step),
        intro=_(step.intro) if step.intro else "",
        **await _more(new, step),
    )
    return with_frames(response, shows=OURSELVES) if step.name == PAGE else response


async def _more(new: NewCalendar, step: SetupStep) -> Mapping[str, object]:
    if step.name == KIND:
        return {"kinds": _kinds(new), "own": await _own_templates(new)}
    if step.name == "services":
        return {"rows": offer_rows(new)}
    return _summary(new) if step.name == PAGE else {}


def _steps(new: NewCalendar, current: SetupStep) -> list[StepLink]:
    at, _ = STEPS.index(current), new.context.texts.gettext
    return [StepLink(one.name, _(one.label), one is current, n < at) for n, one in enumerate(STEPS)]


def _kinds(new: NewCalendar) -> list[KindCard]:
    """Return the kinds of business, each with the services that it fills in."""
    visitor, _ = new.context.visitor, new.context.texts.gettext
    own = translator(visitor.language)
    return [
        KindCard(
            kind,
            _(BUSINESS_TYPES[kind]),
            ", ".join(
                f"{own.pgettext('template', one.name)} ({visitor.formats.duration(one.minutes * MINUTE)})"
                for one in template.offers
            ),
            kind == new.draft.kind,
        )
        for kind, template in TEMPLATES.items()
    ]


async def _own_templates(new: NewCalendar) -> list[KindCard]:
    found = await find_templates(store=new.context.app.store)
    return [KindCard(one.id, one.name, "", one.id == new.draft.kind) for one in found]


def _summary(new: NewCalendar) -> Mapping[str, object]:
    """Return what the last step shows: the page's address, and what customers are offered."""
    app, context = new.context.app, new.context
    calendar = calendar_of(new, UNNAMED, new.slug, UNNAMED)
    sealed = sealed_draft(new.draft, app.secret, context.caller.subject)
    formats = context.visitor.formats
    return {
        "address": f"{app.settings.public_url}/book/{new.slug}",
        "preview": context.link("new", "preview", draft=sealed),
        "hours": opening_hours(calendar.business, context.visitor),
        "offered": [
            (one.name, formats.duration(one.duration), formats.price(one.price, calendar.business.currency))
            for one in calendar.offered_services
        ],
        "people": [one for one in calendar.staff.values() if one.is_bookable],
        "zone": formats.city(calendar.business.time_zone),
    }


async def refused_page(context: ConsoleContext) -> func.HttpResponse:
    """Return the page for people who may not create calendars: it says who can let them."""
    app, _ = context.app, context.texts.gettext
    organisation = await find_organisation(store=app.store)
    named = {*app.settings.administrators, *organisation.administrators}
    return await context.page(
        "console/setup/refused.html",
        "home",
        403,
        heading=_("You can’t create calendars yet"),
        email=context.caller.email,
        administrators=sorted(one for one in named if "@" in one.strip("@")),
    )
