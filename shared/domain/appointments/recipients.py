"""Who is served by an outbox entry, and what they know of the appointment by now."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import PlainSerializer, PlainValidator


if TYPE_CHECKING:
    from shared.domain.appointments.appointment import Appointment
    from shared.domain.calendar.business import Calendar

RecipientKind = Literal[
    "customer", "phone", "staff", "business", "seats", "visit", "fact", "meeting", "hold", "reader", "readers"
]
Channel = Literal["mail", "sms"]
KINDS: tuple[RecipientKind, ...] = get_args(RecipientKind)


class Knowledge(StrEnum):
    """What a recipient knows. With the state of the appointment it decides what they get; stored as a mark.

    KNOWS      knows the appointment
    NEW        does not know it yet
    UNCERTAIN  as NEW, but an earlier try to tell them had no clear outcome
    LEFT       knows it, but serves it no longer
    LINK_VOID  knows it, but their link is void
    """

    KNOWS = ""
    NEW = "+"
    UNCERTAIN = "~"
    LEFT = "-"
    LINK_VOID = "@"


KNOWS, NEW, UNCERTAIN, LEFT, LINK_VOID = Knowledge
UNTOLD = (NEW, UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One to be served. As text: the mark of what they know, the kind, and the id of a person of the staff.

    customer, business   the customer of the seat; the business's own address
    phone                the customer of the seat, by SMS
    staff                a person of the staff, by `person`
    seats                every seat of a session, each by an entry of its own
    visit, fact, meeting work of the timer without a message
    hold                 the same: a hold, by its key
    reader               somebody who gets the report by mail, by a digest of their address
    readers              all who are named to get it by then, by an entry of their own
    """

    kind: RecipientKind
    person: str = ""
    knows: Knowledge = KNOWS

    @property
    def who(self) -> tuple[str, str]:
        """Return what distinguishes a recipient from all others, whatever they know."""
        return self.kind, self.person

    @property
    def called(self) -> str:
        """Return what names them among the recipients of an entry: a person, or a kind after a colon."""
        return self.person or f":{self.kind}"

    @property
    def is_customer(self) -> bool:
        """Return whether this is the customer of the seat, by mail or by SMS."""
        return self.kind in ("customer", "phone")

    @property
    def channel(self) -> Channel:
        """Return by what they are reached: one that fails does not hold up the others."""
        return "sms" if self.kind == "phone" else "mail"

    def knowing(self, knows: Knowledge) -> "Recipient":
        """Return the same recipient, who knows something else."""
        return replace(self, knows=knows)

    def __str__(self) -> str:
        return f"{self.knows}{self.kind}" + (f":{self.person}" if self.person else "")


CUSTOMER, BUSINESS, SEATS = Recipient("customer"), Recipient("business"), Recipient("seats")
PHONE, READERS = Recipient("phone"), Recipient("readers")


def read_recipient(text: str) -> Recipient:
    """Return the recipient of a stored text. Raise ValueError for another text."""
    mark = next((one for one in (NEW, UNCERTAIN, LEFT, LINK_VOID) if text.startswith(one)), KNOWS)
    name, _, person = text.removeprefix(mark).partition(":")
    kind = next((one for one in KINDS if one == name), None)
    if kind is None:
        raise ValueError("not a recipient")
    return Recipient(kind, person, mark)


StoredRecipient = Annotated[
    Recipient,
    PlainValidator(lambda given: given if isinstance(given, Recipient) else read_recipient(str(given))),
    PlainSerializer(str, return_type=str),
]


def staff_members(people: Iterable[str], knows: Knowledge = KNOWS) -> list[Recipient]:
    """Return people of the staff as recipients."""
    return [Recipient("staff", person, knows) for person in people]


def staff_recipients(before: "Appointment", after: "Appointment") -> list[Recipient]:
    """Return the staff of an appointment after a change: who kept it, who is new, and who left."""
    now = [Recipient("staff", one, KNOWS if one in before.staff else NEW) for one in after.staff]
    return now + staff_members((one for one in before.staff if one not in after.staff), LEFT)


def mailed(staff: Iterable[Recipient], calendar: "Calendar") -> list[Recipient]:
    """Return those of these staff who are told by mail; an entry for the others would come to nothing."""
    return [one for one in staff if calendar.mails(one.person)]


def asked_or_mailed(staff: Iterable[Recipient], one: "Appointment", calendar: "Calendar") -> list[Recipient]:
    """Return those of these staff who are told by mail of an appointment: all, where they are to confirm it."""
    return list(staff) if one.is_to_confirm else mailed(staff, calendar)


def merge_recipients(older: Iterable[Recipient], newer: Iterable[Recipient]) -> tuple[Recipient, ...]:
    """Return the recipients of a newer notice that replaces an older one with unserved recipients."""
    unserved = {one.who: one for one in older}
    for one in newer:
        before = unserved.pop(one.who, None)
        if after := _merged(before, one) if before else one:
            unserved[one.who] = after
    return tuple(unserved.values())


def _merged(before: Recipient, one: Recipient) -> Recipient | None:
    """Return one recipient of two notices, of whom the older has not been sent; None for none.

    older              newer              result    because
    NEW                LEFT               dropped   they never knew of the appointment
    UNCERTAIN          LEFT               LEFT      they may know of it
    NEW or UNCERTAIN   other              as older  they still lack the confirmation
    LEFT               NEW or UNCERTAIN   KNOWS     to them, removed and added again is a change
    any                LINK_VOID          as older  every message carries the new link
    other              other              as newer
    """
    match before.knows, one.knows:
        case (Knowledge.NEW, Knowledge.LEFT):
            return None
        case (Knowledge.UNCERTAIN, Knowledge.LEFT):
            return one
        case (Knowledge.NEW | Knowledge.UNCERTAIN, _):
            return before
        case (Knowledge.LEFT, Knowledge.NEW | Knowledge.UNCERTAIN):
            return one.knowing(KNOWS)
        case (_, Knowledge.LINK_VOID):
            return before
        case _:
            return one


def mark_uncertain(recipients: tuple[Recipient, ...]) -> tuple[Recipient, ...]:
    """Return the recipients after a try with an unclear outcome: it was for the first of them by each channel."""
    tried = {one.channel: one.who for one in reversed(recipients)}.values()
    return tuple(one.knowing(UNCERTAIN) if one.knows == NEW and one.who in tried else one for one in recipients)


def times_known(people: Iterable[Recipient], before: "Appointment | None") -> dict[str, tuple[datetime, datetime]]:
    """Return the start and end that people know of an appointment as it was before, by how they are called."""
    known = [one.called for one in people if one.knows not in UNTOLD and one.kind != "seats"]
    return dict.fromkeys(known, (before.start, before.end)) if before else {}
