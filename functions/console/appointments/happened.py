"""What happened to an appointment, as its page shows it: its changes with before and after, and the visit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.exceeded import beyond
from functions.console.organisation.audit_entries import ChangeView, EntryWords
from shared.domain.visits.rules import met_at
from shared.i18n.marked import marked
from shared.use_cases.appointments.find_history import find_history


if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from functions.console.appointments.context import AppointmentContext
    from shared.domain.visits.queue import QueueLine
    from shared.use_cases.organisation.find_audit import AuditEntry

ACTIONS = {
    "booked": marked("Booked"),
    "moved": marked("Rescheduled"),
    "changed": marked("Changed"),
    "reassigned": marked("Reassigned"),
    "asked to be replaced": marked("Reassignment requested"),
    "confirmed": marked("Confirmed"),
    "declined to reassign": marked("Request to reassign declined"),
    "reminded": marked("Reminder sent"),
    "sent a new link": marked("New link sent"),
    "revoked a link": marked("Link revoked"),
    "cancelled": marked("Cancelled"),
    "undone": marked("Change undone"),
    "told at once": marked("People notified immediately"),
    "came without a booking": marked("Walk-in"),
}
TELLING = {
    "told later": marked("notified 10 minutes later"),
    "told to some": marked("only people whose message was already on its way were notified"),
    "not told": marked("no one was notified"),
}
CANCEL_REASONS = {
    "time": marked("The time doesn’t suit"),
    "not_needed": marked("No longer needed"),
    "elsewhere": marked("Went elsewhere"),
    "mistake": marked("Booked by mistake"),
    "other": marked("Another reason"),
    "": marked("No reason given"),
}
ACTORS = {"customer": marked("The customer")}


class HistoryMoment(NamedTuple):
    """A line of the history: when, what, and by whom; `changes` are what it was before and after."""

    when: str
    what: str
    who: str
    changes: list[ChangeView]


async def history_of(context: AppointmentContext) -> tuple[list[HistoryMoment], bool]:
    """Return what happened to the appointment, the newest first, and whether that is all."""
    business = context.calendar.business.id
    one = context.found
    seats = (*one.seats, *one.left) if one else ()
    found, is_all = await find_history(context.appointment, seats, business=business, store=context.app.store)
    words = EntryWords(context.visitor.texts, context.formats, context.calendar)
    names = {each.id: each.customer.name for each in seats}
    return [_moment(context, each, words, names.get(each.subject, "")) for each in found], is_all


def _moment(context: AppointmentContext, entry: AuditEntry, words: EntryWords, name: str) -> HistoryMoment:
    """Return what happened; of one place of a group, with the name of its customer."""
    who = context.visitor.texts.gettext(ACTORS[entry.actor]) if entry.actor in ACTORS else entry.actor
    when = context.formats.when(entry.moment)
    return HistoryMoment(when, _action(context, entry.action, name), who, words.changes_of(entry))


def _action(context: AppointmentContext, action: str, customer: str) -> str:
    """Return an action in the reader's language if it is known. What it was booked over is kept: "Moved (…)"."""
    said, _comma, how = action.partition(", ")
    first, over, rest = said.partition(" over ")
    texts, plain = context.visitor.texts, first.partition(" beyond ")[0]
    name = texts.gettext(ACTIONS[plain]) if plain in ACTIONS else first
    told = texts.gettext(TELLING[how]) if how in TELLING else ""
    details = "; ".join(one for one in (customer, beyond(first, texts), rest if over else "", told) if one)
    return f"{name} ({details})" if details else name


def visit_of(context: AppointmentContext, line: QueueLine) -> list[HistoryMoment]:
    """Return what happened in the visit, in order of time."""
    _, visit = context.visitor.texts.gettext, line.visit
    found: list[tuple[datetime | None, str, str]] = []
    for one in visit.parties:
        person = context.calendar.person(one.id.partition(".")[2]) if one.is_staff else None
        name = one.name.value if one.name else person.name if person else ""
        found += [(one.came, _("Arrived"), name), (one.admitted, _("Admitted"), name)]
        found += [(one.left if one.has_left else None, _("Left"), name)]
    found += [(met_at(visit), _("Appointment started"), ""), (visit.closed_at, _("Ended"), "")]
    return [HistoryMoment(context.formats.time(at), what, who, []) for at, what, who in _sorted(found)]


def _sorted(found: Iterable[tuple[datetime | None, str, str]]) -> list[tuple[datetime, str, str]]:
    return sorted((at, what, who) for at, what, who in found if at)
