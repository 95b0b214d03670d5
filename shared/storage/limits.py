"""Limits that the service enforces and Azurite does not always: checked before anything is sent."""

import re
from collections.abc import Sequence

from shared.domain.errors import NotFound
from shared.records.keys import KEY
from shared.records.table import Operation, Values


MAXIMUM_OPERATIONS = 100
MAXIMUM_TRANSACTION = 2 * 1024 * 1024
MAXIMUM_ENTITY = 1024 * 1024
MAXIMUM_PROPERTIES = 252
MAXIMUM_TEXT = 32 * 1024  # UTF-16 code units
MAXIMUM_BYTES = 64 * 1024
MAXIMUM_NUMBER = 2**31 - 1


BOUND = re.compile(rf"!|{KEY.pattern}")


class NotAKey(NotFound):
    """No row can have such a key; the service would answer with an error that looks like a fault."""


class TooLarge(ValueError):
    """A row or transaction that the service cannot hold: a bug, not a fault of the storage."""


def check_names(partition: str, *bounds: str) -> None:
    """Raise NotAKey if no row can have this partition, key or end of a range."""
    if not KEY.fullmatch(partition) or not all(BOUND.fullmatch(bound) for bound in bounds):
        raise NotAKey


def check_operations(partition: str, operations: Sequence[Operation]) -> None:
    """Raise TooLarge, NotAKey or ValueError if a transaction breaks a limit of the service."""
    if not 1 <= len(operations) <= MAXIMUM_OPERATIONS:
        raise TooLarge(f"a transaction has 1 to {MAXIMUM_OPERATIONS} operations, not {len(operations)}")
    if len({operation.key for operation in operations}) < len(operations):
        raise ValueError("a transaction names each row once")
    check_names(partition, *(operation.key for operation in operations))
    sizes = [_size(operation.values) for operation in operations]
    if max(sizes) > MAXIMUM_ENTITY:
        raise TooLarge("a row is at most 1 MiB")
    if sum(sizes) > MAXIMUM_TRANSACTION:
        raise TooLarge("a transaction is at most 2 MiB")


def _size(values: Values) -> int:
    if len(values) > MAXIMUM_PROPERTIES:
        raise TooLarge(f"a row has at most {MAXIMUM_PROPERTIES} properties")
    return sum(len(name) * 2 + _property_size(value) for name, value in values.items()) + 300


def _property_size(value: object) -> int:
    if isinstance(value, str):
        units = len(value.encode("utf-16-le")) // 2
        if units > MAXIMUM_TEXT:
            raise TooLarge("a text is at most 32,768 UTF-16 code units")
        return units * 2
    if isinstance(value, bytes):
        if len(value) > MAXIMUM_BYTES:
            raise TooLarge("a binary value is at most 64 KiB")
        return len(value)
    if not isinstance(value, int):
        raise TypeError(f"a row holds no {type(value).__name__}")
    if not -MAXIMUM_NUMBER - 1 <= value <= MAXIMUM_NUMBER:
        raise TooLarge("a number has at most 32 bits")
    return 8
