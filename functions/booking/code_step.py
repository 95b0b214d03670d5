"""The step between the form and the booking, where a calendar asks for a one-time code from the mail."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from functions.pages.booking_form import build_form
from functions.pages.details import details_page
from functions.pages.form_field import FormField
from shared.domain.calendar.email_code import MINUTES_VALID
from shared.domain.text.pasted import plain_address


if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import azure.functions as func

    from functions.booking.context import PageContext
    from shared.domain.calendar.service import Service

LONGEST_CODE = 20


def code_page(
    context: PageContext,
    service: Service,
    values: Mapping[str, str],
    start: datetime,
    error: str = "",
    **more: Any,
) -> func.HttpResponse:
    """Return the page with one field for the code; all answers and the key are hidden fields.

    `more` may hold the status and a notice.
    """
    _ = context.visitor.texts.gettext
    form = build_form(context.calendar, service, context.visitor, values, has_sms=context.has_sms)
    typed = "" if values.get("resend") else values.get("code", "")[:LONGEST_CODE]
    return details_page(
        context.calendar,
        service,
        replace(form, key=values.get("key", "")),
        start,
        context.visitor,
        template="booking/code.html",
        heading=_("Enter the code we emailed you"),
        kept=form.kept,
        email=plain_address(values.get("email", "")),
        minutes=MINUTES_VALID,
        field=FormField("code", _("Code"), "code", typed, True, longest=LONGEST_CODE, error=error),
        **more,
    )
