"""A bookingCustomer: its properties in Graph, and in the domain."""

import re
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from functions.graph.call import GraphDocument
from functions.graph.models.parts import AddressBody
from functions.graph.models.patch import EmailText, LineText, LongText, NameText, PhoneText, cleaned
from functions.graph.models.properties import (
    Changed,
    Created,
    EntityTable,
    EntityView,
    PropertyTable,
    computed,
    nullable,
    stored,
)
from shared.domain.appointments.customer import CustomerRecord, Phone
from shared.domain.calendar.place import Address


OURS, THEIRS = re.compile(r"[0-9a-f]{26}"), re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{6}000000")
CUTS = (0, 8, 12, 16, 20, 26)


def customer_guid(name: str) -> str:
    """Return a customer's id (26 hexadecimal digits) as a GUID, padded with zeros."""
    if not OURS.fullmatch(name):
        return name
    parts = [name[low:high] for low, high in pairwise(CUTS)]
    return "-".join(parts) + "000000"


def customer_of(guid: str) -> str:
    """Return the customer's id of a GUID."""
    lower = guid.lower()
    return lower.replace("-", "")[:26] if THEIRS.fullmatch(lower) else guid


class PhoneBody(PropertyTable):
    """A phone."""

    number: Annotated[PhoneText, stored("number")]
    type: Annotated[
        Literal[
            "home",
            "business",
            "mobile",
            "other",
            "assistant",
            "homeFax",
            "businessFax",
            "otherFax",
            "pager",
            "radio",
        ],
        stored("kind"),
    ] = "other"
    language: Annotated[LineText | None, nullable("language")] = None
    region: Annotated[LineText | None, nullable("region")] = None

    def value(self) -> Phone:
        """Return the phone."""
        return Phone(**self.fields())


def _phones(record: CustomerRecord, _: EntityView) -> list[GraphDocument]:
    phones = record.phones or ((Phone(number=record.phone),) if record.phone else ())
    return [PhoneBody.document(one) for one in phones]


def _addresses(record: CustomerRecord, _: EntityView) -> list[GraphDocument]:
    addresses = record.addresses or ((Address(street=record.address),) if record.address else ())
    return [AddressBody.document(one) if one else {} for one in addresses]


class CustomerBody(EntityTable):
    """A bookingCustomer. `notes` is beyond Graph.

    Where staff entered no phones and addresses, those that the booking form asked for are shown.
    """

    odata_type: ClassVar[str] = "#microsoft.graph.bookingCustomer"

    display_name: Annotated[NameText, stored("name")]
    email_address: Annotated[EmailText | None, nullable("email")] = None
    phones: Annotated[list[PhoneBody] | None, Field(max_length=20), computed(_phones)] = None
    addresses: Annotated[list[AddressBody] | None, Field(max_length=20), computed(_addresses)] = None
    notes: Annotated[LongText | None, nullable("notes")] = None
    created_date_time: Created = None
    last_updated_date_time: Changed = None

    def changes(self, _: CustomerRecord, __: EntityView | None, /) -> dict[str, Any]:
        """Return the record's fields; the first phone and address are those of a booking form."""
        phones = tuple(it.value() for it in self.phones or [])
        addresses = tuple(it.address() for it in self.addresses or [])
        return {
            **self.fields(),
            "phone": phones[0].number if phones else "",
            "phones": phones,
            "address": str(addresses[0]) if addresses else "",
            "addresses": addresses,
        }


def apply_customer(record: CustomerRecord, sent: GraphDocument) -> CustomerRecord:
    """Return the record with what was sent; the same record if nothing differs. Raise InvalidFields."""
    shown = CustomerBody.document(record)
    after = CustomerBody.parsed(shown, sent).changed(record)
    return record if cleaned(CustomerBody.document(after), ()) == cleaned(shown, ()) else after


def customer_document(name: str, record: CustomerRecord) -> GraphDocument:
    """Return a bookingCustomer."""
    return {"id": customer_guid(name), **CustomerBody.document(record)}
