"""A bookingBusiness: its properties in Graph, and in the domain."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from functions.graph.call import GraphDocument, graph_id
from functions.graph.handlers.currencies import Currency
from functions.graph.models.meeting_room import MeetingRoomBody, WaitingRoomBody
from functions.graph.models.parts import AddressBody, Days, PolicyBody, hours_of
from functions.graph.models.patch import (
    EmailText,
    LanguageTag,
    LineText,
    LongText,
    NameText,
    PhoneText,
    changed,
    within,
)
from functions.graph.models.properties import (
    Changed,
    Created,
    EntityTable,
    EntityView,
    PropertyTable,
    choice,
    computed,
    each,
    names_of,
    nullable,
    part,
    read_only,
    stored,
)
from functions.graph.models.time_zones import Zone, as_written, other_name, zone_named
from functions.graph.models.values import Date, WebAddress, week
from functions.settings.app import AppSettings
from shared.domain.calendar.business import BookingPage, Business, BusinessType, Calendar
from shared.domain.calendar.place import Address
from shared.domain.calendar.policy import DAY, SchedulingPolicy
from shared.domain.errors import InvalidFields
from shared.domain.timeline.hours import weekdays


ACCESS = {"unrestricted": "everyone", "restrictedToOrganization": "organisation"}
KINDS: dict[str, BusinessType] = {
    "health": "health",
    "healthcare": "health",
    "finance": "finance",
    "financial services": "finance",
    "retail": "retail",
    "beauty": "beauty",
    "hair and beauty": "beauty",
    "salon": "beauty",
    "education": "education",
    "public_sector": "public_sector",
    "public sector": "public_sector",
    "government": "public_sector",
    "hr": "hr",
    "human resources": "hr",
}
"""Kinds of business that pages and mails have words for, by how clients write them."""


class PageBody(PropertyTable):
    """bookingPageSettings, read from the whole business: `businessTimeZone` is not the page's alone."""

    access_control: Annotated[Literal["unrestricted", "restrictedToOrganization"], choice("access", ACCESS)] = (
        "unrestricted"
    )
    booking_page_color_code: Annotated[str, Field(max_length=7, pattern=r"^#[0-9A-Fa-f]{6}$"), stored("accent")]
    business_time_zone: Annotated[Zone, computed(lambda _, zone: zone)]
    customer_consent_message: Annotated[
        LongText, computed(lambda page, _: page.consent or page.unasked_consent, field="consent")
    ] = ""
    enforce_one_time_password: Annotated[bool, stored("require_email_code")] = False
    is_business_logo_display_enabled: Annotated[bool, stored("show_logo")] = False
    is_customer_consent_enabled: Annotated[bool, computed(lambda page, _: bool(page.consent))] = False
    is_search_engine_indexability_disabled: Annotated[
        bool, stored("index_by_search_engines", lambda value: not value, lambda sent: not sent)
    ] = False
    is_time_slot_time_zone_set_to_business_time_zone: Annotated[bool, stored("always_business_time_zone")] = False
    privacy_policy_web_url: Annotated[WebAddress, stored("privacy_url")] = ""
    terms_and_conditions_web_url: Annotated[WebAddress, stored("terms_url")] = ""

    def page(self, page: BookingPage) -> BookingPage:
        """Return the page with these settings. Raise InvalidFields."""
        message, is_asked = self.customer_consent_message, self.is_customer_consent_enabled
        if is_asked and not message:
            raise InvalidFields([("/customerConsentMessage", "required where consent is asked for")])
        consent = {"consent": message if is_asked else "", "unasked_consent": "" if is_asked else message}
        return changed(page, names_of(PageBody), **self.fields(), **consent)


class SpecialDatesBody(PropertyTable):
    """Dates on which the business is closed, or has other hours."""

    title: Annotated[LineText | None, nullable("title")] = None
    start_date: Annotated[Date, stored("first", date.isoformat)]
    end_date: Annotated[Date, stored("last", date.isoformat)]
    business_hours: Annotated[Days, stored("hours", week, hours_of)] = None


def _kind(business: Business, _: EntityView) -> str:
    # Clients get back the words they wrote; the kind is only what we understand of them.
    return business.trade or ("" if business.business_type == "general" else business.business_type)


def _page(business: Business, _: EntityView) -> GraphDocument:
    return PageBody.document(business.page, as_written(business.time_zone, business.time_zone_written))


def _url(business: Business, view: EntityView) -> str | None:
    return f"{view.settings.public_url}/book/{business.slug}" if business.page.is_published else None


class BusinessBody(EntityTable):
    """A bookingBusiness. Properties after `lastUpdatedDateTime` are beyond Graph."""

    id: Annotated[Any, read_only(lambda business, view: graph_id(business.id, view.settings.mail_domain))] = None
    display_name: Annotated[NameText, stored("name")]
    business_type: Annotated[LineText | None, computed(_kind)] = None
    address: Annotated[AddressBody | None, part("address", AddressBody, Address())] = None
    phone: Annotated[PhoneText | None, nullable("phone")] = None
    email: Annotated[EmailText | None, nullable("email")] = None
    web_site_url: Annotated[WebAddress | None, nullable("web_site")] = None
    language_tag: Annotated[
        LanguageTag | None,
        stored("language", lambda value: value.replace("_", "-"), lambda sent: sent or "en-US"),
    ] = None
    default_currency_iso: Annotated[Currency | None, stored("currency", kept=lambda sent: sent or "USD")] = None
    business_hours: Annotated[Days, stored("hours", week, hours_of)] = None
    scheduling_policy: Annotated[
        PolicyBody | None, computed(lambda business, _: PolicyBody.document(business.policy))
    ] = None
    booking_page_settings: Annotated[PageBody, computed(_page)]
    is_published: Annotated[Any, read_only(lambda business, _: business.page.is_published)] = None
    public_url: Annotated[Any, read_only(_url)] = None
    created_date_time: Created = None
    last_updated_date_time: Changed = None

    special_dates: Annotated[
        list[SpecialDatesBody], Field(max_length=400), each("special_dates", SpecialDatesBody)
    ] = Field(default_factory=list)
    page_header: Annotated[LongText | None, computed(lambda one, _: one.page.header or None)] = None
    page_layout: Annotated[Literal["list", "cards"], computed(lambda one, _: one.page.layout)] = "list"
    page_audience: Annotated[
        list[LineText], Field(max_length=1000), computed(lambda one, _: list(one.page.audience))
    ] = Field(default_factory=list)
    frame_origins: Annotated[
        list[LineText], Field(max_length=100), computed(lambda one, _: list(one.page.frame_origins))
    ] = Field(default_factory=list)
    mail_from: Annotated[EmailText | None, nullable("mail_from")] = None
    maximum_open_appointments: Annotated[int, Field(ge=0, le=1000), stored("most_open")] = 20
    waiting_room: Annotated[WaitingRoomBody, part("waiting_room", WaitingRoomBody)] = WaitingRoomBody()
    meeting_room: Annotated[MeetingRoomBody, part("meeting", MeetingRoomBody)] = MeetingRoomBody()

    def changes(self, one: Business, _: EntityView, /) -> dict[str, Any]:
        """Return the business's fields. Raise InvalidFields."""
        kind, zone = self.business_type or "", self.booking_page_settings.business_time_zone
        with within("bookingPageSettings"):
            page = self.booking_page_settings.page(one.page)
        with within("schedulingPolicy"):
            policy = (self.scheduling_policy or PolicyBody()).policy(one.policy)
        return {
            **self.fields(),
            "trade": kind,
            "business_type": KINDS.get(kind.casefold(), "general"),
            "time_zone": zone_named(zone),
            "time_zone_written": other_name(zone),
            "policy": policy,
            "page": self._page(page),
        }

    def _page(self, page: BookingPage) -> BookingPage:
        return changed(
            page,
            {"audience": "pageAudience", "frame_origins": "frameOrigins"},
            header=self.page_header or "",
            layout=self.page_layout,
            audience=self._audience(),
            frame_origins=self.frame_origins,
        )

    def _audience(self) -> list[str]:
        """Return the only people the page serves.

        Raise InvalidFields for a page that is open to all, where the list would have no effect.
        """
        if self.page_audience and self.booking_page_settings.access_control == "unrestricted":
            raise InvalidFields([("/pageAudience", "names people, but accessControl is unrestricted")])
        return self.page_audience


def new_business(business: str, slug: str) -> Business:
    """Return a calendar with Graph's defaults, and without a name."""
    return Business(
        id=business,
        slug=slug,
        name="",
        language="en-US",
        currency="USD",
        hours=weekdays((480, 1020)),
        policy=SchedulingPolicy(minimum_lead_time=DAY, send_invitation_to_customer=False),
        page=BookingPage(accent="#0f6cbd", index_by_search_engines=True, show_logo=False),
    )


def line_document(business: str, name: str, settings: AppSettings) -> GraphDocument:
    """Return a calendar as the list of calendars shows it: {id, displayName}."""
    return {"id": graph_id(business, settings.mail_domain), "displayName": name}


def view_of_business(business: Business, settings: AppSettings) -> EntityView:
    """Return a view of a business alone."""
    return EntityView(Calendar(business, {}, {}, {}), settings)


def business_document(business: Business, settings: AppSettings) -> GraphDocument:
    """Return a bookingBusiness."""
    return BusinessBody.document(business, view_of_business(business, settings))
