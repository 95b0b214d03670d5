"""Every text, list and mapping that a request may carry has its maximum, which is looked at before anything else."""

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from annotated_types import MaxLen
from pydantic import AfterValidator, BaseModel, JsonValue

import functions
import shared
from shared.domain.access.account import Profile
from shared.domain.model import Request


for root in (functions, shared):
    for module in pkgutil.walk_packages(root.__path__, f"{root.__name__}."):
        if not module.name.endswith("__main__"):  # a command does what it is for as soon as it is imported
            importlib.import_module(module.name)

SIMPLE = (bool, int, float, Decimal, NoneType, date, datetime, timedelta)


def _requests(kind: type[BaseModel] = Request) -> Iterator[type[BaseModel]]:
    for one in kind.__subclasses__():
        yield one
        yield from _requests(one)


def _within(kind: Any, metadata: tuple[Any, ...], seen: set[type]) -> Iterator[str]:
    """Yield what has no maximum of an annotation, the fields of models in it included."""
    if get_origin(kind) is Annotated:
        inner, *more = get_args(kind)
        flat = [each for one in more for each in getattr(one, "metadata", None) or [one]]
        yield from _within(inner, (*metadata, *flat), seen)
    elif get_origin(kind) in (Union, UnionType):
        for one in get_args(kind):
            yield from _within(one, metadata, seen)
    elif get_origin(kind) in (list, tuple, set, frozenset, dict):
        is_pair = get_origin(kind) is tuple and Ellipsis not in get_args(kind)
        if not is_pair and not _is_measured(metadata):
            yield f"{kind} of any length"
        for one in get_args(kind):
            yield from [] if one is Ellipsis else _within(one, (), seen)
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from _of_model(kind, seen)
    elif kind in (str, bytes):
        yield from [] if _is_measured(metadata) else [f"{kind.__name__} of any length"]
    elif kind not in SIMPLE and get_origin(kind) is not Literal and kind is not JsonValue:
        yield from _of_alias(kind, seen)


def _of_alias(kind: Any, seen: set[type]) -> Iterator[str]:
    if kind is not Any and not hasattr(kind, "__pydantic_core_schema__") and "Aware" not in repr(kind):
        yield f"{kind!r} is not known here"


def _of_model(kind: type[BaseModel], seen: set[type]) -> Iterator[str]:
    if kind in seen:
        return
    seen.add(kind)
    for name, field in kind.model_fields.items():
        for problem in _within(field.annotation, tuple(field.metadata), seen):
            yield f"{kind.__module__}.{kind.__name__}.{name}: {problem}"


def _is_measured(metadata: tuple[Any, ...]) -> bool:
    """Tell whether its length is looked at before anything runs over it."""
    first = next((one for one in metadata if isinstance(one, MaxLen | AfterValidator)), None)
    return isinstance(first, MaxLen)


@pytest.mark.parametrize("kind", [*dict.fromkeys(_requests()), Profile], ids=lambda kind: kind.__qualname__)
def test_every_field_of_a_request_has_its_maximum(kind: type[BaseModel]) -> None:
    assert list(_of_model(kind, set())) == []
