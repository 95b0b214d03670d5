"""How a file of customers is understood: what each column holds, who is in it, and which lines are wrong."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from functions.http.problems import BadRequest
from functions.spreadsheets.customer_cells import IDENTIFYING, MOST, MOST_VALUES, Cells
from functions.spreadsheets.customer_columns import Column, read_columns
from functions.spreadsheets.customer_file import Record, read_records
from shared.domain.appointments.customer import CustomerRecord, Phone
from shared.domain.calendar.place import Address
from shared.domain.text.pasted import plain_line, plain_phone, plain_text
from shared.i18n.marked import marked
from shared.use_cases.booking.check_form import LONGEST, email_problem, is_phone, text_problem
from shared.use_cases.customers.import_customers import CustomerLine, repeated_in


if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shared.use_cases.customers.import_customers import Repeated

ROLES = {
    "": marked("Leave out"),
    "full": marked("Name"),
    "first": marked("First name"),
    "middle": marked("Middle name"),
    "last": marked("Last name"),
    "company": marked("Company"),
    "email": marked("Email address"),
    "phone": marked("Phone"),
    "address": marked("Address"),
    "notes": marked("Notes"),
}
"""What a column can hold, in words."""
UNREADABLE = marked("This line can’t be read: a quotation mark isn’t closed, or cells are missing")
SURPLUS = marked("It has more cells than the first line")
NOBODY = marked("There is no name, email address or phone number")
NO_EMAIL = marked("This isn’t an email address: %(text)s")
NO_PHONE = marked("This isn’t a phone number: %(text)s")
SHORTENED = marked("The spreadsheet has shortened this number: format its column as text")
TOO_LONG = marked("This is too long, or has characters that can’t be used: %(text)s")
MOST_QUOTED = 40


class WrongLine(NamedTuple):
    """A line that is left out: its number, why (to be translated), and what in it is wrong."""

    line: int
    why: str
    text: str = ""


@dataclass(frozen=True)
class Understood:
    """A file as it is understood. `repeated` are lines whose customer an earlier line has."""

    columns: Sequence[Column]
    records: Sequence[Record]
    listed: Sequence[CustomerLine]
    wrong: Sequence[WrongLine]
    repeated: Sequence[Repeated]

    @property
    def is_identifying(self) -> bool:
        """Whether a column tells one customer from another."""
        return not IDENTIFYING.isdisjoint(one.role for one in self.columns)


def understand(text: str, roles: Mapping[int, str]) -> Understood:
    """Return what a file says, its columns by their headings unless `roles` say otherwise, by their places.

    Raises BadRequest for a text without a line below the first, or with too many.
    """
    heading, *records = [*read_records(text, _score)] or [Record(1)]
    if heading.wrong or not records or len(records) > MOST:
        raise BadRequest
    columns = [
        _as(column, roles.get(place, column.role)) for place, column in enumerate(read_columns(heading.cells))
    ]
    found = [_customer(columns, one) for one in records]
    right = [one for one in found if isinstance(one, CustomerLine)]
    listed, repeated = repeated_in(right)
    return Understood(columns, records, listed, [one for one in found if isinstance(one, WrongLine)], repeated)


def _score(heading: Record) -> tuple[int, int]:
    return sum(bool(one.role) for one in read_columns(heading.cells)), len(heading.cells)


def _as(column: Column, role: str) -> Column:
    """Return a column as somebody says that it is; one that is left as it was keeps its part of an address."""
    if role == column.role or role not in ROLES:
        return column
    return replace(column, role=role, part="whole" if role == "address" else "", group=(column.heading,))


def _customer(columns: Sequence[Column], record: Record) -> CustomerLine | WrongLine:
    if record.wrong:
        return WrongLine(record.line, UNREADABLE)
    if any(record.cells[len(columns) :]):
        return WrongLine(record.line, SURPLUS)
    cells = Cells([*zip(columns, record.cells, strict=False)])
    if cells.is_shortened:
        return WrongLine(record.line, SHORTENED)
    customer = _record(cells)
    wrong = next(_wrong(customer), None)
    if wrong is None:
        return CustomerLine(record.line, customer)
    return WrongLine(record.line, wrong[0], wrong[1][:MOST_QUOTED])


def _record(cells: Cells) -> CustomerRecord:
    phones = tuple(Phone(number=plain_phone(text), kind=column.kind) for column, text in cells.phones)
    addresses = tuple(Address(**_parts_of(one)) for one in [*cells.addresses()][:MOST_VALUES])
    return CustomerRecord(
        name=plain_line(cells.name),
        email=cells.email,
        phone=phones[0].number if phones else "",
        phones=phones,
        address=str(addresses[0]) if addresses else "",
        addresses=addresses,
        notes=plain_text(cells.notes),
    )


def _parts_of(found: Mapping[str, str]) -> dict[str, str]:
    """Return the parts of an address by their names in the domain."""
    names = {"countryOrRegion": "country_or_region", "postalCode": "postal_code"}
    return {names.get(part, part): plain_text(text)[: LONGEST["address"]] for part, text in found.items()}


def _wrong(record: CustomerRecord) -> Iterator[tuple[str, str]]:
    if not record.name:
        yield NOBODY, ""
    if record.email and email_problem(record.email):
        yield NO_EMAIL, record.email
    for one in record.phones:
        if not is_phone(one.number):
            yield NO_PHONE, one.number
    for name in ("name", "address", "notes"):
        text = getattr(record, name)
        if text_problem(text, LONGEST[name], multiline=name != "name"):
            yield TOO_LONG, text
