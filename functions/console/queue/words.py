"""What the queue says of an appointment: its status, what can be noted of it, and what has just been done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from shared.domain.visits.queue import QueueLine

STATUSES = {
    "in_lobby": marked("In the waiting room"),
    "in_progress": marked("In progress"),
    "booked": marked("Booked"),
    "completed": marked("Completed"),
    "no_show": marked("No-show"),
    "not_admitted": marked("Not admitted"),
    "cancelled": marked("Cancelled"),
}
ICONS = {
    "in_lobby": "clock",
    "in_progress": "video",
    "booked": "calendar",
    "completed": "check",
    "no_show": "cross",
    "not_admitted": "alert",
    "cancelled": "cross",
}
MARKS = {
    "mark_no_show": marked("Mark as no-show"),
    "undo": marked("Undo"),
    "end": marked("End the appointment"),
    "arrive": marked("Arrived"),
    "begin": marked("Begin"),
    "complete": marked("Done"),
}
NEXT_MARKS, LAST_MARKS = ("arrive", "begin", "complete"), ("mark_no_show", "end")
"""Of what is offered, the first of NEXT_MARKS is a button of its line; LAST_MARKS stand apart from the rest."""
ORIGINS = {"on_demand": marked("Walk-in"), "trial": marked("Test")}
NEWS = {
    "reminded": marked("The reminder was sent."),
    "no-mail": marked("No email address on file."),
    "too-late": marked("It’s too late for a reminder."),
    "moved": marked("The appointment was rescheduled. Everyone was notified."),
    "reassigned": marked("The appointment was reassigned. Everyone was notified."),
    "cancelled": marked("The appointment was cancelled. Everyone was notified."),
    "seat-moved": marked("The place was moved. Everyone concerned was notified."),
    "seat-cancelled": marked("The place was cancelled. Everyone concerned was notified."),
    "moved-untold": marked("The appointment was rescheduled. No one is notified."),
    "reassigned-untold": marked("The appointment was reassigned. No one is notified."),
    "seat-moved-untold": marked("The place was moved. No one is notified."),
    "seat-cancelled-untold": marked("The place was cancelled. No one is notified."),
    "cancelled-untold": marked("The appointment was cancelled. No one is notified."),
    "moved-some": marked(
        "The appointment was rescheduled. Only people whose message was already on its way are notified."
    ),
    "reassigned-some": marked(
        "The appointment was reassigned. Only people whose message was already on its way are notified."
    ),
    "cancelled-some": marked(
        "The appointment was cancelled. Only people whose message was already on its way are notified."
    ),
    "booked": marked("The appointment was booked."),
    "series": marked("The appointments of the series were booked."),
    "noted": marked("The notes were saved."),
    "confirmed": marked("The appointment is confirmed. The customer was notified."),
    "declined": marked("The appointment stays as it is. The person who asked was notified."),
    "said": marked("Your message is shown in the waiting room."),
    "changed": marked("That appointment is no longer on this day. This is the day as it is now."),
    "link-sent": marked("We’ve sent a new link. The previous one no longer works."),
    "link-revoked": marked("The link no longer works, and no one gets a new one."),
    "link-void": marked(
        "The previous link no longer works. There’s no email address for the new one: share it yourself."
    ),
}


def said_of(line: QueueLine, _: Callable[[str], str]) -> str:
    """Return the status in words; where an attendee waits too long, for how many minutes."""
    whole = int(line.wait.total_seconds()) // 60 if line.is_late and line.wait else 0
    return _("Waiting %(minutes)s min") % {"minutes": whole} if whole else _(STATUSES[line.status])


def minutes(wait: timedelta | None) -> str:
    """Return a wait as MM:SS, empty for None."""
    if wait is None:
        return ""
    seconds = int(wait.total_seconds())
    return f"{seconds // 60:02d}:{seconds % 60:02d}"
