"""The look of the booking page: colour, header, layout, logo."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from functions.console.booking_page.contrast import contrast_note
from functions.console.booking_page.frame import SECTION, around, bookable_now, preview_of, show_tab, with_page
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.colour import CODE, Colour
from functions.console.forms.fields import Choice, Field, Group, Option, Tick, on
from functions.console.forms.form import SettingsForm
from functions.console.forms.save import stored_view
from functions.console.forms.translated import edited_words, language_groups, words_values
from functions.pages.render import OURSELVES, with_frames
from shared.domain.access.permissions import Permission
from shared.domain.calendar.words import BusinessWords
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Business

SWATCHES = {
    "#0b6e6e": marked("Teal"),
    "#0a5bad": marked("Blue"),
    "#7a3e9d": marked("Purple"),
    "#b3264a": marked("Crimson"),
    "#a8201a": marked("Red"),
    "#8a5200": marked("Amber"),
    "#3d6b1f": marked("Green"),
    "#3a4452": marked("Slate"),
}


@console_boundary
async def page_look(req: func.HttpRequest) -> func.HttpResponse:
    """Show how the booking page looks, and save it."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    more = {**_beside(context), "bookable": "" if context.is_sent else await bookable_now(context)}
    return await show_tab(context, look_form(context), "", "look", **more)


async def page_look_with(context: CalendarContext, logo_error: str, status: int) -> func.HttpResponse:
    """Return the page with what is wrong with a logo that was sent."""
    view = stored_view(look_form(context), context.business)
    more = {**around(context, ""), **_beside(context), "logo_error": logo_error}
    answer = await context.page("console/booking_page/look.html", SECTION, status, form=view, **more)
    return with_frames(answer, shows=OURSELVES)


def _beside(context: CalendarContext) -> dict[str, Any]:
    return {"preview": preview_of(context, "look"), "logo_error": ""}


def look_form(context: CalendarContext) -> SettingsForm[Business]:
    """Return the form. Whether the logo is shown is asked once there is one."""
    arrangement = _arrangement(context)
    words = language_groups(context, [one for one in arrangement.fields if one.name == "header"], context.business)
    return SettingsForm((_colour(context), arrangement, *words), look_values, look_changed)


def _colour(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    swatches = tuple(Option(code, _(name)) for code, name in SWATCHES.items())
    field = Colour(name="accent", label=_("Colour of buttons and links"), swatches=swatches)
    chosen = field.read(context.form) if context.is_sent else ""
    accent = chosen if CODE.fullmatch(chosen) else context.business.page.accent.lower()
    noted = replace(field, hint=contrast_note(accent, context.formats))
    return Group(id="colour", heading=_("Colour"), fields=(noted,))


def _arrangement(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    layouts = (Option("list", _("List"), _("One below the other")), Option("cards", _("Cards"), _("Side by side")))
    show = Tick(
        name="show_logo",
        label=_("Show the logo"),
        said=(context.texts.pgettext("logo", "Shown"), context.texts.pgettext("logo", "Hidden")),
    )
    return Group(
        id="content",
        heading=_("Welcome and services"),
        fields=(
            *([show] if context.business.page.logo else []),
            Field(
                name="header",
                label=_("Welcome text"),
                kind="long",
                longest=8000,
                is_own=True,
                hint=_("Above the services. **bold**, *italics* and [links](https://example.com) can be used."),
            ),
            Choice(name="layout", label=_("Services"), kind="radio", options=layouts),
        ),
    )


def look_values(business: Business) -> Mapping[str, str]:
    """Return what the form shows of a business."""
    page = business.page
    return {
        "accent": page.accent.lower(),
        "header": page.header,
        "layout": page.layout,
        "show_logo": on(page.show_logo),
        **words_values(business.translations),
    }


def look_changed(business: Business, values: Mapping[str, str]) -> Business:
    """Return the business with the texts of the form. Raises InvalidFields."""
    shown = {"show_logo": bool(values["show_logo"])} if "show_logo" in values else {}
    plain = {name: values[name] for name in ("accent", "header", "layout")}
    after = with_page(business, **plain, **shown)
    return after.model_copy(update={"translations": edited_words(BusinessWords, business, after, values)})
