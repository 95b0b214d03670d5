"""Makes the seat of a customer who books by a form: details, consent and answers, as they were asked then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.appointments.appointment import Answer, Consent, Seat


if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from shared.domain.calendar.business import Calendar
    from shared.domain.calendar.service import Service
    from shared.use_cases.booking.create_appointment import AppointmentRequest


def form_seat(
    request: AppointmentRequest, calendar: Calendar, service: Service, *, name: str, customer: str, now: datetime
) -> Seat:
    """Return the seat; `name` is its id and `customer` the customer's."""
    business = calendar.business
    agreed = business.page.consent
    return Seat(
        id=name,
        customer=request.customer,
        answers=tuple(_answers(request, calendar, service)),
        consent=Consent(at=now, text=agreed) if agreed and request.consent else None,
        wants_sms=bool(request.sms_consent),
        sms_consent=Consent(at=now, text=request.sms_consent) if request.sms_consent else None,
        time_zone=request.time_zone or business.time_zone,
        language=business.language_for(request.language) or service.language or business.customer_language,
        ref_id=request.ref_id,
        customer_id=customer,
        made_at=now,
    )


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
