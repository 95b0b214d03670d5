"""Checks what a customer typed: required fields, questions, consent, and characters that could do harm."""

import json
import unicodedata
from typing import Protocol

from shared.domain.appointments.appointment import Customer
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Question, Service
from shared.domain.calendar.time_zone import is_known_zone
from shared.domain.errors import FieldError, FieldProblem, InvalidFields, json_pointer
from shared.domain.text.pasted import PHONE, plain_text
from shared.domain.text.phones import e164, region_of
from shared.domain.text.unlinked import has_link
from shared.use_cases.mail_address import ascii_address


BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
LONGEST = {"name": 120, "email": 254, "phone": 40, "address": 500, "notes": 4000}
LONGEST_ANSWER, LONGEST_LABEL = 2000, 63
LONGEST_IN_ALL = 16_000  # UTF-16 units of all questions and answers in JSON: half of what one row can hold
NOT_PRINTED = ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")

REQUIRED = FieldProblem("required", "required")
TOO_LONG = FieldProblem("too-long", "too long")
NOT_TEXT = FieldProblem("not-text", "holds characters that are not text")
NOT_EMAIL = FieldProblem("not-email", "not an e-mail address")
NOT_ASCII = FieldProblem(
    "not-ascii", "not an e-mail address that mail is sent to: letters before the @ are A to Z without accents"
)
NOT_PHONE = FieldProblem("not-phone", "not a phone number")
NOT_ZONE = FieldProblem("not-zone", "not an IANA time zone")
NOT_CHOICE = FieldProblem("not-choice", "not one of the choices")
HAS_LINK = FieldProblem("has-link", "holds a link")
NOT_ASKED = FieldProblem("not-asked", "not asked")


class FormRules(Protocol):
    """The parts of a form that these rules check."""

    @property
    def customer(self) -> Customer:
        """Return the customer's details."""
        ...

    @property
    def answers(self) -> dict[str, str]:
        """Return the answers by the id of their question."""
        ...

    @property
    def consent(self) -> bool:
        """Return whether the customer agreed to the calendar's text."""
        ...

    @property
    def sms_consent(self) -> str:
        """Return the words by which the customer agreed to SMS; empty if they did not."""
        ...

    @property
    def time_zone(self) -> str:
        """Return the IANA name of the customer's time zone; empty if it is not known."""
        ...


def check_form(form: FormRules, calendar: Calendar, service: Service) -> None:
    """Raise InvalidFields with a JSON pointer for each field that is missing or wrong."""
    errors = _customer_errors(form.customer, service) + _answer_errors(form.answers, calendar, service)
    if calendar.business.page.consent and not form.consent:
        errors.append(REQUIRED.at("/consent"))
    errors += _sms_errors(form, calendar, service)
    if form.time_zone and not is_known_zone(form.time_zone):
        errors.append(NOT_ZONE.at("/timeZone"))
    if errors:
        raise InvalidFields(errors)


def _sms_errors(form: FormRules, calendar: Calendar, service: Service) -> list[FieldError]:
    """Return what is wrong where SMS is wanted: it needs a number that exists."""
    phone, business = form.customer.phone, calendar.business
    if not form.sms_consent:
        return []
    if not service.send_sms:
        return [NOT_ASKED.at("/smsConsent")]
    if is_blank(phone):
        return [REQUIRED.at("/customer/phone")] if service.customer_fields.phone != "required" else []
    is_right = not is_phone(phone) or e164(phone, region_of(business.phone, business.time_zone))
    return [] if is_right else [NOT_PHONE.at("/customer/phone")]


def _customer_errors(customer: Customer, service: Service) -> list[FieldError]:
    rules = {"name": "required"} | service.customer_fields.model_dump()
    errors = []
    for name, rule in rules.items():
        text = getattr(customer, name).strip()
        if is_blank(text) and rule == "required":
            errors.append(REQUIRED.at(f"/customer/{name}"))
        elif text and rule == "hidden":
            errors.append(NOT_ASKED.at(f"/customer/{name}"))
        elif problem := text_problem(text, LONGEST[name], multiline=name in ("address", "notes")):
            errors.append(problem.at(f"/customer/{name}"))
        elif name == "name" and has_link(text):
            errors.append(HAS_LINK.at(f"/customer/{name}"))
    if customer.email and (problem := email_problem(customer.email)):
        errors.append(problem.at("/customer/email"))
    if customer.phone and not is_phone(customer.phone):
        errors.append(NOT_PHONE.at("/customer/phone"))
    return errors


def is_email(text: str) -> bool:
    """Return whether a text is an address that mail can reach, under a domain of at least two parts."""
    host, _, top_level = text[: LONGEST["email"] + 1].rpartition("@")[2].rpartition(".")
    return bool(host) and 2 <= len(top_level) <= LONGEST_LABEL and bool(ascii_address(text))


def is_phone(text: str) -> bool:
    """Return whether a text can be a telephone number."""
    return len(text) <= LONGEST["phone"] and bool(PHONE.fullmatch(text))


def email_problem(text: str) -> FieldProblem | None:
    """Return what is wrong with a mail address; None if nothing is."""
    if is_email(text):
        return None
    local, _, domain = text.rpartition("@")
    return NOT_ASCII if not local.isascii() and is_email(f"a@{domain}") else NOT_EMAIL


def _answer_errors(answers: dict[str, str], calendar: Calendar, service: Service) -> list[FieldError]:
    errors = [
        NOT_ASKED.at(json_pointer("answers", name))
        for name in answers
        if name not in {asked.id for asked in service.questions}
    ]
    for asked in service.questions:
        question, text = calendar.questions[asked.id], answers.get(asked.id, "").strip()
        if is_blank(text) and (asked.required or question.required):
            errors.append(REQUIRED.at(json_pointer("answers", asked.id)))
        elif text and (problem := _answer_problem(question, text)):
            errors.append(problem.at(json_pointer("answers", asked.id)))
    if not errors and _is_too_much(answers, calendar):
        errors.append(TOO_LONG.at(json_pointer("answers")))
    return errors


def _is_too_much(answers: dict[str, str], calendar: Calendar) -> bool:
    texts = [text for name, answer in answers.items() for text in (calendar.questions[name].text, answer)]
    return sum(len(json.dumps(one, ensure_ascii=False).encode("utf-16-le")) // 2 for one in texts) > LONGEST_IN_ALL


def _answer_problem(question: Question, text: str) -> FieldProblem | None:
    if question.choices and text not in map(plain_text, question.choices):
        return NOT_CHOICE
    return text_problem(text, LONGEST_ANSWER, multiline=True)


def is_blank(text: str) -> bool:
    """Return whether a text has no visible character."""
    return all(unicodedata.category(character)[0] in "ZC" for character in text)


def text_problem(text: str, longest: int, *, multiline: bool = False) -> FieldProblem | None:
    """Return what is wrong with a text; None if nothing is.

    Refused are control and private characters and those that change the direction of writing, named by their code.
    """
    if len(text) > longest:
        return TOO_LONG
    allowed = "\n\r\t" if multiline else ""
    for character in text:
        kind = unicodedata.category(character)
        if character in BIDI or (kind in NOT_PRINTED and character not in allowed):
            return NOT_TEXT._replace(detail=f"{NOT_TEXT.detail}: U+{ord(character):04X}")
    return None
