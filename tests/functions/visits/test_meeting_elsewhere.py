"""A visit that is held elsewhere, over HTTP; and the settings of Teams."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from functions.settings.app import SettingsMissing, read_settings
from functions.settings.teams import read_teams
from functions.timers import send_due_messages
from functions.wiring import Services, given
from shared.delivery.meetings.teams import Teams
from shared.domain.appointments.visit_links import host_token
from shared.domain.calendar.meeting import MeetingRoom
from shared.records.keys import FAILED
from tests.delivery.meetings.graph_meetings import CLIENT, ORGANISER, SECRET, TENANT, microsoft
from tests.functions.visits.app import SESSION, START, Meeting
from tests.support.builders import MONDAY, a_business, a_calendar, a_person, a_service
from tests.support.builders import SECRET as OWN


JITSI = MeetingRoom(provider="link", template="https://meet.example/{meeting}")
TEAMS = MeetingRoom(provider="teams", organiser=ORGANISER)
ACCOUNT = {
    "OPENSLOT_TEAMS_TENANT": TENANT,
    "OPENSLOT_TEAMS_CLIENT_ID": CLIENT,
    "OPENSLOT_TEAMS_CLIENT_SECRET": SECRET,
}


@pytest_asyncio.fixture
async def clinic() -> Meeting:
    clinic = Meeting()
    services = [a_service("video", is_online=True), a_service("teams", is_online=True, meeting=TEAMS)]
    await clinic.save(a_calendar(a_business(meeting=JITSI), services, [a_person("claire")]))
    return clinic


async def test_the_way_is_told_to_those_who_are_let_in_and_the_visit_is_counted_as_any_other(clinic):
    await clinic.meet()
    page = (await clinic.call("GET", f"{clinic.join}?lang=en")).body.decode()
    assert "data-elsewhere" in page
    assert "Open the meeting" in page
    waiting = (await clinic.ana("enter", {"name": "Ana"})).json()
    assert "meeting" not in waiting
    await clinic.doc("enter")
    there = (await clinic.doc("signals", {"session": "sessionofdoc", "join": True})).json()
    await clinic.doc("admit", {"party": clinic.party})
    inside = (await clinic.ana("signals", {"session": SESSION, "join": True})).json()
    assert inside["meeting"]["url"].startswith("https://meet.example/")
    assert inside["meeting"] == there["meeting"]
    assert (await clinic.doc("beat")).json()["people"][0]["isInRoom"]
    ended = (await clinic.doc("mark", {"happening": "end"})).json()
    assert (ended["status"], "meeting" in ended) == ("completed", False)
    assert "meeting" not in (await clinic.ana("beat")).json()


async def test_while_a_meeting_is_not_made_the_page_says_that_it_is_being_prepared(clinic):
    await clinic.meet("teams")
    await clinic.ana("enter", {"name": "Ana"})
    await clinic.doc("enter")
    await clinic.doc("admit", {"party": clinic.party})
    inside = (await clinic.ana("signals", {"session": SESSION, "join": True})).json()
    assert inside["meeting"] == {"url": ""}
    with given(clinic.services):  # no account is set: it is refused, and shown to an administrator
        await send_due_messages(None)
    failed = (await clinic.table.range("bookings", "biz0clinic", FAILED, "U~")).rows
    assert ["meeting" in row.values["body"] for row in failed] == [True]


async def test_a_meeting_in_teams_is_made_over_http_and_entered(clinic):
    await clinic.meet("teams")
    async with microsoft() as graph:
        teams = Teams(graph.account)
        app = replace(clinic.services, meetings=lambda: teams)
        graph.trouble = [(503, "busy")]
        await clinic.ana("enter", {"name": "Ana"})
        for seconds in (0, 31):  # the first try fails, and is made again half a minute later
            clinic.now += timedelta(seconds=seconds)
            with given(app_at(app, clinic.now)):
                await send_due_messages(None)
        (meeting,) = graph.meetings.values()
    await clinic.doc("enter")
    await clinic.doc("admit", {"party": clinic.party})
    inside = (await clinic.ana("signals", {"session": SESSION, "join": True})).json()
    assert inside["meeting"] == {"url": meeting["joinWebUrl"]}
    assert "Ana" not in str(meeting)


def app_at(app: Services, now: datetime) -> Services:
    return replace(app, now=lambda: now)


def test_an_account_is_whole_or_none():
    assert read_teams({}) is None
    account = read_teams(ACCOUNT)
    assert account
    assert (account.tenant, account.graph) == (TENANT, "https://graph.microsoft.com")
    government = read_teams({**ACCOUNT, "OPENSLOT_TEAMS_GRAPH": "https://graph.microsoft.us/"})
    assert government
    assert government.graph == "https://graph.microsoft.us"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"OPENSLOT_TEAMS_CLIENT_SECRET": ""}, "OPENSLOT_TEAMS_CLIENT_SECRET is not set"),
        ({"OPENSLOT_TEAMS_GRAPH": "http://graph.example"}, "OPENSLOT_TEAMS_GRAPH is not an https address"),
        ({"OPENSLOT_TEAMS_TENANT": "a/../b"}, "OPENSLOT_TEAMS_TENANT is not an id"),
        ({"OPENSLOT_TEAMS_CLIENT_ID": "a b"}, "OPENSLOT_TEAMS_CLIENT_ID is not an id"),
        ({"OPENSLOT_TEAMS_GRAPH": "https://graph.example?x"}, "OPENSLOT_TEAMS_GRAPH is not an https address"),
        ({"OPENSLOT_TEAMS_AUTHORITY": "https://u:p@login.example"}, "OPENSLOT_TEAMS_AUTHORITY is not an https"),
        ({"OPENSLOT_TEAMS_AUTHORITY": "https://"}, "OPENSLOT_TEAMS_AUTHORITY is not an https address"),
    ],
)
def test_an_account_that_cannot_work_is_named_at_the_start(changes, said):
    needed = {
        "OPENSLOT_TABLES": "UseDevelopmentStorage=true",
        "OPENSLOT_SECRET": OWN,
        "OPENSLOT_PUBLIC_URL": "https://book.example",
    }
    with pytest.raises(SettingsMissing, match=said):
        read_settings({**needed, **ACCOUNT, **changes})
    assert read_settings({**needed, **ACCOUNT}).teams


async def test_a_person_with_a_room_of_their_own_meets_there_whatever_the_service_says(clinic):
    own = MeetingRoom(provider="link", template="https://rooms.example/claire")
    people = [a_person("claire", meeting=own), a_person("omar")]
    services = [a_service("video", is_online=True, staff=("claire", "omar"), meeting=MeetingRoom())]
    await clinic.save(a_calendar(a_business(meeting=JITSI), services, people))

    async def url(person: str) -> str | None:
        answer = await clinic.book(START, service="video", staff=person)
        await clinic.meet_of(answer.json())
        clinic.host = f"/host/{host_token(OWN, 'biz0clinic', clinic.appointment, person)}"
        state = (await clinic.doc("signals", {"session": "sessionofdoc", "join": True})).json()
        found = state.get("meeting", {}).get("url")
        clinic.now = MONDAY
        return found

    assert await url("claire") == "https://rooms.example/claire"
    assert await url("omar") is None


async def test_a_meeting_is_made_in_teams_for_a_person_who_meets_there(clinic):
    people = [a_person("claire", meeting=TEAMS)]
    services = [a_service("video", is_online=True, staff=("claire",))]
    await clinic.save(a_calendar(a_business(), services, people))
    await clinic.meet()
    await clinic.ana("enter", {"name": "Ana"})
    await clinic.doc("enter")
    await clinic.doc("admit", {"party": clinic.party})
    assert (await clinic.ana("signals", {"session": SESSION, "join": True})).json()["meeting"] == {"url": ""}
    with given(clinic.services):
        await send_due_messages(None)
    assert (await clinic.table.range("bookings", "biz0clinic", FAILED, "U~")).rows  # no account is set
