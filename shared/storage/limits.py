"""What the service would refuse, or Azurite would wrongly accept: checked before anything is sent."""

from collections.abc import Sequence

from shared.use_cases.ports import Operation, Values
from shared.use_cases.rows import KEY


MAXIMUM_OPERATIONS = 100
MAXIMUM_TRANSACTION = 2 * 1024 * 1024
MAXIMUM_ENTITY = 1024 * 1024
MAXIMUM_PROPERTIES = 252
MAXIMUM_TEXT = 32 * 1024  # UTF-16 code units
MAXIMUM_BYTES = 64 * 1024


class TooLarge(ValueError):
    """A row or transaction that the service cannot hold: a fault of ours, never of the storage."""


def check_operations(partition: str, operations: Sequence[Operation]) -> None:
    """Raise TooLarge or ValueError where a transaction breaks a limit of Table Storage or Cosmos DB for Table."""
    if not 1 <= len(operations) <= MAXIMUM_OPERATIONS:
        raise TooLarge(f"a transaction has 1 to {MAXIMUM_OPERATIONS} operations, not {len(operations)}")
    if len({operation.key for operation in operations}) < len(operations):
        raise ValueError("a transaction names each row once")
    for key in (partition, *(operation.key for operation in operations)):
        if not KEY.fullmatch(key):
            raise ValueError(f"{key!r} is not a key")
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
    return 8
