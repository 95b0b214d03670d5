"""Builds the documents of the public JSON endpoints from what the use cases return."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from functions.api.models import (
    AppointmentDocument,
    BusinessDocument,
    ConsentDocument,
    CustomerFieldsDocument,
    PolicyDocument,
    PriceDocument,
    QuestionDocument,
    ServiceDocument,
    StaffDocument,
)
from functions.http.problem_document import SlotDocument
from shared.domain.appointments.terms import service_as_agreed
from shared.domain.availability.slots import AvailableSlots, Slot
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import Price, Service
from shared.i18n import LANGUAGES, html_tag
from shared.use_cases.booking.find_appointment import ManagedBooking
from shared.use_cases.booking.result import Booked


WITH_AMOUNT = ("fixed", "hourly", "starts_at")


def business_document(own: Calendar, language: str) -> BusinessDocument:
    """Return the public document of a calendar for a reader: its listed staff, and the services offered."""
    calendar = own.in_language(language)
    business, page = calendar.business, calendar.business.page
    consent = ConsentDocument(text=page.consent, privacy_url=page.privacy_url, terms_url=page.terms_url)
    return BusinessDocument(
        name=business.name,
        business_type=business.business_type,
        header=page.header,
        phone=business.phone,
        email=business.email,
        address=str(business.address),
        web_site=business.web_site,
        language=business.language,
        languages=[html_tag(one) for one in LANGUAGES if page.offers_language(one)],
        read_in=html_tag(language),
        time_zone=business.time_zone,
        always_business_time_zone=page.always_business_time_zone,
        require_email_code=page.require_email_code,
        policy=_policy(business.policy),
        services=[_service(one, calendar, own) for one in calendar.offered_services],
        staff=[StaffDocument(id=one.id, name=one.name) for one in calendar.staff.values() if one.is_listed],
        consent=consent if page.consent else None,
    )


def _policy(policy: SchedulingPolicy) -> PolicyDocument:
    return PolicyDocument(
        time_slot_interval_minutes=policy.time_slot_interval // timedelta(minutes=1),
        minimum_lead_time_hours=policy.minimum_lead_time // timedelta(hours=1),
        maximum_advance_days=policy.maximum_advance // timedelta(days=1),
        allow_staff_selection=policy.allow_staff_selection,
    )


def _service(service: Service, calendar: Calendar, own: Calendar) -> ServiceDocument:
    return ServiceDocument(
        id=service.id,
        name=service.name,
        description=service.description,
        location=str(service.location),
        duration_minutes=service.duration // timedelta(minutes=1),
        price=_price(service.price, calendar.business.currency),
        staff=_listed((person.id for person in calendar.staff_of(service)), calendar),
        assignment=service.assignment,
        questions=_questions(service, calendar, own),
        customer_fields=CustomerFieldsDocument(**service.customer_fields.model_dump()),
        maximum_attendees=service.maximum_attendees,
        is_online=service.is_online,
        policy=_policy(calendar.policy_of(service)),
    )


def _price(price: Price, currency: str) -> PriceDocument:
    if price.kind == "undefined":
        return PriceDocument(kind="not_set")
    if price.kind not in WITH_AMOUNT:
        return PriceDocument(kind=price.kind)
    return PriceDocument(kind=price.kind, amount=f"{price.amount:f}", currency=currency)


def _questions(service: Service, calendar: Calendar, own: Calendar) -> list[QuestionDocument]:
    asked = [(one, calendar.questions[one.id]) for one in service.questions]
    return [
        QuestionDocument(
            id=it.id,
            text=it.text,
            kind=it.kind,
            options=list(own.questions[it.id].choices),
            option_texts=list(it.choices),
            required=one.required or it.required,
        )
        for one, it in asked
    ]


def _listed(staff: Iterable[str], calendar: Calendar) -> list[str]:
    return [one for one in staff if one in calendar.staff and calendar.staff[one].is_listed]


def slots_text(offer: AvailableSlots, zone: str) -> str:
    """Return the SlotsDocument of what is offered as JSON, with times in `zone` (an IANA name).

    Written as text, since a month of a thousand people names them some hundred thousand times. Unlisted staff make
    a slot free, but are not named in it.
    """
    place, people = ZoneInfo(zone), offer.calendar.staff.values()
    quoted = {one.id: json.dumps(one.id) if one.is_listed else "" for one in people}
    slots = offer.slots(quoted)
    are_all_named = all(quoted.values()) and not offer.sessions
    named = (",".join(slot.staff if are_all_named else filter(None, slot.staff)) for slot in slots)
    told = cache(lambda moment: _as_json(moment.astimezone(place)))  # most slots end where another begins
    text = ",".join(_slot_text(slot, staff, told) for slot, staff in zip(slots, named, strict=True))
    return f'{{"timeZone":{json.dumps(zone)},"slots":[{text}]}}'


def _slot_text(slot: Slot, staff: str, told: Callable[[datetime], str]) -> str:
    return f'{{"start":"{told(slot.start)}","end":"{told(slot.end)}","staff":[{staff}],"seats":{slot.seats}}}'


def _as_json(moment: datetime) -> str:
    text = moment.isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def slot_documents(slots: Iterable[Slot], calendar: Calendar, zone: str) -> list[SlotDocument]:
    """Return slots with times in `zone`. Unlisted staff make a slot free, but are not named in it."""
    place, listed = ZoneInfo(zone), frozenset(_listed(calendar.staff, calendar))
    return [
        SlotDocument(
            start=slot.start.astimezone(place),
            end=slot.end.astimezone(place),
            staff=list(slot.staff if listed.issuperset(slot.staff) else filter(listed.__contains__, slot.staff)),
            seats=slot.seats,
        )
        for slot in slots
    ]


def appointment_document(
    booked: Booked, calendar: Calendar, public_url: str, language: str
) -> AppointmentDocument:
    """Return the document of a booking that was just made, moved or cancelled, with its links."""
    known = calendar.services.get(booked.service)
    service = service_as_agreed(known, is_online=booked.is_online, may_join=booked.may_join)
    one = _Held(
        booked.appointment,
        booked.id,
        booked.status,
        booked.start,
        booked.end,
        booked.service,
        booked.staff,
        service,
        booked.is_to_confirm,
    )
    return _appointment(one, calendar, booked.token, booked.join_token, public_url, language)


def held_document(
    held: ManagedBooking, token: str, join: str, public_url: str, language: str
) -> AppointmentDocument:
    """Return the document of an existing booking, as the holder of its manage link may see it."""
    one = held.appointment
    status = one.status if held.is_live else "cancelled"
    shown = _Held(
        one.id,
        held.seat.id,
        status,
        one.start,
        one.end,
        one.service,
        one.staff,
        held.service,
        one.is_to_confirm,
    )
    return _appointment(shown, held.calendar, token, join, public_url, language)


class _Held(NamedTuple):
    """What both documents of a booking have in common. `agreed` is its service on the terms it was booked with."""

    id: str
    seat: str
    status: str
    start: datetime
    end: datetime
    service: str
    staff: tuple[str, ...]
    agreed: Service | None
    is_to_confirm: bool


def _appointment(
    one: _Held, calendar: Calendar, token: str, join: str, public_url: str, language: str
) -> AppointmentDocument:
    is_coming = one.agreed is not None and one.status != "cancelled"
    place = ZoneInfo(calendar.business.time_zone)
    manage = f"{public_url}/book/{calendar.business.slug}/manage/{token}"
    return AppointmentDocument(
        id=one.id,
        seat=one.seat,
        status=one.status,
        start=one.start.astimezone(place),
        end=one.end.astimezone(place),
        service=one.service,
        staff=_listed(one.staff, calendar),
        manage=manage,
        ics=f"{manage}/appointment.ics",
        join_url=f"{public_url}/join/{join}" if is_coming and one.agreed and one.agreed.is_joinable else None,
        take_part=_way_in(one.agreed, calendar, language) if is_coming else None,
        to_be_confirmed=one.is_to_confirm and one.status != "cancelled",
    )


def _way_in(service: Service | None, calendar: Calendar, language: str) -> str | None:
    """Return how to take part in an online appointment that cannot be joined from a browser, else None."""
    if service is None or not service.is_online or service.is_joinable:
        return None
    from shared.delivery.calendar_files.taking_part import taking_part  # noqa: PLC0415 - few bookings need it

    told = service.in_language(language, calendar.business.language)
    return taking_part(told, calendar.business.in_language(language), html_tag(language))
