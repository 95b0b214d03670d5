"""A business: one booking calendar with its page, hours, policy, services and staff."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from shared.domain.calendar.meeting import MeetingRoom
from shared.domain.calendar.place import Address, PostalAddress
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import Question, Service
from shared.domain.calendar.service_order import in_order
from shared.domain.calendar.staff_groups import StaffGroup
from shared.domain.calendar.time_zone import TimeZone
from shared.domain.calendar.toolkit import Toolkit
from shared.domain.calendar.words import BusinessWords, base_language, said, words_in
from shared.domain.messages.message_text import MessageText
from shared.domain.model import Line, Model, Text
from shared.domain.personal_data.retention import Retention
from shared.domain.reports.report_mail import ReportMail
from shared.domain.text.addresses import Names
from shared.domain.timeline.hours import CLOSED, WeeklyHours, weekdays


SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,60}[a-z0-9]")
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")


def _origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin!r} is not an origin such as https://www.example.com")
    return origins


Origins = Annotated[tuple[str, ...], AfterValidator(_origins)]
BusinessType = Literal["health", "finance", "retail", "beauty", "education", "public_sector", "hr", "general"]


class SpecialDates(Model):
    """Dates (both included, in the business's zone) with hours of their own; closed unless some are given."""

    first: date
    last: date
    title: Line = ""
    hours: WeeklyHours = CLOSED

    @field_validator("last")
    @classmethod
    def _in_order(cls, last: date, info: ValidationInfo) -> date:
        if "first" in info.data and last < info.data["first"]:
            raise ValueError("special dates end after they start")
        return last


Served = Literal["nobody", "everyone", "organisation", "named"]


class BookingPage(Model):
    """How the public page looks and whom it serves.

    A page for members of the organisation serves only the `audience`, unless that is empty.
    Customers are asked for `consent` unless it is empty; `unasked_consent` keeps its wording while it is off.
    `languages` are the tags of those that customers can choose from, empty for all; `first_language` is what they
    read who ask for none of these, empty for the calendar's own.
    """

    is_published: bool = False
    accent: str = Field(default="#0a5bad", pattern=r"^#[0-9A-Fa-f]{6}$")
    header: Text = ""
    layout: Literal["list", "cards"] = "list"
    logo: str = ""  # the content hash of the stored logo; empty if there is none
    show_logo: bool = True
    access: Literal["everyone", "organisation"] = "everyone"
    audience: Names = ()
    consent: Text = ""
    unasked_consent: Text = ""
    privacy_url: Text = ""
    terms_url: Text = ""
    index_by_search_engines: bool = False
    is_on_front_page: bool = False  # of the installation, while everyone may book
    always_business_time_zone: bool = False
    require_email_code: bool = False
    frame_origins: Origins = ()
    languages: tuple[Line, ...] = ()
    first_language: Line = ""

    def offers_language(self, tag: str) -> bool:
        """Return whether customers can read the page in a language, of whatever region."""
        base = base_language(tag)
        return not self.languages or any(base_language(one) == base for one in self.languages)

    def admits(self, *, is_member: bool) -> bool:
        """Return whether a visitor may book here."""
        return self.is_published and (self.access == "everyone" or is_member)

    @property
    def is_listed(self) -> bool:
        """Return whether the installation's front page names the calendar."""
        return self.is_on_front_page and self.serves == "everyone"

    @property
    def serves(self) -> Served:
        """Return whom the page serves, in the short form that lists of calendars store."""
        if not self.is_published:
            return "nobody"
        return "named" if self.access == "organisation" and self.audience else self.access

    @property
    def shown_logo(self) -> str:
        """Return the hash of the logo that the page shows; empty if it shows none."""
        return self.logo if self.show_logo else ""


class WaitingRoom(Model):
    """What the lobby shows: a text, and tips for the time of waiting.

    `on_demand` is the online service that people may come for without a booking; empty if they may not.
    """

    text: str = Field(default="", max_length=2000)
    tips: tuple[str, ...] = ()
    on_demand: str = Field(default="", max_length=60)


WhenUnread = Literal["closed", "confirm"]


class Business(Model):
    """One booking calendar. `trade` is its kind of business in its own words, if `business_type` has no such word.

    Its page is at `slug`; its `former_slugs` lead there too. A template is never published: the organisation's new
    calendars can be copied from it.
    """

    id: str
    slug: str
    former_slugs: tuple[str, ...] = ()
    is_template: bool = False
    name: Line
    business_type: BusinessType = "general"
    trade: Line = ""
    phone: Line = ""
    email: Line = ""
    address: PostalAddress = Field(default_factory=Address)
    web_site: Line = ""
    mail_from: Line = ""
    most_open: int = Field(default=20, ge=0, le=1000)  # coming appointments of one customer; 0 is no limit
    # days after which it matters that somebody's own calendar cannot be read; 0 is never
    most_unread: int = Field(default=0, ge=0, le=365)
    when_unread: WhenUnread = "closed"  # whether they cannot be booked then, or confirm what is booked
    asks_why: bool = True  # customers who cancel may say why
    has_staff_links: bool = False  # staff change their appointments from the links in their mails
    currency: str = "EUR"
    language: str = "en"
    time_zone: TimeZone = "UTC"
    time_zone_written: Line = ""  # by another name, as Windows has them
    hours: WeeklyHours = weekdays((480, 1020))
    special_dates: tuple[SpecialDates, ...] = ()
    policy: SchedulingPolicy = Field(default_factory=SchedulingPolicy)
    page: BookingPage = Field(default_factory=BookingPage)
    waiting_room: WaitingRoom = Field(default_factory=WaitingRoom)
    meeting: MeetingRoom = Field(default_factory=MeetingRoom)
    retention: Retention | None = None  # None: as the organisation has it
    legal_hold: Line = ""  # why nothing is erased; empty if there is none
    toolkit: Toolkit = Field(default_factory=Toolkit)
    report_mail: ReportMail = Field(default_factory=ReportMail)
    service_order: tuple[str, ...] = ()  # ids; services that it does not name come after these
    staff_groups: tuple[StaffGroup, ...] = ()
    translations: tuple[BusinessWords, ...] = ()
    version: str = ""
    created_at: datetime | None = None
    changed_at: datetime | None = None
    deleted_at: datetime | None = None

    @property
    def customer_language(self) -> str:
        """The language of customers who ask for none that the page offers."""
        first = self.page.first_language or self.language
        return first if self.page.offers_language(first) else self.page.languages[0]

    def language_for(self, wanted: str) -> str:
        """Return a language that a customer wants, empty unless the page offers it."""
        return wanted if wanted and self.page.offers_language(wanted) else ""

    @property
    def own_texts(self) -> Mapping[str, str]:
        """Return what is translated of it, named as in BusinessWords.texts."""
        page, room = self.page, self.waiting_room
        return {
            "name": self.name,
            "address": str(self.address),
            "header": page.header,
            "consent": page.consent or page.unasked_consent,
            "waiting_text": room.text,
            "tips": "\n".join(room.tips),
        }

    def in_language(self, language: str) -> Self:
        """Return the business as a reader of a language gets its texts."""
        words = words_in(self.translations, language, self.language)
        if words is None:
            return self
        page, room = self.page, self.waiting_room
        texts = {"header": said(page.header, words.header), "consent": said(page.consent, words.consent)}
        tips = tuple(said(one, one) for one in words.tips) if room.tips and words.tips else room.tips
        told = {"text": said(room.text, words.waiting_text), "tips": tips}
        return self.model_copy(
            update={
                "name": said(self.name, words.name),
                "address": self.address.said(words.address),
                "page": page.model_copy(update=texts),
                "waiting_room": room.model_copy(update=told),
                "translations": (),
            }
        )

    @field_validator("slug")
    @classmethod
    def _named(cls, slug: str) -> str:
        if not SLUG.fullmatch(slug):
            raise ValueError("a slug is 3 to 62 of a-z, 0-9 and hyphens")
        return slug


Role = Literal["administrator", "scheduler", "team_member", "viewer", "guest"]


Serves = Literal["both", "virtual", "in_person"]


class Workplace(Model):
    """An entry that a person has on the staff of another calendar: the ids of both."""

    calendar: str
    staff: str


class StaffMember(Model):
    """A person on a calendar's staff. `hours` are in their `time_zone`; None means the business's hours.

    `unused_hours` keeps their own hours while the business's count. A person who has not accepted the invitation,
    was removed, or is suspended (the identity provider disabled their account) cannot be booked. One who was
    removed stays stored for the appointments that name them, and has no access. `elsewhere` is where they work
    too; while an entry `is_settling`, that is being looked for (shared/domain/calendar/workplaces.py). `meeting`
    is their own room for online visits, before that of the service.
    """

    id: str
    name: Line
    email: Line = ""
    role: Role = "guest"
    hours: WeeklyHours | None = None
    time_zone: TimeZone | None = None
    time_zone_written: Line = ""
    priority: int = 0
    language: str = ""
    is_listed: bool = True
    is_bookable: bool = True
    notify_of_time_off: bool = True
    is_external: bool = False
    unused_hours: WeeklyHours | None = None
    serves: Serves = "both"
    membership: Literal["active", "pending", "rejected"] = "active"
    is_told_by_mail: bool = True
    minds_personal_calendar: bool = False
    colour_index: int = Field(default=0, ge=0, le=1000)
    created_at: datetime | None = None
    changed_at: datetime | None = None
    removed_at: datetime | None = None
    is_suspended: bool = False
    meeting: MeetingRoom | None = None
    link_version: int = 0  # raised with a new address: links that were sent to the old one are void
    elsewhere: tuple[Workplace, ...] = ()
    is_settling: bool = False

    @property
    def can_be_booked(self) -> bool:
        """Return whether the person takes bookings, by their own settings and those of the account."""
        is_accepted = self.membership == "active" and not self.is_suspended
        return self.is_bookable and is_accepted and not self.is_settling

    def can_serve(self, service: Service) -> bool:
        """Return whether the person can be booked for a service, online or in person."""
        return self.can_be_booked and self.serves in ("both", "virtual" if service.is_online else "in_person")


@dataclass(frozen=True, slots=True)
class Calendar:
    """A business's whole configuration at one version.

    `former` are people who were removed from its staff; `texts` what its messages say of its own, by their ids.
    """

    business: Business
    services: Mapping[str, Service]
    staff: Mapping[str, StaffMember]
    questions: Mapping[str, Question]
    former: Mapping[str, StaffMember] = field(default_factory=dict)
    texts: Mapping[str, MessageText] = field(default_factory=dict)

    def in_language(self, language: str) -> "Calendar":
        """Return the calendar as a reader of a language gets its texts: to be shown, never to be stored."""
        own = self.business.language
        return replace(
            self,
            business=self.business.in_language(language),
            services={name: one.in_language(language, own) for name, one in self.services.items()},
            questions={name: one.in_language(language, own) for name, one in self.questions.items()},
        )

    @property
    def listed_services(self) -> list[Service]:
        """Return the services that were not removed, in the order that staff set."""
        return in_order(self.services, self.business.service_order)

    @property
    def offered_services(self) -> list[Service]:
        """Return the services that customers see, in the order that staff set."""
        return [one for one in self.listed_services if not one.is_hidden]

    def policy_of(self, service: Service) -> SchedulingPolicy:
        """Return the policy of a service: its own, or else the calendar's."""
        return service.policy or self.business.policy

    def meeting_of(self, service: Service | None, staff: Iterable[str] = ()) -> MeetingRoom:
        """Return where visits of a service are held: in the own room of the first of the `staff` who has one."""
        own = next((one.meeting for one in self.people(staff) if one.meeting), None)
        return own or (service.meeting if service else None) or self.business.meeting

    def strands(self, service: Service) -> bool:
        """Return whether customers could not join visits of a service: our own room has no way in but joining."""
        is_kept_out = service.is_online and not service.allow_anonymous_join
        return is_kept_out and not self.meeting_of(service).is_elsewhere

    @property
    def creates_meetings(self) -> bool:
        """Return whether any service or person holds visits in meetings that must be created first."""
        rooms = [self.meeting_of(one) for one in self.services.values()]
        rooms += [one.meeting for one in self.staff.values() if one.meeting]
        return any(one.needs_creation for one in rooms)

    def staff_of(self, service: Service) -> list[StaffMember]:
        """Return the people who can be booked for a service, in its order."""
        people = (self.staff.get(name) for name in service.staff)
        return [person for person in people if person and person.can_serve(service)]

    def mails(self, person: str) -> bool:
        """Return whether a person of the staff is told by mail: they want it, and have an address."""
        found = self.staff.get(person)
        return found is not None and found.is_told_by_mail and bool(found.email)

    def people(self, names: Iterable[str]) -> list[StaffMember]:
        """Return those who are still on the staff."""
        return [self.staff[name] for name in names if name in self.staff]

    @property
    def elsewhere(self) -> dict[str, tuple[Workplace, ...]]:
        """Return, for each person on the staff who has any, their entries in other calendars."""
        return {name: one.elsewhere for name, one in self.staff.items() if one.elsewhere}

    def person(self, name: str) -> StaffMember | None:
        """Return a person who is, or was, on the staff."""
        return self.staff.get(name) or self.former.get(name)
