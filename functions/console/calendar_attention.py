"""What needs attention in a calendar, each with the page where it is mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.staff.states import in_order, state_of
from functions.pages.rich_text import fill, isolate
from shared.domain.access.permissions import Permission
from shared.domain.reports.report_mail import reader_of
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import StaffMember
    from shared.domain.visits.queue import QueueEntry
    from shared.use_cases.messages.find_undelivered import Undelivered

FEW = 3  # people in the same state who are named one by one
MOST = 8
STATES = {
    "invited": marked("%(name)s hasn’t accepted the invitation yet"),
    "declined": marked("%(name)s declined the invitation: see who takes over their appointments"),
    "suspended": marked("The account of %(name)s is disabled: see who takes over their appointments"),
}


class Concern(NamedTuple):
    """What needs attention, and where it is mended; `more` says what it is about."""

    text: str
    href: str
    more: str = ""


class Concerns(NamedTuple):
    """The first of them, and how many there are beyond."""

    shown: Sequence[Concern] = ()
    beyond: int = 0


def concerns_of(
    context: CalendarContext,
    counts: Mapping[str, int],
    undelivered: Sequence[Undelivered],
    near: Sequence[QueueEntry] = (),
) -> Concerns:
    """Return what the reader may mend; of the `near` appointments those that are to be confirmed."""
    if context.business.is_template:
        return Concerns()
    found = [
        *_unconfirmed(context, near),
        *_messages(context, undelivered),
        *_people(context),
        *_services(context, counts),
    ]
    return Concerns(found[:MOST], max(len(found) - MOST, 0))


def _unconfirmed(context: CalendarContext, near: Sequence[QueueEntry]) -> Iterator[Concern]:
    """Yield the next appointments that are to be confirmed, to those who may."""
    for planned in (one.planned for one in near):
        may = context.access.may(Permission.RUN_QUEUE) and context.access.may_change(planned.staff)
        if not (planned.is_to_confirm and may and planned.end > context.now):
            continue
        names = ", ".join(person.name for person in context.calendar.people(planned.staff))
        text = fill(context.texts.gettext("An appointment with %(name)s is to be confirmed"), name=isolate(names))
        there = context.link("queue", context.business.id, planned.id)
        yield Concern(text, there, context.formats.when(planned.start))


def _messages(context: CalendarContext, undelivered: Sequence[Undelivered]) -> Iterator[Concern]:
    if not context.access.may(Permission.RESEND_MESSAGES):
        return
    _, calendar, formats = context.texts.gettext, context.calendar, context.formats
    for one in undelivered:
        recipient, about = one.recipient, one.appointment
        person = calendar.person(recipient.person)
        more = formats.when(about.start) if about else ""
        there = context.link("queue", context.business.id, about.id) if about else ""
        if recipient.kind in ("customer", "phone") and about:
            name = about.seat.customer.name if about.seat else _("a customer")
            yield Concern(fill(_("A message to %(name)s couldn’t be delivered"), name=isolate(name)), there, more)
        elif recipient.kind == "staff" and person and not person.removed_at:
            text = fill(_("A message to %(name)s couldn’t be delivered"), name=isolate(person.name))
            yield Concern(text, context.here("staff", "person", person.id), more)
        elif reader := reader_of(recipient.person, context.business.report_mail.readers):
            text = fill(_("A message to %(name)s couldn’t be delivered"), name=isolate(reader))
            yield Concern(text, context.here("reports", "mail"), more)
        elif recipient.kind == "business":
            own = _("A message to this calendar’s own address couldn’t be delivered")
            yield Concern(own, context.here("settings"), more)
        elif recipient.kind == "meeting" and about:
            yield Concern(_("The online meeting of an appointment couldn’t be made"), there, more)


def _people(context: CalendarContext) -> Iterator[Concern]:
    """Yield those who cannot be booked by their state; several in one line."""
    if not context.access.may(Permission.CHANGE_STAFF):
        return
    everybody = in_order([one for one in context.calendar.staff.values() if not one.removed_at])
    for state, text in STATES.items():
        found = [one for one in everybody if state_of(one) == state]
        if len(found) > FEW:
            yield Concern(_many(context, state, len(found)), context.here("staff", state=state))
        else:
            for one in found:
                named = fill(context.texts.gettext(text), name=isolate(one.name))
                yield Concern(named, _page_of(context, one, state))


def _many(context: CalendarContext, state: str, count: int) -> str:
    several = context.texts.ngettext
    text = {
        "invited": several(
            "%(num)s person hasn’t accepted the invitation yet",
            "%(num)s people haven’t accepted the invitation yet",
            count,
        ),
        "declined": several(
            "%(num)s person declined the invitation", "%(num)s people declined the invitation", count
        ),
        "suspended": several(
            "The account of %(num)s person is disabled", "The accounts of %(num)s people are disabled", count
        ),
    }[state]
    return text % {"num": count}


def _page_of(context: CalendarContext, person: StaffMember, state: str) -> str:
    """Return where it is mended: the invitation is sent again on the person's page."""
    end = () if state == "invited" else ("handover",)
    return context.here("staff", "person", person.id, *end)


def _services(context: CalendarContext, counts: Mapping[str, int]) -> Iterator[Concern]:
    """Yield services on the page that nobody can be booked for, or that are full."""
    if not context.access.may(Permission.CHANGE_SERVICES):
        return
    _, lang = context.texts.gettext, context.own_lang
    for one in context.calendar.offered_services:
        name = isolate(one.name, lang)
        if not context.calendar.staff_of(one):
            text = fill(_("No one can be booked for %(service)s"), service=name)
            yield Concern(text, context.here("services", "service", one.id, "people"))
        elif counts.get(one.id) == 0 and any(counts.values()):
            text = fill(_("%(service)s has no free time in the next two weeks"), service=name)
            yield Concern(text, context.here("settings", "why", service=one.id))
