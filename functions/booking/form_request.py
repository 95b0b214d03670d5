"""A submitted booking form as the request of a use case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from functions.pages.booking_form import sms_words
from shared.domain.errors import InvalidFields
from shared.use_cases.booking.create_appointment import AppointmentRequest


if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from functions.pages.visitor import Visitor
    from shared.domain.calendar.service import Service

TRAP = ("/website", "not empty")
OWN_FIELDS = ("name", "email", "phone", "address", "notes")


def request_of(
    values: Mapping[str, str], service: Service, start: datetime, visitor: Visitor, **more: Any
) -> AppointmentRequest:
    """Return the request of a form; `more` are its fields beside the answers, such as staff and code.

    Raises InvalidFields, also where the trap field is filled in, which only robots see.
    """
    if values.get("website"):
        raise InvalidFields([TRAP])
    customer = {name: values.get(name, "") for name in OWN_FIELDS}
    asked = {one.id: values.get(f"q-{one.id}", "") for one in service.questions}
    request: dict[str, Any] = {
        "service": service.id,
        "start": start,
        "customer": {name: value for name, value in customer.items() if name == "name" or value},
        "answers": {name: text for name, text in asked.items() if text},
        "consent": bool(values.get("consent")),
        "sms_consent": sms_words(visitor) if values.get("sms") and service.send_sms else "",
        "another_seat": bool(values.get("another")),
        "time_zone": visitor.zone,
        "language": visitor.locale_tag,
        "read_in": visitor.language_tag,
        **more,
    }
    try:
        return AppointmentRequest(**request)
    except ValidationError as wrong:
        pointers = ["/" + "/".join(str(part) for part in each["loc"]) for each in wrong.errors()]
        raise InvalidFields([(pointer, "too long") for pointer in pointers]) from None
