"""Meetings in Microsoft Teams: what is asked over HTTP, and what each answer comes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from shared.delivery.meetings.teams import Teams
from shared.use_cases.visits.make_meeting import MeetingRefused, MeetingRequest, MeetingUnavailable
from tests.delivery.meetings.graph_meetings import ORGANISER, STRANGER, microsoft


NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
WANTED = MeetingRequest("appointment0", ORGANISER, "Video visit – Clinic", NOW, NOW + timedelta(minutes=20))


@pytest_asyncio.fixture
async def graph():
    async with microsoft() as one:
        yield one


async def test_a_meeting_is_made_once_however_often_it_is_asked_for(graph):
    teams = Teams(graph.account)
    first = await teams.create(WANTED, NOW)
    assert first == "https://teams.microsoft.com/l/meetup-join/0"
    assert await Teams(graph.account).create(WANTED, NOW) == first
    (meeting,) = graph.meetings.values()
    assert meeting["startDateTime"] == "2026-11-21T09:00:00Z"
    assert meeting["endDateTime"] == "2026-11-21T09:20:00Z"
    assert meeting["subject"] == "Video visit – Clinic"
    assert await teams.create(replace(WANTED, name="appointment1"), NOW) != first


async def test_a_token_serves_until_it_is_nearly_over(graph):
    teams = Teams(graph.account)
    for minutes in (0, 30, 54):
        await teams.create(WANTED, NOW + timedelta(minutes=minutes))
    assert graph.tokens == 1
    await teams.create(WANTED, NOW + timedelta(minutes=56))
    assert graph.tokens == 2


async def test_a_token_that_is_no_longer_taken_is_fetched_anew_at_the_next_try(graph):
    teams = Teams(graph.account)
    await teams.create(WANTED, NOW)
    graph.valid.clear()
    with pytest.raises(MeetingUnavailable, match="401 InvalidAuthenticationToken"):
        await teams.create(WANTED, NOW)
    assert await teams.create(WANTED, NOW)


@pytest.mark.parametrize(
    "trouble",
    [
        (403, {"error": {"code": "Forbidden", "message": "No application access policy found for this app"}}),
        (429, {"error": {"code": "TooManyRequests"}}),
        (503, "<html>busy</html>"),
        (500, {"error": "not as documented"}),
        (302, ""),
        (201, {"id": "MSo0"}),
        (201, {"joinWebUrl": "javascript:alert(1)"}),
        (200, "no JSON"),
        (200, ["not", "an", "object"]),
    ],
)
async def test_what_may_be_another_answer_later_is_asked_for_again(graph, trouble):
    graph.trouble = [trouble]
    teams = Teams(graph.account)
    with pytest.raises(MeetingUnavailable):
        await teams.create(WANTED, NOW)
    assert await teams.create(WANTED, NOW)


async def test_a_definite_no_is_one(graph):
    with pytest.raises(MeetingRefused, match="404 UserNotFound"):
        await Teams(graph.account).create(replace(WANTED, organiser=STRANGER), NOW)
    with pytest.raises(MeetingRefused, match="400 BadRequest"):
        await Teams(graph.account).create(replace(WANTED, name=""), NOW)


@pytest.mark.parametrize("wrong", [{"client_secret": "old"}, {"tenant": "another"}])
async def test_without_a_token_nothing_is_asked_of_graph(graph, wrong):
    with pytest.raises(MeetingUnavailable, match="no token"):
        await Teams(replace(graph.account, **wrong)).create(WANTED, NOW)
    assert graph.asked == 0


async def test_nobody_there_is_no_answer(graph):
    account = replace(graph.account, authority="http://127.0.0.1:1")
    with pytest.raises(MeetingUnavailable, match="ClientConnector"):
        await Teams(account).create(WANTED, NOW)


def test_a_secret_is_in_no_log():
    from tests.delivery.meetings.graph_meetings import Microsoft

    assert "the-secret-of-the-app" not in repr(Microsoft().account)
