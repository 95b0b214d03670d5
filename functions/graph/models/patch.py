"""Parsing of what clients send: a PATCH is what was shown, with what was sent merged into it."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from functions.graph.call import GraphDocument
from functions.graph.models.capabilities import available
from shared.domain.errors import InvalidFields, json_pointer
from shared.domain.model import Model
from shared.domain.text.pasted import PastedAddress, PastedPhone, SentLine, SentText, plain_line, plain_text
from shared.use_cases.booking.check_form import email_problem, text_problem


Body = TypeVar("Body", bound=BaseModel)
Kept = TypeVar("Kept", bound=Model)
EVOLVABLE = {"role", "membershipStatus", "defaultPriceType", "priceType", "answerInputType", "recipients"} | {
    "availabilityType",
    "accessControl",
}
ALWAYS_READ_ONLY = frozenset({"id", "createdDateTime", "lastUpdatedDateTime"})
FUTURE = "unknownFutureValue"


def cleaned(document: Mapping[str, Any], read_only: Collection[str]) -> GraphDocument:
    """Return what clients can change: without annotations, read-only members and unknownFutureValue."""
    return {
        name: _clean(value) for name, value in document.items() if name not in read_only and _counts(name, value)
    }


def _counts(name: str, value: Any) -> bool:
    # a client that does not know a value shows it as unknownFutureValue, and sends that back
    return "@odata" not in name and not (name in EVOLVABLE and value == FUTURE)


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _clean(one) for name, one in value.items() if _counts(name, one)}
    return [_clean(one) for one in value] if isinstance(value, list) else value


def merged(shown: Any, sent: Any) -> Any:
    """Return `shown` with `sent` merged into it; only objects are merged, lists are replaced."""
    if not isinstance(shown, dict) or not isinstance(sent, dict):
        return sent
    return {**shown, **{name: merged(shown.get(name), value) for name, value in sent.items()}}


def parse(kind: type[Body], shown: GraphDocument, sent: GraphDocument, read_only: Collection[str] = ()) -> Body:
    """Return what was sent, merged over what was shown. Raises InvalidFields, a pointer for each wrong member."""
    hidden = {*ALWAYS_READ_ONLY, *read_only}
    whole = merged(cleaned(shown, hidden), cleaned(available(sent), hidden))
    return validated(lambda: kind.model_validate(whole, strict=True, by_alias=True, by_name=False))


def changed(document: Kept, names: Mapping[str, str], **changes: Any) -> Kept:
    """Return a document of the domain with changes. Raises InvalidFields, its fields renamed by `names`."""
    whole = {**{name: getattr(document, name) for name in type(document).model_fields}, **changes}
    return validated(lambda: type(document).model_validate(whole), names)


def validated(make: Callable[[], Body], names: Mapping[str, str] | None = None) -> Body:
    """Return what `make` makes. Raises InvalidFields for a ValidationError, its fields renamed by `names`."""
    try:
        return make()
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise InvalidFields([(_pointer(one["loc"], names or {}), _complaint(one)) for one in found]) from None


@contextmanager
def within(name: str) -> Iterator[None]:
    """Prefix the pointers of InvalidFields within by a property's name."""
    try:
        yield
    except InvalidFields as refusal:
        raise InvalidFields([one._replace(pointer=f"/{name}{one.pointer}") for one in refusal.errors]) from None


def _pointer(loc: tuple[str | int, ...], names: Mapping[str, str]) -> str:
    if not loc:
        return ""
    first, *rest = loc
    head = names.get(str(first), _camel(str(first))).split("/")
    return json_pointer(*head, *(names.get(f"{first}/{one}", one) for one in rest))


def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def _complaint(error: Mapping[str, Any]) -> str:
    if error["type"] == "missing":
        return "required"
    if error["type"] == "extra_forbidden":
        return "no such property"
    return str(error["msg"]).removeprefix("Value error, ")


def _text(longest: int, *, multiline: bool) -> Callable[[str], str]:
    def check(text: str) -> str:
        plain = plain_text(text) if multiline else plain_line(text)
        if problem := text_problem(plain, longest, multiline=multiline):
            raise ValueError(problem.detail)
        return plain

    return check


def _named(text: str) -> str:
    if not text:
        raise ValueError("required")
    return text


def _email(text: str) -> str:
    if text and (problem := email_problem(text)):
        raise ValueError(problem.detail)
    return text


NameText = Annotated[SentLine, AfterValidator(_text(200, multiline=False)), AfterValidator(_named)]
LineText = Annotated[SentLine, AfterValidator(_text(500, multiline=False))]
Street = Annotated[SentLine, AfterValidator(_text(1000, multiline=True))]
LongText = Annotated[SentText, AfterValidator(_text(8000, multiline=True))]
EmailText = Annotated[PastedAddress, AfterValidator(_text(254, multiline=False)), AfterValidator(_email)]
PhoneText = Annotated[PastedPhone, AfterValidator(_text(60, multiline=False))]
LanguageTag = Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{2,8}([_-][A-Za-z0-9]{1,8})*$")]
