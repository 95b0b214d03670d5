"""The form about a person on the staff: who they are, when they work, how they are booked, their mail."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from functions.console.forms.checks import whole_in
from functions.console.forms.fields import Choice, Field, Group, NumberField, Option, Tick, on
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.hours import Hours, hours_in, hours_text
from functions.console.forms.problems import WrongFields
from functions.console.forms.rooms import room_group, room_in, room_values
from functions.console.settings.choices import languages, weekday_names, zone_options
from functions.console.staff.states import SERVES, role_options
from shared.domain.errors import AlreadyOnStaff, LastAdministrator
from shared.domain.timeline.hours import CLOSED
from shared.i18n import html_tag


if TYPE_CHECKING:
    from collections.abc import Mapping
    from gettext import NullTranslations

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import StaffMember
    from shared.domain.errors import Refusal

TICKS = ("is_listed", "is_bookable", "is_told_by_mail", "notify_of_time_off")
BUSINESS, OWN = "business", "own"
MOST_PRIORITY = 1000
ACTIVE, PENDING = "active", "pending"


def person_form(context: CalendarContext, person: StaffMember | None = None) -> SettingsForm[StaffMember]:
    """Return the form about a person; without one, the form that adds somebody."""
    _ = context.texts.gettext
    is_new = person is None
    invitation = [invitation_group(context.texts)] if is_new else []
    groups = (
        _about(context, is_new=is_new),
        *invitation,
        _hours(context, person),
        _booking(context, is_new=is_new),
        _room(context, person),
        _mail(context, person),
    )

    def values(person: StaffMember) -> Mapping[str, str]:
        return person_values(person, context)

    def changed(person: StaffMember, texts: Mapping[str, str]) -> StaffMember:
        return person_with(person, texts, context)

    places: dict[type[Refusal], tuple[str, str]] = {
        AlreadyOnStaff: ("email", _("Someone on the staff already has this address. Add each person once")),
        LastAdministrator: ("role", _("This is the last administrator: make someone else administrator first")),
    }
    return SettingsForm(groups, values, changed, places)


def _about(context: CalendarContext, *, is_new: bool) -> Group:
    _ = context.texts.gettext
    moved = _("With a new address, links in emails to the old one stop working. New ones are sent")
    return Group(
        id="about",
        heading=_("Person"),
        fields=(
            Field(name="name", label=_("Name"), is_required=True, longest=200, autocomplete="off"),
            Field(
                name="email",
                label=_("Email address"),
                kind="email",
                is_required=True,
                longest=254,
                hint=_("Any address. No account is needed to be booked") if is_new else moved,
            ),
            Choice(name="role", kind="radio", label=_("Role"), options=role_options(context.texts)),
        ),
    )


def invitation_group(texts: NullTranslations, *, is_closed: bool = False) -> Group:
    """Return the choice whether somebody is booked at once, or asked by mail first."""
    _ = texts.gettext
    asked = _("They get an email with a link to accept or decline. They can’t be booked until they accept")
    options = (
        Option(ACTIVE, _("At once"), _("They get no email about being added")),
        Option(PENDING, _("Once they agree"), asked),
    )
    return Group(
        id="invitation",
        heading=_("Invitation"),
        is_closed=is_closed,
        fields=(Choice(name="membership", kind="radio", label=_("When can they be booked?"), options=options),),
    )


def _hours(context: CalendarContext, person: StaffMember | None) -> Group:
    _, known = context.texts.gettext, person.time_zone if person else ""
    zone = _("The zone of the calendar (%(city)s)") % {"city": context.formats.city()}
    options = (Option(BUSINESS, _("The opening hours of the calendar")), Option(OWN, _("Their own hours")))
    return Group(
        id="hours-of-work",
        heading=_("Working hours"),
        intro=_("They’re booked only while the calendar is open, too."),
        is_closed=person is None,
        fields=(
            Choice(name="whose_hours", kind="radio", label=_("Hours"), options=options),
            Hours(name="hours", label=_("Their own hours"), days=weekday_names(context)),
            Choice(
                name="time_zone",
                label=_("Time zone"),
                options=(Option("", zone), *zone_options(context, known or "")),
                hint=_("Used for their own hours and emails"),
            ),
        ),
    )


def _booking(context: CalendarContext, *, is_new: bool) -> Group:
    _ = context.texts.gettext
    serves = (
        Option("both", _("Online and in person")),
        *(Option(name, _(label)) for name, label in SERVES.items()),
    )
    yes_no, hint = (
        (_("Yes"), _("No")),
        _("If not, customers can’t choose them, but “anyone” may still lead to them"),
    )
    return Group(
        id="booking",
        heading=_("Booking"),
        is_closed=is_new,
        fields=(
            Tick(
                name="is_bookable",
                label=_("Can be booked"),
                hint=_("When this is off, no one can book new appointments with them. Existing ones stay"),
                said=yes_no,
            ),
            Tick(name="is_listed", label=_("Shown on the booking page"), hint=hint, said=yes_no),
            Choice(name="serves", kind="radio", label=_("They serve"), options=serves),
            NumberField(
                name="priority",
                label=_("Priority"),
                hint=_("Where a service goes by priority, the free person with the lowest number is booked"),
                least=str(-MOST_PRIORITY),
                most=str(MOST_PRIORITY),
                wrong=_("Enter a whole number from -1000 to 1000"),
                is_required=True,
            ),
        ),
    )


def _room(context: CalendarContext, person: StaffMember | None) -> Group:
    _ = context.texts.gettext
    group = room_group(context, person.meeting if person else None, _("As the service"), is_closed=True)
    intro = _("For online appointments with this person, whatever the service says. Walk-ins aren’t affected.")
    return replace(group, intro=intro)


def _mail(context: CalendarContext, person: StaffMember | None) -> Group:
    _, known = context.texts.gettext, html_tag(person.language) if person else ""
    same, yes_no = _("The language of the calendar"), (_("Yes"), _("No"))
    return Group(
        id="mail",
        heading=_("Emails"),
        is_closed=person is None,
        fields=(
            Tick(name="is_told_by_mail", label=_("Emails about their appointments"), said=yes_no),
            Tick(name="notify_of_time_off", label=_("Emails about their time off"), said=yes_no),
            Choice(
                name="language", label=_("Language of their emails"), options=(Option("", same), *languages(known))
            ),
        ),
    )


def person_values(person: StaffMember, context: CalendarContext) -> Mapping[str, str]:
    """Return what the form shows of a person."""
    shown = person.hours or person.unused_hours or context.business.hours
    return {
        **{name: getattr(person, name) for name in ("name", "email", "role", "serves", "membership")},
        **{name: on(getattr(person, name)) for name in TICKS},
        "whose_hours": BUSINESS if person.hours is None else OWN,
        "hours": hours_text(shown),
        "time_zone": person.time_zone or "",
        "priority": str(person.priority),
        "language": html_tag(person.language) if person.language else "",
        **room_values(person.meeting),
    }


def person_with(person: StaffMember, values: Mapping[str, str], context: CalendarContext) -> StaffMember:
    """Return the person with the texts of the form. Raises WrongFields, InvalidFields."""
    _, number = context.texts.gettext, values["priority"]
    priority = whole_in(number.removeprefix("-"), MOST_PRIORITY + 1)
    if priority > MOST_PRIORITY:
        raise WrongFields({"priority": _("Enter a whole number from -1000 to 1000")})
    zone = values["time_zone"] or None
    given: dict[str, Any] = {name: values[name] for name in ("name", "email", "role", "serves")}
    given |= {name: bool(values[name]) for name in TICKS}
    return changed_model(
        person,
        **given,
        **_hours_with(values, context),
        membership=values.get("membership", person.membership),
        priority=-priority if number.startswith("-") else priority,
        time_zone=zone,
        # Graph's clients see the zone by the name they gave it, until another one is chosen here.
        time_zone_written=person.time_zone_written if zone == person.time_zone else "",
        language=values["language"],
        meeting=room_in(values),
        is_external=person.is_external and values["role"] == "guest",
    )


def _hours_with(values: Mapping[str, str], context: CalendarContext) -> dict[str, Any]:
    """Return whose hours count; own hours that do not count are kept, to be shown again."""
    own = hours_in(values["hours"], context.texts)
    if values["whose_hours"] == OWN:
        if own == CLOSED:
            text = context.texts.gettext(
                "Enter hours on at least one day. To stop bookings, clear “Can be booked”"
            )
            raise WrongFields({"hours": text})
        return {"hours": own, "unused_hours": None}
    return {"hours": None, "unused_hours": None if own in (context.business.hours, CLOSED) else own}
