"""The list of who was erased, to erase them again if a backup from before is ever restored.

Of somebody who is being erased from the organisation it also has the entries on the staff of calendars that are
erased with them, until all is done.
"""

from collections.abc import Iterable

from shared.records.table import Range, Values


ERASURES = "erased"
ALL_ERASURES = Range("!", "~")


def erasure_key(business: str, customer: str) -> str:
    """Return the key of a customer's erasure; `customer` is their id, a hash."""
    return f"{business}|{customer}"


def staff_in_list(person: str) -> str:
    """Return how the list names somebody who left the staff; `person` is their id in the calendar."""
    return f"staff.{person}"


def staff_of_list(name: str) -> str:
    """Return the id of somebody who left the staff; empty if the list names a customer."""
    return name.removeprefix("staff.") if name.startswith("staff.") else ""


def person_in_list(hashed: str) -> str:
    """Return how the list names somebody who was erased from the organisation, by the hash of their address."""
    return f"person.{hashed}"


ALL_PERSONS = Range(erasure_key("", person_in_list("")), erasure_key("", person_in_list("~")))
"""Those of people who were erased from the organisation, few beside the customers."""


def person_of_list(name: str) -> str:
    """Return the hash of the address of somebody who was erased from the organisation; empty for all others."""
    return name.removeprefix("person.") if name.startswith("person.") else ""


def erased_by(key: str) -> tuple[str, str]:
    """Return the calendar and the customer of an erasure's key."""
    business, _, customer = key.partition("|")
    return business, customer


def noted_places(places: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the column that has entries on the staff of calendars: none without any."""
    noted = " ".join(f"{business}/{person}" for business, person in places)
    return {"places": noted} if noted else {}


def places_of(values: Values) -> list[tuple[str, str]]:
    """Return the calendar and the id in it of each entry that a row has noted."""
    return [
        (business, person)
        for one in str(values.get("places", "")).split()
        for business, _, person in [one.partition("/")]
    ]
