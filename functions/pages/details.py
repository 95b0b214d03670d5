"""The page with the form of a booking: what is booked beside the fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.pages.render import page
from functions.pages.summaries import about, moment, names_of, policy_text


if TYPE_CHECKING:
    from datetime import datetime

    import azure.functions as func

    from functions.pages.booking_form import BookingForm
    from functions.pages.visitor import Visitor
    from shared.domain.calendar.business import Calendar
    from shared.domain.calendar.service import Service

TIMES = {"show": "times"}


def details_page(
    calendar: Calendar,
    service: Service,
    form: BookingForm,
    start: datetime,
    visitor: Visitor,
    template: str = "booking/details.html",
    **more: Any,
) -> func.HttpResponse:
    """Return the form, or another template around it; `more` may hold `status`, `taken` and a notice."""
    business = calendar.business
    path = ("book", business.slug, service.id)
    day = start.astimezone(visitor.tzinfo).date().isoformat()
    return page(
        template,
        visitor,
        business,
        is_public=True,
        here=(path, {"start": form.start, "staff": form.staff}),
        typed_in="typed",
        about=about(service, business, visitor, _with_whom(calendar, service, form.staff, visitor)),
        moment=moment(start, start + service.duration, visitor, business.time_zone),
        policy=policy_text(calendar.policy_of(service), visitor),
        form=form,
        action=visitor.without_prefill().link(*path),
        back=visitor.without_prefill().link(*path, date=day, **TIMES),
        **{"heading": _heading(business.business_type, visitor), "taken": None, "notice": "", **more},
    )


def _with_whom(calendar: Calendar, service: Service, wanted: str, visitor: Visitor) -> str:
    """Return the name of the person asked for, where customers may know it, else who it may be."""
    return (names_of(calendar, [wanted]) if wanted in service.staff else "") or _anyone(calendar, service, visitor)


def _anyone(calendar: Calendar, service: Service, visitor: Visitor) -> str:
    people = calendar.staff_of(service)
    if service.assignment == "all" or len(people) == 1:
        return names_of(calendar, [person.id for person in people])
    return visitor.texts.gettext("Anyone available")


def _heading(business_type: str, visitor: Visitor) -> str:
    _ = visitor.texts.gettext
    special = {"health": _("Patient details"), "education": _("Student details"), "hr": _("Candidate details")}
    return special.get(business_type, _("Your details"))
