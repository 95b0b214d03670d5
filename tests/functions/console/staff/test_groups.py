"""Groups of the staff at the console: added, renamed, filled, deleted, what is refused, and what they filter."""

import re

import pytest

from shared.domain.calendar.staff_groups import MOST_GROUPS, StaffGroup
from tests.functions.console.settings.desk import business, changed
from tests.functions.console.staff.office import BOSS, STAFF, Office, an_office, fill, press


GROUPS = f"{STAFF}/groups"
CALENDAR = "/console/calendars/biz0clinic/calendar"
UP = StaffGroup(id="up", name="Upstairs", members=("claire",))


@pytest.fixture
async def office() -> Office:
    return await an_office()


async def groups(office: Office) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.name, one.members) for one in (await business(office)).staff_groups]


async def columns(office: Office, query: str, who: str = "desk") -> list[str]:
    page = (await office.open(who, f"{CALENDAR}?{query}")).body.decode()
    return re.findall(r'<h2 id="col-\d+"><a[^>]*>([^<]+)</a>', page)


async def test_a_group_is_added_renamed_filled_and_deleted(office):
    assert "No groups yet" in await office.page(GROUPS)
    answer = await office.send(BOSS, f"{GROUPS}/new", name="Upstairs", members=["claire", "omar"])
    assert answer.headers["Location"] == f"{GROUPS}?news=added"
    assert await groups(office) == [("Upstairs", ("claire", "omar"))]
    assert "Claire, Omar" in await office.page(GROUPS)
    path = f"{GROUPS}/group/{(await business(office)).staff_groups[0].id}"
    await office.send(BOSS, path, name="Ground floor", members=["omar"])
    assert await groups(office) == [("Ground floor", ("omar",))]
    await office.send(BOSS, GROUPS, remove=path.rpartition("/")[2])
    assert await groups(office) == []
    assert (await office.open(BOSS, path)).status == 404


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(office):
    await changed(office, staff_groups=(UP,))
    for name, text in (
        ("", "Fill this in"),
        ("x" * 61, "too long"),
        (" upstairs ", "Another group has this name"),
    ):
        answer = await office.send(BOSS, f"{GROUPS}/new", name=name, members=["omar"])
        assert answer.status == 422
        page = answer.body.decode()
        assert text in page
        assert re.search(r'value="omar" checked', page)
    await changed(office, staff_groups=tuple(StaffGroup(id=str(n), name=f"{n}") for n in range(MOST_GROUPS)))
    assert "Add a group" not in await office.page(GROUPS)
    full = await office.send(BOSS, f"{GROUPS}/new", name="One more")
    assert (full.status, "At most 50 groups" in full.body.decode()) == (422, True)


async def test_two_who_rename_a_group_see_both_names(office):
    await changed(office, staff_groups=(UP,))
    path = f"{GROUPS}/group/up"
    old = await office.open(BOSS, path)
    await fill(office, path, name="First floor")
    marks = re.search(r'name="marks" value="([^"]*)"', old.body.decode())[1]
    answer = await office.send(BOSS, path, name="Above", marks=marks)
    assert answer.status == 412
    assert "First floor" in answer.body.decode()


async def test_somebody_removed_from_the_staff_leaves_their_groups(office):
    await changed(office, staff_groups=(UP.model_copy(update={"members": ("claire", "omar")}),))
    person = f"{STAFF}/person/claire/handover"
    answer = await fill(office, person, way="keep")
    assert answer.status == 303, answer.body.decode()
    assert await groups(office) == [("Upstairs", ("omar",))]


async def test_the_calendar_the_staff_and_the_search_are_limited_to_a_group(office):
    assert 'name="team"' not in (await office.open("desk", CALENDAR)).body.decode()
    await changed(office, staff_groups=(UP, StaffGroup(id="none", name="Nobody yet")))
    assert await columns(office, "team=up") == ["Claire"]
    assert await columns(office, "name=upst") == ["Claire"]
    assert "Omar" in await columns(office, "team=deleted")
    for view in ("day", "week", "month", "agenda"):
        page = (await office.open("desk", f"{CALENDAR}?view={view}&team=up")).body.decode()
        assert '<option value="up" lang="en" selected>Upstairs' in page or 'value="up" selected>' in page
        assert ("Omar" in page.partition('id="shown"')[2]) is False
        assert "team=up" in page.partition('class="segments"')[2]
        empty = await office.page(f"{CALENDAR}?view={view}&team=none", who="desk")
        assert "No one on the staff fits" in empty
    listed = await office.page(f"{STAFF}?team=up")
    assert "1 person" in listed
    assert "omar@" not in listed
    found = (await office.open("desk", "/console/search?find=upst&calendar=biz0clinic")).body.decode()
    assert f"{CALENDAR}?team=up" in found


async def test_only_administrators_change_groups(office):
    await changed(office, staff_groups=(UP,))
    for who in ("desk", "claire", "eye"):
        assert (await office.open(who, GROUPS)).status == 403
        assert "Groups" not in await office.page(who=who)
    assert (await press(office, "desk", STAFF, GROUPS, remove="up")).status == 403
    assert await groups(office) == [("Upstairs", ("claire",))]


async def test_the_activity_names_a_group_and_its_people(office):
    await office.send(BOSS, f"{GROUPS}/new", name="Upstairs", members=["claire"])
    audit = await office.page("/console/calendars/biz0clinic/audit")
    assert "Staff groups" in audit
    assert "Name: Upstairs, Members: Claire" in audit
