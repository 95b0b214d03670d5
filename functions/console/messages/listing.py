"""The texts of a calendar's messages: each kind, with the languages in which the calendar has its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.messages.words import TO_CUSTOMERS, TO_STAFF
from functions.console.settings.tabs import settings_tabs
from shared.domain.access.permissions import Permission
from shared.domain.errors import NotFound
from shared.i18n import LANGUAGES, html_tag


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
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
    about, _ = service.id if service else "", context.texts.gettext
    kinds = {kind: label for kind, label in TO_STAFF.items() if not service or kind != "invitation"}
    groups = [
        (_("To customers"), _views(context, _of(TO_CUSTOMERS, is_one_service=service is not None), about)),
        (_("To the staff"), _views(context, kinds, about)),
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


def _of(kinds: Mapping[TextKind, str], *, is_one_service: bool) -> Mapping[TextKind, str]:
    """Return the kinds that a service can have texts of: a code is sent before anything is booked."""
    return {kind: label for kind, label in kinds.items() if not (is_one_service and kind == "code")}


def _views(context: CalendarContext, kinds: Mapping[TextKind, str], service: str) -> list[KindView]:
    return [
        KindView(context.texts.gettext(label), list(_languages(context, kind, service)))
        for kind, label in kinds.items()
    ]


def _languages(context: CalendarContext, kind: TextKind, service: str) -> Iterable[LanguageView]:
    own = {one.language for one in context.calendar.texts.values() if (one.kind, one.service) == (kind, service)}
    about = {"service": service} if service else {}
    for language, name in LANGUAGES.items():
        tag = html_tag(language)
        href = context.here("settings", "messages", kind, language=tag, **about)
        yield LanguageView(name, tag, href, language in own)
