"""The organisation over the Graph API: its settings, the directory, deleted calendars, and templates."""

import csv
from datetime import timedelta
from io import StringIO

import pytest

from shared.domain.access.organisation import Organisation
from shared.domain.access.permissions import Caller
from shared.domain.calendar.starter_templates import TEMPLATES
from shared.use_cases.maintenance.sweep import sweep
from tests.functions.graph.app import ADA, GUS, OUTSIDER, ROOT, SAM, TIM, VAL, GraphWorld, staffed_clinic
from tests.support.builders import MONDAY
from tests.support.edge import ORGANISATION_ADMINISTRATOR, World, closed
from tests.support.fakes import MemoryTable


ORGANIZATION = "/v1.0/solutions/bookingOrganization"
DIRECTORY, DELETED = f"{ORGANIZATION}/directory", f"{ORGANIZATION}/deleted"


@pytest.fixture
def head(graph: GraphWorld) -> GraphWorld:
    return graph.by_organisation()


async def test_everybody_may_use_the_product_and_only_its_administrators_create_calendars_at_first(head):
    found = await head.get(ORGANIZATION)
    assert {name: found[name] for name in ("isOn", "users", "creators")} == {
        "isOn": True,
        "users": ["*"],
        "creators": [],
    }


async def test_what_is_turned_off_is_off_for_all_but_the_organisations_administrators(graph, head):
    await head.patch(ORGANIZATION, {"isOn": False}, status=200)
    assert (await graph.refused("GET", ""))[1]["code"] == "Forbidden"
    assert (await graph.by_application().refused("GET", ""))[0] == 403
    assert (await head.get(""))["displayName"] == "Clinic"
    await head.patch(ORGANIZATION, {"isOn": True, "users": ["@elsewhere.example"]}, status=200)
    assert (await graph.by_application().refused("GET", ""))[0] == 403
    await head.patch(ORGANIZATION, {"users": ["*"]}, status=200)
    assert (await graph.get(""))["displayName"] == "Clinic"


async def test_an_older_state_of_the_settings_is_not_changed(head):
    tag = (await head.get(ORGANIZATION))["@odata.etag"]
    changed = await head.patch(ORGANIZATION, {"creators": ["@clinic.example"]}, status=200, if_match=tag)
    assert (await head.refused("PATCH", ORGANIZATION, {"creators": []}, if_match=tag))[0] == 412
    await head.patch(ORGANIZATION, {"creators": []}, status=200, if_match=changed["@odata.etag"])


async def test_limiting_the_product_locks_nobody_out_of_the_calendars_on_whose_staff_they_are(graph, head):
    await head.patch(ORGANIZATION, {"users": ["group:managers"]}, status=200)
    for email in (ADA, SAM, TIM, VAL):
        person = graph.by(email)
        assert (await person.get(""))["displayName"] == "Clinic"
        assert [one["displayName"] for one in await person.listed(ROOT)] == ["Clinic"]
    for email in (OUTSIDER, GUS):
        assert (await graph.by(email).refused("GET", ROOT))[0] == 403
    assert (await graph.by(OUTSIDER).refused("GET", ""))[1]["code"] == "ErrorItemNotFound"
    assert (await graph.by_application().refused("GET", ""))[0] == 403
    await head.patch(ORGANIZATION, {"isOn": False}, status=200)
    assert (await graph.by(SAM).refused("GET", ""))[0] == 403


async def test_those_who_are_named_create_calendars_with_a_token_that_reaches_so_far(graph, head):
    await head.patch(ORGANIZATION, {"creators": ["@elsewhere.example"]}, status=200)
    made = await graph.by(OUTSIDER).post(ROOT, {"displayName": "Mine"})
    assert (await graph.by(OUTSIDER).get(f"{ROOT}/{made['id']}"))["displayName"] == "Mine"
    assert (await graph.by(OUTSIDER, "Bookings.Read.All").refused("POST", ROOT, {"displayName": "X"}))[0] == 403
    assert (await graph.refused("POST", ROOT, {"displayName": "X"}))[0] == 403
    assert (await graph.by_application().refused("POST", ROOT, {"displayName": "X"}))[0] == 403


@pytest.mark.parametrize(
    ("document", "target"),
    [
        ({"isOn": None}, "/isOn"),
        ({"users": "x"}, "/users"),
        ({"x": 1}, "/x"),
        ({"creators": ["x" * 300]}, "/creators/0"),
    ],
)
async def test_what_cannot_be_is_refused_by_the_name_of_the_field(head, document, target):
    status, error = await head.refused("PATCH", ORGANIZATION, document)
    assert (status, error["details"][0]["target"]) == (400, target)


@pytest.mark.parametrize("path", [ORGANIZATION, DELETED, DIRECTORY])
async def test_only_the_organisations_administrators_see_it(graph, path):
    for other in (graph, graph.by(OUTSIDER)):
        assert (await other.refused("GET", path))[0] == 403
    assert (await graph.refused("PATCH", ORGANIZATION, {"isOn": False}))[0] == 403
    assert (await graph.by_nobody().refused("GET", path))[0] == 401


def test_names_are_addresses_domains_subjects_or_everybody():
    ada, nobody = Caller("s1", "Ada@Clinic.example"), Caller("s2")
    for names, expected in (
        (("ada@clinic.example",), True),
        (("@clinic.example",), True),
        (("s1",), True),
        (("*",), True),
        (("@other.example", "S1", "@"), False),
        ((), False),
    ):
        assert Organisation(users=names).may_use(ada) is expected
    assert not Organisation(users=("@",)).may_use(nobody)
    assert not Organisation(creators=("*",)).may_create(Caller("a", is_application=True))


async def test_the_organisation_names_administrators_of_its_own(graph, head):
    named = {"administrators": ["tim@clinic.example"], "creators": ["group:heads"]}
    changed = await head.patch(ORGANIZATION, named, status=200)
    assert {name: changed[name] for name in named} == named
    assert (await graph.by("tim@clinic.example").get(ORGANIZATION))["isOn"]


async def test_the_directory_holds_every_calendar_with_everyone_who_has_access(graph, head):
    calendars = {one["id"]: one for one in await head.listed(DIRECTORY)}
    clinic = calendars["biz0clinic@example.org"]
    people = {
        one["emailAddress"]: (one["person"], one["role"], one["membershipStatus"]) for one in clinic["access"]
    }
    assert people[ADA] == ("Ada", "administrator", "active")
    assert people["tim@clinic.example"] == ("Tim", "teamMember", "active")
    assert len(people) == 8
    assert await graph.by_application().listed(DIRECTORY) == list(calendars.values())


async def test_the_directory_is_exported_without_formulas(graph, head):
    await graph.post("staffMembers", {"displayName": "=cmd()", "emailAddress": "x@x.example", "role": "viewer"})
    answer = await head.call("GET", f"{DIRECTORY}?format=csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="calendars.csv"'
    rows = list(csv.DictReader(StringIO(answer.body.decode())))
    assert {row["emailAddress"]: row["role"] for row in rows}[ADA] == "administrator"
    assert "'=cmd()" in {row["person"] for row in rows}
    assert (await head.refused("GET", f"{DIRECTORY}?format=pdf"))[0] == 400


async def test_deleted_calendars_are_listed_for_as_long_as_they_can_be_restored(graph, head):
    assert await head.listed(DELETED) == []
    await graph.delete("")
    (one,) = await head.listed(DELETED)
    assert (one["id"], one["displayName"]) == ("biz0clinic@example.org", "Clinic")
    assert (one["deletedDateTime"], one["restorableUntil"]) == ("2027-01-11T07:00:00Z", "2027-02-10T07:00:00Z")
    assert "biz0clinic@example.org" not in {each["id"] for each in await head.listed(DIRECTORY)}
    graph.world.now += timedelta(days=31)
    assert await head.listed(DELETED) == []


class Clock:
    def __init__(self):
        self.now = MONDAY

    def __call__(self):
        return self.now


async def test_a_calendar_is_purged_when_it_can_no_longer_be_restored_and_its_address_is_free():
    clock = Clock()
    world = World(MemoryTable(clock))
    await world.save(staffed_clinic())
    await world.save(closed())
    graph = GraphWorld(world, world.tokens.of(ADA))
    for hour in range(4):
        await world.token(start=MONDAY + timedelta(days=1, hours=2 + hour))
    for slug in ("practice", "clinic", "surgery"):
        await graph.post("rename", {"displayName": "Clinic", "slug": slug}, status=200)
    await graph.delete("")
    clock.now += timedelta(days=29)
    await sweep(store=world.store)
    assert world.table.rows("bookings", "biz0clinic")
    clock.now += timedelta(days=2)
    await sweep(store=world.store)
    assert world.table.rows("bookings", "biz0clinic") == []
    for slug in ("clinic", "practice", "surgery"):
        assert world.table.rows("slugs", slug) == []
    assert [row.key for row in world.table.rows("org", "calendars")] == ["biz0closed"]
    assert world.table.rows("bookings", "biz0closed")
    await sweep(store=world.store)


async def test_the_sweep_mends_a_list_that_fell_behind(graph):
    table = graph.world.table
    before = {row.key: row.values for row in table.rows("org", "calendars")}
    for partition in [partition for name, partition in table._rows if name == "members"]:
        table._rows[("members", partition)].clear()
    for row in table.rows("org", "calendars"):
        table._rows[("org", "calendars")][row.key] = type(row)(row.key, {"slug": "old"}, row.etag, row.written)
    assert await graph.listed(ROOT) == []
    await sweep(store=graph.world.store)
    assert {row.key: row.values for row in table.rows("org", "calendars")} == before
    assert [one["displayName"] for one in await graph.listed(ROOT)] == ["Clinic"]


async def test_a_deleted_calendars_letters_wait_and_those_of_others_go_out(graph):
    world = graph.world
    await world.save(closed(page=staffed_clinic().business.page))
    await world.token()
    other = await world.call(
        "POST",
        "/api/closed/appointments",
        {
            "service": "consultation",
            "start": (MONDAY + timedelta(days=1, hours=2)).isoformat(),
            "customer": {"name": "Bob", "email": "bob@example.com"},
        },
        idempotency_key="another-key-0000001",
    )
    assert other.status == 201
    await graph.delete("")

    await world.drain()
    assert world.postman.kinds("ana@example.com") == []
    assert world.postman.kinds("bob@example.com") == ["confirmation"]
    await graph.post("restore", status=200)
    for _ in range(3):
        await world.drain()
    assert world.postman.kinds("ana@example.com") == ["confirmation"]


@pytest.mark.parametrize("kind", TEMPLATES)
async def test_a_calendar_may_begin_with_what_its_kind_of_business_needs(graph, head, kind):
    made = await head.post(ROOT, {"displayName": "New", "template": kind, "languageTag": "fr", "phone": "123456"})
    services = await head.listed(f"{ROOT}/{made['id']}/services")
    questions = await head.listed(f"{ROOT}/{made['id']}/customQuestions")
    assert len(services) == len(TEMPLATES[kind].offers)
    asked = {one["id"] for one in questions}
    assert all({each["questionId"] for each in one["customQuestions"]} == asked for one in services)
    assert {one["displayName"] for one in questions}.isdisjoint(one.text for one in TEMPLATES[kind].questions)
    assert made["phone"] == "123456"
    calendar = await graph.world.store.calendars.reload(made["id"].partition("@")[0])
    assert (calendar.business.business_type, calendar.business.hours) == (kind, TEMPLATES[kind].hours)
    assert calendar.business.policy.time_slot_interval == timedelta(minutes=TEMPLATES[kind].increment)


async def test_templates_are_listed_in_the_language_that_is_asked_for_and_others_are_refused(head):
    listed = await head.listed("/v1.0/solutions/bookingTemplates", accept_language="ru,en")
    assert {one["id"] for one in listed} == set(TEMPLATES)
    assert {one["question"] for one in listed}.isdisjoint(one.questions[0].text for one in TEMPLATES.values())
    status, error = await head.refused("POST", ROOT, {"displayName": "New", "template": "circus"})
    assert (status, error["details"][0]["target"]) == (400, "/template")


async def test_what_the_organisation_changes_is_told_in_its_audit(graph, head):
    await head.patch(ORGANIZATION, {"creators": ["*"]}, status=200)
    await head.patch(ORGANIZATION, {"isOn": True, "creators": ["*"]}, status=200)  # which changes nothing
    graph.world.now += timedelta(seconds=1)
    await head.patch(ORGANIZATION, {"creators": [], "users": ["@clinic.example"]}, status=200)
    told = await head.listed(f"{ORGANIZATION}/auditLog")
    assert [one["action"] for one in told] == [
        "organisation changed: users, creators",
        "organisation changed: creators",
    ]
    assert {one["actor"] for one in told} == {ORGANISATION_ADMINISTRATOR}
    assert await head.listed(f"{ORGANIZATION}/auditLog?$top=1") == told[:1]
