"""What to copy, print and post: the calendar's addresses, a poster, a line for signatures, links for a site."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from functions.console.booking_page.frame import public_address
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.toolkit.answers import reader_in
from functions.console.toolkit.frame import SECTION, around, help_address
from functions.pages.qr_code import qr_code
from shared.domain.access.permissions import Permission
from shared.domain.visits.on_demand import on_demand_service


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.context import CalendarContext


class SharedText(NamedTuple):
    """Something to copy: an id for its control, its label, and the text; a `tall` one has several lines."""

    id: str
    label: str
    text: str
    tall: bool = False


@console_boundary
async def toolkit_share(req: func.HttpRequest) -> func.HttpResponse:
    """Show what can be shared."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    address = public_address(context)
    return await context.page(
        "console/toolkit/share.html",
        SECTION,
        **around(context, "share"),
        addresses=_addresses(context),
        texts_to_copy=_texts(context, address),
        code=qr_code(address),
        poster=help_address(context, "poster"),
        is_open=context.business.toolkit.is_public and context.business.page.is_published,
    )


def _addresses(context: CalendarContext) -> list[SharedText]:
    _, origin = context.texts.gettext, context.app.settings.public_url
    found = [SharedText("to-book", _("Booking page"), public_address(context))]
    if on_demand_service(context.calendar):
        found.append(SharedText("to-now", _("Walk-ins"), f"{origin}/now/{context.business.slug}"))
    if context.business.toolkit.is_public:
        found += [
            SharedText("to-answers", _("Questions and answers"), help_address(context)),
            SharedText("to-guide", _("How to join, step by step"), help_address(context, "guide")),
            SharedText("to-sheet", _("Infographic"), help_address(context, "infographic")),
            SharedText("to-test", _("Test camera and microphone"), help_address(context, "test")),
        ]
    return found


def _texts(context: CalendarContext, address: str) -> list[SharedText]:
    """Return lines for signatures and a list of links, in the language of customers."""
    _, own = context.texts.gettext, reader_in(context, "").texts.gettext
    words = own("Book with %(name)s") % {"name": context.business.name}
    links = Markup("\n").join(
        Markup('  <li><a href="{}">{}</a></li>').format(one.text, one.label)
        for one in _addresses_of_customers(context)
    )
    return [
        SharedText(
            "signature",
            _("Line for your email signature"),
            own("%(name)s: %(value)s") % {"name": words, "value": address},
        ),
        SharedText(
            "signature-html", _("The same as HTML"), str(Markup('<a href="{}">{}</a>').format(address, words))
        ),
        SharedText("links", _("Links for your website"), str(Markup("<ul>\n{}\n</ul>").format(links)), tall=True),
    ]


def _addresses_of_customers(context: CalendarContext) -> list[SharedText]:
    """Return the addresses with the words of the customers' language."""
    own = reader_in(context, "").texts.gettext
    book = SharedText("", own("Book with %(name)s") % {"name": context.business.name}, public_address(context))
    if not context.business.toolkit.is_public:
        return [book]
    return [
        book,
        SharedText("", own("Questions and answers"), help_address(context)),
        SharedText("", own("How to join, step by step"), help_address(context, "guide")),
        SharedText("", own("Test camera and microphone"), help_address(context, "test")),
    ]
