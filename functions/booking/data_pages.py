"""The public pages about data: what a calendar keeps and for how long, and where the installation keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.booking.context import enter
from functions.http.client_address import client_address
from functions.pages.boundary import page_boundary
from functions.pages.render import page
from functions.pages.visitor import read_visitor
from functions.settings.places import data_places
from functions.wiring import services
from shared.domain.personal_data.fields import USES
from shared.domain.personal_data.retention import CLASSES
from shared.i18n.marked import marked
from shared.presentation.periods import kept_for
from shared.use_cases.personal_data.legal_hold import find_kept


if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from gettext import NullTranslations

    import azure.functions as func

    from functions.settings.places import DataPlace, PlaceKind
    from shared.domain.personal_data.fields import DataKind, KeptFor, Viewer
    from shared.domain.personal_data.retention import Retention

KINDS: Mapping[DataKind, tuple[str, str]] = {
    "details": (marked("Name, email address, phone and address"), marked("To know who comes, and to reach you")),
    "notes": (marked("Notes of the staff about you"), marked("To serve you")),
    "booking": (marked("Which appointments you booked"), marked("To keep the time for you")),
    "answers": (marked("Your answers and notes"), marked("To prepare the appointment")),
    "consent": (marked("What you agreed to, and when"), marked("To show that you did")),
    "presence": (
        marked("When you came, waited and left"),
        marked("To let you in, and to know how long people wait"),
    ),
    "written": (marked("What you write in the waiting room"), marked("To talk before the appointment")),
    "devices": (marked("The network address of your device"), marked("To connect a call")),
    "sending": (marked("Which emails were sent to you"), marked("To see what reached you")),
    "figures": (marked("How long appointments took, without names"), marked("For reports")),
    "address_hash": (
        marked("A fingerprint of your email or network address"),
        marked("To send codes, and against misuse"),
    ),
    "exported": (
        marked("A copy of all of this, made once you ask what is kept about you"),
        marked("To hand it out to you"),
    ),
}
VIEWERS: Mapping[Viewer, str] = {
    "themselves": marked("You"),
    "staff": marked("The staff of this calendar"),
    "administrators": marked("The administrators of this calendar"),
    "organisation": marked("The administrators of the organisation"),
    "those_present": marked("Those who meet you"),
    "everyone": marked("Everyone"),
    "nobody": marked("No one"),
}
PERIODS: Mapping[KeptFor, str] = {
    "call": marked("Until the call is over"),
    "hour": marked("Up to a day"),
    "three_days": marked("Three days"),
    "calendar": marked("As long as their calendar"),
}
PLACES: Mapping[PlaceKind, tuple[str, str]] = {
    "storage": (marked("Storage"), marked("Everything that calendars keep. It is encrypted.")),
    "backups": (
        marked("Backups"),
        marked(
            "A copy of what calendars keep is made each day. Whoever runs this site decides how long it is kept."
        ),
    ),
    "mail": (marked("Email"), marked("Every email goes through it, with your name, address and appointment.")),
    "sms": (marked("SMS"), marked("Every SMS goes through it, with your number and appointment.")),
    "stun": (
        marked("Connecting calls"),
        marked("In a video call, your browser asks it how it can be reached. It learns your network address."),
    ),
    "turn": (
        marked("Relaying calls"),
        marked("It passes on the sound and picture of calls, encrypted. It learns your network address."),
    ),
    "identity": (marked("Sign-in"), marked("Staff sign in there. Customers don’t.")),
    "teams": (
        marked("Microsoft Teams"),
        marked("Calendars can hold their video calls there. Then Microsoft learns who takes part."),
    ),
    "calendars": (
        marked("Calendars of the staff"),
        marked("Staff can have their own calendars read, to see when they are busy, and can subscribe to a feed."),
    ),
    "telemetry": (
        marked("Monitoring"),
        marked("Figures about requests and errors, without names, addresses or links."),
    ),
}
NO_END = marked("As long as this calendar exists")
HERE = marked("On the same machine as this site")


class KeptLine(NamedTuple):
    """A line of what a calendar keeps."""

    what: str
    purpose: str
    seen_by: str
    kept: str


class PlaceLine(NamedTuple):
    """A line of where data goes."""

    what: str
    text: str
    host: str
    region: str


@page_boundary
async def data_kept(req: func.HttpRequest) -> func.HttpResponse:
    """Show customers what a calendar keeps about them, who sees it, and for how long. Raises as `enter`."""
    context = await enter(req)
    business, texts = context.calendar.business, context.visitor.texts
    kept = await find_kept(business, store=context.app.store)
    return page(
        "booking/data.html",
        context.visitor,
        business,
        here=(("data", business.slug), {}),
        lines=list(_kept_lines(kept.retention, texts)),
        is_held=bool(kept.hold),
        places=context.visitor.link("data"),
        landing=context.visitor.link("book", business.slug),
    )


@page_boundary
async def data_places_shown(req: func.HttpRequest) -> func.HttpResponse:
    """Show everyone where this installation keeps data, and which providers learn what."""
    app = services()
    app.limiter.count_read(client_address(req), app.now())
    visitor = read_visitor(req.params, req.headers.get("accept-language", ""), None)
    places = [_place(one, visitor.texts) for one in data_places(app.settings)]
    return page("site/data.html", visitor, None, here=(("data",), {}), places=places)


def _kept_lines(retention: Retention, texts: NullTranslations) -> Iterator[KeptLine]:
    _ = texts.gettext
    for kind, (what, purpose) in KINDS.items():
        use = USES[kind]
        seen = " · ".join(_(VIEWERS[one]) for one in use.seen_by)
        yield KeptLine(_(what), _(purpose), seen, _period(use.kept, retention, texts))


def _period(kept: KeptFor, retention: Retention, texts: NullTranslations) -> str:
    """Return how long; what goes with appointments has gone by then, however long its own period is."""
    own = next((name for name in CLASSES if name == kept), None)
    if own is None:
        return texts.gettext(PERIODS[kept])
    days: Sequence[int] = [retention.days(own)]
    if own in ("answers", "messages"):
        days = [*days, retention.days("appointments")]
    shortest = min((one for one in days if one), default=0)
    return kept_for(texts, shortest) if shortest else texts.gettext(NO_END)


def _place(one: DataPlace, texts: NullTranslations) -> PlaceLine:
    what, text = PLACES[one.kind]
    host = one.host or ("" if one.kind == "calendars" else texts.gettext(HERE))
    return PlaceLine(texts.gettext(what), texts.gettext(text), host, one.region)
