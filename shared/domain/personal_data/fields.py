"""Which fields of the stored documents hold something about a person, and which do not: part of one registry.

A path names a field as it is stored; it ends on * for all that is below it. A field that stands nowhere here fails
a test: whoever adds one says what it holds. shared/records/personal_data/registry.py says which row has which.
"""

from collections.abc import Mapping
from functools import cache
from typing import Literal, NamedTuple

from pydantic.alias_generators import to_camel

from shared.domain.model import Model


DataKind = Literal[
    "details",
    "notes",
    "booking",
    "answers",
    "consent",
    "presence",
    "written",
    "devices",
    "sending",
    "figures",
    "author",
    "address_hash",
    "exported",
    "staff_details",
    "staff_times",
    "staff_calendar",
    "staff_choices",
    "account",
]
Person = Literal["customer", "staff"]
Viewer = Literal["themselves", "staff", "administrators", "organisation", "those_present", "everyone", "nobody"]
KeptFor = Literal[
    "appointments", "answers", "messages", "facts", "audit", "call", "hour", "three_days", "employed", "calendar"
]
"""How long: by a class of the calendar's retention, until a call is over, or by the product's own rule."""


class DataUse(NamedTuple):
    """Whose data of a kind is, who sees it, and how long it stays."""

    about: Person
    seen_by: tuple[Viewer, ...]
    kept: KeptFor


USES: Mapping[DataKind, DataUse] = {
    "details": DataUse("customer", ("themselves", "staff"), "appointments"),
    "notes": DataUse("customer", ("staff",), "appointments"),
    "booking": DataUse("customer", ("themselves", "staff"), "appointments"),
    "answers": DataUse("customer", ("themselves", "staff"), "answers"),
    "consent": DataUse("customer", ("staff",), "appointments"),
    "presence": DataUse("customer", ("those_present", "staff"), "appointments"),
    "written": DataUse("customer", ("those_present", "staff"), "messages"),
    "devices": DataUse("customer", ("those_present",), "call"),
    "sending": DataUse("customer", ("staff",), "messages"),
    "figures": DataUse("customer", ("administrators", "organisation"), "facts"),
    "author": DataUse("staff", ("administrators", "organisation"), "audit"),
    "address_hash": DataUse("customer", ("nobody",), "hour"),
    "exported": DataUse("customer", ("organisation",), "hour"),
    "staff_details": DataUse("staff", ("everyone", "staff"), "employed"),
    "staff_times": DataUse("staff", ("staff",), "employed"),
    "staff_calendar": DataUse("staff", ("themselves",), "employed"),
    "staff_choices": DataUse("staff", ("themselves",), "employed"),
    "account": DataUse("staff", ("organisation",), "employed"),
}


class DocumentFields(NamedTuple):
    """The fields of a document that are about a person, by the kind of what they hold, and all the others."""

    personal: Mapping[DataKind, str]
    others: str = ""

    def below(self, prefix: str, *more: "DocumentFields") -> "DocumentFields":
        """Return these fields as part of a larger document, together with other parts of it."""
        parts = (self._under(prefix), *more)
        kinds = dict.fromkeys(kind for part in parts for kind in part.personal)
        merged = {kind: " ".join(filter(None, (part.personal.get(kind, "") for part in parts))) for kind in kinds}
        return DocumentFields(merged, " ".join(part.others for part in parts))

    def kinds_of(self, path: str) -> list[DataKind]:
        """Return the kinds that a field holds; usually one, and none for a field about nobody."""
        return [kind for kind, paths in self.personal.items() if _is_among(path, paths)]

    def knows(self, path: str) -> bool:
        """Return whether a field is registered, as one about a person or as another one."""
        return bool(self.kinds_of(path)) or _is_among(path, self.others)

    def about_nobody(self, document: type[Model]) -> list[str]:
        """Return the names of a document's fields that hold nothing about a person."""
        return _about_nobody(self.others, document)

    def _under(self, prefix: str) -> "DocumentFields":
        def moved(paths: str) -> str:
            return " ".join(f"{prefix}{path}" for path in paths.split())

        return DocumentFields({kind: moved(paths) for kind, paths in self.personal.items()}, moved(self.others))


@cache
def _about_nobody(others: str, document: type[Model]) -> list[str]:
    tops = {path.partition(".")[0] for path in others.split()}
    return [name for name in document.model_fields if to_camel(name) in tops]


def _is_among(path: str, paths: str) -> bool:
    return any(
        path == one or (one.endswith("*") and f"{path}.".startswith(one.removesuffix("*")))
        for one in paths.split()
    )


CUSTOMER_DETAILS = "name email phone address"
SEAT = DocumentFields(
    {
        "details": "customer.name customer.email customer.phone customer.address location.* language timeZone "
        "timeZoneWritten",
        "booking": "refId wantsSms customerId cancelReason",
        "answers": "answers.* customer.notes",
        "consent": "consent.* smsConsent.*",
    },
    "id status version linkVersion movedTo wasIn madeAt madeBy sessionChanges listed cancelledAt cancelledBy "
    "isCancelledLate series pending.* undone",
)
"""What is among `others` is all that is left of a seat once its customer is erased."""

TERMS = DocumentFields(
    {"notes": "notes additionalInformation label location.*"},
    "serviceName isOnline price.* preBuffer postBuffer reminders.* tellsCustomer customersMayManage sendSms "
    "allowAnonymousJoin",
)
"""Of an appointment: staff may have written in the notes, and put the place, for this one customer."""

USED_DAY = DocumentFields({"staff_times": "people.*"})
APPOINTMENT = SEAT.below(
    "seat.",
    TERMS.below("terms."),
    DocumentFields(
        {"staff_times": "staff pending.staff wish.person wish.at", "notes": "wish.message"},
        "id service start end claim status version chosenBy isOverbooked capacity filled language sessionChanges "
        "linkVersion madeAt origin series pending.version pending.since pending.due pending.entry pending.start "
        "pending.together "
        "pending.end pending.claim pending.status pending.chosenBy pending.isOverbooked pending.filled "
        "pending.sessionChanges pending.linkVersion pending.seatVersion pending.left.* pending.awaited.* "
        "wish.ofLinks left.* awaited.*",
    ),
)
CUSTOMER = DocumentFields(
    {
        "details": f"{CUSTOMER_DETAILS} phones.* addresses.* lastMerge.name lastMerge.before.email "
        "lastMerge.before.phone lastMerge.before.address lastMerge.before.phones.* lastMerge.before.addresses.*",
        "notes": "notes isBlocked lastMerge.wasBlocked lastMerge.before.notes lastMerge.before.isBlocked",
        "booking": "also mergedInto createdAt changedAt lastMerge.at lastMerge.ids",
    },
)
VISIT = DocumentFields(
    {
        "presence": "parties.id parties.came parties.seen parties.left parties.admitted parties.letIn "
        "parties.putBack parties.room parties.name.*",
        "written": "messages.*",
        "devices": "parties.session.* parties.devices.*",
        "author": "mark.by",
    },
    "came mark.at mark.status",
)
ENTRY = DocumentFields(
    {"sending": "recipients refused text"},
    "kind appointment seat version start offset was.* attempts notBefore leasedBy reasons.* together resent "
    "silent byCustomer",
)
SENT = DocumentFields({"sending": "at kind recipient isFailed report entry.*"}, "seat sms why work also which")
SENT_SMS = DocumentFields(
    {"sending": "at sender kind product status reason entry.* covers also.entry.*"},
    "appointment seat work also.work also.note",
)
FACT = DocumentFields(
    {
        "figures": "start wait duration status attendees together",
        "staff_times": "staff",
    },
    "meeting kind smsSent service",
)
STAFF_MEMBER = DocumentFields(
    {
        "staff_details": "id name email role language meeting.* colourIndex membership isExternal createdAt "
        "changedAt removedAt isSuspended elsewhere.* serves isListed isBookable priority",
        "staff_times": "hours.* unusedHours.* timeZone timeZoneWritten",
        "staff_choices": "notifyOfTimeOff isToldByMail mindsPersonalCalendar",
    },
    "linkVersion isSettling",
)
TIME_OFF = DocumentFields({"staff_times": "staff title start end notes isAllDay"}, "id version")
BUSINESS = DocumentFields(
    {
        "staff_details": "email phone mailFrom page.audience waitingRoom.onDemand reportMail.readers "
        "staffGroups.members"
    },
    "id slug formerSlugs isTemplate name businessType trade address.* webSite mostOpen mostUnread "
    "whenUnread currency language timeZone timeZoneWritten hours.* specialDates.* policy.* page.* "
    "waitingRoom.* meeting.* toolkit.* serviceOrder staffGroups.id staffGroups.name translations.* version "
    "createdAt changedAt deletedAt retention.* legalHold hasStaffLinks asksWhy reportMail.every reportMail.since",
)
ORGANISATION = DocumentFields(
    {"account": "users creators administrators reportReaders reportMail.readers"},
    "isOn mailSenders hasAnalytics reportDays retention.* legalHold reportMail.every reportMail.since "
    "reportMail.timeZone reportMail.language",
)
ACCOUNT = DocumentFields({"account": "id profile.* held createdAt changedAt"}, "version")
EXPORT = DocumentFields(
    {"exported": "said data", "account": "actor"}, "askedAt after looked calendars found unread isDone"
)
OWN_CALENDAR = DocumentFields(
    {"staff_calendar": "person email sealed host asked notes.* digest applied.*"},
    "kind tentativeIsBusy connectedAt nextAt readAt farAt triedAt failingSince failures cause etag modified told "
    "passedOver events isLeaving",
)
