"""Where things are: postal addresses, and the places where appointments are held."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from shared.domain.calendar.words import said, said_as
from shared.domain.model import Model


class Address(Model):
    """A postal address; as text it is one line."""

    street: str = Field(default="", max_length=1000)
    city: str = Field(default="", max_length=500)
    state: str = Field(default="", max_length=500)
    country_or_region: str = Field(default="", max_length=500)
    postal_code: str = Field(default="", max_length=500)

    def __str__(self) -> str:
        town = f"{self.postal_code} {self.city}".strip()
        parts = (self.street, town, self.state, self.country_or_region)
        return said_as(", ".join(part for part in parts if part), self.street)

    def said(self, words: str) -> "Address":
        """Return the address as a reader of other words for it gets it, which are one line; itself without any."""
        line = said(str(self), words)
        return Address().model_copy(update={"street": line}) if words and line else self

    def __bool__(self) -> bool:
        return bool(str(self))


def _address(given: Any) -> Any:
    return {"street": given} if isinstance(given, str) else given


PostalAddress = Annotated[Address, BeforeValidator(_address)]
"""An address, which may also be given, or have been stored, as one line of text."""


class Coordinates(Model):
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None
    accuracy: float | None = None
    altitude_accuracy: float | None = None


LocationKind = Literal[
    "default",
    "conferenceRoom",
    "homeAddress",
    "businessAddress",
    "geoCoordinates",
    "streetAddress",
    "hotel",
    "restaurant",
    "localBusiness",
    "postalAddress",
]
UniqueIdKind = Literal["unknown", "locationStore", "directory", "private", "bing"]


class Location(Model):
    """A place, as far as it is known; as text it is what customers are shown."""

    name: str = Field(default="", max_length=2000)
    address: PostalAddress = Field(default_factory=Address)
    coordinates: Coordinates | None = None
    email: str = Field(default="", max_length=254)
    uri: str = Field(default="", max_length=2000)
    kind: LocationKind = "default"
    unique_id: str = Field(default="", max_length=500)
    unique_id_kind: UniqueIdKind = "unknown"

    def __str__(self) -> str:
        address = str(self.address)
        # programs often give the address as the name, too
        shown = self.name if address in self.name else ", ".join(filter(None, (self.name, address)))
        return said_as(shown, self.name) or self.uri

    def __bool__(self) -> bool:
        return bool(str(self))


def _location(given: Any) -> Any:
    return {"name": given} if isinstance(given, str) else given


ValidLocation = Annotated[Location, BeforeValidator(_location)]
"""A location, which may also be given, or have been stored, as text."""
