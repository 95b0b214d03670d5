"""The questions that customers have before an appointment, and which facts the answer to each is drawn from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from pydantic import Field

from shared.domain.model import Line, Model
from shared.domain.toolkit.facts import Fact, ToolkitFacts, digests


LONGEST_ANSWER = 1500
Topic = Literal["basics", "booking", "technology"]
QuestionId = Literal[
    "what",
    "difference",
    "course",
    "fees",
    "payment",
    "book",
    "who",
    "change",
    "equipment",
    "join",
    "trouble",
    "portal",
]


class CommonQuestion(NamedTuple):
    """A question of customers, its topic, and the facts that its answer states."""

    id: QuestionId
    topic: Topic
    facts: tuple[Fact, ...]


QUESTIONS = (
    CommonQuestion("what", "basics", ("name",)),
    CommonQuestion("difference", "basics", ("services", "place")),
    CommonQuestion("course", "basics", ("room",)),
    CommonQuestion("fees", "basics", ("prices",)),
    CommonQuestion("payment", "basics", ("payment", "services")),
    CommonQuestion("book", "booking", ("page", "contact")),
    CommonQuestion("who", "booking", ("people",)),
    CommonQuestion("change", "booking", ("changing", "contact")),
    CommonQuestion("equipment", "technology", ("room", "page")),
    CommonQuestion("join", "technology", ("page",)),
    CommonQuestion("trouble", "technology", ("contact",)),
    CommonQuestion("portal", "technology", ("portal",)),
)
BY_ID: Mapping[str, CommonQuestion] = {one.id: one for one in QUESTIONS}


class OwnAnswer(Model):
    """A calendar's own answer to a question in one language; without a `text` the standard answer counts.

    `facts` are the digests of the facts that the standard answer stated when this one was written.
    """

    question: Line
    language: Line
    text: str = Field(default="", max_length=LONGEST_ANSWER)
    facts: dict[str, str] = Field(default_factory=dict)
    changed_at: datetime | None = None

    @property
    def is_blank(self) -> bool:
        """Return whether it says nothing of its own."""
        return not self.text


def changed_since(answer: OwnAnswer, facts: ToolkitFacts) -> list[Fact]:
    """Return the facts behind an answer whose settings were changed after it was written, or it was not about."""
    question = BY_ID[answer.question]
    now = digests(facts, question.facts)
    return [name for name in question.facts if answer.facts.get(name) != now[name]]


def facts_behind(question: str, facts: ToolkitFacts) -> dict[str, str]:
    """Return what an answer keeps of the facts as they are when it is written."""
    return digests(facts, BY_ID[question].facts)
