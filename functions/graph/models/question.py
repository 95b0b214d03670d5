"""A bookingCustomQuestion: its properties in Graph, and in the domain."""

from typing import Annotated, Any, Literal

from pydantic import Field

from functions.graph.models.patch import LineText, LongText
from functions.graph.models.properties import (
    Changed,
    Created,
    EntityTable,
    EntityView,
    Id,
    computed,
    stored,
    turned,
)
from shared.domain.calendar.service import Question
from shared.domain.errors import InvalidFields


KINDS = {"text": "text", "radioButton": "choice", "checkBox": "checkbox"}
SHOWN = turned(KINDS)
BEYOND = ("checkBox",)


def _kind(question: Question, view: EntityView) -> str:
    """Return the kind; checkBox is unknownFutureValue for clients that do not know it."""
    kind = SHOWN[question.kind]
    return kind if view.shows_unknown or kind not in BEYOND else "unknownFutureValue"


class QuestionBody(EntityTable):
    """A bookingCustomQuestion. `checkBox` is beyond Graph."""

    id: Id = None
    display_name: Annotated[LongText, stored("text")]
    answer_input_type: Annotated[
        Literal["text", "radioButton", "checkBox"] | None, computed(_kind, field="kind")
    ] = None
    answer_options: Annotated[
        list[LineText] | None, Field(max_length=100), stored("options", list, lambda sent: tuple(sent or ()))
    ] = None
    created_date_time: Created = None
    last_updated_date_time: Changed = None

    def changes(self, _: Question, __: EntityView, /) -> dict[str, Any]:
        """Return the question's fields. Raise InvalidFields."""
        if not self.display_name:
            raise InvalidFields([("/displayName", "required")])
        return {**self.fields(), "kind": KINDS[self.answer_input_type or "text"]}


def new_question(name: str) -> Question:
    return Question(id=name, text="")
