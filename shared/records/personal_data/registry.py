"""The registry of personal data: for each kind of row, which columns hold something about a person.

It decides what an erasure leaves of a seat, and what the page about a calendar's data says. Tests hold it against
the models, against all rows that a full run writes, and against what an export has and an erasure leaves.
"""

import json
from collections.abc import Iterator, Mapping

from shared.domain.personal_data.fields import (
    ACCOUNT,
    APPOINTMENT,
    BUSINESS,
    CUSTOMER,
    ENTRY,
    EXPORT,
    FACT,
    ORGANISATION,
    OWN_CALENDAR,
    SEAT,
    SENT,
    SENT_SMS,
    STAFF_MEMBER,
    TIME_OFF,
    USED_DAY,
    VISIT,
    DataKind,
    DocumentFields,
)
from shared.records.table import Row, Values


NOTHING = DocumentFields({})
SETTINGS = DocumentFields({}, "*")  # what a calendar offers, which its page shows
SEALED = DocumentFields({}, "from until count hash salt again by")
AUDITED = DocumentFields({"author": "at actor action subject changes more"}, "seals.*")
KEY_OF_CUSTOMER = DocumentFields({"booking": "*"})

PROJECTION = DocumentFields(
    {"details": "name", "staff_times": "staff wish", "booking": "ref left"},
    "end status service filled origin online by joins confirm",
)
ROWS: Mapping[str, DocumentFields] = {
    "bookings 0biz": BUSINESS.below("", DocumentFields({}, "schema")),
    "bookings 0svc": SETTINGS,
    "bookings 0que": SETTINGS,
    "bookings 0txt": SETTINGS,
    "bookings 0lgo": SETTINGS,
    "bookings W": SETTINGS,
    "bookings F": SETTINGS,
    "bookings t": SETTINGS,
    "bookings 0stf": STAFF_MEMBER,
    "bookings L": DocumentFields({"staff_times": "*"}),
    "bookings H": DocumentFields({"staff_times": "*"}),
    "bookings B": DocumentFields({"staff_times": "*"}),
    "bookings x": DocumentFields({}, "digest reading"),
    "bookings A": APPOINTMENT,
    "bookings D": APPOINTMENT.below("", PROJECTION),
    "bookings E": APPOINTMENT.below("", PROJECTION),
    "bookings G": APPOINTMENT,
    "bookings S": SEAT,
    "bookings R": DocumentFields({}, "id due appointments seats"),
    "bookings C": CUSTOMER.below("", DocumentFields({"booking": "firstSeen lastSeen lastSeat"}, "edited")),
    "bookings X": KEY_OF_CUSTOMER,
    "bookings T": TIME_OFF,
    "bookings V": VISIT,
    "bookings O": DocumentFields({}, "url"),
    "bookings P": SENT_SMS,
    "bookings Q": DocumentFields({}, "h"),
    "bookings I": DocumentFields({}, "fingerprint outcome outcome.*"),
    "bookings K": DocumentFields({"address_hash": "sent"}),
    "bookings M": ENTRY.below("", DocumentFields({}, "tries")),
    "bookings U": ENTRY.below("", DocumentFields({}, "tries")),
    "bookings N": SENT,
    "bookings J": SEALED,
    "bookings Y": DocumentFields({}, "next began"),
    "bookings Z": AUDITED,
    "facts fact": FACT,
    "facts P": DocumentFields({"figures": "s d w m a t i l", "staff_times": "p"}, "v"),
    "facts C": DocumentFields({"figures": "a", "staff_times": "c"}, "of"),
    "facts R": DocumentFields({}, "next"),
    "facts U": USED_DAY,
    "facts W": DocumentFields({}, "seen chosen booked"),
    "signals": DocumentFields({"devices": "data"}),
    "members": DocumentFields({"account": "*"}),
    "limits": DocumentFields({"address_hash": "fullAt"}),
    "slugs": DocumentFields({}, "business"),
    "due": NOTHING,
    "org calendars": DocumentFields(
        {"account": "members"}, "slug name language names serves listed template deleted version settled"
    ),
    "org people": DocumentFields({"staff_choices": "reportColumns reportCalendars"}),
    "org sessions": DocumentFields({"staff_choices": "began expires agent address"}),
    "org reports": DocumentFields({}, "next carrier round"),
    "org signed-out": DocumentFields({}, "expires"),
    "org opted-out": DocumentFields({"address_hash": "isOut at by seen"}),
    "org erased": DocumentFields({"address_hash": "was also"}, "at before known places"),
    "org exports": EXPORT,
    "org demo": DocumentFields({}, "began complete"),
    "org organisation 0": ORGANISATION,
    "org organisation P": ACCOUNT,
    "org organisation N": DocumentFields({"account": "id"}),
    "org organisation E": DocumentFields({"account": "id"}),
    "org organisation F": DocumentFields({"account": "id"}),
    "org organisation J": SEALED,
    "org organisation Z": AUDITED,
    "org own-calendars S": OWN_CALENDAR.below("", DocumentFields({"staff_calendar": "busy"})),
    "org own-calendars P": NOTHING,
    "org own-calendars F": DocumentFields({"staff_calendar": "email names open version"}),
}
BY_KEY = ("bookings", "facts", "org organisation", "org own-calendars")


def row_kind(table: str, partition: str, key: str) -> str:
    """Return the name that a row's kind has in ROWS; the row may be of a kind that is not there."""
    place = f"{table} {partition}" if table == "org" else table
    if place not in BY_KEY:
        return place
    kind = key.partition("|")[0]
    return f"{place} {'fact' if place == 'facts' and kind.isdigit() else kind}"


def unregistered(table: str, partition: str, row: Row) -> list[str]:
    """Return the columns, and the fields of the document, of a row that the registry does not name."""
    kind = row_kind(table, partition, row.key)
    known = ROWS.get(kind)
    if known is None:
        return [kind]
    return [f"{kind} {path}" for path in dict.fromkeys(paths_of(row.values)) if not known.knows(path)]


def paths_of(values: Values) -> Iterator[str]:
    """Yield the columns of a row and the fields of its document, as the registry writes them.

    Columns that are numbered, by hour, month or part, count as one without the number.
    """
    parts = sorted((name for name in values if _is_body(name)), key=lambda name: int(name[len("body") :] or 0))
    if parts:
        yield from _fields(json.loads("".join(str(values[name]) for name in parts)))
    for name in values:
        if not _is_body(name):
            yield name.rstrip("0123456789")


def _is_body(name: str) -> bool:
    return name.startswith("body") and name[len("body") :].isdigit() | (name == "body")


def _fields(value: object, path: str = "") -> Iterator[str]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _fields(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for inner in value:
            yield from _fields(inner, path)
    elif path:
        yield path


def kinds_kept() -> dict[DataKind, list[str]]:
    """Return the kinds of rows that hold each kind of data."""
    found: dict[DataKind, list[str]] = {}
    for row, fields in ROWS.items():
        for kind in fields.personal:
            found.setdefault(kind, []).append(row)
    return found
