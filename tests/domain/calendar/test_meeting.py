"""Where visits are held: what the settings may say, and which room counts."""

import pytest
from pydantic import ValidationError

from shared.domain.calendar.meeting import MeetingRoom
from tests.support.builders import a_business, a_calendar, a_service


JITSI = MeetingRoom(provider="link", template="https://meet.example/{meeting}#config.prejoin=false")
TEAMS = MeetingRoom(provider="teams", organiser="11111111-0000-4000-8000-000000000001")


def test_a_link_has_the_meetings_name_in_it():
    assert JITSI.link("abc") == "https://meet.example/abc#config.prejoin=false"
    assert (
        MeetingRoom(provider="link", template="https://zoom.example/j/123").link("abc")
        == "https://zoom.example/j/123"
    )
    assert TEAMS.link("abc") == MeetingRoom().link("abc") == ""


@pytest.mark.parametrize(
    "template",
    [
        "",
        "http://meet.example/{meeting}",
        "javascript:alert(1)",
        "https:///x",
        "https://{meeting}.example/",
        "https://meet.example/ a",
        'https://meet.example/"',
    ],
)
def test_a_link_that_leads_nowhere_safe_is_refused(template):
    with pytest.raises(ValidationError):
        MeetingRoom(provider="link", template=template)


@pytest.mark.parametrize("organiser", ["", "eve@example.com", "11111111-0000-4000-8000-00000000000Z"])
def test_teams_needs_an_organisers_id(organiser):
    with pytest.raises(ValidationError):
        MeetingRoom(provider="teams", organiser=organiser)


def test_a_services_own_room_counts_before_the_calendars():
    own, other = a_service(meeting=TEAMS), a_service("other")
    calendar = a_calendar(a_business(meeting=JITSI), [own, other])
    assert (calendar.meeting_of(own), calendar.meeting_of(other), calendar.meeting_of(None)) == (
        TEAMS,
        JITSI,
        JITSI,
    )
    assert calendar.creates_meetings
    assert not a_calendar(a_business(meeting=JITSI), [other]).creates_meetings
