"""Makes the seats of the customers for whom staff book: known ones by id, and new ones."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.domain.appointments.appointment import Customer, Seat
from shared.domain.appointments.customer import CustomerRecord, customers_named
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.place import Location
from shared.domain.calendar.service import Service
from shared.domain.errors import InvalidFields
from shared.domain.links import new_id
from shared.records.appointments import Changes, customer_row, known_among
from shared.records.codec import load
from shared.records.keys import IDENTIFIER, customer_key
from shared.records.table import Rows
from shared.use_cases.appointments.staff_request import CustomerInput


@dataclass(frozen=True)
class CustomerSeats:
    """The customers of one command; the seats' ids follow from its number.

    A customer without address and telephone is a new one, or the same for all commands of one `series`.
    """

    parties: Sequence[CustomerInput]
    calendar: Calendar
    service: Service
    secret: str
    number: str
    now: datetime
    series: str = ""

    def customer_ids(self) -> list[str]:
        """Return all ids that the customers may have: each has to be read."""
        return [one for index, party in enumerate(self.parties) for one in self._customer_ids(index, party)]

    def seats(self, rows: Rows, known: Container[str] = ()) -> list[Seat]:
        """Return a seat for each customer. Raise InvalidFields for an id that is neither `known` nor has a row.

        Of a group, unknown customers are left out, unless there are no others.
        """
        unknown = [
            index
            for index, party in enumerate(self.parties)
            if party.customer_id
            and party.customer_id not in known
            and rows.values(customer_key(self._customer_ids(index, party)[0])) is None
        ]
        if unknown and (not self.service.is_group or len(unknown) == len(self.parties)):
            raise InvalidFields([(f"/customers/{unknown[0]}/customerId", "not a customer of this calendar")])
        return [self._seat(index, rows, known) for index in range(len(self.parties)) if index not in unknown]

    def by_seat(self) -> dict[str, CustomerInput]:
        """Return the customers by the ids of their seats."""
        return {self._seat_id(index): party for index, party in enumerate(self.parties)}

    def customer_rows(self, seats: Sequence[Seat]) -> Changes:
        """Return the customers to insert or to record as seen, except those given by id."""
        given = {party.customer_id for party in self.parties}
        changes: Changes = {}
        for seat in seats:
            changes |= {} if seat.customer_id in given else customer_row(seat, self.now)
        return changes

    def _customer_ids(self, index: int, party: CustomerInput) -> tuple[str, ...]:
        if party.customer_id:
            return (party.customer_id if IDENTIFIER.fullmatch(party.customer_id) else "unknown",)
        name = party.email or party.phone or self.series or self._seat_id(index)
        return customers_named(self.secret, self.calendar.business.id, name)

    def _seat_id(self, index: int) -> str:
        return new_id(self.secret, self.number, str(index)) if index else new_id(self.secret, self.number)

    def _seat(self, index: int, rows: Rows, seated: Container[str]) -> Seat:
        """Return a seat. A group's is at first version 0, but for a series': the session's entry informs them."""
        party, business = self.parties[index], self.calendar.business
        ids = self._customer_ids(index, party)
        customer = next((one for one in ids if one in seated), known_among(rows, ids))
        values = rows.values(customer_key(customer)) if party.customer_id else None
        known = load(CustomerRecord, values) if values else CustomerRecord(name="")
        return Seat(
            id=self._seat_id(index),
            customer=Customer(
                name=party.name or known.name,
                email=party.email or known.email,
                phone=party.phone or known.phone,
                address=party.address or str(party.location or "") or str(known.address),
                notes=party.notes,
            ),
            location=party.location or Location(),
            wants_sms=party.send_sms,
            answers=party.answers,
            time_zone=party.time_zone or business.time_zone,
            time_zone_written=party.time_zone_written,
            language=party.language or self.service.language or business.customer_language,
            customer_id=customer,
            version=0 if self.service.is_group and not self.series else 1,
            made_at=self.now,
            made_by="staff",
            series=self.series if self.service.is_group else "",
        )


def with_contact(seat: Seat, parties: Sequence[CustomerInput] | None) -> Seat:
    """Return the seat with the given details of its customer, who stays the same. Raise InvalidFields."""
    if parties is None:
        return seat
    # An appointment that is no group's has one seat, and another customer needs another appointment.
    if len(parties) != 1:
        raise InvalidFields([("/customers", "exactly one customer")])
    (party,) = parties
    if party.customer_id not in ("", seat.customer_id):
        raise InvalidFields([("/customers/0/customerId", "it cannot be changed")])
    given = party.model_fields_set
    names = [name for name in ("name", "email", "phone", "address", "notes") if name in given]
    customer = seat.customer.model_copy(update={name: getattr(party, name) for name in names})
    own: list[str] = [name for name in ("answers", "time_zone", "time_zone_written", "language") if name in given]
    more = {name: getattr(party, name) for name in own}
    more |= {"wants_sms": party.send_sms} if "send_sms" in given else {}
    if "location" in given:
        more["location"] = party.location or Location()
        customer = customer.model_copy(update={"address": str(more["location"])})
    return seat.with_customer(customer).model_copy(update=more)
