"""A copy of a calendar, or a template made of it: what it has of the original, and what it must not have."""

import pytest

from shared.domain.access.permissions import Caller
from shared.domain.calendar.staff_groups import StaffGroup
from shared.domain.errors import Conflict, NotFound
from shared.domain.toolkit.questions import OwnAnswer
from shared.use_cases.calendars.change_business import BusinessChange
from shared.use_cases.calendars.copy_calendar import Copying, copied, copy_calendar, find_template, with_founder
from shared.use_cases.calendars.find_businesses import find_templates
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.toolkit.change_answer import change_answer
from shared.use_cases.toolkit.change_sheet import change_sheet, find_sheet
from shared.use_cases.toolkit.find_answers import find_answers
from shared.use_cases.toolkit.own_words import copy_words
from tests.support.builders import MONDAY, SECRET, a_business, a_calendar, a_key, a_person, a_service
from tests.support.clinic import World
from tests.support.virtual_time import virtually


ANN = Caller("ann", email="ann@clinic.example", name="Ann")
GROUP = StaffGroup(id="up", name="Upstairs", members=("claire",))
CLINIC = a_calendar(
    a_business(former_slugs=("old",), staff_groups=(GROUP,)),
    [a_service(), a_service("gone", removed_at=MONDAY)],
    [a_person()],
)


def test_a_copy_is_not_published_and_has_the_services_that_are_still_there_without_people():
    copy = copied(CLINIC, Copying("Second"), "new0id", "second")
    assert not copy.business.page.is_published
    assert not copy.business.is_template
    assert copy.business.former_slugs == ()
    assert [(one.id, one.staff) for one in copy.services.values()] == [("consultation", ())]
    assert copy.staff == {}
    assert copy.business.staff_groups == ()


def test_a_copy_can_have_the_staff_too():
    copy = copied(CLINIC, Copying("Second", with_staff=True), "new0id", "second")
    assert copy.services["consultation"].staff == ("claire",)
    assert set(copy.staff) == {"claire"}
    assert copy.business.staff_groups == (GROUP,)


def test_who_makes_a_copy_administers_it_and_is_not_booked():
    copy = with_founder(copied(CLINIC, Copying("Second"), "new0id", "second"), "founder", ANN)
    assert (copy.staff["founder"].role, copy.staff["founder"].can_be_booked) == ("administrator", False)
    assert with_founder(copy, "again", ANN) is copy


@virtually
async def test_a_template_is_offered_to_the_organisation_and_never_published() -> None:
    world = await World.opened(CLINIC)
    template = await a_copy(world, Copying("Our clinics", as_template=True))
    assert [(one.id, one.name) for one in await find_templates(store=world.store)] == [
        (template.business.id, "Our clinics")
    ]
    assert await find_template(template.business.id, store=world.store) == template
    changing = BusinessChange(
        template.business.id, Author("ann", a_key()), "", Context(world.store, SECRET, MONDAY)
    )
    with pytest.raises(Conflict):
        await changing.publish(None, is_published=True)
    made = await a_copy(world, Copying("Third"), template)
    assert not made.business.is_template
    with pytest.raises(NotFound):
        await find_template(made.business.id, store=world.store)


@virtually
async def test_own_answers_and_the_words_on_the_infographic_come_with_a_copy_once() -> None:
    world = await World.opened(CLINIC)
    source = world.business

    def written(answer: OwnAnswer) -> OwnAnswer:
        return answer.model_copy(update={"text": "Ring the bell."})

    about = {"author": Author("ann", a_key()), "body": "", "context": Context(world.store, SECRET, MONDAY)}
    await change_answer(source, "join", "fr", written, **about)
    await change_sheet(source, "ru", lambda sheet: sheet.model_copy(update={"note": "Ждём"}), **about)
    copy = await a_copy(world, Copying("Second"))
    answers = await find_answers(copy.business.id, "fr", store=world.store)
    assert [one.text for one in answers.values()] == ["Ring the bell."]
    assert (await find_sheet(copy.business.id, "ru", store=world.store)).note == "Ждём"
    await change_sheet(copy.business.id, "ru", lambda sheet: sheet.model_copy(update={"note": "Новое"}), **about)
    await copy_words(source, copy.business.id, store=world.store)
    assert (await find_sheet(copy.business.id, "ru", store=world.store)).note == "Новое", "it comes once"


async def a_copy(world: World, copying: Copying, source=CLINIC):
    author = Author("ann", a_key())
    store = world.store
    return await copy_calendar(source, copying, caller=ANN, author=author, context=Context(store, SECRET, MONDAY))
