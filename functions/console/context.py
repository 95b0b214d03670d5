"""What a handler of the console's pages works with: who asks, about which calendar, and what was submitted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import azure.functions as func

from functions.auth.session import FIELD
from functions.console.boundary import console_visitor, enter_calendar, person_of
from functions.console.forms.sent import SentForm, read_sent
from functions.console.shell import framed
from functions.http.boundary import LARGEST_BODY
from functions.pages.rich_text import own_language
from functions.wiring import services
from shared.i18n.formats import Formats
from shared.storage.checks.basis import current_basis
from shared.use_cases.calendars.change_business import BusinessChange
from shared.use_cases.calendars.change_calendar import RECENTLY
from shared.use_cases.calendars.change_entity import SettingsChange
from shared.use_cases.calendars.disabled_staff import find_disabled
from shared.use_cases.commands import Author
from shared.use_cases.messages.change_text import TextChange


if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from gettext import NullTranslations

    from markupsafe import Markup

    from functions.auth.access import Access
    from functions.pages.visitor import Visitor
    from functions.wiring import Services
    from shared.domain.access.permissions import Caller, Permission
    from shared.domain.calendar.business import Business, Calendar

NOTHING_SENT = SentForm([])


@dataclass(frozen=True)
class ConsoleContext:
    """A page of the console that is about no calendar. `form` is what was submitted, empty for GET."""

    req: func.HttpRequest
    caller: Caller
    visitor: Visitor
    form: SentForm
    app: Services

    @property
    def now(self) -> datetime:
        """The moment of this request."""
        return self.app.now()

    @property
    def is_sent(self) -> bool:
        """Whether a form was submitted."""
        return str(self.req.method) == "POST"

    @property
    def texts(self) -> NullTranslations:
        return self.visitor.texts

    @property
    def author(self) -> Author:
        """Who requests the change, and the key of the form that was submitted."""
        return Author(self.caller.email or self.caller.subject, self.form.get("key"))

    def link(self, *segments: str, **query: str) -> str:
        """Return the URL of a page of the console, in the language of this one."""
        lang = self.visitor.carried.get("lang", "")
        values = {**({"lang": lang} if lang else {}), **query}
        path = "/".join(["/console", *(quote(one, safe="") for one in segments)])
        return path + (f"?{urlencode(values)}" if values else "")

    def leave(self, address: str) -> func.HttpResponse:
        """Redirect after a change, so that the page can be reloaded safely."""
        return func.HttpResponse(status_code=303, headers={"Location": address})

    async def page(
        self, template: str, section: str, status: int = 200, *, heading: str, **context: Any
    ) -> func.HttpResponse:
        """Return a page within the console's navigation, where `section` is current."""
        return await framed(
            template,
            self.req,
            self.caller,
            self.visitor,
            section=section,
            access=self._access,
            status=status,
            heading=heading,
            link=self.link,
            **{**self._about, **context},
        )

    @property
    def _access(self) -> Access | None:
        return None

    @property
    def _about(self) -> dict[str, Any]:
        access = self._access
        return {"own_lang": self.own_lang, "calendar": access.calendar} if access else {}

    @property
    def own_lang(self) -> Markup | str:
        return ""


@dataclass(frozen=True)
class CalendarContext(ConsoleContext):
    """A page of the console about one calendar."""

    access: Access

    @property
    def calendar(self) -> Calendar:
        return self.access.calendar

    @property
    def business(self) -> Business:
        return self.access.calendar.business

    @property
    def _access(self) -> Access:
        return self.access

    @cached_property
    def own_lang(self) -> Markup:
        """The `lang` attribute of the calendar's own texts."""
        return own_language(self.business, self.visitor)

    @cached_property
    def formats(self) -> Formats:
        """Formats in the reader's language and in the calendar's time zone, as staff work by its clock."""
        return Formats(self.visitor.region_tag, self.business.time_zone, self.texts)

    def here(self, *segments: str, **query: str) -> str:
        """Return the URL of a page about this calendar."""
        return self.link("calendars", self.business.id, *segments, **query)

    @property
    def settings(self) -> SettingsChange:
        """The use case that changes services, staff and questions."""
        app, may_remove = self.app, self.caller.is_organisation_administrator
        return SettingsChange(self.business.id, self.author, self.sent_text, app.context, may_remove)

    @property
    def changing(self) -> BusinessChange:
        """The use case that changes the calendar itself."""
        app = self.app
        return BusinessChange(self.business.id, self.author, self.sent_text, app.context)

    @property
    def wording(self) -> TextChange:
        """The use case that changes the calendar's texts for messages."""
        app = self.app
        return TextChange(self.business.id, self.author, self.sent_text, app.context)

    async def save_business(self, edit: Callable[[Business], Business]) -> Calendar:
        """Apply a change to the business as it is by then."""
        return await self.changing.edit(lambda calendar: replace(calendar, business=edit(calendar.business)), None)

    @property
    def sent_text(self) -> str:
        """What was submitted, without the session's token: sent again in a new session, it is the same change."""
        return urlencode([(name, one) for name in self.form if name != FIELD for one in self.form.all(name)])


async def enter(req: func.HttpRequest, permission: Permission, largest: int = LARGEST_BODY) -> CalendarContext:
    """Return the context of the calendar in the path. Raises as `enter_calendar`; BodyTooLarge, BadRequest."""
    access = await enter_calendar(req, req.route_params["business"], permission)
    if basis := current_basis():
        basis.read_beside(find_disabled(store=services().store, within=RECENTLY))
    return CalendarContext(req, access.caller, console_visitor(req), _sent(req, largest), services(), access)


async def enter_console(req: func.HttpRequest, largest: int = LARGEST_BODY) -> ConsoleContext:
    """Return the context of a page about no calendar. Raises as `person_of`; BodyTooLarge, BadRequest."""
    caller = await person_of(req)
    return ConsoleContext(req, caller, console_visitor(req), _sent(req, largest), services())


def _sent(req: func.HttpRequest, largest: int) -> SentForm:
    return read_sent(req, largest) if req.method == "POST" else NOTHING_SENT
