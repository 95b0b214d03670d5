"""A calendar's address, copies, templates and end, at the console."""

import re
from datetime import timedelta

import pytest

from shared.domain.errors import NotFound
from shared.use_cases.calendars.find_businesses import find_templates
from tests.functions.console.settings.desk import BOSS, SETTINGS, an_office, business, fill
from tests.functions.console.staff.office import HEAD, plain
from tests.support.builders import MONDAY, a_business, a_calendar
from tests.support.edge import ORGANISATION_ADMINISTRATOR


MANAGE, COPY, DELETE = f"{SETTINGS}/manage", f"{SETTINGS}/copy", f"{SETTINGS}/delete"
DELETED = "/console/deleted/biz0clinic"
DAY = timedelta(days=1)


async def test_a_new_address_leads_to_the_page_and_so_does_the_old_one():
    office = await an_office()
    answer = await fill(office, MANAGE, slug="tilleuls")
    assert answer.headers["Location"] == f"{MANAGE}?news=saved"
    found = await business(office)
    assert (found.slug, found.former_slugs, found.name) == ("tilleuls", ("clinic",), "Clinic")
    assert "/book/clinic" in await office.page(MANAGE)
    assert await office.store.calendars.business_of("clinic") == "biz0clinic"


async def test_an_address_that_is_taken_is_refused_with_a_free_one():
    office = await an_office()
    await office.save(a_calendar(a_business(id="biz0other", slug="other")))
    answer = await fill(office, MANAGE, slug="other")
    assert answer.status == 422
    assert "Another calendar has this address: other-2 is free" in answer.body.decode()
    assert (await business(office)).slug == "clinic"
    assert (await fill(office, MANAGE, slug="other-2")).status == 303


@pytest.mark.parametrize(
    ("typed", "error"), [("Été à Lyon", "such as ete-a-lyon"), ("ab", "such as calendar-1"), ("", "Fill this in")]
)
async def test_an_address_that_is_none_is_refused_with_one_that_is(typed, error):
    office = await an_office()
    answer = await fill(office, MANAGE, slug=typed)
    assert answer.status == 422
    assert error in answer.body.decode()


async def test_the_old_address_can_be_taken_back():
    office = await an_office()
    await fill(office, MANAGE, slug="tilleuls")
    await fill(office, MANAGE, slug="clinic")
    found = await business(office)
    assert (found.slug, found.former_slugs) == ("clinic", ("tilleuls",))


async def a_head():
    """An office where the organisation's administrator has signed in."""
    office = await an_office()
    from shared.domain.access.permissions import Caller

    office.__dict__["head"] = office.session(Caller(HEAD, email=ORGANISATION_ADMINISTRATOR, name="Hedda"))
    return office


async def test_a_copy_is_created_with_its_services_and_leads_to_itself():
    office = await a_head()
    answer = await fill(office, COPY, who=HEAD, name="Second clinic", staff="yes")
    assert answer.status == 303, answer.body.decode()
    new = re.fullmatch(r"/console/calendars/([^/]+)\?news=created", answer.headers["Location"])
    made = await office.store.calendars.reload(new[1])
    assert (made.business.name, made.business.slug) == ("Second clinic", "second-clinic")
    assert set(made.services) == {"video", "here"}
    assert "claire" in made.staff
    assert (await office.open(HEAD, answer.headers["Location"])).status == 200


async def test_a_template_is_saved_for_the_organisation_and_cannot_be_published():
    office = await a_head()
    answer = await fill(office, f"{COPY}?as=template", who=HEAD, name="Our clinics")
    assert answer.status == 303, answer.body.decode()
    templates = await find_templates(store=office.store)
    assert [one.name for one in templates] == ["Our clinics"]
    page = await office.page(f"/console/calendars/{templates[0].id}/settings/manage", HEAD)
    assert "This is a template" in page
    assert "Save as a template" not in page
    base = f"/console/calendars/{templates[0].id}"
    for path in (base, f"{base}/page/publish"):
        shown = await office.page(path, HEAD)
        assert "This is a template" in shown
        assert "Publish" not in shown.partition("This is a template")[2]
    assert "Our clinics Administrator Template" in await office.page("/console", HEAD)


async def test_who_may_create_no_calendar_copies_none():
    office = await an_office()
    assert "Copy this calendar" not in await office.page(MANAGE)
    assert (await office.open(BOSS, COPY)).status == 403


async def test_a_calendar_is_deleted_once_its_name_is_typed_and_restored_within_a_month():
    office = await an_office()
    await office.book(MONDAY + DAY + timedelta(hours=2), service="video")
    assert "1 upcoming appointment won’t be cancelled, and no one will be notified" in await office.page(DELETE)
    wrong = await fill(office, DELETE, typed="Clinic Two")
    assert wrong.status == 422
    assert "This isn’t its name. Type Clinic" in wrong.body.decode()
    answer = await fill(office, DELETE, typed="clinic")
    assert answer.headers["Location"] == DELETED
    with pytest.raises(NotFound):
        await office.store.calendars.reload("biz0clinic")
    assert (await office.open(BOSS, SETTINGS)).status == 404
    office.now += 29 * DAY
    assert "It can be restored until Wednesday, February 10, 2027" in plain(
        (await office.open(BOSS, DELETED)).body
    )
    restored = await office.send(BOSS, DELETED)
    assert restored.headers["Location"] == f"{MANAGE}?news=restored"
    assert "The calendar was restored, as it was." in await office.page(f"{MANAGE}?news=restored")


async def test_after_a_month_it_is_gone():
    office = await an_office()
    await fill(office, DELETE, typed="Clinic")
    office.now += 31 * DAY
    assert (await office.open(BOSS, DELETED)).status == 404


@pytest.mark.parametrize(("who", "status"), [("desk", 403), ("eye", 403), ("gast", 404), ("stranger", 404)])
async def test_only_its_administrators_see_that_it_is_deleted(who, status):
    office = await an_office()
    await fill(office, DELETE, typed="Clinic")
    assert (await office.open(who, DELETED)).status == status


async def test_a_calendar_that_is_there_is_not_shown_as_deleted():
    office = await an_office()
    assert (await office.open(BOSS, DELETED)).headers["Location"] == "/console/calendars/biz0clinic"
    assert (await office.open(BOSS, "/console/deleted/no|key")).status == 404
