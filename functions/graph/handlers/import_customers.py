"""importCustomers, beyond Graph: customers from a CSV file of an address book or a spreadsheet."""

import re
from collections.abc import Iterator

from functions.graph.call import Entity, GraphDocument, GraphRequest
from functions.graph.models.customer import apply_customer
from functions.http.boundary import BodyTooLarge
from functions.http.problems import BadRequest
from functions.spreadsheets.customer_cells import IDENTIFYING, MOST, MOST_VALUES, SEVERAL, Cells
from functions.spreadsheets.customer_columns import Column, read_columns
from functions.spreadsheets.customer_file import LARGEST_FILE, Record, read_records, read_text
from shared.domain.appointments.customer import CustomerRecord
from shared.domain.errors import InvalidFields
from shared.use_cases.customers.change_customer import Customers
from shared.use_cases.customers.import_customers import CustomerLine, import_customers


LONGEST_LOOK = 300  # characters searched of a column that is not imported
ADDRESS = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")
NUMBER = re.compile(r"(?=(?:\D*\d){7})\+?[\d ().-]{7,30}")
SHORTENED = "a number that the spreadsheet has shortened: format its column as text"
DATE = re.compile(r"\d{1,4}[.-]\d{1,2}[.-]\d{1,4}")


async def post_import(call: GraphRequest) -> Entity:
    """Add the customers that are not known yet.

    Returns {added, known, errors, repeated, unusedColumns}: wrong lines are left out and named, the others added.
    Raises BodyTooLarge, and BadRequest for a file that cannot be read at all.
    """
    columns, records = _read(call.req.get_body())
    listed, wrong, unused = _customers(columns, records)
    app, business = call.app, call.calendar.business.id
    customers = Customers(business, call.author, call.body, app.context)
    done = await import_customers(listed, customers)
    repeated = [{"line": one.line, "message": f"the same {one.by} as line {one.of}"} for one in done.repeated]
    return Entity(
        {
            "added": done.added,
            "known": done.known,
            "errors": wrong,
            "repeated": repeated,
            "unusedColumns": unused,
        }
    )


def _read(body: bytes) -> tuple[list[Column], list[Record]]:
    """Return the columns and the records. Raises BodyTooLarge, and BadRequest for what is no such file."""
    if len(body) > LARGEST_FILE:
        raise BodyTooLarge(f"A file holds at most {LARGEST_FILE // 2**20} MB: split it.")

    def score(heading: Record) -> tuple[int, int]:
        return sum(bool(one.role) for one in read_columns(heading.cells)), len(heading.cells)

    heading, *records = [*read_records(read_text(body), score)] or [Record(1)]
    columns = read_columns(heading.cells)
    if not IDENTIFYING & {one.role for one in columns}:
        raise BadRequest(
            heading.wrong or "The first line names the columns: displayName, emailAddress, phone, address, notes."
        )
    if len(records) > MOST:
        raise BadRequest(f"A file holds at most {MOST} customers: split it.")
    return columns, records


def _customers(
    columns: list[Column], records: list[Record]
) -> tuple[list[CustomerLine], list[GraphDocument], list[str]]:
    """Return the customers to import, the wrong lines, and the columns with contact data that is not imported."""
    listed: list[CustomerLine] = []
    wrong: list[GraphDocument] = []
    unused: dict[str, None] = {}
    for one in records:
        cells = Cells([*zip(columns, one.cells, strict=False)])
        surplus = "more cells than the first line has" if any(one.cells[len(columns) :]) else ""
        if problem := one.wrong or surplus:
            wrong.append({"line": one.line, "target": "", "message": problem})
            continue
        if cells.is_shortened:
            wrong.append({"line": one.line, "target": "/phones", "message": SHORTENED})
            continue
        try:
            listed.append(CustomerLine(one.line, apply_customer(CustomerRecord(name=""), _document(cells))))
        except InvalidFields as refusal:
            wrong.append({"line": one.line, **_complaint(refusal)})
        else:
            unused |= dict.fromkeys(_left_out(cells, listed[-1].record))
    return listed, wrong, list(unused)


def _complaint(refusal: InvalidFields) -> GraphDocument:
    """Return all that is wrong with a line as one error."""
    target, message, _ = refusal.errors[0]
    more = [f"{one.pointer} {one.detail}" for one in refusal.errors[1:]]
    return {"target": target, "message": "; ".join([message, *more])}


def _left_out(cells: Cells, record: CustomerRecord) -> Iterator[str]:
    """Yield the headings of columns whose addresses or numbers were not imported."""
    kept = [one for one in (record.email, *(phone.number for phone in record.phones)) if one]
    for column, cell in cells.pairs:
        for text in SEVERAL.split(cell) if column.role in ("", "email") else ():
            if _is_reachable(text[:LONGEST_LOOK]) and not any(one in text for one in kept):
                yield column.heading[:100]


def _is_reachable(text: str) -> bool:
    """Return whether a text looks like a mail address or a telephone number."""
    return bool(ADDRESS.search(text) or (NUMBER.fullmatch(text) and not DATE.fullmatch(text)))


def _document(cells: Cells) -> GraphDocument:
    """Return a customer as the Graph API takes one: of several columns, the first that is not empty."""
    return {
        "displayName": cells.name,
        "emailAddress": cells.email or None,
        "phones": [{"number": text, "type": column.kind} for column, text in cells.phones],
        "addresses": list(cells.addresses())[:MOST_VALUES],
        "notes": cells.notes or None,
    }
