"""What a stored document holds about its person, as an export has it."""

from collections.abc import Collection
from typing import Any

from shared.domain.model import Model
from shared.domain.personal_data.fields import DocumentFields


KEPT_TO_US = {"also", "merged_into", "customer_id"}  # ids, which say nothing to anybody else


def personal_part(document: Model, fields: DocumentFields, besides: Collection[str] = ()) -> dict[str, Any]:
    """Return what the registry says a document holds about its person, but for what is not set."""
    hidden = {*fields.about_nobody(type(document)), *KEPT_TO_US, *besides} & set(type(document).model_fields)
    return document.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=hidden)
