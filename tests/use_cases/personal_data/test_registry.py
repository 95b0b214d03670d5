"""The registry of personal data names every field of every stored document, and every column of every row."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

import pytest
from pydantic.alias_generators import to_camel

from shared.domain.access.account import Account
from shared.domain.access.organisation import Organisation
from shared.domain.appointments.appointment import Appointment, Seat, TimeOff
from shared.domain.appointments.customer import CustomerRecord
from shared.domain.appointments.messages import OutboxEntry, SentMessage
from shared.domain.appointments.sent_sms import SentSms
from shared.domain.appointments.series import AppointmentSeries
from shared.domain.calendar.business import Business, StaffMember
from shared.domain.free_busy.own_calendar import OwnCalendar
from shared.domain.model import Model
from shared.domain.personal_data.fields import USES
from shared.domain.reports.utilisation import UsedDay
from shared.domain.visits.fact import VisitFact
from shared.domain.visits.visit import Visit
from shared.records.personal_data.registry import ROWS, kinds_kept, row_kind, unregistered
from shared.records.table import Row
from shared.use_cases.sms.opt_outs import OptOut
from tests.simulation.world.clinic import BUSINESS
from tests.simulation.world.run import Plan, simulate
from tests.support.moments import MOMENTS
from tests.support.virtual_time import virtually
from tests.use_cases.personal_data.test_erase_customer import after_a_visit


if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENTS = {
    "bookings 0biz": Business,
    "bookings 0stf": StaffMember,
    "bookings A": Appointment,
    "bookings D": Appointment,
    "bookings E": Appointment,
    "bookings G": Appointment,
    "bookings S": Seat,
    "bookings R": AppointmentSeries,
    "bookings C": CustomerRecord,
    "bookings T": TimeOff,
    "bookings V": Visit,
    "bookings M": OutboxEntry,
    "bookings U": OutboxEntry,
    "bookings N": SentMessage,
    "bookings P": SentSms,
    "facts fact": VisitFact,
    "facts U": UsedDay,
    "org organisation 0": Organisation,
    "org organisation P": Account,
    "org own-calendars S": OwnCalendar,
    "org opted-out": OptOut,
}


def fields_of(document: type[Model], path: str = "") -> Iterator[str]:
    """Yield each field that a document can have, those of the documents within it too."""
    for name, field in document.model_fields.items():
        here = f"{path}.{to_camel(name)}" if path else to_camel(name)
        inner = list(models_in(field.annotation))
        yield from (one for each in inner for one in fields_of(each, here))
        if not inner:
            yield here


def models_in(annotation: Any) -> Iterator[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_field_of_a_stored_document_is_named(kind: str) -> None:
    assert [path for path in fields_of(DOCUMENTS[kind]) if not ROWS[kind].knows(path)] == []


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_nothing_is_named_that_no_document_has(kind: str) -> None:
    there = {part for path in fields_of(DOCUMENTS[kind]) for part in path.split(".")}
    named = " ".join((*ROWS[kind].personal.values(), ROWS[kind].others)).split()
    columns = {"schema", "edited", "tries", "busy", "firstSeen", "lastSeen", "lastSeat"}
    columns |= {
        "wish",
        "confirm",
        "name",
        "ref",
        "by",
        "joins",
        "online",
        "end",
        "status",
        "service",
        "filled",
        "origin",
        "staff",
    }
    assert [one for one in named if not set(one.removesuffix(".*").split(".")) <= there | columns] == []


def test_a_new_field_fails() -> None:
    row = Row(
        "A|x", {"body": json.dumps({"id": "x", "seat": {"customer": {"name": "", "shoeSize": 43}}})}, "", now()
    )
    assert unregistered("bookings", BUSINESS, row) == ["bookings A seat.customer.shoeSize"]
    assert unregistered("bookings", BUSINESS, row._replace(key="C|x", values={"height": 1})) == [
        "bookings C height"
    ]
    assert unregistered("letters", BUSINESS, row) == ["letters"]


def now():
    return MOMENTS["a Sunday, on which the demo is closed"]


def test_each_kind_of_data_has_its_use_and_its_rows() -> None:
    assert set(USES) == set(kinds_kept())


@pytest.mark.walk
def test_every_row_that_a_run_writes_is_named() -> None:
    """Customers book, move and cancel, staff arrange and merge, mails fail, and visits take place."""
    plan = Plan(3, length=60, clients=8, desk_pause=2, has_registrar=True, has_arranger=True, drain=False)
    tables = [(*place, row) for place, rows in simulate(plan).run.service.tables() for row in rows]
    virtually(visit)(tables)
    missing = {one for table, partition, row in tables for one in unregistered(table, partition, row)}
    assert missing == set()
    seen = {row_kind(table, partition, row.key) for table, partition, row in tables}
    wanted = {"0biz", "0svc", "0stf", "A", "C", "D", "G", "I", "L", "M", "N", "Q", "R", "S", "T", "V", "X", "Z"}
    assert {f"bookings {one}" for one in wanted} | {"signals", "due", "org calendars"} <= seen


async def visit(tables: list[tuple[str, str, Row]]) -> None:
    clinic = await after_a_visit()
    await clinic.tick()
    tables += [(*place, row) for place, rows in clinic.inner._rows.items() for row in rows.values()]
