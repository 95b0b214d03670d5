"""Changes what a calendar answers in its own words, or gives the standard answer back."""

from collections.abc import Callable

from shared.domain.errors import NotFound
from shared.domain.toolkit.questions import BY_ID, OwnAnswer
from shared.records.keys import own_answer_key
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from shared.use_cases.toolkit.own_words import LANGUAGE, WordsCommand


AnswerEdit = Callable[[OwnAnswer], OwnAnswer]
"""A pure function of the answer as it is now; it may raise a refusal, such as EditConflict."""
ACTIONS = ("answer changed", "answer reset")


async def change_answer(
    business: str, question: str, language: str, edit: AnswerEdit, *, author: Author, body: str, context: Context
) -> None:
    """Apply an edit to an answer in one transaction; an answer that is left without a text is deleted.

    `body` is what was sent. Raise NotFound for what is no question, language or calendar, and what `edit` raises.
    """
    if question not in BY_ID or not LANGUAGE.fullmatch(language):
        raise NotFound
    command = name_change(context.secret, business, f"answer {language} {question}", author, body)
    blank, key = OwnAnswer(question=question, language=language), own_answer_key(language, question)
    subject = f"answers/{language}/{question}"
    changing = WordsCommand(command, key, blank, edit, subject, ACTIONS, author.actor, context.now)
    await context.store.decide(command, changing.reads, changing.decide)
