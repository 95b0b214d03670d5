"""The audit in the console: in words, with before and after, filtered, paged, and as a file."""

import re
from datetime import timedelta

import pytest

from shared.domain.calendar.place import Address
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.differences import FieldChange
from shared.domain.timeline.hours import weekdays
from shared.records.audit import audit_row
from shared.records.table import Operation
from shared.use_cases.calendars.change_calendar import with_business
from shared.use_cases.calendars.change_entity import SettingsChange
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from tests.functions.console.organisation.app import HEAD, headquarters
from tests.support.builders import A_LINK, MONDAY, SECRET, a_key, a_service


AUDIT = "/console/calendars/biz0clinic/audit"


async def changed(**business):
    world = await headquarters()
    await world.changing().edit(lambda calendar: with_business(calendar, **business), None)
    return world


def settings(world) -> SettingsChange:
    author = Author("desk@clinic.example", a_key())
    return SettingsChange("biz0clinic", author, "", Context(world.store, SECRET, world.now))


async def noted(world, count: int, action: str = "booked", actor: str = "customer") -> None:
    """Add entries, one a minute, the last of them now."""
    for number in range(count):
        at = world.now - timedelta(minutes=count - number)
        for key, values in audit_row(at, f"n{number:05d}", actor, action, f"{number:08d}").items():
            await world.table.transact("bookings", "biz0clinic", [Operation("insert", key, values or {})])


async def test_only_administrators_of_the_calendar_and_of_the_organisation_read_it():
    world = await headquarters()
    assert [(await world.open(who, AUDIT)).status for who in ("ada", HEAD, "desk", "eye", "gast", "stranger")] == [
        200,
        200,
        403,
        403,
        404,
        404,
    ]


@pytest.mark.parametrize(
    ("business", "said"),
    [
        ({"name": "Surgery"}, "Name Before: Clinic → After: Surgery"),
        ({"address": Address(city="Lyon")}, "Town Before: empty → After: Lyon"),
        ({"business_type": "health"}, "Kind of business Before: Something else → After: Health care"),
        (
            {"hours": (((480, 720), (780, 1020)), *weekdays((540, 1020))[1:])},
            "Opening hours Before: Monday 09:00–17:00 → After: Monday 08:00–12:00, 13:00–17:00",
        ),
        ({"hours": ((), *weekdays((540, 1020))[1:])}, "Before: Monday 09:00–17:00 → After: Monday Closed"),
        (
            {"policy": SchedulingPolicy(minimum_lead_time=timedelta(hours=2), allow_staff_selection=False)},
            "Minimum notice Before: 0 → After: 2\xa0h",
        ),
        (
            {"policy": SchedulingPolicy(allow_staff_selection=False)},
            "Customers choose the person Before: Yes → After: No",
        ),
        ({"meeting": A_LINK}, "Link to the meeting room changed; not shown here"),
    ],
)
async def test_a_change_is_told_field_by_field_in_words(business, said):
    world = await changed(**business)
    page = await world.page(AUDIT, "ada")
    assert "Settings changed" in page
    assert said.replace("\xa0", " ") in page.replace("\xa0", " ")
    assert "meet.example" not in page


async def test_times_are_those_of_the_calendar():
    world = await changed(name="Surgery")
    assert "Mon, Jan 11, 2027, 8:00 AM · ada@clinic.example" in await world.page(AUDIT, "ada")


async def test_people_and_services_are_named_and_rows_are_counted():
    world = await headquarters()
    made, _ = await settings(world).add("services", lambda _, name: a_service("Massage", id=name, staff=("omar",)))
    page = await world.page(AUDIT, "ada")
    assert "Service added · Massage" in page
    assert "Staff After: Omar" in page
    world.now += timedelta(minutes=1)
    await settings(world).change(
        "services", made.id, lambda _, one: one.model_copy(update={"staff": ("claire",)}), None
    )
    assert "Service changed · Massage" in await world.page(AUDIT, "ada")
    assert "Staff Before: Omar → After: Claire" in await world.page(AUDIT, "ada")
    world.now += timedelta(minutes=1)
    await settings(world).remove("staff", "desk", None)
    assert "Person removed · Desk" in await world.page(AUDIT, "ada")


async def test_a_message_that_is_about_no_appointment_is_named_in_place_of_one():
    world = await headquarters()
    for key, values in audit_row(world.now, "n1", "ada", "message put away", "messages/unconfirmed").items():
        await world.table.transact("bookings", "biz0clinic", [Operation("insert", key, values or {})])
    page = await world.page(AUDIT, "ada")
    assert "Undelivered message dismissed · Appointments to be confirmed" in page
    assert "messages/" not in page


@pytest.mark.parametrize(
    ("query", "actions"),
    [
        ("who=ada", ["Settings changed"]),
        ("who=customer", ["Appointment booked"]),
        ("kind=settings", ["Settings changed"]),
        ("kind=services", ["Service added"]),
        ("kind=customers", []),
        ("about=massage", ["Service added"]),
        ("kind=services&who=ada", []),
        ("from=2027-01-12", ["Service added"]),
        ("to=2027-01-10", ["Appointment booked"]),
        ("from=2027-01-11&to=2027-01-11", ["Settings changed"]),
        ("kind=nonsense", ["Service added", "Settings changed", "Appointment booked"]),
    ],
)
async def test_it_is_filtered_by_person_kind_subject_and_days(query, actions):
    world = await headquarters()
    world.now = MONDAY - timedelta(days=1, hours=-2)
    await noted(world, 1)
    world.now = MONDAY + timedelta(hours=15)  # still the 11th in Paris
    await world.changing().edit(lambda calendar: with_business(calendar, name="Surgery"), None)
    world.now += timedelta(hours=2)
    await settings(world).add("services", lambda _, name: a_service("Massage", id=name, staff=("omar",)))
    lines = await world.file("ada", f"{AUDIT}?{query}&format=csv")
    found = [line.split('","')[2] for line in lines[1:]]
    assert list(dict.fromkeys(found)) == actions


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=2027-13-01", "Enter a date such as 2026-11-30"),
        ("to=tomorrow", "Enter a date such as 2026-11-30"),
        ("from=2027-01-12&to=2027-01-11", "The last day is before the first"),
    ],
)
async def test_days_that_are_none_are_refused_at_their_field(query, said):
    world = await changed(name="Surgery")
    answer = await world.open("ada", f"{AUDIT}?{query}")
    assert answer.status == 422
    assert said in answer.body.decode()
    assert "Surgery" not in (await world.page(f"{AUDIT}?{query}", "ada")).partition("Download")[2]


async def older(world, page: str) -> str:
    body = (await world.open("ada", page)).body.decode()
    links = [part.partition('"')[0] for part in body.split('href="')[1:]]
    found = [
        one.replace("&amp;", "&")
        for one in links
        if "after=" in one and "format=" not in one and "lang=" not in one
    ]
    return found[0] if found else ""


async def test_pages_follow_each_other_to_the_first_entry_each_in_one_round_trip():
    world = await headquarters()
    await noted(world, 120)
    seen, page, pages = [], AUDIT, 0
    while page:
        lines = await world.file("ada", f"{page}{'&' if '?' in page else '?'}format=csv")
        seen += [line.split('","')[3] for line in lines[1:]]
        page, pages = await older(world, page), pages + 1
    assert pages == 3
    assert len(seen) == len(set(seen)) == 120


async def test_a_filter_looks_through_a_thousand_entries_and_goes_on_with_older_ones():
    world = await headquarters()
    await world.changing().edit(lambda calendar: with_business(calendar, name="Surgery"), None)
    world.now += timedelta(days=2)
    await noted(world, 1200)
    first = await world.page(f"{AUDIT}?kind=settings", "ada")
    assert "No match among the entries since" in first
    page = await older(world, f"{AUDIT}?kind=settings")
    assert "kind=settings" in page
    assert "Settings changed" in await world.page(page, "ada")


async def test_a_place_that_is_none_is_the_newest_page():
    world = await changed(name="Surgery")
    for after in ("../x", "%00", "x" * 500):
        assert "Surgery" in await world.page(f"{AUDIT}?after={after}", "ada")


async def test_the_organisations_audit_tells_its_settings_and_accounts():
    world = await headquarters()
    await world.name(is_on=False, creators=("@clinic.example",))
    page = await world.page("/audit")
    assert "Organisation changed" in page
    assert "Switched on Before: Yes → After: No" in page
    assert "Who may create calendars Before: empty → After: @clinic.example" in page
    assert "No entry matches" in await world.page("/audit?kind=accounts")


async def test_the_file_has_a_row_for_each_field():
    world = await changed(name="=Surgery", phone="123")
    lines = await world.file("ada", f"{AUDIT}?format=csv")
    assert lines[0] == '"When","Who","What","About","Setting","Before","After"'
    assert lines[1].endswith('"ada@clinic.example","Settings changed","","Name","Clinic","\'=Surgery"')
    assert lines[2].endswith('"Phone","empty","123"')


async def test_of_hundreds_of_changes_some_are_shown_and_the_others_counted():
    world = await headquarters()
    many = [FieldChange(f"services/{number}", "description", "", "y" * 190) for number in range(300)]
    row = audit_row(world.now, "1", "ada@clinic.example", "services sorted", "biz0clinic", many)
    for key, values in row.items():
        await world.table.transact("bookings", "biz0clinic", [Operation("insert", key, values or {})])
    page = await world.page(AUDIT, "ada")
    assert "Services sorted" in page
    more = re.search(r"and (\d+) more changes", page)
    assert more
    assert page.count("Description") + int(more[1]) == 300
