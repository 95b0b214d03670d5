"""What a service asks at the console, and the questions that all services of a calendar share."""

import re

import pytest

from shared.domain.calendar.service import AskedQuestion
from tests.functions.console.services.place import (
    ONE,
    PATH,
    QUESTIONS,
    a_place,
    error_at,
    fill,
    stored,
    text_of,
)
from tests.support.builders import a_service


TEA = f"{ONE}/tea"


async def test_questions_are_asked_in_an_order_and_required_here():
    world = await a_place(questions=QUESTIONS)
    rows = {"questions-0": "1", "questions-0-question": "first", "questions-1": "1", "questions-1-question": "why"}
    answer = await fill(world, f"{TEA}/questions", **rows, **{"questions-1-required": "yes", "phone": "required"})
    assert answer.status == 303
    now = await stored(world)
    assert now.questions == (AskedQuestion(id="first"), AskedQuestion(id="why", required=True))
    assert now.customer_fields.phone == "required"
    again = await fill(world, f"{TEA}/questions", do="up questions 1")
    assert re.findall(r'value="(\w+)" selected', again.body.decode())[-2:] == ["why", "first"]


async def test_a_question_that_is_asked_twice_or_not_chosen_is_refused_at_its_row():
    world = await a_place(questions=QUESTIONS)
    rows = {f"questions-{place}": "1" for place in range(3)}
    asked = {"questions-0-question": "why", "questions-1-question": "why", "questions-2-question": ""}
    answer = await fill(world, f"{TEA}/questions", **rows, **asked)
    assert "already asked above" in error_at(answer, "questions-1-question")
    assert "Choose a question" in error_at(answer, "questions-2-question")


async def test_a_question_is_written_changed_and_removed_for_all_services():
    world = await a_place(a_service("tea", questions=(AskedQuestion(id="why"),)), questions=QUESTIONS)
    page = await text_of(world, f"{PATH}/questions")
    assert "Asked by 1 service" in page
    assert "See here" in page
    fields = {"text": "Tea or coffee?", "kind": "choice", "options": "Tea\n\nCoffee\nTea"}
    answer = await fill(world, f"{PATH}/new-question", **fields)
    assert answer.headers["Location"] == f"{PATH}/questions?news=added"
    questions = (await world.store.calendars.reload("biz0clinic")).questions.values()
    assert any(one.options == ("Tea", "Coffee") for one in questions)
    assert (await fill(world, f"{PATH}/question/why", text="What for?", required="yes")).status == 303
    changed = (await world.store.calendars.reload("biz0clinic")).questions["why"]
    assert (changed.text, changed.required) == ("What for?", True)
    assert "These services no longer ask it" in await text_of(world, f"{PATH}/question/why/remove")
    await world.send("boss", f"{PATH}/question/why/remove")
    assert (await stored(world)).questions == ()
    assert (await world.open("boss", f"{PATH}/question/why")).status == 404


@pytest.mark.parametrize(
    ("fields", "control"),
    [
        ({"text": ""}, "text"),
        ({"text": "Which?", "kind": "choice", "options": " \n "}, "options"),
        ({"text": "Which?", "kind": "choice", "options": "\n".join(map(str, range(101)))}, "options"),
        ({"text": "Which?", "kind": "choice", "options": "x" * 501}, "options"),
        ({"text": "x" * 1001}, "text"),
    ],
)
async def test_a_question_that_cannot_be_asked_is_refused(fields, control):
    world = await a_place()
    answer = await fill(world, f"{PATH}/new-question", **fields)
    assert answer.status == 422
    assert error_at(answer, control)


async def test_links_in_a_question_are_previewed():
    world = await a_place(questions=QUESTIONS)
    answer = await fill(world, f"{PATH}/question/why", do="preview text")
    assert '<a href="https://example.com"' in answer.body.decode()
