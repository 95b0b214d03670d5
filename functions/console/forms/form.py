"""A form of settings: its fields, what they show of a document, and how a submitted form changes the document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import ValidationError

from functions.console.forms.fields import read_all
from functions.console.forms.merging import merged
from functions.console.forms.problems import WrongFields
from shared.domain.errors import InvalidFields
from shared.domain.model import Model


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from gettext import NullTranslations

    from functions.console.forms.fields import Field, Group
    from functions.console.forms.merging import SentValues
    from functions.console.forms.sent import SentForm
    from shared.domain.errors import Refusal

Document = TypeVar("Document")
EditedModel = TypeVar("EditedModel", bound=Model)


@dataclass(frozen=True)
class SettingsForm(Generic[Document]):
    """A form about a document.

    `values` returns the canonical text of each field of a document; `changed` returns the document with such texts
    and raises WrongFields, or InvalidFields whose pointers end in a field's name. `places` leads a refusal to the
    control where it is shown, with its text; `pointers` leads the last part of a pointer there.
    """

    groups: Sequence[Group]
    values: Callable[[Document], Mapping[str, str]]
    changed: Callable[[Document, Mapping[str, str]], Document]
    places: Mapping[type[Refusal], tuple[str, str]] = field(default_factory=dict)
    pointers: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def fields(self) -> list[Field]:
        """The fields of all groups."""
        return [one for group in self.groups for one in group.fields]

    def shown(self, document: Document) -> Mapping[str, str]:
        """Return the canonical text of each field, as it is read from a page where nobody has changed it."""
        values = self.values(document)
        return {one.name: one.canonical(values.get(one.name, "")) for one in self.fields}

    def edited(self, document: Document, sent: SentValues) -> Document:
        """Return the document as it is now with what was submitted. Raises EditedMeanwhile, InvalidFields."""
        return self.changed(document, merged(sent, self.shown(document)))

    def previewed(self, document: Document, posted: SentForm, texts: NullTranslations) -> Document:
        """Return the document with what was sent; what cannot be saved counts as it is stored."""
        shown, sent = self.shown(document), read_all(self.fields, posted)
        values = {
            one.name: shown[one.name] if one.problems(sent[one.name], texts) else sent[one.name]
            for one in self.fields
        }
        try:
            return self.changed(document, values)
        except InvalidFields:
            return document

    def errors_of(self, refusal: Refusal, other: str) -> Mapping[str, str]:
        """Return the errors of a refusal by control, or none; `other` is for fields without a text."""
        if isinstance(refusal, WrongFields):
            return refusal.texts
        if type(refusal) in self.places:
            name, text = self.places[type(refusal)]
            return {name: text}
        if not isinstance(refusal, InvalidFields):
            return {}
        places = {one.name: (one.name, one.wrong or other) for one in self.fields} | dict(self.pointers)
        parts = [one.pointer.strip("/").split("/") for one in refusal.errors]
        at = [next((part for part in reversed(each) if part in places), "") for each in parts]
        return dict(places[part] for part in at if part)


def changed_model(document: EditedModel, names: Mapping[str, str] | None = None, **changes: Any) -> EditedModel:
    """Return a document with changes, validated. Raises InvalidFields, whose pointers use `names` of fields."""
    whole = {**{name: getattr(document, name) for name in type(document).model_fields}, **changes}
    try:
        return type(document).model_validate(whole)
    except ValidationError as error:
        found = [str(one["loc"][0]) if one["loc"] else "" for one in error.errors(include_url=False)]
        raise InvalidFields([(f"/{(names or {}).get(one, one)}", "cannot be used") for one in found]) from None
