"""The look of the infographic: variant, colour and logo, beside a preview; and its files."""

from __future__ import annotations

from asyncio import gather, to_thread
from typing import TYPE_CHECKING, Any

from functions.console.booking_page.contrast import contrast_note
from functions.console.booking_page.frame import PreviewView, offered_languages
from functions.console.booking_page.look import SWATCHES
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.colour import Colour
from functions.console.forms.fields import Choice, Group, Option, Tick, on
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.save import show_or_save, stored_view
from functions.console.toolkit.answers import reader_in
from functions.console.toolkit.frame import SECTION, around, help_address
from functions.pages.render import OURSELVES, with_frames
from functions.pages.toolkit.help_links import help_links
from functions.pages.toolkit.sheets import FILES, sheet_font
from shared.domain.access.permissions import Permission
from shared.domain.toolkit.infographic import variant_for
from shared.presentation.toolkit.letters import letters_lacking, letters_without_font
from shared.presentation.toolkit.sheet import PictureFile, infographic_sheet
from shared.presentation.toolkit.sheet_words import VARIANTS
from shared.use_cases.calendars.find_logo import find_shown_logo
from shared.use_cases.toolkit.change_sheet import find_sheet
from shared.use_cases.toolkit.own_font import find_fonts


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Business


TEMPLATE = "console/toolkit/infographic.html"


@console_boundary
async def toolkit_infographic(req: func.HttpRequest) -> func.HttpResponse:
    """Show how the infographic looks, and save it."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    response = await show_or_save(
        context,
        look_form(context),
        context.business,
        context.save_business,
        section=SECTION,
        template=TEMPLATE,
        **await _beside(context),
    )
    return with_frames(response, shows=OURSELVES)


async def infographic_with(context: CalendarContext, font_error: str, status: int = 422) -> func.HttpResponse:
    """Return the page with what is wrong with a font that was sent."""
    view = stored_view(look_form(context), context.business)
    more = {**await _beside(context), "font_error": font_error}
    answer = await context.page(TEMPLATE, SECTION, status, form=view, news="", submit="", **more)
    return with_frames(answer, shows=OURSELVES)


async def _beside(context: CalendarContext) -> dict[str, Any]:
    """Return what the page has beside the form: the preview, the font, and where words and files are."""
    languages, store = offered_languages(context.business), context.app.store
    reader, font = reader_in(context, context.visitor.language_tag), context.business.toolkit.font
    fonts = await to_thread(sheet_font, await find_fonts(context.calendar, store=store))
    own = fonts.characters if fonts else frozenset[int]()
    return {
        "preview": preview_of(context, "look", reader.language_tag, languages),
        "words": [(tag, name, context.here(SECTION, "infographic", "words", of=tag)) for tag, name in languages],
        "files": [(kind, f"{help_address(context, 'infographic', f'infographic.{kind}')}") for kind in FILES],
        "logo_is_left_out": await _is_left_out(context),
        "lacking": letters_without_font(context.business.name, own=own),
        "font": font,
        "font_error": "",
        "font_lacks": letters_lacking(await _said(context, languages), own) if font else [],
        **around(context, "infographic"),
    }


async def _is_left_out(context: CalendarContext) -> bool:
    """Return whether the logo can't be drawn, so that files are made without it."""
    if not context.business.toolkit.show_logo:
        return False
    logo = await find_shown_logo(context.calendar, store=context.app.store)
    if logo is None:
        return False
    from shared.presentation.toolkit.printed import can_draw  # noqa: PLC0415 - with typst

    return not await to_thread(can_draw, PictureFile(*logo))


async def _said(context: CalendarContext, languages: Sequence[tuple[str, str]]) -> str:
    """Return all that the infographic says, in each of its languages."""
    business, links = context.business, help_links(context.app.settings.public_url, context.business.slug)
    readers = [reader_in(context, tag) for tag, _ in languages]
    sheets = await gather(*(find_sheet(business.id, one.language, store=context.app.store) for one in readers))
    shown = (
        infographic_sheet(business, own, one.texts, one.language_tag, links)
        for one, own in zip(readers, sheets, strict=True)
    )
    return " ".join(text for sheet in shown for text in sheet.words)


def preview_of(
    context: CalendarContext, form: str, language: str, languages: list[tuple[str, str]]
) -> PreviewView:
    """Return the preview beside a form of the infographic."""
    return PreviewView(
        context.here(SECTION, "infographic", "preview", form=form, of=language), language, languages
    )


def look_form(context: CalendarContext) -> SettingsForm[Business]:
    """Return the form. Whether the logo is shown is asked once there is one."""
    _, business = context.texts.gettext, context.business
    own = variant_for("", business.business_type)
    kinds = (
        Option("", _("As the kind of business: %(name)s") % {"name": _(VARIANTS[own])}),
        *(Option(name, _(label)) for name, label in VARIANTS.items()),
    )
    swatches = tuple(Option(code, _(name)) for code, name in SWATCHES.items())
    accent = business.toolkit.colour or business.page.accent
    colour = Colour(
        name="colour", label=_("Colour"), swatches=swatches, hint=contrast_note(accent.lower(), context.formats)
    )
    logo = Tick(
        name="show_logo",
        label=_("Show the logo"),
        said=(context.texts.pgettext("logo", "Shown"), context.texts.pgettext("logo", "Hidden")),
    )
    fields = (
        Choice(name="variant", label=_("Variant"), kind="radio", options=kinds),
        colour,
        *([_typeface(context)] if business.toolkit.font is None else []),
        *([logo] if business.page.shown_logo else []),
    )
    return SettingsForm((Group(id="look", heading=_("Look"), fields=fields),), _values, look_changed)


def _typeface(context: CalendarContext) -> Choice:
    """Return the choice of a font that comes with the product, for calendars without one of their own."""
    _ = context.texts.gettext
    kinds = (Option("sans", _("Without serifs (Inter)")), Option("serif", _("With serifs (Libertinus)")))
    return Choice(name="typeface", label=_("Font"), kind="radio", options=kinds)


def _values(business: Business) -> Mapping[str, str]:
    toolkit = business.toolkit
    return {
        "variant": toolkit.variant,
        "colour": (toolkit.colour or business.page.accent).lower(),
        "typeface": toolkit.typeface,
        "show_logo": on(toolkit.show_logo),
    }


def look_changed(business: Business, values: Mapping[str, str]) -> Business:
    """Return the business with the look of the form; the booking page's colour stays the booking page's."""
    colour = "" if values["colour"] == business.page.accent.lower() else values["colour"]
    shown: dict[str, Any] = {"show_logo": bool(values["show_logo"])} if "show_logo" in values else {}
    if "typeface" in values:
        shown["typeface"] = values["typeface"]
    toolkit = changed_model(business.toolkit, variant=values["variant"], colour=colour, **shown)
    return changed_model(business, toolkit=toolkit)
