"""What this installation does not have: nobody switches it on and believes that it works."""

import pytest

from functions.graph.models.patch import merged
from tests.functions.graph.appointments.bookings import booking


PERSONAL, SMS = "availabilityIsAffectedByPersonalCalendar", "smsNotificationsEnabled"
PERSON = {"displayName": "Zoé", "emailAddress": "zoe@clinic.example", "role": "teamMember"}
SERVICE = {"displayName": "Video", "defaultDuration": "PT30M"}


async def test_whether_a_personal_calendar_counts_is_switched_on_and_off(graph):
    made = await graph.post("staffMembers", {**PERSON, PERSONAL: True})
    assert made[PERSONAL] is True
    path = f"staffMembers/{made['id']}"
    answer = await graph.call("PATCH", path, await graph.get(path))
    assert answer.status < 300, "what was read can be sent back"
    await graph.call("PATCH", path, {PERSONAL: False})
    assert (await graph.get(path))[PERSONAL] is False


async def test_text_messages_stay_off_and_a_header_says_so(graph):
    answer = await graph.call("POST", "services", {**SERVICE, SMS: True})
    assert (answer.status, answer.json()[SMS]) == (201, False)
    assert answer.headers["Warning"] == f'299 - "{SMS}: not available on this installation, it stays off"'
    path = f"services/{answer.json()['id']}"
    changed = await graph.call("PATCH", path, {SMS: True})
    assert SMS in changed.headers["Warning"]
    assert (await graph.get(path))[SMS] is False
    again = await graph.call("PATCH", path, await graph.get(path))
    assert (again.status < 300, "Warning" in again.headers) == (True, False)


async def test_text_messages_to_a_customer_stay_off_too(graph):
    body = booking(**{SMS: True})
    body["customers"][0][SMS] = True
    answer = await graph.call("POST", "appointments", body)
    made = answer.json()
    assert (answer.status, made[SMS], made["customers"][0][SMS]) == (201, False, False)
    assert SMS in answer.headers["Warning"]
    path = f"appointments/{made['id']}"
    assert (await graph.call("PATCH", path, merged(await graph.get(path), {"serviceNotes": "x"}))).status < 300


@pytest.mark.parametrize("value", [None, "true", 1, [True]])
async def test_what_is_no_boolean_is_still_refused(graph, value):
    assert (await graph.refused("POST", "services", {**SERVICE, SMS: value}))[0] == 400
