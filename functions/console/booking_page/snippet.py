"""The code that a site pastes to embed the booking page, from what was chosen for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from functions.console.booking_page.frame import offered_languages, public_address
from functions.console.services.share import REFERENCE
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Mapping
    from gettext import NullTranslations

    from functions.console.context import CalendarContext

MODES = {
    "inline": (marked("Within the page"), marked("A frame that grows with what it shows")),
    "popup": (marked("A button in the text"), marked("It opens a window over the page")),
    "button": (marked("A button in the corner"), marked("It stays in view while people scroll")),
}
PREFILL = {"name": "NAME", "email": "EMAIL"}
ATTRIBUTES = {
    "data-openslot-url": marked("The page, or one of its services"),
    "data-openslot-mode": marked("“inline”, “popup” or “button”"),
    "data-openslot-lang": marked("The language; without it, that of your page"),
    "data-openslot-label": marked("The words of the button"),
    "data-openslot-title": marked("The name of the frame, for screen readers"),
    "data-openslot-close": marked("The name of the button that closes the window"),
    "data-openslot-name, -firstname, -lastname, -email, -phone": marked("What the form begins with"),
    "data-openslot-a1, -a2 …": marked("Answers to your own questions, in their order"),
    "data-openslot-date": marked("The day to begin with, such as 2027-01-31"),
    "data-openslot-staff": marked("The person to begin with, by their id"),
    "data-openslot-tz": marked("The time zone, such as Europe/Paris"),
    "data-openslot-utm-source, -utm-campaign …": marked("Where visitors come from: it stays in the links"),
    "data-openslot-refid": marked("The reference that each booking keeps"),
}


class Wishes(NamedTuple):
    """What was chosen for the code; a `service` or `lang` that is empty is all of them, or the visitor's own."""

    mode: str
    service: str
    lang: str
    reference: str
    label: str
    is_prefilled: bool


def wishes_in(query: Mapping[str, str], context: CalendarContext) -> Wishes:
    """Return what a query asks for, without what does not exist."""
    mode, service = query.get("mode", ""), query.get("service", "")
    lang = query.get("language", "")
    return Wishes(
        mode if mode in MODES else "inline",
        service if service in context.calendar.services else "",
        lang if lang in dict(offered_languages(context.business)) else "",
        query.get("ref", "").strip()[:120],
        query.get("label", "").strip()[:100],
        bool(query.get("prefill")),
    )


def reference_problem(reference: str, texts: NullTranslations) -> str:
    """Return what is wrong with a reference (RefID); empty if links can carry it."""
    wrong = texts.gettext("Use letters without accents, digits, _ and - only, such as spring-flyer")
    return "" if not reference or REFERENCE.fullmatch(reference) else wrong


def snippet(wishes: Wishes, context: CalendarContext) -> str:
    """Return the code for a site of one's own."""
    url = public_address(context, *([wishes.service] if wishes.service else []))
    script = Markup('<script src="{}/embed.js" async></script>').format(context.app.settings.public_url)
    return f"{script}\n{element(wishes, url)}"


def element(wishes: Wishes, url: str) -> Markup:
    """Return the element that becomes the widget."""
    given = {
        "url": url,
        "mode": wishes.mode,
        "lang": wishes.lang,
        "refid": wishes.reference if REFERENCE.fullmatch(wishes.reference) else "",
    }
    given |= PREFILL if wishes.is_prefilled else {}
    attributes = Markup("").join(
        Markup(' data-openslot-{}="{}"').format(name, value) for name, value in given.items() if value
    )
    words = wishes.label if wishes.mode != "inline" else ""
    return Markup("<div{}>{}</div>").format(attributes, words)
