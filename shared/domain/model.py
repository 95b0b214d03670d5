"""The base of every stored or exchanged document: frozen, camelCase in JSON, snake_case in Python."""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Model(BaseModel):
    """Unknown members are ignored, so that a rolling update can read the newer version's rows."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        alias_generator=to_camel,
        populate_by_name=True,
        ser_json_timedelta="iso8601",
    )


class Request(Model):
    """What comes from outside: unknown members are refused."""

    model_config = ConfigDict(extra="forbid")
