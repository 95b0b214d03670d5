"""The refusals of the product, named as the ends of sentences.

Refusal
├── InvalidFields      some fields are missing or wrong; lists them
├── NotFound           does not exist, is not published, or has a bad link: the answers do not differ
├── SignInNeeded       only members of the organisation may see this
├── Forbidden          the caller may see it, but their role or token does not allow this
├── Rejected           the request is for something that the calendar does not offer
│   ├── OutsideLeadTime    too soon, too far ahead, or in the past
│   ├── NotOffered         the start is not among those offered
│   ├── StaffNotOffered    that person does not provide the service
│   ├── ChangesClosed      too late to move or cancel
│   ├── VisitNotOpen       too early for the waiting room, or too late
│   ├── TooManyOpen        this customer has as many appointments to come as the calendar lets them hold
│   ├── ByPhoneOnly        staff have blocked this customer from booking online
│   └── KeyReused          the same idempotency key came with other content
├── Conflict           another request was first; carries alternatives if there are any
│   ├── SlotTaken
│   ├── GroupFull
│   ├── LastAdministrator
│   ├── AlreadySeated      the same customer has a seat in this session
│   ├── AlreadyOnStaff     another entry of the staff has this address
│   ├── AlreadyCancelled
│   ├── AlreadyTold        people have been told of a change, or are being told
│   ├── AppointmentsToCome this customer has appointments that are not over
│   ├── StillOnStaff       only who left the staff of a calendar is erased
│   ├── StillProvided      only whom the identity provider and the app's settings do not name is erased
│   ├── UnderLegalHold     nothing is erased while a legal hold lasts; carries its reason
│   └── NothingToUndo      the change was undone before, or is not the last one
├── EditConflict       saved over a newer version
├── TooManyRequests    a rate limit; carries the seconds to wait
│   └── TooManyMails       this mail address was given too often
└── TryAgain           no answer within the deadline; the same key may be sent again

A refusal knows a stable code and a title, never an HTTP status.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, NamedTuple


class Refusal(Exception):
    """The request is refused. `detail` is safe to show to the caller."""

    code: ClassVar[str] = "refused"
    title: ClassVar[str] = "The request was refused"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.alternatives: list[Any] = []


class FieldError(NamedTuple):
    """What is wrong with a member, in English; pages choose their words by `code`, empty where there is none."""

    pointer: str
    detail: str
    code: str = ""


class FieldProblem(NamedTuple):
    """A problem that fields can have: a stable code, and the English detail."""

    code: str
    detail: str

    def at(self, pointer: str) -> FieldError:
        """Return the error of the member at a JSON pointer."""
        return FieldError(pointer, self.detail, self.code)


class InvalidFields(Refusal):
    """`errors` lists what is wrong by JSON pointer, e.g. ("/customer/email", "required") and possibly a code."""

    code = "invalid-fields"
    title = "Some fields need attention"

    def __init__(self, errors: Iterable[tuple[str, str] | tuple[str, str, str]]) -> None:
        self.errors = [FieldError(*one) for one in errors]
        super().__init__("; ".join(f"{one.pointer}: {one.detail}" for one in self.errors))


def json_pointer(*parts: str | int) -> str:
    """Return the RFC 6901 pointer to a member; without parts, to the whole document."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


class NotFound(Refusal):
    code = "not-found"
    title = "There is nothing here"


class SignInNeeded(Refusal):
    code = "unauthenticated"
    title = "Please sign in"


class Forbidden(Refusal):
    code = "forbidden"
    title = "You may not do this"


class SwitchedOff(Forbidden):
    """The organisation has switched bookings off; existing ones can be seen and cancelled."""

    code = "switched-off"
    title = "Nothing can be booked here at present"


class Rejected(Refusal):
    code = "rejected"
    title = "This cannot be booked"


class OutsideLeadTime(Rejected):
    code = "outside-lead-time"
    title = "This time is too soon or too far ahead"


class NotOffered(Rejected):
    code = "not-offered"
    title = "This time is not offered"


class StaffNotOffered(Rejected):
    code = "staff-not-offered"
    title = "This person does not provide the service"


class ChangesClosed(Rejected):
    code = "changes-closed"
    title = "It is too late to change this appointment here"


class VisitNotOpen(Rejected):
    code = "visit-not-open"
    title = "The waiting room is not open"


class TooManyOpen(Rejected):
    code = "too-many-open"
    title = "You hold as many appointments as you can"


class ByPhoneOnly(Rejected):
    code = "by-phone-only"
    title = "This cannot be booked online: please get in touch with us"


class KeyReused(Rejected):
    code = "key-reused"
    title = "This request was already used for something else"


class Conflict(Refusal):
    code = "conflict"
    title = "Somebody else was first"


class SlotTaken(Conflict):
    code = "slot-taken"
    title = "This time has just been taken"


class LastAdministrator(Conflict):
    code = "last-administrator"
    title = "Somebody else is to be administrator first: a calendar keeps one."


class GroupFull(Conflict):
    code = "group-full"
    title = "The last place has just been taken"


class AlreadySeated(Conflict):
    code = "already-seated"
    title = "This customer already has a seat in this session"


class AlreadyOnStaff(Conflict):
    code = "already-on-staff"
    title = "This address is already on the staff of this calendar"


class AlreadyCancelled(Conflict):
    code = "already-cancelled"
    title = "This appointment is cancelled"


class AlreadyTold(Conflict):
    code = "already-told"
    title = "The message has been sent already"


class AppointmentsToCome(Conflict):
    code = "appointments-to-come"
    title = "This customer has appointments that are not over"


class StillOnStaff(Conflict):
    code = "still-on-staff"
    title = "This person is on the staff of the calendar"


class StillProvided(Conflict):
    """The identity provider provisions the account of this person, or else the app's settings name them."""

    code = "still-provided"
    title = "This person is named by the identity provider or by the settings of the app"

    def __init__(self, *, is_account: bool) -> None:
        super().__init__()
        self.is_account = is_account


class UnderLegalHold(Conflict):
    code = "under-legal-hold"
    title = "Nothing is erased while a legal hold lasts"


class NothingToUndo(Conflict):
    code = "nothing-to-undo"
    title = "This cannot be undone any more"


class EditConflict(Refusal):
    code = "edit-conflict"
    title = "It was changed in the meantime"


class TooManyRequests(Refusal):
    code = "too-many-requests"
    title = "Too many requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Please try again in {retry_after} s.")
        self.retry_after = retry_after


class TooManyMails(TooManyRequests):
    code = "too-many-mails"
    title = "Too many bookings for this mail address"


class TryAgain(Refusal):
    code = "try-again"
    title = "The server is busy"


RECORDED: dict[str, type[Refusal]] = {
    kind.code: kind
    for kind in (
        OutsideLeadTime,
        NotOffered,
        StaffNotOffered,
        ChangesClosed,
        TooManyOpen,
        ByPhoneOnly,
        SlotTaken,
        GroupFull,
        AlreadyCancelled,
        AlreadyTold,
        AppointmentsToCome,
        NothingToUndo,
        NotFound,
    )
}
"""The refusals that a decision row may record; each can be rebuilt from its code."""
