"""The list of the customers who were erased, to erase them again if a backup from before is ever restored."""

from shared.records.table import Range


ERASURES = "erased"
ALL_ERASURES = Range("!", "~")


def erasure_key(business: str, customer: str) -> str:
    """Return the key of a customer's erasure; `customer` is their id, a hash."""
    return f"{business}|{customer}"


def erased_by(key: str) -> tuple[str, str]:
    """Return the calendar and the customer of an erasure's key."""
    business, _, customer = key.partition("|")
    return business, customer
