"""How long before or after an appointment a message is sent, in the unit that people would say it in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from functions.console.forms.checks import number_in
from functions.console.forms.fields import Choice, Field, NumberField, Option
from functions.console.forms.problems import WrongFields
from shared.domain.calendar.service import EARLIEST_REMINDER, SOONEST_REMINDER, Reminder
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.console.context import CalendarContext

MINUTE = timedelta(minutes=1)
UNITS = {"minutes": MINUTE, "hours": timedelta(hours=1), "days": timedelta(days=1)}
LABELS = {"hours": marked("hours"), "days": marked("days"), "minutes": marked("minutes")}
RECIPIENTS = {"customer": marked("Customers"), "staff": marked("Staff"), "all": marked("Customers and staff")}


def reminder_columns(context: CalendarContext, label: str) -> tuple[Field, ...]:
    """Return the fields of one message; `label` is that of its offset."""
    _ = context.texts.gettext
    units = tuple(Option(one, _(said)) for one, said in LABELS.items())
    recipients = tuple(Option(one, _(said)) for one, said in RECIPIENTS.items())
    return (
        NumberField(
            name="count",
            label=label,
            is_required=True,
            step="any",
            width="",
            wrong=_("Enter a number, such as 24"),
        ),
        Choice(name="unit", label=_("Unit"), options=units, initial="hours"),
        Choice(name="to", label=context.texts.pgettext("message", "To"), options=recipients, initial="customer"),
        Field(
            name="message",
            label=_("Text of your own"),
            kind="long",
            longest=8000,
            hint=_("Added to the usual email"),
            is_own=True,
        ),
    )


def reminder_row(reminder: Reminder) -> Mapping[str, str]:
    """Return what a row shows of a message: its offset in the largest unit that needs no fraction."""
    unit = next(one for one in reversed(UNITS) if not reminder.offset % UNITS[one] or one == "minutes")
    count = str(reminder.offset // UNITS[unit])
    return {"count": count, "unit": unit, "to": reminder.recipients, "message": reminder.message}


def reminder_in(context: CalendarContext, row: Mapping[str, str], at: str) -> dict[str, object]:
    """Return the message of a row to be validated; raise WrongFields with the nearest offset for the row `at`."""
    _, said = context.texts.gettext, context.formats.duration
    seconds = number_in(row["count"]) * int(UNITS[row["unit"]].total_seconds())
    offset = timedelta(seconds=int(seconds))
    control = f"{at}-count"
    if offset < SOONEST_REMINDER:
        raise WrongFields({control: _("The shortest possible is %(length)s") % {"length": said(SOONEST_REMINDER)}})
    if offset > EARLIEST_REMINDER:
        raise WrongFields({control: _("The longest possible is %(length)s") % {"length": said(EARLIEST_REMINDER)}})
    if offset % MINUTE:
        raise WrongFields({control: _("Enter whole minutes, hours or days")})
    return {"offset": offset, "recipients": row["to"], "message": row["message"]}
