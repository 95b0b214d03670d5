"""A calendar's configuration as rows, both ways, and which of its rows a change writes."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from shared.domain.calendar.business import Business, Calendar, StaffMember
from shared.domain.calendar.service import Question, Service
from shared.domain.differences import FieldChange, differences
from shared.domain.errors import NotFound
from shared.domain.messages.message_text import MessageText
from shared.domain.model import Model
from shared.records.codec import dump, load, load_row
from shared.records.keys import BUSINESS, question_key, service_key, staff_key, text_key
from shared.records.table import Row, Values


CalendarEntry = Service | StaffMember | Question | MessageText
Stamped = TypeVar("Stamped", bound=Model)
SCHEMA = 1  # of a calendar's rows: raised where an earlier version would spoil what this one writes
KINDS = {"0svc": "services", "0stf": "staff", "0que": "questions", "0txt": "texts"}
MODELS: dict[str, type[CalendarEntry]] = {
    "0svc": Service,
    "0stf": StaffMember,
    "0que": Question,
    "0txt": MessageText,
}
STAMPS = {"created_at", "changed_at", "link_version", "elsewhere", "is_settling"}


def business_row(business: Business, version: str) -> Values:
    """Return the row of a business at a new version."""
    return {**dump(business.model_copy(update={"version": version})), "version": version, "schema": SCHEMA}


def schema_of(values: Values | None) -> int:
    """Return the schema of a calendar by the row of its business; rows of the first version name none."""
    return int(values.get("schema", SCHEMA)) if values else SCHEMA


def as_calendar(rows: Sequence[Row]) -> Calendar:
    """Return the calendar of these configuration rows. Raise NotFound if they have no business.

    References of services to removed people and questions are dropped.
    """
    by_kind: dict[str, dict[str, Row]] = {kind: {} for kind in KINDS}
    business = None
    for row in rows:
        kind, _, name = row.key.partition("|")
        if row.key == BUSINESS:
            business = load_row(Business, row)
        elif kind in by_kind:
            by_kind[kind][name] = row
    if business is None:
        raise NotFound
    people = {name: load_row(StaffMember, row) for name, row in by_kind["0stf"].items()}
    staff = {name: person for name, person in people.items() if not person.removed_at}
    questions = {name: load_row(Question, row) for name, row in by_kind["0que"].items()}
    services = {name: load_row(Service, row) for name, row in by_kind["0svc"].items()}
    return Calendar(
        business,
        {name: _with_known(one, staff, questions) for name, one in services.items()},
        staff,
        questions,
        {name: person for name, person in people.items() if person.removed_at},
        {name: load_row(MessageText, row) for name, row in by_kind["0txt"].items()},
    )


def with_written(calendar: Calendar, written: Mapping[str, Values | None]) -> Calendar:
    """Return a calendar after these rows were written: what `as_calendar` would read, if `keeps_references`."""
    business, former = calendar.business, dict(calendar.former)
    kept: dict[str, dict[str, Any]] = {kind: dict(getattr(calendar, of)) for kind, of in KINDS.items()}
    for key, values in written.items():
        kind, _, name = key.partition("|")
        if key == BUSINESS and values is not None:
            business = load(Business, values)
        elif kind in KINDS:
            kept[kind].pop(name, None)
            if values is not None:
                document = load(MODELS[kind], values)
                if isinstance(document, StaffMember) and document.removed_at:
                    former[name] = document
                else:
                    kept[kind][name] = document
    services, staff, questions, texts = (dict(sorted(kept[kind].items())) for kind in KINDS)
    if staff.keys() != calendar.staff.keys() or questions.keys() != calendar.questions.keys():
        checked = services
    else:
        checked = {name: one for name, one in services.items() if service_key(name) in written}
    services |= {name: _with_known(one, staff, questions) for name, one in checked.items()}
    return Calendar(business, services, staff, questions, dict(sorted(former.items())), texts)


def keeps_references(calendar: Calendar, written: Iterable[str]) -> bool:
    """Return whether services refer to the same as before, but for what these rows remove or add.

    Not so where somebody is among them who had left, and to whom services may still refer.
    """
    return not any(staff_key(name) in written for name in calendar.former)


def _with_known(service: Service, staff: Mapping[str, StaffMember], questions: Mapping[str, Question]) -> Service:
    people = tuple(one for one in service.staff if one in staff)
    asked = tuple(one for one in service.questions if one.id in questions)
    if len(people) == len(service.staff) and len(asked) == len(service.questions):
        return service
    return service.model_copy(update={"staff": people, "questions": asked})


def documents_of(calendar: Calendar) -> dict[str, CalendarEntry]:
    """Return everything but the business itself, by row key; services last, since they refer to the others."""
    people = [*calendar.former.items(), *calendar.staff.items()]
    rows: dict[str, CalendarEntry] = {staff_key(name): one for name, one in people}
    rows |= {question_key(name): one for name, one in calendar.questions.items()}
    rows |= {text_key(name): one for name, one in calendar.texts.items()}
    return rows | {service_key(name): one for name, one in calendar.services.items()}


def subject_of(key: str) -> str:
    """Return how the audit names the document of a row: services/ID, staff/ID, questions/ID, texts/ID."""
    kind, _, name = key.partition("|")
    return f"{KINDS[kind]}/{name}"


def etag_of(document: Model) -> str:
    """Return the ETag of a document: it depends on the content alone, not on the calendar's version."""
    text = document.model_dump_json(exclude={"version", "elsewhere", "is_settling"})
    return hashlib.sha256(text.encode()).hexdigest()[:24]


class ChangedRows(NamedTuple):
    """The rows to write, the names of the fields that differ, and what the fields were and are.

    New documents have no names in `fields`, but their values are among the `changes`.
    """

    rows: dict[str, Values | None]
    fields: list[str]
    changes: list[FieldChange]


def changed_rows(before: Calendar | None, after: Calendar, version: str, now: datetime | None) -> ChangedRows:
    """Return what to write, including the business's row with its new version.

    Changed documents are stamped with `now`. If nothing differs, there are no rows.
    """
    old, new = documents_of(before) if before else {}, documents_of(after)
    rows: dict[str, Values | None] = {key: None for key in old if key not in new}
    fields: dict[str, None] = {}
    for key, one in new.items():
        if one != old.get(key):
            fields |= dict.fromkeys(_differing(old.get(key), one))
            rows[key] = dump(_stamped(one, old.get(key), now))
    business = after.business
    was = before.business if before else None
    if business != was:
        fields |= dict.fromkeys(_differing(was, business))
        business = _stamped(business, was, now)
    elif not rows:
        return ChangedRows({}, [], [])  # a new version would make all caches read the calendar again
    rows[BUSINESS] = business_row(business, version)
    return ChangedRows(rows, list(fields), _told(was, after.business, old, new))


def _told(
    was: Business | None, business: Business, old: Mapping[str, CalendarEntry], new: Mapping[str, CalendarEntry]
) -> list[FieldChange]:
    changes = [*differences(was, business)] if was != business else []
    for key in dict.fromkeys((*old, *new)):
        if (one := old.get(key)) != (other := new.get(key)):
            changes += differences(one, other, subject_of(key))
    return changes


def _stamped(document: Stamped, before: Stamped | None, now: datetime | None) -> Stamped:
    if now is None:
        return document
    created = now if before is None else getattr(before, "created_at", None)
    return document.model_copy(update={"created_at": created, "changed_at": now})


def _differing(before: Model | None, after: Model) -> Iterator[str]:
    if before is None:
        return
    for name in type(after).model_fields:
        if name not in STAMPS and getattr(before, name) != getattr(after, name):
            yield name


def with_document(calendar: Calendar, document: CalendarEntry) -> Calendar:
    """Return the calendar with a service, person, question or text added or replaced."""
    if isinstance(document, Service):
        return replace(calendar, services={**calendar.services, document.id: document})
    if isinstance(document, Question):
        return replace(calendar, questions={**calendar.questions, document.id: document})
    if isinstance(document, MessageText):
        return replace(calendar, texts={**calendar.texts, document.id: document})
    return replace(calendar, staff={**calendar.staff, document.id: document})
