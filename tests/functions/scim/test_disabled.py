"""What a disabled account means for calendars, tokens and sessions, whatever happens meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.access.account import AccountEmail, Profile
from shared.domain.access.permissions import Caller
from shared.domain.calendar.business import BookingPage
from shared.records.accounts import PARTITION, disabled_key
from shared.records.organisation import ORGANISATION
from shared.records.table import Ambiguous, Stale
from shared.use_cases.calendars.answer_invitation import invitation_token
from shared.use_cases.calendars.disabled_staff import with_suspensions
from shared.use_cases.context import Context
from shared.use_cases.free_busy.connect_link import connect_token
from shared.use_cases.free_busy.staff_feed import change_feed, feed_token, find_feed
from shared.use_cases.organisation.accounts import change_account, create_account
from shared.use_cases.organisation.find_audit import read_audit
from tests.functions.console.app import FORM
from tests.functions.graph.app import ADA, TIM, staffed_clinic
from tests.functions.scim.app import (
    CLAIRE,
    OFF_BY_ENTRA,
    OFF_BY_OKTA,
    ON,
    created,
    off,
    offered,
    patch,
    scim,
    the_world,
    with_token,
)
from tests.support.builders import MONDAY, SECRET, a_business, a_calendar, a_person
from tests.support.edge import ORGANISATION_ADMINISTRATOR, World, clinic


@pytest.fixture
async def world() -> World:
    return await the_world()


@pytest.mark.parametrize("kept", ["claire@münchen.example", "claire@xn--mnchen-3ya.example"])
@pytest.mark.parametrize("written", ["claire@münchen.example", "claire@xn--mnchen-3ya.example"])
def test_an_address_is_disabled_in_either_spelling_of_its_domain(written, kept):
    people = [a_person("claire", email=written), a_person("omar", email="omar@münchen.example")]
    staff = with_suspensions(a_calendar(staff=people), frozenset({disabled_key(kept)})).staff
    assert [one.id for one in staff.values() if one.is_suspended] == ["claire"]


@pytest.mark.parametrize("step", [OFF_BY_ENTRA, OFF_BY_OKTA])
async def test_whoever_is_disabled_is_offered_nowhere_and_comes_back(world, step):
    await world.save(clinic(id="biz0second", slug="second"))
    url = await created(world)
    assert await offered(world)
    kept = (await world.book(service="solo")).json()
    assert (await off(world, url, step))["active"] is False
    for other in (world, with_token(world.another_process())):
        assert not await offered(other)
        refused = await other.book(MONDAY + timedelta(days=1, hours=4), service="solo")
        assert refused.status == 422, refused.body
        assert b"Claire" not in (await other.call("GET", "/book/clinic/consultation")).body
    for slug in ("biz0clinic", "biz0second"):
        assert (await world.store.calendars.reload(slug)).staff["claire"].is_suspended
    assert (await world.stored(kept["id"])).status == "booked"
    await scim(world, "PATCH", url, patch(ON))
    assert await offered(world)
    assert (await world.book(MONDAY + timedelta(days=1, hours=4), service="solo")).status == 201


async def test_appointments_stay_and_are_listed_for_whoever_takes_them_over(world):
    url = await created(world)
    assert (await world.book(service="solo")).status == 201
    await off(world, url)
    head = {"authorization": world.tokens.of(ORGANISATION_ADMINISTRATOR)}
    places = await world.call("GET", f"/v1.0/solutions/bookingOrganization/people/{CLAIRE}", **head)
    assert [len(one["appointments"]) for one in places.json()["value"]] == [1]
    directory = (await world.call("GET", "/v1.0/solutions/bookingOrganization/directory", **head)).json()
    status = {one["emailAddress"]: one["membershipStatus"] for one in directory["value"][0]["access"]}
    assert (status[CLAIRE], status[ADA]) == ("suspended", "active")
    told = [one.action for one in await read_audit("", 9, business="biz0clinic", store=world.store)]
    assert any("coming appointments that stay: 1" in one for one in told), told
    own = await read_audit("", 9, business=PARTITION, store=world.store, table=ORGANISATION)
    assert {one.action for one in own} == {"account created", "account changed: active"}
    assert {one.actor for one in own} == {"identity provider"}


async def test_what_somebody_was_before_is_kept(world):
    calendar = await world.store.calendars.reload("biz0clinic")
    rejected = calendar.staff["claire"].model_copy(update={"membership": "rejected"})
    await world.save(replace(calendar, staff={**calendar.staff, "claire": rejected}))
    url = await created(world)
    await off(world, url)
    await scim(world, "PATCH", url, patch(ON))
    person = (await world.store.calendars.reload("biz0clinic")).staff["claire"]
    assert (person.membership, person.is_suspended) == ("rejected", False)
    assert not await offered(world)


async def test_whoever_is_disabled_already_cannot_be_booked_where_they_are_added(world):
    await created(world, active=False)
    later = a_calendar(a_business(id="biz0later", slug="later"), staff=[a_person("c", email=CLAIRE.upper())])
    await world.save(later)
    assert (await world.store.calendars.reload("biz0later")).staff["c"].is_suspended


async def test_who_was_deleted_stays_disabled_until_an_account_has_the_address_again(world):
    url = await created(world)
    await scim(world, "DELETE", url, status=204)
    assert not await offered(world)
    again = await created(world)
    assert await offered(world)
    await off(world, again)
    assert not await offered(world)


async def test_an_address_that_another_account_has_stays_enabled(world):
    old = await created(world, active=False, userName="old@clinic.example")
    assert not await offered(world)
    new = await created(world, userName="new@clinic.example")
    assert await offered(world), "the new account has the address now"
    await scim(world, "DELETE", old, status=204)
    assert await offered(world), "the old one's end is not the new one's"
    await off(world, new)
    assert not await offered(world)


async def test_an_account_that_is_disabled_and_renamed_keeps_its_address_disabled(world):
    url = await created(world, emails=[])
    steps = (OFF_BY_ENTRA, {"op": "Replace", "path": "userName", "value": "gone-1@clinic.example"})
    await scim(world, "PATCH", url, patch(*steps))
    assert not await offered(world)
    await scim(world, "PATCH", url, patch(ON, {"op": "Replace", "path": "userName", "value": CLAIRE}))
    assert await offered(world)


async def test_a_disabled_person_is_let_in_no_more(world):
    page = BookingPage(is_published=True, access="organisation")
    await world.save(a_calendar(a_business(id="biz0members", slug="members", page=page)))
    url = await created(world, userName=TIM, emails=[])
    token = {"authorization": world.tokens.of(TIM)}
    session = world.session(Caller(f"subject-of-{TIM}", TIM, "Tim"))
    calls = [
        ("/v1.0/solutions/bookingBusinesses", token, 200, 403),
        ("/console", {"cookie": session}, 200, 303),
        ("/api/members", {"cookie": session}, 200, 401),
        ("/api/members", token, 200, 401),
        ("/v1.0/solutions/bookingBusinesses", {"authorization": world.tokens.of(ADA)}, 200, 200),
    ]
    for path, headers, before, _ in calls:
        assert (await world.call("GET", path, **headers)).status == before
    await off(world, url)
    for path, headers, _, after in calls:
        assert (await world.call("GET", path, **headers)).status == after, path
    await scim(world, "PATCH", url, patch(ON))
    for path, headers, before, _ in calls:
        assert (await world.call("GET", path, **headers)).status == before


class Faulty:
    """A table whose next writes to the organisation, or to calendars, go wrong."""

    def __init__(self, table) -> None:
        self._table = table
        self.faults: list[tuple[str, Exception, bool]] = []

    def __getattr__(self, name):
        return getattr(self._table, name)

    async def transact(self, table, partition, operations):
        if self.faults and self.faults[0][0] == table:
            _, error, is_done = self.faults.pop(0)
            if is_done:
                await self._table.transact(table, partition, operations)
            raise error
        return await self._table.transact(table, partition, operations)


@pytest.mark.parametrize(
    ("error", "is_done"), [(Stale("x"), False), (Ambiguous("x"), False), (Ambiguous("x"), True)]
)
async def test_an_unclear_or_stale_write_is_done_once(error, is_done):
    world = with_token(World())
    faulty = World(Faulty(world.table))
    await faulty.save(staffed_clinic())
    faulty.table.faults = [(ORGANISATION, error, is_done)]
    profile = Profile(user_name=CLAIRE, emails=(AccountEmail(value=CLAIRE),))
    to = {"context": Context(faulty.store, SECRET, MONDAY)}
    account = await create_account(profile, **to)
    faulty.table.faults = [(ORGANISATION, error, is_done)]
    disabled = profile.model_copy(update={"active": False})
    after = await change_account(account.id, lambda _: disabled, **to)
    assert (after.profile.active, after.version) == (False, 2)
    assert (await faulty.store.calendars.reload("biz0clinic")).staff["claire"].is_suspended


async def test_what_stopped_half_way_goes_on_when_it_is_asked_for_again(world):
    url = await created(world)
    broken = with_token(World(Faulty(world.table)))
    broken.table.faults = [("bookings", RuntimeError("no power"), False)]
    await scim(broken, "PATCH", url, patch(OFF_BY_ENTRA), 500)
    assert await offered(world)
    await off(world, url)
    assert not await offered(world)


class Meanwhile(Faulty):
    """A table in which something else happens just before the next write to calendars."""

    happens = None

    async def transact(self, table, partition, operations):
        if table == "bookings" and self.happens:
            happens, self.happens = self.happens, None
            await happens()
        return await super().transact(table, partition, operations)


@pytest.mark.parametrize("active", [False, True])
async def test_who_is_disabled_or_enabled_while_they_are_added_is_what_they_are_in_the_end(world, active):
    url = await created(world, active=not active)
    slow = with_token(World(Meanwhile(world.table)))
    step = ON if active else OFF_BY_ENTRA
    slow.table.happens = lambda: scim(world, "PATCH", url, patch(step))
    await slow.save(a_calendar(a_business(id="biz0later", slug="later"), staff=[a_person("c", email=CLAIRE)]))
    assert (await world.store.calendars.reload("biz0later")).staff["c"].is_suspended is not active


async def test_no_link_shows_the_appointments_of_whoever_is_disabled(world):
    url = await created(world)
    assert (await world.book(service="solo")).status == 201
    await change_feed(CLAIRE, is_open=True, has_names=True, store=world.store)
    feed = await find_feed(CLAIRE, store=world.store)
    person = (await world.store.calendars.reload("biz0clinic")).staff["claire"]
    addresses = [
        f"/feed/{feed_token(feed, SECRET)}/appointments.ics",
        f"/membership/{invitation_token(SECRET, 'biz0clinic', person, world.now)}",
        f"/own-calendar/{connect_token(SECRET, 'biz0clinic', person, world.now)}",
    ]
    assert [(await world.call("GET", one)).status for one in addresses] == [200, 200, 200]
    await off(world, url)
    assert [(await world.call("GET", one)).status for one in addresses] == [404, 404, 404]
    answer = await world.call("POST", addresses[1], body=b"answer=accept", content_type=FORM)
    assert answer.status == 404
    await scim(world, "PATCH", url, patch(ON))
    assert [(await world.call("GET", one)).status for one in addresses] == [200, 200, 200]
