"""Documents as the values of a row, and back."""

from typing import Any, TypeVar

from shared.domain.model import Model
from shared.records.keys import COLUMN
from shared.records.table import Row, Values


AnyModel = TypeVar("AnyModel", bound=Model)


def dump(document: Model) -> dict[str, Any]:
    """Return a document as columns: its JSON in `body`, and the rest of a long one in body1, body2 and on."""
    # Members at their defaults are left out, so that rows stay short.
    text = document.model_dump_json(by_alias=True, exclude_defaults=True)
    parts = [text[index : index + COLUMN] for index in range(0, len(text), COLUMN)]
    return {f"body{number or ''}": part for number, part in enumerate(parts)}


def load(kind: type[AnyModel], values: Values) -> AnyModel:
    """Return the document of a row's columns."""
    text, number = values["body"], 1
    while f"body{number}" in values:
        text, number = text + values[f"body{number}"], number + 1
    return kind.model_validate_json(text)


def load_row(kind: type[AnyModel], row: Row) -> AnyModel:
    """Return the document of a row."""
    return load(kind, row.values)
