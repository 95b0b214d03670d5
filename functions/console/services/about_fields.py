"""The fields of what a service is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.forms.fields import Choice, Field, Group, NumberField, Option, Tick
from functions.console.forms.lengths import Length
from functions.console.settings.choices import languages
from shared.domain.calendar.service import LARGEST_GROUP, LONGEST, LONGEST_BUFFER, SHORTEST
from shared.i18n import html_tag
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from functions.console.context import CalendarContext
    from shared.domain.calendar.service import Service

ONLINE, IN_PERSON = "online", "in_person"
COLOURS = {
    "": marked("No colour"),
    "#0a5bad": marked("Blue"),
    "#0f6c7a": marked("Turquoise"),
    "#0b6b45": marked("Green"),
    "#7a4b00": marked("Brown"),
    "#a8201a": marked("Red"),
    "#a0286b": marked("Pink"),
    "#6b2fa0": marked("Purple"),
    "#4d5866": marked("Grey"),
}


def text_group(context: CalendarContext) -> Group:
    """Return the fields of what a service is called, and who sees it."""
    _ = context.texts.gettext
    markup = _("Write [words](https://example.com) for a link, **bold** and *italic* for emphasis")
    return Group(
        id="about",
        heading=_("Service"),
        fields=(
            Field(name="name", label=_("Service name"), is_required=True, longest=200, is_own=True),
            Field(
                name="description",
                label=_("Description"),
                kind="long",
                longest=8000,
                hint=markup,
                is_own=True,
                is_rich=True,
            ),
            Tick(
                name="is_hidden",
                label=_("Hide it from customers"),
                hint=_("It leaves the booking page and its link stops working; staff can still book it"),
                said=(context.texts.pgettext("service", "hidden"), context.texts.pgettext("service", "shown")),
            ),
        ),
    )


def place_group(context: CalendarContext) -> Group:
    """Return the fields that say where a service takes place."""
    _ = context.texts.gettext
    ways = (
        Option(IN_PERSON, _("In person")),
        Option(ONLINE, _("Online"), _("By video; how customers join is set under Online")),
    )
    address = str(context.business.address)
    at_business = _("Where it takes place, if not at your address: %(address)s") % {"address": address}
    return Group(
        id="where",
        heading=_("Where"),
        fields=(
            Choice(name="place", label=_("How it takes place"), kind="radio", options=ways),
            Field(
                name="location",
                label=_("Location"),
                longest=500,
                hint=at_business if address else _("An address, or a room that customers find"),
                is_own=True,
            ),
        ),
    )


def length_field(context: CalendarContext) -> Length:
    """Return the field of how long a service takes."""
    return Length(
        name="duration",
        label=context.texts.gettext("Duration"),
        formats=context.formats,
        least=SHORTEST,
        most=LONGEST,
    )


def time_group(context: CalendarContext) -> Group:
    """Return the fields of how long a service takes, and what is kept free around it."""
    _, formats = context.texts.gettext, context.formats
    return Group(
        id="time",
        heading=_("Time"),
        fields=(
            length_field(context),
            Length(
                name="pre_buffer",
                label=_("Free time before"),
                hint=_("Time to prepare. Customers don’t see it, and nothing else is booked into it"),
                formats=formats,
                most=LONGEST_BUFFER,
            ),
            Length(
                name="post_buffer",
                label=_("Free time after"),
                hint=_("Time to tidy up or travel"),
                formats=formats,
                most=LONGEST_BUFFER,
            ),
        ),
    )


def seats_group(context: CalendarContext) -> Group:
    """Return the field of how many customers book one appointment."""
    _ = context.texts.gettext
    return Group(
        id="seats",
        heading=_("Customers at one appointment"),
        fields=(
            NumberField(
                name="maximum_attendees",
                label=_("At most"),
                is_required=True,
                least="1",
                most=str(LARGEST_GROUP),
                hint=_(
                    "1 for an appointment of one customer; more for a class or a group, where each books a place"
                ),
                wrong=_("Enter a number from 1 to %(most)s") % {"most": LARGEST_GROUP},
            ),
        ),
    )


def more_group(context: CalendarContext, service: Service) -> Group:
    """Return the fields that are rarely changed."""
    _ = context.texts.gettext
    chosen = html_tag(service.language) if service.language else ""
    names = {one.value: one.label for one in languages(html_tag(context.business.language))}
    as_calendar = _("As the calendar: %(language)s") % {"language": names[html_tag(context.business.language)]}
    return Group(
        id="more",
        heading=_("More settings"),
        is_closed=True,
        fields=(
            Choice(
                name="language",
                label=_("Language of the emails"),
                options=(Option("", as_calendar), *languages(chosen)),
                hint=_("For a service held in another language"),
                width="medium",
            ),
            Choice(
                name="colour",
                label=_("Colour in the calendar of the staff"),
                options=_colours(context, service),
                width="medium",
            ),
            Field(
                name="internal_notes",
                label=_("Internal notes"),
                kind="long",
                longest=8000,
                hint=_("Only staff see them"),
                is_own=True,
            ),
        ),
    )


def _colours(context: CalendarContext, service: Service) -> tuple[Option, ...]:
    """Return the colours, with one of the service's own that has no name."""
    known = tuple(Option(value, context.texts.gettext(label)) for value, label in COLOURS.items())
    return known if service.colour in COLOURS else (*known, Option(service.colour, service.colour))
