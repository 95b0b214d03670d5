"""importCustomers, which is ours: customers from a CSV file, as Bookings, Outlook or a spreadsheet exports it."""

import csv
from collections.abc import Iterator
from io import StringIO

from functions.graph_call import LARGEST_BODY, Call, Document, Entity
from functions.graph_customer_model import apply_customer
from functions.http import BodyTooLarge
from functions.problems import BadRequest
from shared.domain.customer import CustomerRecord
from shared.domain.errors import InvalidFields
from shared.use_cases.change_customer import Customers
from shared.use_cases.import_customers import import_customers


COLUMNS = {
    "displayName": ("displayname", "name", "customername", "fullname"),
    "emailAddress": ("emailaddress", "email", "customeremail", "mail"),
    "phone": ("phone", "phonenumber", "customerphone", "mobilephone"),
    "address": ("address", "customeraddress"),
    "notes": ("notes", "customernotes"),
}
DELIMITERS = ",;\t"
MOST = 2000


async def post_import(call: Call) -> Entity:
    """Add those who are not known yet; the answer names the lines that cannot be, and leaves them out."""
    records, wrong = _records(_rows(call.req.get_body()))
    app, business = call.app, call.calendar.business.id
    customers = Customers(business, call.author, call.body, app.store, app.secret, call.now)
    done = await import_customers(records, customers)
    return Entity({"added": done.added, "known": done.known, "errors": wrong})


def _rows(body: bytes) -> list[tuple[int, dict[str, str]]]:
    """Return the lines with their numbers. Raises BodyTooLarge, and BadRequest for what is no such file."""
    if len(body) > LARGEST_BODY:
        raise BodyTooLarge
    try:
        text = body.decode("utf-8-sig")
        first = text.partition("\n")[0]
        delimiter = max(DELIMITERS, key=first.count)
        reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
        names = [_column(name) for name in next(reader, [])]
        rows = [(reader.line_num, dict(zip(names, row, strict=False))) for row in reader if any(row)]
    except (UnicodeDecodeError, csv.Error):
        raise BadRequest("The body is not CSV in UTF-8.") from None
    if "displayName" not in names:
        raise BadRequest("The first line names the columns: displayName, emailAddress, phone, address, notes.")
    if len(rows) > MOST:
        raise BadRequest(f"A file holds at most {MOST} customers.")
    return rows


def _column(heading: str) -> str:
    plain = "".join(letter for letter in heading.casefold() if letter.isalnum())
    return next((name for name, headings in COLUMNS.items() if plain in headings), "")


def _records(rows: list[tuple[int, dict[str, str]]]) -> tuple[list[CustomerRecord], list[Document]]:
    found: dict[str, CustomerRecord] = {}
    wrong: list[Document] = []
    for line, row in rows:
        try:
            record = apply_customer(CustomerRecord(name=""), dict(_members(row)))
            found.setdefault(record.email.lower() or record.model_dump_json(), record)
        except InvalidFields as refusal:
            said = [{"target": pointer, "message": detail} for pointer, detail in refusal.errors]
            wrong += [{"line": line, **one} for one in said]
    return list(found.values()), wrong


def _members(row: dict[str, str]) -> Iterator[tuple[str, object]]:
    cells = {name: text.strip() for name, text in row.items()}
    yield "displayName", cells.get("displayName", "")
    yield "emailAddress", cells.get("emailAddress") or None
    yield "phones", [{"number": cells["phone"]}] if cells.get("phone") else []
    yield "addresses", [{"street": cells["address"]}] if cells.get("address") else []
    yield "notes", cells.get("notes") or None
