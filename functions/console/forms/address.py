"""The fields of a postal address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.forms.fields import Field
from shared.domain.calendar.place import Address


if TYPE_CHECKING:
    from collections.abc import Mapping
    from gettext import NullTranslations

ADDRESS = ("street", "postal_code", "city", "state", "country_or_region")


def address_fields(texts: NullTranslations, *, is_own: bool = False) -> tuple[Field, ...]:
    """Return the fields; `is_own` where customers read what is typed, in the calendar's language."""
    _ = texts.gettext
    return (
        Field(name="street", label=_("Street and number"), longest=500, is_own=is_own),
        Field(name="postal_code", label=_("Postal code"), longest=40, width="third"),
        Field(name="city", label=_("Town"), longest=200, width="two-thirds", is_own=is_own),
        Field(name="state", label=_("State or region"), longest=200, width="half", is_own=is_own),
        Field(name="country_or_region", label=_("Country"), longest=200, width="half", is_own=is_own),
    )


def address_values(address: Address) -> Mapping[str, str]:
    """Return what the fields show of an address."""
    return {name: getattr(address, name) for name in ADDRESS}


def address_in(values: Mapping[str, str]) -> Address:
    """Return the address of the fields' texts."""
    return Address(**{name: values[name] for name in ADDRESS})
