"""The list of all calendars: who has access to which, searched, filtered, paged, as a file, and restored."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.access.account import Profile
from shared.use_cases.calendars.change_business import BusinessChange
from shared.use_cases.context import Context
from shared.use_cases.organisation.accounts import create_account
from tests.functions.console.organisation.app import BASE, HEAD, another, headquarters, words_of
from tests.support.builders import SECRET, a_person


LIST = "/calendars"
ADMINISTRATOR = f"{BASE}/calendars/biz0bank/administrator"


async def test_each_calendar_is_listed_with_everybody_and_their_role():
    world = await headquarters()
    said = await world.page(LIST)
    assert "2 calendars" in said
    assert "Bank Not published No administrator" in said
    assert "Clinic Published" in said
    assert "Ada Administrator Desk Scheduler" in said
    assert "Claire Team member" in said


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("find=bank", "Bank", "Clinic Published"),
        ("find=OMAR", "Clinic", "Bank Not"),
        ("find=claire@clinic", "2 calendars", "No calendar matches"),
        ("find=nobody", "No calendar matches this search", "Clinic Published"),
        ("state=published", "Clinic", "Bank Not"),
        ("state=unpublished", "Bank", "Clinic Published"),
        ("state=unled", "Bank", "Clinic Published"),
        ("state=unled&find=clinic", "Bank", "Clinic Published"),
        ("state=deleted", "No calendar matches this search", "Clinic Published"),
        ("state=nonsense", "2 calendars", "No calendar matches"),
    ],
)
async def test_it_is_searched_by_calendar_and_person_and_filtered_by_state(query, there, absent):
    world = await headquarters()
    said = await world.page(f"{LIST}?{query}")
    assert there in said
    assert absent not in said


async def test_a_deleted_calendar_is_marked_and_leads_to_the_deleted_ones():
    world = await headquarters()
    await world.changing("biz0bank").delete(None)
    assert "Bank Deleted Restore it" in await world.page(f"{LIST}?state=deleted")
    assert "Bank" not in await world.page(f"{LIST}?state=unled")


async def test_the_file_has_exactly_what_was_searched():
    world = await headquarters()
    lines = await world.file(HEAD, f"{BASE}{LIST}?find=bank&format=csv")
    assert lines == [
        '"Calendar","Page address","State","Person","Email address","Role","Account"',
        '"Bank","bank","Not published","Claire2","claire@clinic.example","Scheduler","Active"',
    ]
    assert len(await world.file(HEAD, f"{BASE}{LIST}?format=csv")) == 1 + 1 + 6


async def test_no_name_in_the_file_becomes_a_formula():
    world = await headquarters()
    eva = a_person("eva", role="guest", email="").model_copy(update={"name": '=HYPERLINK("x")'})
    shop = another("shop", [eva])
    await world.save(replace(shop, business=shop.business.model_copy(update={"name": "+1"})))
    assert '"\'+1","shop","Published","\'=HYPERLINK(""x"")","","Guest","Active"' in await world.file(
        HEAD, f"{BASE}{LIST}?find=%2B1&format=csv"
    )


async def test_many_calendars_come_by_pages():
    world = await headquarters()
    for number in range(30):
        await world.save(another(f"shop{number:02d}", [a_person(f"p{number}")]))
    first, second = await world.page(LIST), await world.page(f"{LIST}?page=2")
    assert "Shop22" in first
    assert "Shop23" not in first
    assert "32 calendars" in second
    assert "Shop29" in second
    for page in ("0", "-1", "x", "99999999", "½"):
        assert (await world.open(HEAD, f"{BASE}{LIST}?page={page}")).status == 200


async def test_of_many_people_the_strongest_roles_are_named_and_those_who_were_searched_first():
    world = await headquarters()
    crowd = [a_person(f"p{number:03d}", role="guest") for number in range(100)]
    await world.save(another("shop", [*crowd, a_person("zoe", role="administrator")]))
    said = await world.page(f"{LIST}?find=shop")
    assert "Zoe Administrator P000 Guest" in said
    assert "93 more" in said
    assert "P077 Guest Zoe Administrator" in await world.page(f"{LIST}?find=p077")


async def test_opening_a_calendar_is_noted_there():
    world = await headquarters()
    assert 'href="/console/calendars/biz0bank"' in (await world.open(HEAD, f"{BASE}{LIST}")).body.decode()
    assert (await world.open(HEAD, "/console/calendars/biz0bank")).status == 200
    assert [one["action"] for one in await world.audit("biz0bank")] == ["looked at by the organisation"]


async def test_in_one_click_one_administers_a_calendar_that_nobody_does():
    world = await headquarters()
    page = (await world.open(HEAD, f"{BASE}{LIST}")).body.decode()
    path = "/console/calendars/biz0bank/staff/administrator"
    assert page.count(f'action="{path}"') == 1
    assert (await world.send_read(HEAD, path, page)).status == 303
    assert "No administrator" not in await world.page(LIST)


async def test_somebody_on_the_staff_becomes_administrator_by_their_address():
    world = await headquarters()
    answer = await world.send(HEAD, ADMINISTRATOR, email="Claire@clinic.example")
    assert answer.status == 303, words_of(answer)
    staff = (await world.store.calendars.find("bank")).staff
    assert {one.id: one.role for one in staff.values()} == {"claire2": "administrator"}
    told = (await world.audit("biz0bank"))[0]
    assert told["action"] == "administrator restored: role"
    assert told["changes"] == [["staff/claire2", "role", "scheduler", "administrator"]]


async def test_somebody_from_outside_is_added_and_cannot_be_booked():
    world = await headquarters()
    assert (await world.send(HEAD, ADMINISTRATOR, email="eva@bank.example", name="Eva")).status == 303
    (eva,) = [one for one in (await world.store.calendars.find("bank")).staff.values() if one.name == "Eva"]
    assert (eva.role, eva.is_bookable, eva.is_listed) == ("administrator", False, False)


async def test_who_cannot_be_administrator_is_said_at_the_field():
    world = await headquarters()
    off = Profile(user_name="eva@bank.example", active=False)
    await create_account(off, context=Context(world.store, SECRET, world.now))
    for email, said in (
        ("eva", "Enter an email address"),
        ("eva@bank.example", "account of this person is disabled"),
    ):
        answer = await world.send(HEAD, ADMINISTRATOR, email=email)
        assert answer.status == 422
        assert said in words_of(answer)


class TestDeleted:
    async def world(self):
        world = await headquarters()
        await world.changing(actor="ada@clinic.example").delete(None)
        world.now += timedelta(days=3, hours=1)
        return world

    async def test_each_says_who_deleted_it_and_how_long_it_is_kept(self):
        world = await self.world()
        said = await world.page("/console/deleted")
        assert "Clinic Deleted on Monday, January 11, 2027 by ada@clinic.example 26 days left" in said

    async def test_its_administrators_restore_it(self):
        world = await self.world()
        assert 'href="/console/deleted"' in (await world.open("ada", "/console")).body.decode()
        assert "26 days left" in await world.page("/console/deleted", "ada")
        page = (await world.open("ada", "/console/deleted")).body.decode()
        assert (await world.send_read("ada", "/console/deleted/biz0clinic", page)).status == 303
        assert (await world.open("ada", "/console/calendars/biz0clinic")).status == 200
        assert "No deleted calendar can be restored" in await world.page("/console/deleted", "ada")

    async def test_nobody_else_sees_or_restores_it(self):
        world = await self.world()
        for who, status in (("desk", 403), ("stranger", 404)):
            assert "Clinic" not in (await world.page("/console/deleted", who)).partition("Deleted calendars")[2]
            page = (await world.open(who, "/console/deleted")).body.decode()
            assert (await world.send_read(who, "/console/deleted/biz0clinic", page)).status == status

    async def test_after_30_days_it_is_gone(self):
        world = await self.world()
        world.now += timedelta(days=26)
        assert "Less than a day left" in await world.page("/console/deleted")
        world.now += timedelta(days=2)
        assert "No deleted calendar can be restored" in await world.page("/console/deleted")
        page = (await world.open(HEAD, "/console/deleted")).body.decode()
        assert (await world.send_read(HEAD, "/console/deleted/biz0clinic", page)).status == 404

    async def test_who_deleted_it_is_found_behind_later_entries(self):
        world = await self.world()
        change = world.changing(actor="root")
        await BusinessChange(change.business, change.author, "", Context(world.store, SECRET, world.now)).restore(
            None
        )
        world.now += timedelta(minutes=1)
        await world.changing(actor="head@organisation.example").delete(None)
        assert "by head@organisation.example" in await world.page("/console/deleted")
