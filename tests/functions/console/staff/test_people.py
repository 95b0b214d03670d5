"""The list of the staff, adding and changing people, and what becomes of invitations and administrators."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from functions.console.staff.pasted import read_people
from shared.domain.calendar.meeting import MeetingRoom
from shared.domain.timeline.hours import weekdays
from tests.functions.console.staff.office import (
    BOSS,
    HEAD,
    STAFF,
    Office,
    an_office,
    fields_of,
    fill,
    plain,
    press,
)
from tests.support.builders import a_person


CLAIRE = f"{STAFF}/person/claire"


@pytest.fixture
async def office() -> Office:
    return await an_office()


async def test_everybody_who_reads_sees_the_staff_and_only_administrators_a_way_to_change_it(office):
    for who in ("alma", "desk", "claire", "eye"):
        page = await office.page(who=who)
        assert "Claire" in page
        assert "claire@clinic.example" in page
        assert ("Add a person" in page) == (who == BOSS)
    assert (await office.open("gast", STAFF)).status == 404


async def test_a_team_member_finds_their_own_entry_and_reads_it(office):
    assert "Claire You" in await office.page(who="claire")
    facts = await office.page(CLAIRE, who="claire")
    assert "Team member" in facts
    assert "The opening hours of the calendar" in facts
    assert (await office.send("claire", CLAIRE, name="Clara")).status == 403


@pytest.mark.parametrize(
    ("changes", "badge"),
    [
        ({}, "Can be booked"),
        ({"membership": "pending"}, "Invited"),
        ({"membership": "rejected"}, "Declined the invitation"),
        ({"is_bookable": False}, "Can’t be booked"),
        ({"serves": "virtual"}, "Only online"),
        ({"is_listed": False}, "Not on the booking page"),
    ],
)
async def test_the_state_is_said_in_words_and_can_be_searched_for(changes, badge):
    office = await an_office(nora=a_person("nora", **changes))
    assert badge in (await office.page(f"{STAFF}?find=nora")).partition("nora@clinic.example")[2]
    state = {"Invited": "invited", "Declined the invitation": "declined", "Can’t be booked": "off"}.get(
        badge, "bookable"
    )
    assert "nora@clinic.example" in await office.page(f"{STAFF}?state={state}")


@pytest.mark.walk
async def test_a_thousand_people_come_in_pages_of_sixty_kilobytes_at_most():
    office = await an_office(
        **{f"p{n}": a_person(f"p{n}").model_copy(update={"name": f"Person {n:04}"}) for n in range(1000)}
    )
    answer = await office.open(BOSS, f"{STAFF}?page=3")
    assert "Person 0100" in plain(answer.body)
    assert "Person 0200" not in plain(answer.body)
    assert len(gzip.compress(answer.body)) < 20_000
    assert "Person 0777" in await office.page(f"{STAFF}?find=0777")
    assert "Person 0999" in await office.page(f"{STAFF}?page=99999")


@pytest.mark.parametrize("path", [STAFF, f"{STAFF}/time-off"])
async def test_a_page_number_that_no_page_has_shows_the_first(office, path):
    assert (await office.open(BOSS, f"{path}?page={'9' * 5000}")).status == 200


async def test_somebody_is_added_and_invited_by_mail(office):
    answer = await fill(
        office,
        f"{STAFF}/new",
        name="Nora Neu",
        email="Nora <nora@example.org>",
        role="viewer",
        membership="pending",
    )
    assert answer.status == 303, plain(answer.body)
    nora = await office.named("Nora Neu")
    assert (nora.email, nora.role, nora.membership) == ("nora@example.org", "viewer", "pending")
    assert nora.hours is None
    await office.drain()
    assert office.postman.kinds("nora@example.org") == ["invitation"]
    assert "Added." in await office.page(answer.headers["Location"])


async def test_an_address_that_is_on_the_staff_is_refused_at_its_field(office):
    answer = await fill(office, f"{STAFF}/new", name="Clara", email="CLAIRE@clinic.example")
    assert answer.status == 409
    assert "already has this address" in plain(answer.body)
    assert 'value="Clara"' in answer.body.decode()


async def test_own_hours_and_zone_replace_those_of_the_calendar(office):
    answer = await fill(
        office, CLAIRE, **{"whose_hours": "own", "time_zone": "America/New_York", "hours-0-0-to": "12:00"}
    )
    assert answer.status == 303, plain(answer.body)
    claire = (await office.staff())["claire"]
    assert claire.hours == (((540, 720),), *weekdays((540, 1020))[1:])
    assert claire.time_zone == "America/New_York"
    await fill(office, CLAIRE, whose_hours="business", time_zone="")
    claire = (await office.staff())["claire"]
    assert claire.hours is None
    assert claire.unused_hours is not None
    assert "12:00" in (await office.open(BOSS, CLAIRE)).body.decode()


async def test_own_hours_on_no_day_are_refused_with_what_to_do_instead(office):
    emptied = {f"hours-{day}-0-{end}": "" for day in range(5) for end in ("from", "to")}
    answer = await fill(office, CLAIRE, whose_hours="own", **emptied)
    assert answer.status == 422
    assert "clear" in plain(answer.body)


@pytest.mark.parametrize("priority", ["1.5", "2000", "first", "", "-", "--5", "9" * 9])
async def test_a_priority_that_is_none_is_refused(office, priority):
    answer = await fill(office, CLAIRE, priority=priority)
    assert answer.status == 422
    assert "from -1000 to 1000" in plain(answer.body)


@pytest.mark.parametrize(("typed", "priority"), [("-5", -5), ("1000", 1000), ("0", 0)])
async def test_a_priority_may_be_below_zero(office, typed, priority):
    assert (await fill(office, CLAIRE, priority=typed)).status == 303
    assert (await office.staff())["claire"].priority == priority


async def test_a_person_has_a_room_of_their_own_and_gives_it_up_again(office):
    refused = await fill(office, CLAIRE, provider="link", template="http://rooms.example")
    assert refused.status == 422
    assert "Enter a link that starts with https://" in plain(refused.body)
    await fill(office, CLAIRE, provider="link", template="https://rooms.example/claire")
    room = (await office.staff())["claire"].meeting
    assert room == MeetingRoom(provider="link", template="https://rooms.example/claire")
    assert 'value="https://rooms.example/claire"' in (await office.open(BOSS, CLAIRE)).body.decode()
    await fill(office, CLAIRE, provider="", template="")
    assert (await office.staff())["claire"].meeting is None


async def test_two_administrators_who_change_different_things_lose_nothing(office):
    first = await office.open(BOSS, CLAIRE)
    await fill(office, CLAIRE, name="Dr Claire")
    old = {**fields_of(first.body), "serves": "virtual"}
    old.pop("do", None)
    answer = await office.send(BOSS, CLAIRE, **old)
    assert answer.status == 303, plain(answer.body)
    claire = (await office.staff())["claire"]
    assert (claire.name, claire.serves) == ("Dr Claire", "virtual")


async def test_an_invitation_is_sent_again_answered_for_them_and_renewed():
    office = await an_office(nora=a_person("nora", membership="pending"))
    place = f"{STAFF}/person/nora"
    for answer, membership, mails in (
        ("invite", "pending", 1),
        ("accept", "active", 1),
        ("decline", "rejected", 1),
        ("invite", "pending", 2),
    ):
        page = (await office.open(BOSS, place)).body.decode()
        assert f'value="{answer}"' in page
        done = await _answer(office, place, answer)
        assert done.status == 303
        await office.drain()
        assert (await office.staff())["nora"].membership == membership
        assert office.postman.kinds("nora@clinic.example") == ["invitation"] * mails
    assert (await _answer(office, place, "burn")).status == 400


async def _answer(office: Office, place: str, answer: str):
    return await press(office, BOSS, place, f"{place}/invitation", answer=answer)


async def test_the_last_administrator_cannot_step_down(office):
    answer = await fill(office, f"{STAFF}/person/{BOSS}", role="viewer")
    assert answer.status == 409
    assert "This is the last administrator" in plain(answer.body)
    assert (await office.staff())[BOSS].role == "administrator"


@pytest.mark.parametrize("fields", [{"email": "new@clinic.example"}, {"role": "viewer"}])
async def test_the_last_administrator_stays_with_an_address_that_is_known(office, fields):
    answer = await fill(office, f"{STAFF}/person/{BOSS}", **fields)
    assert (answer.status, (await office.staff())[BOSS].role) == (409, "administrator")
    assert (await fill(office, f"{STAFF}/person/{BOSS}", who=HEAD, **fields)).status == 303


async def test_nobody_declines_for_the_last_administrator(office):
    place = f"{STAFF}/person/{BOSS}"
    assert "Decline for them" not in await office.page(place)
    answer = await press(office, BOSS, place, f"{place}/invitation", answer="decline")
    assert answer.status == 409
    assert "This is the last administrator" in plain(answer.body)
    assert (await office.staff())[BOSS].membership == "active"


@pytest.mark.parametrize("chosen", ["me", "claire"])
async def test_the_organisation_gives_a_calendar_an_administrator_again(chosen):
    office = await an_office(alma=a_person(BOSS, role="administrator", is_suspended=False))
    assert "has no administrator" not in await office.page(who=HEAD)
    assert (await _step_down(office)).status == 303
    assert "This calendar has no administrator" in await office.page(who=HEAD)
    answer = await press(office, HEAD, STAFF, f"{STAFF}/administrator", person=chosen)
    assert answer.status == 303
    found = [one.name for one in (await office.staff()).values() if one.role == "administrator"]
    assert found == (["Hedda Head"] if chosen == "me" else ["Claire"])
    assert "has an administrator again" in await office.page(answer.headers["Location"], who=HEAD)
    again = await press(office, HEAD, STAFF, f"{STAFF}/administrator", person="omar")
    assert again.status == 303
    assert (await office.staff())["omar"].role == "team_member"


async def _step_down(office: Office):
    """The organisation's administrator takes the clinic's last administrator from it, as only they may."""
    return await fill(office, f"{STAFF}/person/{BOSS}", who=HEAD, role="viewer")


@pytest.mark.parametrize(("kind", "lang"), [("csv", "en"), ("tsv", "fr"), ("csv", "ru"), ("tsv", "pt-BR")])
async def test_the_list_is_a_file_that_can_be_read_again_in_any_language(office, kind, lang):
    answer = await office.open("desk", f"{STAFF}?format={kind}&lang={lang}")
    assert f'filename="staff.{kind}"' in answer.headers["Content-Disposition"]
    people = read_people(answer.body.decode("utf-8-sig"))
    staff = {(one.name, one.email, one.role) for one in (await office.staff()).values()}
    assert {(one.name, one.email, one.role) for one in people} == staff


async def test_the_file_has_who_is_found_and_what_they_offer_and_no_formulas(office):
    calendar = await office.store.calendars.reload("biz0clinic")
    odd = calendar.staff["claire"].model_copy(update={"name": "=1+1"})
    await office.save(replace(calendar, staff={**calendar.staff, "claire": odd}))
    rows = (await office.open(BOSS, f"{STAFF}?find=claire&format=tsv")).body.decode("utf-8-sig").splitlines()
    assert rows[1:] == ['"\'=1+1"\t"claire@clinic.example"\t"Team member"\t"Can be booked"\t"Video"']
    assert (await office.open("gast", f"{STAFF}?format=csv")).status == 404
    assert "<html" in (await office.open(BOSS, f"{STAFF}?format=exe")).body.decode()
