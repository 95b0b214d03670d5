"""The base of every stored or exchanged document: frozen, camelCase in JSON, snake_case in Python."""

import re
from contextlib import suppress
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel


RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE)


def _read(given: object) -> object:
    if isinstance(given, str) and RFC_3339.fullmatch(given):
        with suppress(ValueError):
            return datetime.fromisoformat(given.upper())
    if isinstance(given, datetime):
        return given
    raise ValueError("a moment with its offset, such as 2026-11-23T09:30:00+01:00")


def _within_reach(moment: datetime) -> datetime:
    if not 1971 <= moment.year <= 2200:
        raise ValueError("a moment within reach")
    return moment


Instant = Annotated[AwareDatetime, BeforeValidator(_read), AfterValidator(_within_reach)]
"""An aware datetime of the years 1971 to 2200; as text in RFC 3339, seconds optional, never a number."""


Line = Annotated[str, Field(max_length=500)]
"""A text of one line: a name, an address, a title."""
Text = Annotated[str, Field(max_length=8000)]
"""A longer text by a calendar. Many of them are stored again with each booking, so they are bounded."""


class Model(BaseModel):
    """Unknown members are ignored, so that a rolling update can read the newer version's rows."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=to_camel,
        populate_by_name=True,
        ser_json_timedelta="iso8601",
        defer_build=True,  # a cold start pays only for the models that its first request needs
        hide_input_in_errors=True,  # customers' input must not get into logs
    )


class Request(Model):
    """A document from outside: unknown members are refused."""

    model_config = ConfigDict(extra="forbid")
