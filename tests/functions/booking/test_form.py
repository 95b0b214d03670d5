"""The details form: what it asks, what it keeps, and what it says is wrong."""

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.pages.booking_form import build_form, prefill, with_errors
from functions.pages.boundary import read_form
from functions.pages.times.picker import read_start
from functions.pages.visitor import read_visitor
from shared.domain.calendar.business import BookingPage
from shared.domain.calendar.service import AskedQuestion, CustomerFields, Question
from shared.domain.errors import FieldProblem
from shared.use_cases.booking.check_form import (
    NOT_ASCII,
    NOT_EMAIL,
    NOT_PHONE,
    NOT_TEXT,
    REQUIRED,
    TOO_LONG,
    text_problem,
)
from tests.functions.pages.app import VISIT, calendar_of, visitor_of
from tests.support.builders import MONDAY
from tests.support.edge import World, clinic


def form_of(values=None, service=VISIT):
    calendar = calendar_of()
    return build_form(calendar, service, visitor_of(calendar), values or {}, has_sms=False)


def test_it_asks_for_a_name_an_address_and_the_services_questions():
    fields = {field.id: field.is_required for field in form_of().fields}
    assert fields == {
        "name": True,
        "email": True,
        "phone": False,
        "q-before": True,
        "q-number": False,
        "notes": False,
    }


def test_a_question_that_always_wants_an_answer_is_not_called_optional():
    calendar = calendar_of()
    number = calendar.questions["number"].model_copy(update={"required": True})
    calendar = type(calendar)(
        calendar.business, calendar.services, calendar.staff, {**calendar.questions, "number": number}
    )
    fields = {
        field.id: field.is_required
        for field in build_form(calendar, VISIT, visitor_of(calendar), {}, has_sms=False).fields
    }
    assert fields["q-number"]


def test_hidden_fields_are_not_asked():
    service = VISIT.model_copy(
        update={"customer_fields": CustomerFields(phone="hidden", notes="hidden", email="optional")}
    )
    assert [field.id for field in form_of(service=service).fields] == ["name", "email", "q-before", "q-number"]


def test_every_rendering_has_a_key_of_its_own():
    assert form_of().key != form_of().key


def test_it_is_prefilled_from_the_address():
    query = {
        "firstName": "Ada",
        "lastName": "Byron",
        "email": "a+b@example.com",
        "phone": "+33 6 12 34 56 78",
        "a1": "Yes",
        "a2": "123",
        "a99": "x",
    }
    values = prefill(calendar_of(), VISIT, query)
    shown = {field.id: field.value for field in form_of(values).fields}
    assert shown["name"] == "Ada Byron"
    assert shown["email"] == "a+b@example.com"
    assert shown["phone"] == "+33 6 12 34 56 78"
    assert shown["q-before"] == "Yes"
    assert shown["q-number"] == "123"


@pytest.mark.parametrize(
    ("name", "given", "shown"),
    [
        ("phone", " 33612345678", "+33612345678"),
        ("phone", " 33 6 12 34 56 78", "+33 6 12 34 56 78"),
        ("phone", " 06 12 34 56 78", "06 12 34 56 78"),
        ("phone", "\u202d+33\u00a0612345678\u202c", "+33 612345678"),
        ("email", "a b@example.com", "a+b@example.com"),
        ("email", " a b@example.com ", "a+b@example.com"),
        ("email", "Ada <a+b@example.com>", "a+b@example.com"),
    ],
)
def test_a_plain_link_means_a_plus_where_no_space_can_be(name, given, shown):
    assert prefill(calendar_of(), VISIT, {name: given})[name] == shown


@pytest.mark.parametrize(
    ("given", "is_ticked"),
    [(text, True) for text in ("yes", "YES", " 1 ", "true", "on", "oui", "да", "sim")]
    + [
        (text, False) for text in ("no", "0", "false", "off", "n", "non", "нет", "não", "", " ", "perhaps", "null")
    ],
)
def test_a_link_ticks_a_box_by_a_yes_alone(given, is_ticked):
    box = Question(id="box", text="Interpreter?", kind="checkbox")
    calendar = calendar_of()
    calendar = replace(calendar, questions={**calendar.questions, "box": box})
    service = VISIT.model_copy(update={"questions": (AskedQuestion(id="box"),)})
    assert prefill(calendar, service, {"a1": given})["q-box"] == ("yes" if is_ticked else "")


def test_errors_stand_beside_their_fields_and_answers_are_kept():
    errors = [
        NOT_EMAIL.at("/customer/email"),
        REQUIRED.at("/answers/before"),
        REQUIRED.at("/consent"),
    ]
    form = with_errors(form_of({"email": "x@", "name": "Ada"}), errors, visitor_of(calendar_of()).texts)
    assert {field.id: field.error for field in form.errors} == {
        "email": "Enter an email address such as name@example.com",
        "q-before": "Choose an answer",
        "consent": "Select the box to agree",
    }
    assert next(field.value for field in form.fields if field.id == "email") == "x@"


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (TOO_LONG, "This is too long: at most 40 characters"),
        (NOT_TEXT, "Some characters aren’t allowed"),
        (NOT_PHONE, "Enter a phone number such as +33 1 23 45 67 89"),
        (text_problem("a\u202eb", 40), "Some characters aren’t allowed"),
        (NOT_ASCII, "Write the part before the @ with letters from A to Z, without accents"),
        (FieldProblem("new", "something new"), "Enter a phone number"),
    ],
)
def test_each_problem_has_its_sentence(problem, sentence):
    errors = [problem.at("/customer/phone")]
    form = with_errors(form_of({"phone": "x"}), errors, visitor_of(calendar_of()).texts)
    assert [field.error for field in form.errors] == [sentence]


def test_the_last_value_of_a_name_counts_as_that_of_the_pressed_button():
    assert read_form(b"start=old&name=%C3%89va&start=new&bad=%ff") == {
        "start": "new",
        "name": "Éva",
        "bad": "\ufffd",
    }


def test_a_form_with_far_too_many_fields_is_refused():
    with pytest.raises(ValueError, match="fields"):
        read_form(b"&".join(b"a%d=1" % number for number in range(500)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "2026-11-23T09:00",
        "2026-13-01T09:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:00:00-05:00",
    ],
)
def test_what_is_no_instant_is_no_start(text):
    assert read_start(text) is None


def test_a_start_is_read_in_any_offset():
    assert read_start("2026-11-23T10:00:00+01:00") == read_start("2026-11-23T09:00:00Z")


@pytest.mark.parametrize(
    "text", ["2026-11-23T10:00:00 01:00", "2026-11-23 10:00 01:00", "2026-11-23T10:00:00 0100"]
)
def test_a_plain_link_means_a_plus_before_an_offset(text):
    assert read_start(text) == read_start("2026-11-23T09:00:00Z")


def test_a_plain_link_means_a_plus_in_a_zone():
    assert read_visitor({"tz": "Etc/GMT 5"}, "en", None).zone == "Etc/GMT+5"


async def test_the_privacy_policy_is_linked_once_also_in_a_frame_where_no_foot_stands():
    world = World()
    page = BookingPage(
        is_published=True, privacy_url="https://example.com/privacy", frame_origins=("https://a.test",)
    )
    await world.save(clinic(page=page))
    start = (MONDAY + timedelta(days=1, hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for where in ("", "&embed=1"):
        answer = await world.call("GET", f"/book/clinic/consultation?start={start}{where}")
        assert answer.status == 200
        assert answer.body.count(b'href="https://example.com/privacy"') == 1
        assert (b"<footer" in answer.body) == (not where)
