"""Adds a service by the few answers that it needs; all else can be changed after that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Field, Group
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.lengths import length_in, length_text
from functions.console.forms.save import show_or_save
from functions.console.services.about_fields import IN_PERSON, ONLINE, length_field, place_group
from functions.console.services.people_fields import chosen_in, people_field
from shared.domain.access.permissions import Permission
from shared.domain.calendar.service import Service


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext

ALONE = 1  # the only person on the staff is ticked already


@console_boundary
async def service_add(req: func.HttpRequest) -> func.HttpResponse:
    """Show the short form of a new service, and add it at the end of the list."""
    context = await enter(req, Permission.CHANGE_SERVICES)
    made: list[str] = []

    async def save(edit: Callable[[Service], Service]) -> None:
        service, _ = await context.settings.add(
            "services",
            lambda _, name: edit(new_service(context)).model_copy(update={"id": name}),
            lambda calendar: len(calendar.listed_services),
        )
        made.append(service.id)

    _ = context.texts.gettext
    return await show_or_save(
        context,
        creation_form(context),
        new_service(context),
        save,
        section="services",
        heading=_("New service"),
        submit=_("Add the service"),
        template="console/services/new.html",
        list_of_all=context.here("services"),
        done=lambda: context.here("services", "service", made[0], news="created"),
    )


def new_service(context: CalendarContext) -> Service:
    """Return what a new service is like before anything is typed."""
    people = tuple(context.calendar.staff)
    return Service(id="new", name="", staff=people if len(people) == ALONE else ())


def creation_form(context: CalendarContext) -> SettingsForm[Service]:
    """Return the form: what it is called, how long it takes, where, and who serves it."""
    _ = context.texts.gettext
    people = people_field(context, new_service(context))
    name = Field(name="name", label=_("Service name"), is_required=True, longest=200, is_own=True)
    about = Group(id="about", heading=_("Service"), fields=(name, length_field(context)))
    who = Group(id="people", heading=_("Staff"), fields=(people,))

    def changed(service: Service, values: Mapping[str, str]) -> Service:
        return changed_model(
            service,
            name=values["name"],
            duration=length_in(values["duration"]),
            is_online=values["place"] == ONLINE,
            location={"name": values["location"]},
            staff=chosen_in(values["staff"]),
        )

    return SettingsForm((about, place_group(context), who), creation_values, changed)


def creation_values(service: Service) -> Mapping[str, str]:
    """Return what the form shows of a service."""
    return {
        "name": service.name,
        "duration": length_text(service.duration),
        "place": ONLINE if service.is_online else IN_PERSON,
        "location": service.location.name,
        "staff": "\n".join(service.staff),
    }
