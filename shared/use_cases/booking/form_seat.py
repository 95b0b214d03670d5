"""Makes the seat of a customer who books by a form: details, consent and answers, as they were asked then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.appointments.appointment import Answer, Consent, Seat
from shared.domain.calendar.words import Translated


if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from shared.domain.calendar.business import Business, Calendar
    from shared.domain.calendar.service import Service
    from shared.use_cases.booking.create_appointment import AppointmentRequest


def form_seat(
    request: AppointmentRequest, calendar: Calendar, service: Service, *, name: str, customer: str, now: datetime
) -> Seat:
    """Return the seat; `name` is its id and `customer` the customer's."""
    business = calendar.business
    return Seat(
        id=name,
        customer=request.customer,
        answers=tuple(_answers(request, calendar, service)),
        consent=_agreed(request, business, now) if request.consent else None,
        wants_sms=bool(request.sms_consent),
        sms_consent=Consent(at=now, text=request.sms_consent) if request.sms_consent else None,
        time_zone=request.time_zone or business.time_zone,
        language=business.language_for(request.language) or service.language or business.customer_language,
        ref_id=request.ref_id,
        customer_id=customer,
        made_at=now,
    )


def _agreed(request: AppointmentRequest, business: Business, now: datetime) -> Consent | None:
    """Return what the customer agreed to, in the words that they read; None where nothing is asked."""
    words = business.in_language(request.read_in).page.consent
    language = request.read_in if isinstance(words, Translated) else ""
    return Consent(at=now, text=str(words), language=language) if words else None


def _answers(request: AppointmentRequest, calendar: Calendar, service: Service) -> Iterable[Answer]:
    for asked in service.questions:
        if text := request.answers.get(asked.id, "").strip():
            question = calendar.questions[asked.id]
            yield Answer(
                question=asked.id,
                text=question.text,
                answer=text,
                kind=question.kind,
                options=question.options,
                required=asked.required or question.required,
            )
