"""What an object of the SDK says, as plain values that can be compared; and what an error says."""

from enum import Enum


MACHINERY = {"backing_store", "odata_type", "OdataType"}


def facts(thing, like=None):
    """Return an object's properties as they are set; where there is something to compare with, only its own."""
    if isinstance(thing, list):
        if like is None or len(like) != len(thing):
            return [facts(one) for one in thing]
        return [facts(one, other) for one, other in zip(thing, like, strict=True)]
    if isinstance(thing, Enum):
        return thing.value
    if isinstance(thing, dict) and like is not None:
        return {name: thing.get(name) for name in like}
    if not hasattr(thing, "backing_store"):
        return thing
    values = {name: getattr(thing, name) for name in vars(type(thing)).get("__dataclass_fields__", {})}
    return {
        name: facts(value, like[name] if like else None)
        for name, value in values.items()
        if name not in MACHINERY and (name in like if like is not None else value not in (None, {}))
    }


def error_of(raised):
    """Return the status and the code of an ODataError."""
    return raised.value.response_status_code, raised.value.error.code


def unset(thing):
    """Return the properties that nothing sets in an object and what is within it, as "Class.property"."""
    if isinstance(thing, list):
        return set.intersection(*(unset(one) for one in thing)) if thing else set()
    if not hasattr(thing, "backing_store"):
        return set()
    names = [name for name in vars(type(thing)).get("__dataclass_fields__", {}) if name not in MACHINERY]
    values = {name: getattr(thing, name) for name in names if name != "additional_data"}
    own = {f"{type(thing).__name__}.{name}" for name, value in values.items() if value is None}
    return own.union(*(unset(value) for value in values.values()))
