"""A bookingAppointment as Graph shows it."""

from base64 import b32decode
from typing import Any
from uuid import UUID

from functions.graph.call import GraphDocument, GraphRequest, etag
from functions.graph.models.capabilities import shows_sms
from functions.graph.models.customer import customer_guid
from functions.graph.models.parts import LocationBody, ReminderBody
from functions.graph.models.question import SHOWN
from functions.graph.models.service import PRICES_SHOWN
from functions.graph.models.time_zones import as_written
from functions.graph.models.values import duration, moment, timestamp
from shared.domain.access.permissions import Permission
from shared.domain.appointments.appointment import Answer, Appointment, Seat
from shared.domain.appointments.terms import Terms, terms_of
from shared.domain.appointments.visit_links import join_token
from shared.domain.calendar.place import Address, Location
from shared.records.calendars import etag_of
from shared.use_cases.appointments.find_appointments import AppointmentWithVisit


CUSTOMER_TYPE = "#microsoft.graph.bookingCustomerInformation"
NOBODY = str(UUID(int=0))
STATUSES = {"in_lobby": "inLobby", "in_progress": "inProgress", "no_show": "noShow", "not_admitted": "notAdmitted"}


def appointment_document(
    found: AppointmentWithVisit, call: GraphRequest, *, is_listed: bool = False
) -> GraphDocument:
    """Return a bookingAppointment; in lists without notes and reminders, as in Graph.

    Members after `lastUpdatedDateTime`, and from `seatId` on in a customer, are beyond Graph. Answers are left out
    for callers who may not read them.
    """
    one, terms = found.appointment, terms_as_agreed(found.appointment, call)
    sees_notes = not is_listed and call.access is not None and call.access.may(Permission.READ_NOTES)
    return {
        "@odata.etag": etag(etag_of(one)),
        "id": one.id,
        "startDateTime": moment(one.start),
        "endDateTime": moment(one.end),
        "duration": duration(one.end - one.start),
        "serviceId": one.service,
        "staffMemberIds": list(one.staff),
        "maximumAttendeesCount": one.capacity,
        "filledAttendeesCount": one.filled,
        **_terms(terms, sees_notes=sees_notes, is_listed=is_listed),
        "selfServiceAppointmentId": _self_service_id(one.seat),
        **_links(one, terms, call),
        **_contact(one.seat, is_listed=is_listed),
        "customers": [_customer(seat, one, call) for seat in found.parties],
        "createdDateTime": timestamp(one.made_at or (one.seat.made_at if one.seat else None)),
        "lastUpdatedDateTime": timestamp(found.changed_at),
        "status": STATUSES.get(found.status, found.status),
        "isOverbooked": one.is_overbooked,
        "isAnonymousJoinEnabled": terms.allow_anonymous_join,
        "isToBeConfirmed": one.is_to_confirm,
    }


def _terms(terms: Terms, *, sees_notes: bool, is_listed: bool) -> GraphDocument:
    """Return what was agreed on, which is the service's at the time of the booking."""
    return {
        "serviceName": terms.service_name,
        "serviceLocation": _location(terms.location),
        "serviceNotes": (terms.notes or None) if sees_notes else None,
        "preBuffer": duration(terms.pre_buffer),
        "postBuffer": duration(terms.post_buffer),
        "price": float(terms.price.amount),
        "priceType": PRICES_SHOWN[terms.price.kind],
        "reminders": [] if is_listed else [ReminderBody.document(it) for it in terms.reminders],
        "isLocationOnline": terms.is_online,
        "smsNotificationsEnabled": shows_sms(terms.send_sms),
        "optOutOfCustomerEmail": not terms.tells_customer,
        "isCustomerAllowedToManageBooking": terms.customers_may_manage,
        "additionalInformation": terms.additional_information or None,
        "appointmentLabel": terms.label or None,
    }


def terms_as_agreed(one: Appointment, call: GraphRequest) -> Terms:
    """Return the terms that an appointment was booked with, else its service's present ones."""
    service = call.calendar.services.get(one.service)
    return one.terms or (terms_of(service) if service else Terms())


def _self_service_id(seat: Seat | None) -> str:
    """Return the seat's id as a GUID (the same 128 bits), all zeros if no customer booked it."""
    if seat is None or seat.made_by != "customer":
        return NOBODY
    try:
        return str(UUID(bytes=b32decode(f"{seat.id.upper()}======")))
    except ValueError:  # an id that was not made by us
        return NOBODY


def _links(one: Appointment, terms: Terms, call: GraphRequest) -> dict[str, str | None]:
    """Return the links to an online appointment: for its staff, who sign in; and for its customer.

    The customer's link lets anyone wait in their name, so it is shown only to who may change the appointment.
    """
    root, business = call.app.settings.public_url, call.calendar.business.id
    service, seat = one.service_of(call.calendar.services.get(one.service)), one.seat
    is_open = terms.is_online and one.is_live
    is_joinable = one.is_live and service is not None and service.is_joinable
    join = None
    if seat and is_joinable and call.access and call.access.may_change(one.staff):
        join = f"{root}/join/{join_token(call.app.secret, business, one, seat)}"
    return {
        "joinWebUrl": f"{root}/console/queue/{business}/{one.id}/join" if is_open else None,
        "anonymousJoinWebUrl": join,
    }


def _contact(seat: Seat | None, *, is_listed: bool) -> dict[str, str | None]:
    """Return the customer's data in the appointment itself; null for a group."""
    customer = seat.customer if seat else None
    return {
        "customerName": customer.name if customer else None,
        "customerEmailAddress": (customer.email or None) if customer else None,
        "customerPhone": (customer.phone or None) if customer else None,
        "customerNotes": (customer.notes or None) if customer and not is_listed else None,
        "customerTimeZone": _zone(seat) if seat else None,
    }


def _customer(seat: Seat, one: Appointment, call: GraphRequest) -> GraphDocument:
    customer = seat.customer
    place = seat.location if seat.location != Location() else Location(address=Address(street=customer.address))
    reads_answers = call.access is not None and call.access.may_read_answers(one.staff)
    return {
        "@odata.type": CUSTOMER_TYPE,
        "customerId": customer_guid(seat.customer_id),
        "name": customer.name,
        "emailAddress": customer.email or None,
        "phone": customer.phone or None,
        "notes": customer.notes or None,
        "timeZone": _zone(seat),
        "location": _location(place),
        "customQuestionAnswers": [_answer(it, one, call) for it in seat.answers] if reads_answers else [],
        "smsNotificationsEnabled": shows_sms(seat.wants_sms),
        "seatId": seat.id,
        "refId": seat.ref_id or None,
        "consent": {"dateTime": timestamp(seat.consent.at), "text": seat.consent.text} if seat.consent else None,
    }


def _location(place: Location) -> GraphDocument | None:
    return None if place == Location() else LocationBody.document(place)


def _zone(seat: Seat) -> str | None:
    return as_written(seat.time_zone, seat.time_zone_written) or None


def _answer(answer: Answer, one: Appointment, call: GraphRequest) -> dict[str, Any]:
    """Return an answer with its question as it was asked; as it is now where that was not kept."""
    asked = call.calendar.questions.get(answer.question)
    if asked is None or answer.kind != "text" or answer.options:
        known, options = answer.kind, answer.options
    else:
        known, options = asked.kind, asked.options
    kind = SHOWN[known]
    is_chosen = known != "text" and answer.answer in options
    return {
        "questionId": answer.question,
        "question": answer.text,
        "answerInputType": kind if call.shows_unknown or kind != "checkBox" else "unknownFutureValue",
        "answerOptions": list(options),
        "isRequired": _is_required(answer, one, call) if answer.required is None else answer.required,
        "answer": answer.answer,
        "selectedOptions": list(answer.selected) or ([answer.answer] if is_chosen else []),
    }


def _is_required(answer: Answer, one: Appointment, call: GraphRequest) -> bool:
    """Return whether the question is required now, for old answers that did not keep it."""
    service, asked = call.calendar.services.get(one.service), call.calendar.questions.get(answer.question)
    by_service = service is not None and any(it.required for it in service.questions if it.id == answer.question)
    return by_service or (asked is not None and asked.required)
