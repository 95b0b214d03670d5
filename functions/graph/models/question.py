"""A bookingCustomQuestion as Graph shows it, and what a client may set of it."""

from typing import Literal

from pydantic import Field

from functions.graph.call import GraphDocument, etag
from functions.graph.models.patch import LineText, LongText, changed, parse
from functions.graph.models.values import timestamp
from shared.domain.calendar.service import Question
from shared.domain.errors import InvalidFields
from shared.domain.model import Request
from shared.records.calendars import etag_of


KINDS = {"text": "text", "radioButton": "choice", "checkBox": "checkbox"}
SHOWN = {"text": "text", "choice": "radioButton", "checkbox": "checkBox"}
BEYOND = ("checkBox",)
NAMES = {"text": "displayName", "options": "answerOptions", "kind": "answerInputType"}


class QuestionBody(Request):
    """A bookingCustomQuestion. `checkBox` is beyond Graph."""

    display_name: LongText
    answer_input_type: Literal["text", "radioButton", "checkBox"] | None = None
    answer_options: list[LineText] | None = Field(default=None, max_length=100)

    def question(self, question: Question) -> Question:
        """Return the question with these settings. Raises InvalidFields."""
        if not self.display_name:
            raise InvalidFields([("/displayName", "required")])
        kind, options = KINDS[self.answer_input_type or "text"], tuple(self.answer_options or ())
        return changed(question, NAMES, text=self.display_name, kind=kind, options=options)


def new_question(name: str) -> Question:
    return Question(id=name, text="")


def apply_question(question: Question, sent: GraphDocument) -> Question:
    """Return the question with what was sent. Raises InvalidFields."""
    return parse(QuestionBody, question_document(question, shows_unknown=True), sent).question(question)


def question_document(question: Question, *, shows_unknown: bool) -> GraphDocument:
    """Return a bookingCustomQuestion; checkBox is unknownFutureValue for clients that do not know it."""
    kind = SHOWN[question.kind]
    return {
        "@odata.etag": etag(etag_of(question)),
        "id": question.id,
        "displayName": question.text,
        "answerInputType": kind if shows_unknown or kind not in BEYOND else "unknownFutureValue",
        "answerOptions": list(question.options),
        "createdDateTime": timestamp(question.created_at),
        "lastUpdatedDateTime": timestamp(question.changed_at),
    }
