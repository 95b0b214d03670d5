"""The report by mail is sent once for each period, to whom reads it then, and no longer to who left."""

from datetime import datetime, timedelta

import pytest

from shared.delivery.mail.message import compose
from shared.delivery.mail.sender import Sender
from shared.domain.calendar.business import Business
from shared.domain.errors import NotFound
from shared.domain.reports.report_mail import OrganisationReportMail, ReportMail
from shared.domain.visits.fact import VisitFact
from shared.records.codec import dump
from shared.records.keys import work_key
from shared.records.reports.facts import fact_key
from shared.records.table import Operation
from shared.use_cases.calendars.change_calendar import change_calendar, with_business
from shared.use_cases.calendars.copy_calendar import Copying, copied
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from shared.use_cases.customers.find_customers import read_all
from shared.use_cases.messages.find_undelivered import list_undelivered
from shared.use_cases.organisation.remove_person import remove_person
from shared.use_cases.organisation.settings import change_organisation, find_organisation
from shared.use_cases.personal_data.erase_customer import Erasing
from shared.use_cases.personal_data.export.staff import export_staff
from shared.use_cases.reports.leave_report import find_report_reader, leave_report
from shared.use_cases.reports.report_mail import FILED, file_report_of_all
from tests.support.builders import MONDAY, SECRET, a_business, a_calendar, a_key, a_person
from tests.support.clinic import World
from tests.support.fakes import MemoryTable
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import history


ADA, BOB, EVE = "ada@example.org", "bob@example.org", "eve@example.org"
SEVEN = MONDAY + timedelta(days=6, hours=23)  # the Monday after, 07:00 in Paris
WEEKLY = ReportMail(every="week", readers=(ADA, BOB), since=MONDAY)
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
NOTED = ("org", "reports", FILED)
CARRIED = ("bookings", "biz0aaa", work_key(SEVEN, "report-of-all", "20270118week"))


async def a_world(mail: ReportMail = WEEKLY, table: MemoryTable | None = None) -> World:
    """A calendar with a visit on its Wednesday, an hour and a half before the report is due."""
    staff = [a_person(), a_person("ada", email="Ada@Example.org", language="fr")]
    world = await World.opened(a_calendar(a_business(report_mail=mail), staff=staff), table)
    start = MONDAY + timedelta(days=2)
    fact = VisitFact(
        meeting="m1", start=start, status="completed", duration=HOUR / 3, wait=HOUR / 30, service="video"
    )
    await world.table.transact("facts", world.business, [Operation("upsert", fact_key(start, "m1"), dump(fact))])
    await world.wait_until(SEVEN - 1.5 * HOUR)
    return world


async def hours(world: World, number: int) -> None:
    """Let sweep and timer run for so many hours."""
    for _ in range(number):
        await world.sweep()
        await world.tick()
        await world.wait_until(world.now + HOUR)
        await world.tick()


def told(world: World) -> list[tuple[str, str]]:
    return [(one.to, f"{one.report.due.day:%m-%d}") for one in world.postman.letters]


@virtually
async def test_it_is_sent_at_seven_and_not_again():
    world = await a_world()
    await world.sweep()
    await world.beside().sweep()
    await world.tick()
    await world.wait_until(SEVEN - timedelta(seconds=1))
    await world.tick()
    assert told(world) == []
    await world.wait_until(SEVEN)
    await world.tick()
    assert told(world) == [], "who reads it is found first"
    await world.tick()
    assert told(world) == [(ADA, "01-18"), (BOB, "01-18")]
    for _ in range(2):
        await hours(world, 2)
        await world.wait_until(world.now + 73 * HOUR)
    assert len(told(world)) == 2, "also once the decision is forgotten"
    known, unknown = world.postman.letters
    assert (known.language, unknown.language) == ("fr", "en")
    assert (known.report.now.visits, known.report.now.completed, known.report.then.visits) == (1, 1, 0)


@virtually
async def test_after_weeks_without_a_timer_only_the_latest_is_sent():
    world = await a_world()
    await world.sweep()  # files the first, which nothing sends
    await world.wait_until(SEVEN + 3 * WEEK + 5 * HOUR)
    await hours(world, 3)
    assert told(world) == [(ADA, "02-08"), (BOB, "02-08")]


@virtually
async def test_who_reads_it_and_whether_it_is_sent_counts_as_it_is_then():
    world = await a_world()
    await world.sweep()
    await world.change_business(report_mail=WEEKLY.without(ADA))
    await hours(world, 3)
    assert told(world) == [(BOB, "01-18")]
    await world.wait_until(SEVEN + WEEK - HOUR / 2)
    await world.sweep()
    await world.change_business(report_mail=ReportMail(readers=(BOB,)))
    await hours(world, 3)
    assert len(told(world)) == 1


@virtually
async def test_who_is_named_or_removed_after_it_was_filed_counts():
    world = await a_world()
    await world.sweep()
    await world.wait_until(SEVEN - timedelta(minutes=1))
    await world.change_business(report_mail=WEEKLY.model_copy(update={"readers": (BOB, EVE)}))
    await hours(world, 3)
    assert told(world) == [(BOB, "01-18"), (EVE, "01-18")]


@virtually
async def test_that_of_all_goes_to_who_is_named_by_then():
    world = await an_organisation()
    await world.sweep()
    await world.wait_until(SEVEN - timedelta(minutes=1))
    await set_of_all(world, OF_ALL.model_copy(update={"readers": (BOB, EVE)}))
    await hours(world, 3)
    assert told(world) == [(BOB, "01-18"), (EVE, "01-18")]


@virtually
async def test_nothing_is_sent_while_reports_are_off_nor_later():
    async def turn(*, is_on: bool) -> None:
        await change_organisation(
            lambda one: one.model_copy(update={"has_analytics": is_on}),
            actor="head",
            number=a_key()[:12],
            store=world.store,
            now=world.now,
        )

    world = await a_world()
    await world.sweep()
    await turn(is_on=False)
    await hours(world, 2)
    await world.wait_until(SEVEN + WEEK - HOUR / 2)
    await hours(world, 2)
    await turn(is_on=True)
    await hours(world, 2)
    assert told(world) == []
    await world.wait_until(SEVEN + 2 * WEEK - HOUR / 2)
    await hours(world, 2)
    assert told(world) == [(ADA, "02-01"), (BOB, "02-01")]


@virtually
async def test_a_reader_leaves_by_their_link_as_often_as_they_are_named():
    world = await a_world()
    await hours(world, 3)
    token = next(one.leave_token for one in world.postman.to(ADA))
    at = Context(world.store, SECRET, world.now)
    assert (await find_report_reader(token, context=at)).email == ADA
    for _ in range(2):
        await leave_report(token, context=at)
        await leave_report(token, context=at)
        gone = await find_report_reader(token, context=at)
        assert (gone.email, gone.calendar.business.report_mail.readers) == ("", (BOB,))
        await world.change_business(report_mail=WEEKLY)
    with pytest.raises(NotFound):
        await leave_report(f"{token}x", context=at)
    with pytest.raises(NotFound):
        await find_report_reader(token, context=Context(world.store, SECRET, world.now + timedelta(days=401)))


OF_ALL = OrganisationReportMail(
    every="week", readers=(ADA, BOB), since=MONDAY, time_zone="Europe/Paris", language="fr"
)


async def an_organisation(mail: OrganisationReportMail = OF_ALL, table: MemoryTable | None = None) -> World:
    """Two calendars, of which one has a visit, an hour and a half before the report of all is due."""
    world = await a_world(ReportMail(), table)
    await set_of_all(world, mail)
    other = a_calendar(a_business(id="biz0aaa", slug="aaa", name="Carrier", email="carrier@example.org"))
    await world.beside(other).save(other)
    return world


async def set_of_all(world: World, mail: OrganisationReportMail) -> None:
    await change_organisation(
        lambda one: one.model_copy(update={"report_mail": mail}),
        actor="head",
        number=a_key()[:12],
        store=world.store,
        now=world.now,
    )


@virtually
async def test_that_of_all_calendars_is_sent_once_and_says_nothing_of_the_one_that_carries_it():
    world = await an_organisation()
    for _ in range(2):
        await hours(world, 3)
        await world.wait_until(world.now + 73 * HOUR)
    assert told(world) == [(ADA, "01-18"), (BOB, "01-18")]
    letter = world.postman.letters[0]
    assert (letter.language, letter.report.now.visits, letter.report.then.visits) == ("fr", 1, 0)
    mail = compose(letter, Sender("a@b.example", "https://a.example", "a.example"), world.now)
    text = mail.get_body(("plain",)).get_content()
    assert mail["Subject"] == "Rapport : Tous les agendas · 11–17 janv. 2027"
    assert "https://a.example/console/reports?days=days&from=2027-01-11&to=2027-01-17" in text
    assert "carrier" not in mail.as_string().lower()
    assert mail["Reply-To"] is None
    assert "/report-mail/" in mail["List-Unsubscribe"]


@virtually
async def test_that_of_all_is_not_sent_again_once_the_calendar_that_carried_it_is_gone():
    world = await an_organisation()
    await hours(world, 3)
    organisation = await find_organisation(store=world.store, within=0)
    assert not await file_report_of_all(organisation, [world.business], store=world.store, now=world.now)
    await world.tick()
    assert len(told(world)) == 2


@virtually
async def test_that_of_all_goes_to_another_calendar_if_the_one_that_carries_it_is_deleted_before():
    world = await an_organisation()
    await world.sweep()
    about = Context(world.store, SECRET, world.now)
    await set_deleted("biz0aaa", about, world.now)
    await hours(world, 3)
    assert told(world) == [(ADA, "01-18"), (BOB, "01-18")]
    await set_deleted("biz0aaa", about, None)
    await hours(world, 3)
    assert len(told(world)) == 2, "nor again once it is restored"


@virtually
async def test_that_of_all_is_sent_once_however_its_carriers_go_and_come_back():
    for crash in (False, True):
        world = await an_organisation()
        about = Context(world.store, SECRET, world.now)
        await world.sweep()
        known = [await world.table.get(*one) for one in (NOTED, CARRIED)]
        await set_deleted("biz0aaa", about, world.now)
        await world.sweep()
        if crash:  # after the entry was filed elsewhere, before that was noted
            for (table, partition, key), row in zip((NOTED, CARRIED), known, strict=True):
                await world.table.transact(table, partition, [Operation("upsert", key, row.values)])
        await set_deleted("biz0aaa", about, None)
        await set_deleted(world.business, about, world.now)
        await hours(world, 3)
        await set_deleted(world.business, about, None)
        await hours(world, 3)
        assert told(world) == [(ADA, "01-18"), (BOB, "01-18")], crash


@virtually
async def test_that_of_all_goes_on_elsewhere_to_whom_it_was_not_sent():
    world = await an_organisation()
    await world.sweep()
    await world.wait_until(SEVEN)
    await world.tick()
    world.postman.is_away = True
    await world.tick()
    about = Context(world.store, SECRET, world.now)
    await set_deleted("biz0aaa", about, world.now)
    world.postman.is_away = False
    await hours(world, 3)
    assert told(world) == [(ADA, "01-18"), (BOB, "01-18")]


async def set_deleted(business: str, at: Context, moment: datetime | None) -> None:
    await change_other(business, at, deleted_at=moment)


async def change_other(business: str, at: Context, **changes) -> None:
    author = Author("boss", a_key())
    await change_calendar(
        name_change(SECRET, business, "changed", author, ""),
        lambda one: with_business(one, **changes),
        action="changed",
        subject="",
        author=author,
        store=at.store,
        now=at.now,
        reaches_deleted=True,
    )


class CountedFacts(MemoryTable):
    """Counts how often visits are read."""

    facts = 0

    async def range(self, table, *bounds, **options):
        self.facts += table == "facts"
        return await super().range(table, *bounds, **options)


@virtually
async def count_reads(opened, mail, readers, counted: list[int]) -> None:
    """Add how often visits are read for a report that so many read, beside what the sweep packs."""
    table, reads = CountedFacts(), 0
    world = await opened(mail.model_copy(update={"readers": readers}), table)
    for _ in range(3):
        await world.sweep()
        await world.wait_until(world.now + HOUR)
        table.facts = 0
        await world.tick()
        reads += table.facts
    assert len(told(world)) == len(readers)
    counted.append(reads)


@pytest.mark.parametrize(("opened", "mail"), [(a_world, WEEKLY), (an_organisation, OF_ALL)])
def test_it_is_computed_once_however_many_read_it(opened, mail):
    counted: list[int] = []
    for readers in ((ADA,), (ADA, BOB)):
        count_reads(opened, mail, readers, counted)
    assert counted[0] == counted[1] > 0


@virtually
async def test_a_reader_leaves_that_of_all_and_is_in_it_again_once_named():
    world = await an_organisation()
    await hours(world, 3)
    token = next(one.leave_token for one in world.postman.to(ADA))
    for _ in range(2):
        at = Context(world.store, SECRET, world.now)
        assert (await find_report_reader(token, context=at)).email == ADA
        await leave_report(token, context=at)
        await leave_report(token, context=at)
        gone = await find_report_reader(token, context=at)
        assert (gone.email, gone.calendar) == ("", None)
        assert (await find_organisation(store=world.store, within=0)).report_mail.readers == (BOB,)
        await set_of_all(world, OF_ALL)


@virtually
async def test_that_of_all_is_not_sent_while_reports_are_off_or_without_calendars():
    world = await an_organisation(OrganisationReportMail(readers=(ADA,)))
    await hours(world, 3)
    assert told(world) == []
    organisation = (await find_organisation(store=world.store, within=0)).model_copy(
        update={"report_mail": OF_ALL}
    )
    assert not await file_report_of_all(organisation, [], store=world.store, now=world.now)


@virtually
async def test_an_address_that_is_refused_is_shown_to_staff():
    world = await a_world()
    world.postman.refused = {BOB}
    await hours(world, 3)
    (one,) = await list_undelivered(world.business, 5, store=world.store, now=world.now)
    assert (one.recipient.kind, one.entry.kind, BOB in str(one.entry)) == ("reader", "report", False)


@virtually
async def test_a_copy_is_mailed_to_no_one_and_an_export_says_who_reads_it():
    world = await a_world()
    assert copied(world.calendar, Copying("Copy"), "biz0copy", "copy").business.report_mail == ReportMail()
    await set_of_all(world, OF_ALL)
    for person, is_reader in (("ada", True), ("claire", False)):
        entry = world.calendar.staff[person]
        found = await export_staff(entry, calendar=world.calendar, store=world.store, now=world.now)
        assert found["reportByMail"] is found["organisationReportByMail"] is is_reader


@virtually
async def test_who_is_removed_from_the_staff_reads_no_reports_any_more():
    world = await a_world()
    both = OrganisationReportMail(every="week", readers=(ADA, BOB), since=MONDAY)
    about = {"actor": "boss", "number": a_key()[-12:], "store": world.store, "now": world.now}
    await change_organisation(lambda one: one.model_copy(update={"report_mail": both}), **about)
    await remove_person("ADA@example.org", author=Author("boss", a_key()), context=world.args()["context"])
    calendar = await world.store.calendars.reload(world.business)
    assert calendar.business.report_mail.readers == (BOB,)
    assert (await find_organisation(store=world.store, within=0)).report_mail.readers == (BOB,)


@virtually
async def test_who_is_removed_reads_no_reports_of_calendars_on_whose_staff_they_never_were():
    world = await an_organisation()
    await change_other("biz0aaa", Context(world.store, SECRET, world.now), report_mail=WEEKLY)
    about = {"actor": "boss", "number": a_key()[-12:], "store": world.store, "now": world.now}
    named = ("Ada@Example.org", f"{ADA} = biz0aaa", f"{BOB} = biz0aaa", "@example.org")
    await change_organisation(lambda one: one.model_copy(update={"report_readers": named}), **about)
    await remove_person(ADA, author=Author("boss", a_key()), context=world.args()["context"])
    assert (await world.store.calendars.reload("biz0aaa")).business.report_mail.readers == (BOB,)
    organisation = await find_organisation(store=world.store, within=0)
    assert organisation.report_readers == named[2:]
    assert organisation.report_mail.readers == (BOB,)


@virtually
async def test_an_erased_customer_reads_no_reports_any_more_and_is_named_nowhere():
    world = await a_world()
    changed = await erased(world, BOB)
    assert changed.report_mail.readers == (ADA,)
    assert changed.changed_at == world.now
    assert not [key for key, row in world.rows("").items() if BOB in str(row.values)]
    assert "calendar changed: report_mail" in history(world)


@virtually
async def test_a_colleague_who_is_erased_as_a_customer_goes_on_reading_the_reports():
    world = await a_world()
    assert (await erased(world, "ADA@example.org")).report_mail.readers == (ADA, BOB)
    assert history(world)[-1] == "customer erased"


async def erased(world: World, email: str) -> Business:
    """Let somebody book, and have them erased long afterwards; return the settings then."""
    await world.book(SEVEN + 27 * HOUR, email=email)
    await world.wait_until(SEVEN + 10 * WEEK)
    (customer,) = await read_all(business=world.business, store=world.store)
    await Erasing(world.business, Author("boss", a_key()), world.args()["context"]).erase(customer.id)
    return (await world.store.calendars.reload(world.business)).business
