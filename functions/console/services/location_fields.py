"""The fields of a service's own place: its name, postal address, web address and coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.forms.address import address_fields, address_in, address_values
from functions.console.forms.checks import number_in
from functions.console.forms.fields import Field, Group, NumberField
from functions.console.forms.problems import WrongFields
from shared.domain.calendar.place import Coordinates, Location


if TYPE_CHECKING:
    from collections.abc import Mapping
    from gettext import NullTranslations

    from functions.console.context import CalendarContext

DEGREES = ("latitude", "longitude")


def location_group(context: CalendarContext) -> Group:
    """Return the fields of where a place is, which its name does not say."""
    _ = context.texts.gettext
    site = Field(
        name="uri",
        label=_("Web address of the place"),
        kind="url",
        hint=_("For example a map, directions, or another provider’s meeting room"),
    )
    return Group(
        id="location-address",
        heading=_("Address and map of the place"),
        intro=_("Only if it’s not at your own address. Customers see it in their emails and calendars."),
        is_closed=True,
        fields=(*address_fields(context.texts, is_own=True), site, *_degrees(context)),
    )


def _degrees(context: CalendarContext) -> tuple[Field, ...]:
    _ = context.texts.gettext
    latitude = NumberField(
        name="latitude",
        label=_("Latitude"),
        least="-90",
        most="90",
        step="any",
        width="half",
        hint=_("In degrees, north is positive"),
        wrong=_("Enter degrees from -90 to 90, such as 48.8584"),
    )
    longitude = NumberField(
        name="longitude",
        label=_("Longitude"),
        least="-180",
        most="180",
        step="any",
        width="half",
        hint=_("In degrees, east is positive"),
        wrong=_("Enter degrees from -180 to 180, such as 2.2945"),
    )
    return latitude, longitude


def location_values(location: Location) -> Mapping[str, str]:
    """Return what the fields show of a place, with its name as `location`."""
    return {
        "location": location.name,
        "uri": location.uri,
        **address_values(location.address),
        **{name: _degrees_text(location.coordinates, name) for name in DEGREES},
    }


def _degrees_text(place: Coordinates | None, name: str) -> str:
    degrees = getattr(place, name) if place else None
    return "" if degrees is None else f"{degrees:.6f}".rstrip("0").rstrip(".")


def location_in(values: Mapping[str, str], location: Location, texts: NullTranslations) -> Location:
    """Return a place with the fields' texts. Raises WrongFields for one coordinate without the other."""
    before = location_values(location)
    place = location.coordinates
    if any(values[name] != before[name] for name in DEGREES):
        for name, other in (DEGREES, DEGREES[::-1]):
            if values[other] and not values[name]:
                raise WrongFields({name: texts.gettext("Enter both coordinates, or neither")})
        degrees = {name: float(number_in(values[name])) for name in DEGREES}
        place = Coordinates(**degrees) if values["latitude"] else None
    changes = {"name": values["location"], "uri": values["uri"], "coordinates": place}
    return location.model_copy(update={**changes, "address": address_in(values)})
