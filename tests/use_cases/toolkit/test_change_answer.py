"""An answer in a calendar's own words: written, given back, and never lost to another's."""

from datetime import timedelta

import pytest

from shared.domain.errors import EditConflict, NotFound
from shared.domain.toolkit.questions import OwnAnswer
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.toolkit.change_answer import change_answer
from shared.use_cases.toolkit.find_answers import find_answers
from tests.support.builders import MONDAY, SECRET, a_key
from tests.support.edge import World, clinic


async def a_world(**business) -> World:
    world = World()
    await world.save(clinic(**business))
    return world


async def write(world, text, question="fees", language="en", *, key="", business="biz0clinic", edit=None):
    wanted = edit or (lambda answer: answer.model_copy(update={"text": text, "facts": {"prices": "0" * 12}}))
    author = Author("boss@clinic.example", key or a_key())
    own = {"author": author, "body": text, "context": Context(world.store, SECRET, world.now)}
    world.now += timedelta(seconds=1)
    await change_answer(business, question, language, wanted, **own)


async def found(world, language="en") -> dict[str, str]:
    answers = await find_answers("biz0clinic", language, store=world.store)
    return {name: one.text for name, one in answers.items()}


async def test_each_language_has_its_own_words():
    world = await a_world()
    await write(world, "Forty euros")
    await write(world, "Quarante euros", language="fr")
    assert await found(world) == {"fees": "Forty euros"}
    assert await found(world, "fr") == {"fees": "Quarante euros"}
    assert await found(world, "ru") == {}


async def test_an_answer_without_words_is_the_standard_one_again():
    world = await a_world()
    await write(world, "Forty euros")
    await write(world, "")
    assert await found(world) == {}
    told = [(one["action"], one["subject"], one["actor"]) for one in await world.audit()]
    boss = "boss@clinic.example"
    assert told[:2] == [("answer reset", "answers/en/fees", boss), ("answer changed", "answers/en/fees", boss)]


async def test_the_audit_says_what_was_there_and_what_is():
    world = await a_world()
    await write(world, "Forty euros")
    await write(world, "Fifty euros")
    (newest, *_) = await world.audit()
    assert newest["changes"] == [["answers/en/fees", "text", "Forty euros", "Fifty euros"]]


async def test_a_change_of_nothing_is_not_written():
    world = await a_world()
    await write(world, "")
    assert await world.audit() == []


async def test_a_repeated_command_is_the_same_one():
    world, key = await a_world(), a_key()
    await write(world, "Forty euros", key=key)
    await write(world, "Fifty euros")
    await write(world, "Forty euros", key=key)
    assert await found(world) == {"fees": "Fifty euros"}


async def test_what_the_edit_refuses_is_not_written():
    world = await a_world()

    def refuse(_: OwnAnswer) -> OwnAnswer:
        raise EditConflict

    with pytest.raises(EditConflict):
        await write(world, "Ours", edit=refuse)
    assert await found(world) == {}


@pytest.mark.parametrize(
    ("question", "language", "business"),
    [
        ("none", "en", "biz0clinic"),
        ("fees", "en|fr", "biz0clinic"),
        ("fees", "en", "biz0none"),
        ("fees", "en", "biz0gone"),
    ],
)
async def test_what_does_not_exist_has_no_answer(question, language, business):
    world = await a_world()
    await world.save(clinic(id="biz0gone", slug="gone", deleted_at=MONDAY))
    with pytest.raises(NotFound):
        await write(world, "Ours", question, language, business=business)
