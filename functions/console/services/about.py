"""What a service is: its name, where and how long it takes place, its price, its seats, and who sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.forms.fields import on
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.lengths import length_in, length_text
from functions.console.forms.translated import edited_words, language_groups, words_values
from functions.console.services.about_fields import (
    IN_PERSON,
    ONLINE,
    more_group,
    place_group,
    seats_group,
    text_group,
    time_group,
)
from functions.console.services.context import enter_service
from functions.console.services.location_fields import location_group, location_in, location_values
from functions.console.services.prices import PRICE_FIELDS, price_group, price_in, price_values
from shared.domain.calendar.words import ServiceWords
from shared.i18n import html_tag
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.service import Service

LENGTHS = ("duration", "pre_buffer", "post_buffer")
TRANSLATED = ("name", "description", "location")
PLAIN = ("name", "description", "internal_notes", "colour")
TOLD = {"copied": marked("This is the copy. Customers don’t see it yet."), "created": marked("Added.")}


@console_boundary
async def service_about(req: func.HttpRequest) -> func.HttpResponse:
    """Show what a service is, and save it."""
    at = await enter_service(req)
    return await at.show_tab("", about_form(at.page, at.service), told=TOLD)


def about_form(context: CalendarContext, service: Service) -> SettingsForm[Service]:
    """Return the form. A service that becomes online lets customers join from a browser: else nobody could."""
    text, place = text_group(context), place_group(context)
    translated = [one for one in (*text.fields, *place.fields) if one.name in TRANSLATED]
    groups = (
        text,
        place,
        location_group(context),
        time_group(context),
        price_group(context),
        seats_group(context),
        more_group(context, service),
        *language_groups(context, translated, service),
    )
    return SettingsForm(groups, about_values, _changed(context))


def _changed(context: CalendarContext) -> Callable[[Service, Mapping[str, str]], Service]:
    def changed(service: Service, values: Mapping[str, str]) -> Service:
        after = changed_model(
            service,
            {"price": "amount"},
            **{name: values[name] for name in PLAIN},
            **{name: length_in(values[name]) for name in LENGTHS},
            location=location_in(values, service.location, context.texts),
            is_online=values["place"] == ONLINE,
            price=price_in(service, {name: values[name] for name in PRICE_FIELDS}),
            maximum_attendees=values["maximum_attendees"],
            language=values["language"],
            is_hidden=bool(values["is_hidden"]),
        )
        after = after.model_copy(update={"translations": edited_words(ServiceWords, service, after, values)})
        is_new_to_it = after.is_online and not service.is_online
        joined = {"allow_anonymous_join": True} if is_new_to_it and context.calendar.strands(after) else {}
        return after.model_copy(update=joined)

    return changed


def about_values(service: Service) -> Mapping[str, str]:
    """Return what the form shows of a service."""
    return {
        **{name: getattr(service, name) for name in PLAIN},
        **{name: length_text(getattr(service, name)) for name in LENGTHS},
        **price_values(service.price),
        **location_values(service.location),
        "place": ONLINE if service.is_online else IN_PERSON,
        "maximum_attendees": str(service.maximum_attendees),
        "language": html_tag(service.language) if service.language else "",
        "is_hidden": on(service.is_hidden),
        **words_values(service.translations),
    }
