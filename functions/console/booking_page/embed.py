"""Embedding the booking page in other sites: the code to paste, how it looks, and which sites may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.console.booking_page.frame import offered_languages, show_tab, with_page
from functions.console.booking_page.origins import WEB, origin_of, origin_problem
from functions.console.booking_page.snippet import (
    ATTRIBUTES,
    MODES,
    element,
    reference_problem,
    snippet,
    wishes_in,
)
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Group, Option, lines_of
from functions.console.forms.form import SettingsForm
from functions.console.forms.lines import Lines
from functions.pages.render import OURSELVES, page, with_frames
from shared.domain.access.permissions import Permission
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Business

MOST_SITES = 100


@console_boundary
async def page_embed(req: func.HttpRequest) -> func.HttpResponse:
    """Show the code to embed the page, and the sites that may; save these."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    typed = context.form.get("frame_origins").split()
    was_cut = any(WEB.match(one) and origin_of(one) != one.rstrip("/") for one in typed)
    done = context.here("page", "embed", news="cut" if was_cut else "saved")
    told = {"cut": marked("Saved. Of each web address, only its beginning was kept.")}
    return await show_tab(context, sites_form(context), "embed", "embed", done=done, told=told, **_code(context))


@console_boundary
async def page_sample(req: func.HttpRequest) -> func.HttpResponse:
    """Show a page as of another site with the widget in it; the booking page in it is a preview."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    wishes = wishes_in(req.params, context)
    shown = context.here("page", "preview", of="look", **({"service": wishes.service} if wishes.service else {}))
    widget = element(wishes, shown)
    sample = page("console/booking_page/sample.html", context.visitor, context.business, widget=widget)
    return with_frames(sample, within=OURSELVES, shows=OURSELVES)


def _code(context: CalendarContext) -> dict[str, Any]:
    """Return the choices for the code, the code, and the address of its sample."""
    _, wishes = context.texts.gettext, wishes_in(context.req.params, context)
    chosen = {"mode": wishes.mode, "service": wishes.service, "language": wishes.lang, "label": wishes.label}
    return {
        "wishes": wishes,
        "ref_error": reference_problem(wishes.reference, context.texts),
        "modes": [Option(name, _(label), _(hint)) for name, (label, hint) in MODES.items()],
        "services": [
            Option("", _("All services")),
            *(Option(one.id, one.name) for one in context.calendar.offered_services),
        ],
        "tongues": [
            Option("", _("The visitor’s own")),
            *(Option(tag, name) for tag, name in offered_languages(context.business)),
        ],
        "code": snippet(wishes, context),
        "sample": context.here("page", "sample", **{name: value for name, value in chosen.items() if value}),
        "attributes": [(name, _(text)) for name, text in ATTRIBUTES.items()],
    }


def sites_form(context: CalendarContext) -> SettingsForm[Business]:
    """Return the form of the sites that may embed the page."""
    _ = context.texts.gettext
    hint = _("A line for each. Only the beginning counts: https://www.example.com/contact becomes %(near)s.")
    field = Lines(
        name="frame_origins",
        label=_("Sites that may embed the page"),
        hint=hint % {"near": "https://www.example.com"},
        most=MOST_SITES,
        clean=origin_of,
        check=lambda entry: origin_problem(entry, context.texts),
        is_list=True,
    )
    intro = _("Browsers don’t show the page within any other site. Links to the page need no entry here.")
    group = Group(id="sites", heading=_("Your sites"), intro=intro, fields=(field,))
    return SettingsForm((group,), _values, _changed)


def _values(business: Business) -> Mapping[str, str]:
    return {"frame_origins": "\n".join(business.page.frame_origins)}


def _changed(business: Business, values: Mapping[str, str]) -> Business:
    return with_page(business, frame_origins=tuple(lines_of(values["frame_origins"])))
