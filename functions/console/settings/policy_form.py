"""The fields of a scheduling policy: what they show, what they make of it, and what they refuse."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from functions.console.forms.checks import number_in
from functions.console.forms.fields import Choice, Group, NumberField, Option, Tick, on
from functions.console.forms.form import changed_model
from functions.console.forms.hours import Hours, hours_in, hours_text
from functions.console.forms.problems import WrongFields
from functions.console.settings.choices import weekday_names
from shared.domain.calendar.policy import DAY, HOUR, TEN_YEARS, Availability, SchedulingPolicy
from shared.domain.timeline.hours import ALWAYS
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Business

MINUTE = timedelta(minutes=1)
AVAILABILITY: dict[Availability, tuple[str, str]] = {
    "when_staff_are_free": (marked("When staff are free"), marked("Within the opening hours")),
    "weekly_hours": (
        marked("In certain hours of the week"),
        marked("Within the opening hours, when staff are free"),
    ),
    "not_bookable": (marked("Not at all"), marked("Your staff can still book for customers")),
}
LONGEST = TEN_YEARS // DAY
STEP = 5
BOUNDS = {"interval": (STEP, 240), "lead": (0, (LONGEST - 1) * 24), "advance": (1, LONGEST)}


def policy_groups(context: CalendarContext) -> tuple[Group, Group, Group]:
    """Return the fields in their groups: times, when customers can book, people and messages."""
    return _times(context), _bookable(context), _choices(context)


def _times(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    every = _("Counted from midnight: 30 offers 09:00, 09:30, 10:00")
    closing = _("It’s also the latest time to reschedule or cancel. 0 means until the start")
    return Group(
        id="times",
        heading=_("Times that are offered"),
        fields=(
            _number("interval", _("Offer a time every"), _("minutes"), every),
            _number("lead", _("Customers must book at least this long ahead"), _("hours"), closing),
            _number("advance", _("Customers can book at most this far ahead"), _("days"), ""),
        ),
    )


def _number(name: str, label: str, unit: str, hint: str) -> NumberField:
    least, most = map(str, BOUNDS[name])
    return NumberField(name=name, label=label, unit=unit, hint=hint, least=least, most=most, is_required=True)


def availability_choice(context: CalendarContext, label: str) -> Choice:
    """Return the choice of when customers can book."""
    _ = context.texts.gettext
    options = tuple(Option(value, _(name), _(hint)) for value, (name, hint) in AVAILABILITY.items())
    return Choice(name="availability", label=label, kind="radio", options=options)


def _bookable(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    hours = Hours(name="hours", label=_("Hours of the week"), days=weekday_names(context), none=_("Not bookable"))
    fields = (availability_choice(context, _("Customers can book")), hours)
    return Group(id="bookable", heading=_("When customers can book"), fields=fields)


def _choices(context: CalendarContext) -> Group:
    _, email = context.texts.gettext, context.business.email
    ticks = {
        "selection": (_("Customers can choose who they see"), _("Otherwise they get anyone who is free")),
        "owner": (
            _("Send the business an email about each booking, change and cancellation"),
            _("It goes to %(address)s") % {"address": email}
            if email
            else _("Enter the email address under Business first"),
        ),
        "invitation": (
            _("Send customers a calendar invitation"),
            _("With their confirmation, as a file that calendars open"),
        ),
    }
    said = (_("Yes"), _("No"))
    fields = tuple(Tick(name=name, label=label, hint=hint, said=said) for name, (label, hint) in ticks.items())
    return Group(id="choices", heading=_("People and messages"), fields=fields)


def policy_values(policy: SchedulingPolicy, business: Business) -> Mapping[str, str]:
    """Return what the fields show of a policy. Weekly hours that were never set start as the opening hours."""
    is_unset = policy.availability != "weekly_hours" and policy.hours == ALWAYS
    return {
        "interval": str(policy.time_slot_interval // MINUTE),
        "lead": str(policy.minimum_lead_time // HOUR),
        "advance": str(policy.maximum_advance // DAY),
        "availability": policy.availability,
        "hours": hours_text(business.hours if is_unset else policy.hours),
        "selection": on(policy.allow_staff_selection),
        "owner": on(policy.send_confirmations_to_owner),
        "invitation": on(policy.send_invitation_to_customer),
    }


def policy_with(policy: SchedulingPolicy, values: Mapping[str, str], context: CalendarContext) -> SchedulingPolicy:
    """Return the policy with checked texts of the fields. Raises WrongFields with the nearest possible values."""
    numbers = {name: int(number_in(values[name])) for name in BOUNDS}
    if wrong := impossible(numbers, context):
        raise WrongFields(wrong)
    is_weekly = values["availability"] == "weekly_hours"
    hours = hours_in(values["hours"], context.texts) if is_weekly else policy.hours
    if not any(hours):
        raise WrongFields({"hours": context.texts.gettext("Add hours, or choose “Not at all”")})
    return changed_model(
        policy,
        time_slot_interval=numbers["interval"] * MINUTE,
        minimum_lead_time=numbers["lead"] * HOUR,
        maximum_advance=numbers["advance"] * DAY,
        availability=values["availability"],
        hours=hours,
        allow_staff_selection=bool(values["selection"]),
        send_confirmations_to_owner=bool(values["owner"]),
        send_invitation_to_customer=bool(values["invitation"]),
    )


def impossible(numbers: Mapping[str, int], context: CalendarContext) -> Mapping[str, str]:
    """Return what is impossible of numbers within their bounds, with the nearest value that is possible."""
    _, interval = context.texts.gettext, numbers["interval"]
    if interval % STEP:
        text = _("Choose a multiple of 5 minutes. The nearest is %(nearest)s")
        return {"interval": text % {"nearest": round(interval / STEP) * STEP}}
    least = -(-(numbers["lead"] + 24) // 24)
    if numbers["advance"] >= least:
        return {}
    text = _("With %(lead)s hours before, this is at least %(least)s days: there are 24 hours between the two")
    return {"advance": text % {"lead": numbers["lead"], "least": least}}
