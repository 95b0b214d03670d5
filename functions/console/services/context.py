"""One service as its pages work with it: found in the calendar, shown in tabs, and saved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.console.context import enter
from functions.console.forms.save import Tab, show_or_save
from shared.domain.access.permissions import Permission
from shared.domain.calendar.service import Service
from shared.domain.errors import NotFound
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Callable

    import azure.functions as func

    from functions.console.context import CalendarContext
    from functions.console.forms.form import SettingsForm
    from shared.domain.calendar.business import Calendar
    from shared.records.calendars import CalendarEntry

TABS = {
    "": marked("Service"),
    "people": marked("People"),
    "questions": marked("Questions"),
    "messages": marked("Emails"),
    "online": marked("Online"),
    "rules": marked("Rules"),
}
STRANDED = marked(
    "No one could join: customers join our own room from their browser. Allow that, or choose "
    "another room under Online"
)


class ServiceContext(NamedTuple):
    """A page about one service."""

    page: CalendarContext
    service: Service

    def here(self, *segments: str, **query: str) -> str:
        """Return the URL of a page about this service."""
        return self.page.here("services", "service", self.service.id, *segments, **query)

    async def save(self, edit: Callable[[Service], Service]) -> object:
        """Apply a change to the service as it is by then."""

        def change(_: Calendar, current: CalendarEntry) -> CalendarEntry:
            # For the type alone: an id among the services is a service.
            if not isinstance(current, Service):
                raise NotFound
            return edit(current)

        return await self.page.settings.change("services", self.service.id, change, None)

    async def show_tab(self, tab: str, form: SettingsForm[Service], **more: Any) -> func.HttpResponse:
        """Show one of the service's forms among its tabs, or save it."""
        template = more.pop("template", "console/services/tab.html")
        names = {one.name for one in form.fields}
        control = "allow_anonymous_join" if "allow_anonymous_join" in names else form.fields[0].name
        stranded = {"isAnonymousJoinEnabled": (control, self.page.texts.gettext(STRANDED))}
        return await show_or_save(
            self.page,
            replace(form, pointers={**stranded, **form.pointers}),
            self.service,
            self.save,
            section="services",
            heading=self.service.name,
            template=template,
            tabs=self.tabs(tab),
            service=self.service,
            **more,
        )

    def tabs(self, current: str) -> list[Tab]:
        """Return the pages about the service."""
        _ = self.page.texts.gettext
        return [
            Tab(_(label), self.here(*([name] if name else [])), name == current) for name, label in TABS.items()
        ]


async def enter_service(
    req: func.HttpRequest, permission: Permission = Permission.CHANGE_SERVICES
) -> ServiceContext:
    """Return the context of the service in the path. Raises as `enter`; NotFound for one that was removed."""
    context = await enter(req, permission)
    service = context.calendar.services.get(req.route_params["service"])
    if service is None or service.removed_at:
        raise NotFound
    return ServiceContext(context, service)
