"""The details form: fields from a service's settings, prefilled or refilled, with errors beside them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from functions.http.prefilled import prefilled_email, prefilled_phone, prefilled_tick
from functions.pages.form_field import LONGEST, FormField, new_key, too_long
from shared.domain.calendar.email_code import is_code_asked
from shared.use_cases.booking.check_form import HAS_LINK, NOT_ASCII, NOT_PHONE, NOT_TEXT, TOO_LONG


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from gettext import NullTranslations

    from functions.pages.visitor import Visitor
    from shared.domain.calendar.business import Calendar
    from shared.domain.calendar.service import Question, Service
    from shared.domain.errors import FieldError

KINDS = {"name": "text", "email": "email", "phone": "tel", "address": "text", "notes": "notes"}
AUTOCOMPLETE = {"name": "name", "email": "email", "phone": "tel", "address": "street-address"}


@dataclass(frozen=True)
class BookingForm:
    """The form as its page shows it. `key` makes it take effect once.

    `elsewhere` are answers typed for another service, which this one does not ask for; they are kept as hidden
    fields. `trap` is a field that only robots see and fill in.
    """

    key: str
    start: str
    staff: str
    fields: list[FormField]
    consent: FormField | None
    another: FormField | None = None
    elsewhere: tuple[tuple[str, str], ...] = ()
    code: str = ""
    trap: FormField = field(default=FormField("website", "", "text"))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The answers as (name, value), for a page that keeps them in hidden fields."""
        fields = [*self.fields, *(one for one in (self.consent, self.another) if one)]
        return [*((each.id, each.value) for each in fields if each.value), *self.elsewhere]

    @property
    def errors(self) -> list[FormField]:
        """The fields with an error, in the order of the page, for its error summary."""
        everything = [*self.fields, self.trap, *(one for one in (self.consent, self.another) if one)]
        return [each for each in everything if each.error]


def build_form(
    calendar: Calendar, service: Service, visitor: Visitor, values: Mapping[str, str], *, has_sms: bool
) -> BookingForm:
    """Return the form for these values: those of a submitted form, or of a query (start, staff, prefill).

    `has_sms` says whether the installation can send any.
    """
    texts, calendar = visitor.texts, calendar.in_language(visitor.language)
    rules = {"name": "required", **service.customer_fields.model_dump()}
    if is_code_asked(calendar.business.page, service):
        rules["email"] = "required"
    own = _own_fields(rules, _titles(calendar.business.business_type, texts), values)
    asked = [
        _question(calendar.questions[each.id], values, is_asked=each.required)
        for each in service.questions
        if each.id in calendar.questions
    ]
    notes = [each for each in own if each.id == "notes"]
    asks_sms = has_sms and service.send_sms and service.customer_fields.phone != "hidden"
    texts_asked = [FormField("sms", sms_words(visitor), "checkbox", values.get("sms", ""))] if asks_sms else []
    fields = [*(each for each in own if each.id != "notes"), *texts_asked, *asked, *notes]
    consent = FormField("consent", calendar.business.page.consent, "checkbox", values.get("consent", ""), True)
    there = {each.id for each in fields}
    return BookingForm(
        elsewhere=tuple((name, value) for name, value in typed_in(values) if name not in there),
        key=new_key(),
        start=values.get("start", ""),
        staff=values.get("staff", ""),
        fields=fields,
        consent=consent if calendar.business.page.consent else None,
        another=another_seat(texts, values["another"]) if values.get("another") else None,
        code=values.get("code", ""),
        trap=FormField("website", "", "text", values.get("website", "")),
    )


def sms_words(visitor: Visitor) -> str:
    """Return the words by which a customer agrees to SMS, which are kept as they were shown."""
    return visitor.texts.gettext("Text me about this appointment. I can stop the texts at any time.")


def typed_in(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what was typed into a form as (name, value), whichever service it was for."""
    return [
        (name, value)
        for name, value in values.items()
        if value and (name in KINDS or name == "sms" or name.startswith("q-"))
    ]


def another_seat(texts: NullTranslations, value: str = "", error: str = "") -> FormField:
    """Return the checkbox by which a customer who has a seat in a session asks for another one."""
    _ = texts.gettext
    return FormField("another", _("Book another seat for someone else"), "checkbox", value, True, error=error)


def prefill(calendar: Calendar, service: Service, query: Mapping[str, str]) -> dict[str, str]:
    """Return a query's prefill as form values: name or its parts, email, phone, a1… for questions in order."""
    both = " ".join(part for part in (query.get("firstName"), query.get("lastName")) if part)
    values = {
        "name": query.get("name") or both,
        "email": prefilled_email(query.get("email", "")),
        "phone": prefilled_phone(query.get("phone", "")),
    }
    for place, asked in enumerate(service.questions, 1):
        if question := calendar.questions.get(asked.id):
            given = query.get(f"a{place}", "")
            values[f"q-{asked.id}"] = prefilled_tick(given) if question.kind == "checkbox" else given
    return {**values, "start": query.get("start", ""), "staff": query.get("staff", "")}


def _own_fields(rules: Mapping[str, str], labels: Mapping[str, str], values: Mapping[str, str]) -> list[FormField]:
    return [
        FormField(
            id=name,
            label=labels[name],
            kind=KINDS[name],
            value=values.get(name, ""),
            is_required=rules[name] == "required",
            longest=LONGEST[name],
            autocomplete=AUTOCOMPLETE.get(name, ""),
        )
        for name in KINDS
        if rules[name] != "hidden"
    ]


def _question(question: Question, values: Mapping[str, str], *, is_asked: bool) -> FormField:
    name = f"q-{question.id}"
    return FormField(
        id=name,
        label=question.text,
        kind=question.kind,
        value=values.get(name, ""),
        is_required=is_asked or question.required,
        options=question.options,
    )


def _titles(business_type: str, texts: NullTranslations) -> dict[str, str]:
    _ = texts.gettext
    whose = {"health": _("Patient’s name"), "education": _("Student’s name"), "hr": _("Candidate’s name")}
    return {
        "name": whose.get(business_type, _("Your name")),
        "email": _("Email"),
        "phone": _("Phone"),
        "address": _("Address"),
        "notes": _("Is there anything we should know?"),
    }


def with_errors(form: BookingForm, errors: Iterable[FieldError], texts: NullTranslations) -> BookingForm:
    """Return the form with a sentence beside each field that has an error."""
    wrong = {_field_of(one.pointer): one.code for one in errors}

    def judged(each: FormField) -> FormField:
        return replace(each, error=_sentence(each, wrong[each.id], texts)) if each.id in wrong else each

    return replace(
        form,
        fields=[judged(each) for each in form.fields],
        consent=judged(form.consent) if form.consent else None,
        trap=judged(form.trap),
    )


def _field_of(pointer: str) -> str:
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.strip("/").split("/")]
    return f"q-{parts[1]}" if parts[0] == "answers" and len(parts) > 1 else parts[-1]


def _sentence(wrong: FormField, code: str, texts: NullTranslations) -> str:
    """Return what to do about an error, in the visitor's language."""
    _ = texts.gettext
    problems = {
        TOO_LONG.code: too_long(wrong, texts),
        NOT_TEXT.code: _("Some characters aren’t allowed"),
        HAS_LINK.code: _("Enter a name that doesn’t contain a link"),
        NOT_PHONE.code: _("Enter a phone number such as +33 1 23 45 67 89"),
        NOT_ASCII.code: _("Write the part before the @ with letters from A to Z, without accents"),
    }
    missing = {
        "name": _("Enter a name"),
        "email": _("Enter an email address such as name@example.com"),
        "phone": _("Enter a phone number"),
        "address": _("Enter an address"),
        "consent": _("Select the box to agree"),
        "website": _("This field is a trap for robots: leave it empty"),
        "choice": _("Choose an answer"),
        "checkbox": _("Select the box to continue"),
    }
    return problems.get(code) or missing.get(wrong.id) or missing.get(wrong.kind) or _("Answer this question")
