"""What the pages about the booking page share: their tabs, whether it is published and where, and the preview."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from functions.console.forms.form import changed_model
from functions.console.forms.save import Tab, show_or_save
from functions.pages.outlook_text import outlook_text
from functions.pages.render import OURSELVES, with_frames
from shared.domain.availability.outlook import outlook
from shared.i18n import LANGUAGES, html_tag
from shared.i18n.marked import marked
from shared.use_cases.availability.count_starts import count_starts


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.context import CalendarContext
    from functions.console.forms.form import SettingsForm
    from shared.domain.calendar.business import Business

SECTION, DAYS = "page", 14
TABS = {
    "": marked("Look"),
    "texts": marked("Texts and consent"),
    "access": marked("Who can book"),
    "waiting-room": marked("Waiting room"),
    "embed": marked("Embed"),
}
FOUND = {**TABS, "share": marked("Share the page")}  # by the search
TOLD = {
    "published": marked("The page is published: customers can book."),
    "offline": marked("The page is offline. Existing appointments stay."),
}


class PreviewView(NamedTuple):
    """The preview beside a form: its address, and the language that it begins with."""

    address: str
    language: str
    languages: list[tuple[str, str]]


async def show_tab(
    context: CalendarContext, form: SettingsForm[Business], tab: str, template: str = "tab", **more: Any
) -> func.HttpResponse:
    """Show one of the tabs with its form, or save it; `more` is for its template."""
    response = await show_or_save(
        context,
        form,
        context.business,
        context.save_business,
        section=SECTION,
        template=f"console/booking_page/{template}.html",
        **{"told": TOLD, **around(context, tab), **more},
    )
    return with_frames(response, shows=OURSELVES)


def around(context: CalendarContext, tab: str) -> dict[str, Any]:
    """Return what every tab shows around its content."""
    _ = context.texts.gettext
    tabs = [
        Tab(_(label), context.here("page", *([one] if one else [])), one == tab) for one, label in TABS.items()
    ]
    return {
        "heading": _("Booking page"),
        "tabs": tabs,
        "address": public_address(context),
        "preview": None,
        "opens": context.access.opens_booking_page,
    }


async def bookable_now(context: CalendarContext) -> str:
    """Return from when to when customers can book by what is stored, and how many times are free; one read."""
    calendar, now = context.calendar, context.now
    counts = await count_starts(calendar, calendar.offered_services, DAYS, store=context.app.store, now=now)
    count = sum(counts.values())
    free = context.texts.ngettext(
        "%(num)s time is available in the next two weeks.",
        "%(num)s times are available in the next two weeks.",
        count,
    )
    told = free % {"num": context.formats.number(count)}
    return f"{outlook_text(outlook(calendar, now), now, context.formats)} {told}"


def public_address(context: CalendarContext, *path: str) -> str:
    """Return the URL of the booking page, or of a page below it."""
    return "/".join([context.app.settings.public_url, "book", context.business.slug, *path])


def preview_of(context: CalendarContext, tab: str) -> PreviewView:
    """Return the preview of a tab's form, in the reader's language at first, if it is offered."""
    languages, own = offered_languages(context.business), context.visitor.language_tag
    begins = own if own in dict(languages) else html_tag(context.business.customer_language)
    return PreviewView(context.here("page", "preview", of=tab, scheme="light"), begins, languages)


def offered_languages(business: Business) -> list[tuple[str, str]]:
    """Return the tag and the name of each language that the page offers."""
    return [(html_tag(one), name) for one, name in LANGUAGES.items() if business.page.offers_language(one)]


def with_page(business: Business, **changes: Any) -> Business:
    """Return the business with a changed booking page. Raises InvalidFields."""
    return changed_model(business, page=changed_model(business.page, **changes))
