"""The guide for customers, how to join step by step, and the poster that leads to the booking page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.pages.boundary import page_boundary
from functions.pages.landing import canonical
from functions.pages.qr_code import qr_code
from functions.pages.render import page
from functions.pages.toolkit.guide_files import FILM, guide_files
from functions.pages.toolkit.sheets import coloured
from functions.toolkit.context import enter
from shared.domain.toolkit.infographic import variant_for
from shared.domain.visits.rules import OPENS_BEFORE
from shared.i18n.marked import marked
from shared.presentation.toolkit.sheet_words import PREPARATION


if TYPE_CHECKING:
    import azure.functions as func

WAYS_TO_ALLOW = {
    "Chrome, Edge": marked(
        "Your browser is blocking your camera or microphone. "
        "Allow both with the camera symbol in the address bar, then try again."
    ),
    "Firefox": marked(
        "Firefox is blocking your camera or microphone. "
        "Select the crossed-out camera to the left of the address, remove the block, then try again."
    ),
    "Safari": marked(
        "Safari is blocking your camera or microphone. "
        "Select the symbol beside the address, open the website settings, allow both, then try again."
    ),
    "Android": marked(
        "The browser doesn’t let this page use the camera or the microphone. "
        "Press the symbol to the left of the address, open the permissions, allow both, and try again."
    ),
    "iPhone, iPad": marked(
        "This iPhone or iPad doesn’t let this page use the camera or the microphone. "
        "Press the symbol to the left of the address, open the website settings, allow both, and try again."
    ),
}
"""By browser or system what the device test says where it may not use the devices."""


class AllowedBy(NamedTuple):
    """What to do in a browser that blocks the devices."""

    browser: str
    text: str


@page_boundary
async def help_guide(req: func.HttpRequest) -> func.HttpResponse:
    """Show customers how to join, on a computer and on a phone."""
    context = await enter(req)
    business, visitor = context.calendar.business, context.visitor
    _, variant = visitor.texts.gettext, variant_for(business.toolkit.variant, business.business_type)
    files = guide_files(visitor.language_tag)
    response = page(
        "toolkit/guide.html",
        visitor,
        business,
        is_public=True,
        here=(("help", business.slug, "guide"), {}),
        preparation=_(PREPARATION[variant]),
        minutes=int(OPENS_BEFORE.total_seconds()) // 60,
        allowing=[AllowedBy(name, _(text)) for name, text in WAYS_TO_ALLOW.items()],
        pictures=files,
        transcript=[_(text) for text in FILM.values()],
        test=visitor.link("help", business.slug, "test"),
        answers=visitor.link("help", business.slug),
        canonical=canonical(context.origin, visitor, "help", business.slug, "guide"),
    )
    if files.film:
        response.headers["Content-Security-Policy"] += "; media-src 'self'"
    return response


@page_boundary
async def help_poster(req: func.HttpRequest) -> func.HttpResponse:
    """Show a page to print and put up, with the code of the booking page."""
    context = await enter(req)
    business = context.calendar.business
    address = f"{context.origin}/book/{business.slug}"
    return page(
        "toolkit/poster.html",
        context.visitor,
        coloured(business),
        is_public=True,
        here=(("help", business.slug, "poster"), {}),
        address=address,
        code=qr_code(address),
    )
