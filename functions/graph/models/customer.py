"""A bookingCustomer as Graph shows it, and what a client may set of it."""

import re
from itertools import pairwise
from typing import Any, Literal

from pydantic import Field

from functions.graph.call import GraphDocument, etag
from functions.graph.models.parts import AddressBody, address_document
from functions.graph.models.patch import EmailText, LineText, LongText, NameText, changed, parse
from functions.graph.models.patch import PhoneText as Number
from functions.graph.models.values import timestamp
from shared.domain.appointments.customer import CustomerRecord, Phone
from shared.domain.calendar.place import Address
from shared.domain.model import Request
from shared.records.calendars import etag_of


TYPE = "#microsoft.graph.bookingCustomer"
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


class PhoneBody(Request):
    number: Number
    type: Literal[
        "home", "business", "mobile", "other", "assistant", "homeFax", "businessFax", "otherFax", "pager", "radio"
    ] = "other"
    language: LineText | None = None
    region: LineText | None = None

    def phone(self) -> Phone:
        return Phone(number=self.number, kind=self.type, language=self.language or "", region=self.region or "")


class CustomerBody(Request):
    """A bookingCustomer. `notes` is beyond Graph."""

    display_name: NameText
    email_address: EmailText | None = None
    phones: list[PhoneBody] | None = Field(default=None, max_length=20)
    addresses: list[AddressBody] | None = Field(default=None, max_length=20)
    notes: LongText | None = None

    def record(self, record: CustomerRecord) -> CustomerRecord:
        """Return the record with these details."""
        phones = tuple(one.phone() for one in self.phones or [])
        addresses = tuple(one.address() for one in self.addresses or [])
        return changed(
            record,
            {},
            name=self.display_name,
            email=self.email_address or "",
            phone=phones[0].number if phones else "",
            phones=phones,
            address=str(addresses[0]) if addresses else "",
            addresses=addresses,
            notes=self.notes or "",
        )


def apply_customer(record: CustomerRecord, sent: GraphDocument) -> CustomerRecord:
    """Return the record with what was sent; the same record if nothing differs. Raises InvalidFields."""
    shown = _details(record)
    body = parse(CustomerBody, shown, sent)
    after = body.record(record)
    return record if _details(after) == shown else after


def customer_document(name: str, record: CustomerRecord) -> GraphDocument:
    """Return a bookingCustomer."""
    return {
        "@odata.type": TYPE,
        "@odata.etag": etag(etag_of(record)),
        "id": customer_guid(name),
        **_details(record),
        "createdDateTime": timestamp(record.created_at),
        "lastUpdatedDateTime": timestamp(record.changed_at),
    }


def _details(record: CustomerRecord) -> GraphDocument:
    """Return what clients can set; what the booking form asked for where staff entered nothing."""
    phones = record.phones or ((Phone(number=record.phone),) if record.phone else ())
    addresses = record.addresses or ((Address(street=record.address),) if record.address else ())
    return {
        "displayName": record.name,
        "emailAddress": record.email or None,
        "phones": [_phone(one) for one in phones],
        "addresses": [address_document(one) or {} for one in addresses],
        "notes": record.notes or None,
    }


def _phone(phone: Phone) -> dict[str, Any]:
    return {
        "number": phone.number,
        "type": phone.kind,
        "language": phone.language or None,
        "region": phone.region or None,
    }
