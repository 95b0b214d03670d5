"""The texts of a calendar's messages: each kind, with the languages in which the calendar has its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.messages.editor import about_place
from functions.console.messages.words import TO_CUSTOMERS, TO_STAFF, place_label
from functions.console.settings.tabs import settings_tabs
from shared.domain.access.permissions import Permission
from shared.domain.errors import NotFound
from shared.domain.messages.message_text import REMINDERS, TextPlace
from shared.i18n import LANGUAGES, html_tag


if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.service import Service
    from shared.domain.messages.message_text import TextKind


class LanguageView(NamedTuple):
    """A text in one language: where it is edited, and whether it is the calendar's own."""

    name: str
    tag: str
    href: str
    is_own: bool


class KindView(NamedTuple):
    """A kind of message, with its text in each language."""

    label: str
    languages: list[LanguageView]


@console_boundary
async def messages_list(req: func.HttpRequest) -> func.HttpResponse:
    """Show the texts of all messages, or those of one service."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    service = context.calendar.services.get(req.params.get("service", ""))
    if req.params.get("service") and (service is None or service.removed_at):
        raise NotFound
    _ = context.texts.gettext
    groups = [
        (_("To customers"), _views(context, _kinds(TO_CUSTOMERS, service), service)),
        (_("To the staff"), _views(context, _kinds(TO_STAFF, service), service)),
    ]
    return await context.page(
        "console/messages/list.html",
        "settings",
        heading=_("Settings"),
        tabs=settings_tabs(context, "messages"),
        groups=groups,
        service=service,
        services=[one for one in context.calendar.listed_services if one != service],
    )


def _kinds(kinds: Iterable[TextKind], service: Service | None) -> list[TextKind]:
    """Return the kinds that there are; a service has neither the code before a booking nor the invitation."""
    return [one for one in kinds if not (service and one in ("code", "invitation", "report"))]


def _views(context: CalendarContext, kinds: Iterable[TextKind], service: Service | None) -> list[KindView]:
    """Return the kinds, and after the reminders of a service each of them."""
    places = [place for kind in kinds for place in _places(kind, service)]
    return [KindView(place_label(one, context.formats), list(_languages(context, one))) for one in places]


def _places(kind: TextKind, service: Service | None) -> Iterator[TextPlace]:
    yield TextPlace(kind, "en", service.id if service else "")
    reminders = service.reminders if service and kind in REMINDERS else ()
    for one in sorted(reminders, key=lambda reminder: -reminder.offset):
        yield TextPlace(kind, "en", service.id if service else "", int(one.offset.total_seconds()) // 60)


def _languages(context: CalendarContext, place: TextPlace) -> Iterator[LanguageView]:
    for language, name in LANGUAGES.items():
        tag = html_tag(language)
        href = context.here("settings", "messages", place.kind, language=tag, **about_place(place))
        is_own = place._replace(language=language).id in context.calendar.texts
        yield LanguageView(name, tag, href, is_own)
