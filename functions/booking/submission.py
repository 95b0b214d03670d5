"""Submits the details form: books, or answers with the page that helps to go on."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import azure.functions as func

from functions.booking.code_step import LONGEST_CODE, code_page
from functions.booking.form_request import request_of
from functions.booking.views import taken
from functions.http.boundary import status_of
from functions.http.code_limits import send_counted_code, with_code_tried
from functions.http.mail_limits import within_mail_limit
from functions.pages.booking_form import another_seat, build_form, with_errors
from functions.pages.details import details_page
from functions.pages.link import NavLink
from functions.pages.message import message_page
from functions.pages.problem_texts import PROBLEMS, by_phone
from shared.domain.errors import (
    AlreadySeated,
    ByPhoneOnly,
    Conflict,
    InvalidFields,
    KeyReused,
    Rejected,
    TooManyMails,
    TooManyOpen,
    TooManyRequests,
    TryAgain,
)
from shared.domain.text.pasted import plain_address
from shared.records.keys import decision_key
from shared.records.table import Ambiguous
from shared.use_cases.booking.create_appointment import create_appointment
from shared.use_cases.booking.send_code import MailNotSent
from shared.use_cases.commands import name_command


if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from functions.booking.context import PageContext
    from functions.pages.booking_form import BookingForm
    from shared.domain.calendar.service import Service
    from shared.domain.errors import FieldError, Refusal
    from shared.use_cases.booking.create_appointment import AppointmentRequest
    from shared.use_cases.booking.result import Booked

LONGEST_ID = 60
PAGE = "page"  # a scope of its own: a key that a program chose for the API is never the same
REF = re.compile(r"[A-Za-z0-9_-]{1,100}")


@dataclass(frozen=True)
class Submission:
    """One submitted form. `client` is the address it came from; `count` is called once it has made a booking."""

    context: PageContext
    service: Service
    values: dict[str, str]
    start: datetime
    client: str
    count: Callable[[], None] = lambda: None

    async def book(self) -> func.HttpResponse:
        """Book, and redirect (303) to the booking; else return the form with what was typed and a fresh key."""
        try:
            return await self._answered()
        except Ambiguous:  # it may be booked: the same key sent again gets the outcome
            return self.later(TryAgain())

    async def _answered(self) -> func.HttpResponse:
        if self.values.get("edit"):
            return self._again(200, code="")
        try:
            done = await self._create()
        except InvalidFields as wrong:
            return (
                await self._ask_code()
                if wrong.errors[0].pointer == "/code"
                else self._again(422, errors=wrong.errors)
            )
        except (TryAgain, TooManyRequests) as later:
            return self.later(later)
        except KeyReused:
            return await self._already_sent()
        except (Conflict, Rejected) as refusal:
            return await self._taken(refusal)
        if done.is_new:
            self.count()
        return func.HttpResponse(status_code=303, headers={"Location": self._managed(done, new="1")})

    async def _create(self) -> Booked:
        context, request = self.context, self._request()
        command = partial(
            create_appointment,
            request,
            key=self.values.get("key", ""),
            calendar=context.calendar,
            context=context.app.context,
            is_member=context.is_member,
            actor=PAGE,
            reading=context.app.reading,
        )
        tried = partial(with_code_tried, request, self.client, context.calendar, command, context.now)
        return await within_mail_limit(request, context.calendar.business, tried, context.now)

    def _request(self) -> AppointmentRequest:
        visitor, values = self.context.visitor, self.values
        # what does not fit is dropped, not refused: the customer has not typed it
        ref = visitor.carried.get("RefID", "")
        return request_of(
            values,
            self.service,
            self.start,
            visitor,
            staff=values.get("staff", "")[:LONGEST_ID] or None,  # the use case checks it
            ref_id=ref if REF.fullmatch(ref) else "",
            code="" if values.get("resend") else values.get("code", "")[:LONGEST_CODE],
        )

    def _form(self, errors: list[FieldError]) -> BookingForm:
        context = self.context
        form = build_form(context.calendar, self.service, context.visitor, self.values, has_sms=context.has_sms)
        return with_errors(form, errors, context.visitor.texts)

    def _again(self, status: int, errors: list[FieldError] | None = None, **more: Any) -> func.HttpResponse:
        """Return the form with what was typed; `more` replaces some of its fields, or goes to the template."""
        context = self.context
        changes = {name: more.pop(name) for name in ("key", "staff", "code", "another") if name in more}
        form = replace(self._form(errors or []), **changes)
        if errors and not form.errors:
            more["notice"] = context.visitor.texts.gettext(
                "Something went wrong. Check your details and confirm again."
            )
        return details_page(
            context.calendar, self.service, form, self.start, context.visitor, status=status, **more
        )

    async def _taken(self, refusal: Refusal) -> func.HttpResponse:
        """Return the form with other times, or without where no other time would help."""
        context, texts = self.context, self.context.visitor.texts
        if isinstance(refusal, AlreadySeated):
            error = texts.gettext(PROBLEMS[refusal.code][0])
            return self._again(409, another=another_seat(texts, error=error))
        if isinstance(refusal, TooManyOpen):
            notice = texts.gettext(PROBLEMS[refusal.code][1])
            return self._again(status_of(refusal), notice=notice)
        if isinstance(refusal, ByPhoneOnly):
            return self._again(status_of(refusal), notice=by_phone(context.calendar.business, texts))
        wanted = self.values.get("staff", "")
        slots, staff = await context.nearest(self.service, self.start, wanted)
        other = await context.somebody_else(self.service, self.start, wanted)
        nearest = [(self.start, other)] if other else []
        nearest += [(slot.start, staff) for slot in slots if (slot.start, staff) != (self.start, other)]
        names = {other: context.calendar.staff[other].name} if other and other != staff else {}
        title = texts.gettext(PROBLEMS[refusal.code][0])
        return self._again(status_of(refusal), taken=taken(title, nearest, context.visitor, names))

    async def _ask_code(self) -> func.HttpResponse:
        """Send a code and return the page that asks for it; after a wrong code, the page with an error."""
        context, _ = self.context, self.context.visitor.texts.gettext
        if "code" in self.values and not self.values.get("resend"):
            error = _("This code is wrong or has expired. Use the latest email or request a new code.")
            return self._code_step(422, error=error)
        try:
            await send_counted_code(
                context.calendar, plain_address(self.values["email"]), context.visitor.locale_tag, context.now
            )
        except TooManyRequests as limit:
            return self.later(limit)
        except MailNotSent:
            return self._same(503, _("We couldn’t email your code. Try again."))
        return self._code_step(200)

    def later(self, refusal: TryAgain | TooManyRequests) -> func.HttpResponse:
        """Return the page that was sent, to be sent again; after a rate limit with Retry-After."""
        _ = self.context.visitor.texts.gettext
        if isinstance(refusal, TryAgain):
            return self._same(503, _("The server is busy. Confirm once more: you won’t be booked twice."))
        said = _("Too many requests. Wait a minute, then confirm once more.")
        if isinstance(refusal, TooManyMails):
            said = _(PROBLEMS[refusal.code][1])
        response = self._same(429, said)
        response.headers["Retry-After"] = str(refusal.retry_after)
        return response

    def _same(self, status: int, notice: str) -> func.HttpResponse:
        """Return the page that was sent, with its key: sending it again cannot book twice."""
        if "code" in self.values:
            return self._code_step(status, notice=notice)
        return self._again(status, notice=notice, key=self.values.get("key", ""))

    def _code_step(self, status: int, **more: Any) -> func.HttpResponse:
        return code_page(self.context, self.service, self.values, self.start, status=status, **more)

    async def _already_sent(self) -> func.HttpResponse:
        """Return the page for a key that was used with other content.

        If it made a booking, that stands; after a refusal the form may be sent anew. The booking is not shown: the
        sender has proved no right to it, and it may be another customer's.
        """
        context, business = self.context, self.context.calendar.business
        _ = context.visitor.texts.gettext
        outcome = await self._outcome()
        if outcome is None or "refused" in outcome:
            notice = _("We received this form but didn’t book anything. Check it and confirm again.")
            return self._again(409, notice=notice)
        ways_on = [
            NavLink(_("Book another appointment"), context.visitor.link("book", business.slug, self.service.id))
        ]
        text = _("You’ve already booked with this form. To change that appointment, use the link in its email.")
        more = {"business": business, "sign": "check"}
        return message_page(context.visitor, _("Already booked"), text, status=409, ways_on=ways_on, **more)

    async def _outcome(self) -> dict[str, Any] | None:
        """Return what was decided for the key, None if nothing was."""
        context, business = self.context, self.context.calendar.business.id
        command = name_command(context.app.secret, business, "create", PAGE, self.values["key"], "")
        row = await context.app.store.table.get("bookings", business, decision_key(command.hash))
        return dict(json.loads(str(row.values["outcome"]))) if row else None

    def _managed(self, done: Booked, **query: str) -> str:
        business = self.context.calendar.business
        return self.context.visitor.without_prefill().link(
            "book", business.slug, "manage", done.token, staff=None, **query
        )
