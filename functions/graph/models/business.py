"""A bookingBusiness as Graph shows it, and what a client may set of it."""

from typing import Literal

from pydantic import Field

from functions.graph.call import GraphDocument, etag, graph_id
from functions.graph.handlers.currencies import Currency
from functions.graph.models.meeting_room import (
    MeetingRoomBody,
    WaitingRoomBody,
    meeting_document,
    waiting_document,
)
from functions.graph.models.parts import (
    MOST_DAYS,
    AddressBody,
    DayBody,
    PolicyBody,
    address_document,
    hours_of,
    policy_document,
)
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
from functions.graph.models.time_zones import Zone, as_written, other_name, zone_named
from functions.graph.models.values import Date, WebAddress, timestamp, week
from functions.settings.app import AppSettings
from shared.domain.calendar.business import BookingPage, Business, BusinessType, SpecialDates
from shared.domain.calendar.place import Address
from shared.domain.calendar.policy import DAY, SchedulingPolicy
from shared.domain.errors import InvalidFields
from shared.domain.model import Request
from shared.domain.timeline.hours import weekdays
from shared.records.calendars import etag_of


READ_ONLY = frozenset({"isPublished", "publicUrl"})
NAMES = {
    "name": "displayName",
    "hours": "businessHours",
    "time_zone": "bookingPageSettings/businessTimeZone",
    "web_site": "webSiteUrl",
}
KINDS: dict[str, BusinessType] = {
    "health": "health",
    "healthcare": "health",
    "finance": "finance",
    "financial services": "finance",
    "retail": "retail",
    "education": "education",
    "public_sector": "public_sector",
    "public sector": "public_sector",
    "government": "public_sector",
    "hr": "hr",
    "human resources": "hr",
}
"""Kinds of business that pages and mails have words for, by how clients write them."""


class PageBody(Request):
    access_control: Literal["unrestricted", "restrictedToOrganization"] = "unrestricted"
    booking_page_color_code: str = Field(max_length=7, pattern=r"^#[0-9A-Fa-f]{6}$")
    business_time_zone: Zone
    customer_consent_message: LongText = ""
    enforce_one_time_password: bool = False
    is_business_logo_display_enabled: bool = False
    is_customer_consent_enabled: bool = False
    is_search_engine_indexability_disabled: bool = False
    is_time_slot_time_zone_set_to_business_time_zone: bool = False
    privacy_policy_web_url: WebAddress = ""
    terms_and_conditions_web_url: WebAddress = ""

    def page(self, page: BookingPage) -> BookingPage:
        """Return the page with these settings. Raises InvalidFields."""
        message, is_asked = self.customer_consent_message, self.is_customer_consent_enabled
        if is_asked and not message:
            raise InvalidFields([("/customerConsentMessage", "required where consent is asked for")])
        return changed(
            page,
            {},
            access="everyone" if self.access_control == "unrestricted" else "organisation",
            accent=self.booking_page_color_code,
            consent=message if is_asked else "",
            unasked_consent="" if is_asked else message,
            require_email_code=self.enforce_one_time_password,
            show_logo=self.is_business_logo_display_enabled,
            index_by_search_engines=not self.is_search_engine_indexability_disabled,
            always_business_time_zone=self.is_time_slot_time_zone_set_to_business_time_zone,
            privacy_url=self.privacy_policy_web_url,
            terms_url=self.terms_and_conditions_web_url,
        )


class SpecialDatesBody(Request):
    """Dates on which the business is closed, or has other hours."""

    title: LineText | None = None
    start_date: Date
    end_date: Date
    business_hours: list[DayBody] | None = Field(default=None, max_length=MOST_DAYS)

    def dates(self) -> dict[str, object]:
        """Return the dates as a calendar stores them. Raises InvalidFields."""
        hours = hours_of(self.business_hours or [], "businessHours")
        return {"first": self.start_date, "last": self.end_date, "title": self.title or "", "hours": hours}


class BusinessBody(Request):
    """The settings of a calendar. Members from `specialDates` on are beyond Graph."""

    display_name: NameText
    business_type: LineText | None = None
    address: AddressBody | None = None
    phone: PhoneText | None = None
    email: EmailText | None = None
    web_site_url: WebAddress | None = None
    language_tag: LanguageTag | None = None
    default_currency_iso: Currency | None = None
    business_hours: list[DayBody] | None = Field(default=None, max_length=MOST_DAYS)
    scheduling_policy: PolicyBody | None = None
    booking_page_settings: PageBody

    special_dates: list[SpecialDatesBody] = Field(default_factory=list, max_length=400)
    page_header: LongText | None = None
    page_layout: Literal["list", "cards"] = "list"
    page_audience: list[LineText] = Field(default_factory=list, max_length=1000)
    frame_origins: list[LineText] = Field(default_factory=list, max_length=100)
    mail_from: EmailText | None = None
    maximum_open_appointments: int = Field(default=20, ge=0, le=1000)
    waiting_room: WaitingRoomBody = WaitingRoomBody()
    meeting_room: MeetingRoomBody = MeetingRoomBody()

    def business(self, business: Business) -> Business:
        """Return the business with these settings. Raises InvalidFields."""
        with within("bookingPageSettings"):
            page = self.booking_page_settings.page(business.page)
        page = changed(
            page,
            {"audience": "pageAudience", "frame_origins": "frameOrigins"},
            header=self.page_header or "",
            layout=self.page_layout,
            audience=self._audience(),
            frame_origins=self.frame_origins,
        )
        with within("schedulingPolicy"):
            policy = (self.scheduling_policy or PolicyBody()).policy(business.policy)
        return changed(
            business,
            NAMES,
            name=self.display_name,
            **_kind(self.business_type or ""),
            address=self.address.address() if self.address else Address(),
            phone=self.phone or "",
            email=self.email or "",
            web_site=self.web_site_url or "",
            language=self.language_tag or "en-US",
            currency=self.default_currency_iso or "USD",
            time_zone=zone_named(self.booking_page_settings.business_time_zone),
            time_zone_written=other_name(self.booking_page_settings.business_time_zone),
            hours=hours_of(self.business_hours or [], "businessHours"),
            special_dates=[one.dates() for one in self.special_dates],
            mail_from=self.mail_from or "",
            most_open=self.maximum_open_appointments,
            policy=policy,
            page=page,
            **self._rooms(),
        )

    def _rooms(self) -> dict[str, object]:
        with within("waitingRoom"):
            waiting = self.waiting_room.room()
        with within("meetingRoom"):
            return {"waiting_room": waiting, "meeting": self.meeting_room.room()}

    def _audience(self) -> list[str]:
        """Return the only people the page serves.

        Raises InvalidFields for a page that is open to all, where the list would have no effect.
        """
        if self.page_audience and self.booking_page_settings.access_control == "unrestricted":
            raise InvalidFields([("/pageAudience", "names people, but accessControl is unrestricted")])
        return self.page_audience


def _kind(text: str) -> dict[str, str]:
    return {"trade": text, "business_type": KINDS.get(text.casefold(), "general")}


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


def business_document(business: Business, settings: AppSettings) -> GraphDocument:
    """Return a bookingBusiness. Members from `specialDates` on are beyond Graph."""
    page = business.page
    return {
        "@odata.etag": etag(etag_of(business)),
        "id": graph_id(business.id, settings.mail_domain),
        "displayName": business.name,
        "businessType": business.trade or ("" if business.business_type == "general" else business.business_type),
        "address": address_document(business.address),
        "phone": business.phone or None,
        "email": business.email or None,
        "webSiteUrl": business.web_site or None,
        "languageTag": business.language.replace("_", "-"),
        "defaultCurrencyIso": business.currency,
        "businessHours": week(business.hours),
        "schedulingPolicy": policy_document(business.policy),
        "bookingPageSettings": _page_document(page, as_written(business.time_zone, business.time_zone_written)),
        "isPublished": page.is_published,
        "publicUrl": f"{settings.public_url}/book/{business.slug}" if page.is_published else None,
        "createdDateTime": timestamp(business.created_at),
        "lastUpdatedDateTime": timestamp(business.changed_at),
        "specialDates": [_special_document(one) for one in business.special_dates],
        "pageHeader": page.header or None,
        "pageLayout": page.layout,
        "pageAudience": list(page.audience),
        "frameOrigins": list(page.frame_origins),
        "mailFrom": business.mail_from or None,
        "maximumOpenAppointments": business.most_open,
        "waitingRoom": waiting_document(business.waiting_room),
        "meetingRoom": meeting_document(business.meeting),
    }


def _page_document(page: BookingPage, zone: str | None) -> GraphDocument:
    return {
        "accessControl": "unrestricted" if page.access == "everyone" else "restrictedToOrganization",
        "bookingPageColorCode": page.accent,
        "businessTimeZone": zone,
        "customerConsentMessage": page.consent or page.unasked_consent,
        "enforceOneTimePassword": page.require_email_code,
        "isBusinessLogoDisplayEnabled": page.show_logo,
        "isCustomerConsentEnabled": bool(page.consent),
        "isSearchEngineIndexabilityDisabled": not page.index_by_search_engines,
        "isTimeSlotTimeZoneSetToBusinessTimeZone": page.always_business_time_zone,
        "privacyPolicyWebUrl": page.privacy_url,
        "termsAndConditionsWebUrl": page.terms_url,
    }


def _special_document(dates: SpecialDates) -> GraphDocument:
    return {
        "title": dates.title or None,
        "startDate": dates.first.isoformat(),
        "endDate": dates.last.isoformat(),
        "businessHours": week(dates.hours),
    }
