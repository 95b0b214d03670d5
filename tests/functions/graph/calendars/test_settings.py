"""What services, staffMembers and customQuestions of the Graph API have in common."""

from datetime import timedelta
from uuid import UUID

import pytest

from shared.domain.access.permissions import APPOINTMENTS, WRITE
from tests.functions.graph.app import ADA, OUTSIDER, SAM, VAL
from tests.functions.graph.calendars.settings import KINDS, PREFER
from tests.support.builders import a_key
from tests.support.edge import closed


EACH = pytest.mark.parametrize("kind", KINDS)


def of_status(kind):
    return 200 if kind == "customQuestions" else 204


@EACH
async def test_every_property_comes_back(graph, kind):
    sent = KINDS[kind]
    made = await graph.post(kind, sent, **PREFER)
    assert UUID(made["id"]).version == 4
    for found in (made, await graph.get(f"{kind}/{made['id']}", **PREFER)):
        assert {name: found[name] for name in sent} == sent
        assert found["createdDateTime"] == "2027-01-11T07:00:00Z"
    (listed,) = [one for one in await graph.listed(kind, **PREFER) if one["id"] == made["id"]]
    shown = {**sent, "defaultReminders": []} if kind == "services" else sent
    assert {name: listed[name] for name in sent} == shown


@EACH
async def test_what_was_shown_can_be_sent_back_whole(graph, kind):
    made = await graph.post(kind, KINDS[kind])
    path = f"{kind}/{made['id']}"
    shown = await graph.get(path)
    await graph.patch(path, {**shown, "displayName": "Renamed"}, status=of_status(kind))
    again = await graph.get(path)
    assert {name for name in shown if shown[name] != again[name]} <= {
        "displayName",
        "@odata.etag",
        "lastUpdatedDateTime",
    }
    assert again["displayName"] == "Renamed"


@EACH
async def test_a_change_that_changes_nothing_leaves_its_time(graph, kind):
    made = await graph.post(kind, KINDS[kind])
    graph.world.now += timedelta(hours=1)
    await graph.patch(f"{kind}/{made['id']}", {}, status=of_status(kind))
    assert (await graph.get(f"{kind}/{made['id']}"))["lastUpdatedDateTime"] == made["lastUpdatedDateTime"]


@EACH
async def test_a_repeated_request_makes_one_thing(graph, kind):
    key, before = a_key(), len(await graph.listed(kind))
    made = [await graph.post(kind, KINDS[kind], idempotency_key=key) for _ in range(2)]
    assert made[0]["id"] == made[1]["id"]
    assert len(await graph.listed(kind)) == before + 1
    assert (await graph.refused("POST", kind, {**KINDS[kind], "displayName": "x"}, idempotency_key=key))[0] == 422


@EACH
async def test_what_is_removed_is_gone_from_lists_and_by_its_id(graph, kind):
    made = await graph.post(kind, KINDS[kind])
    before = len(await graph.listed(kind))
    await graph.delete(f"{kind}/{made['id']}")
    assert len(await graph.listed(kind)) == before - 1
    for method in ("GET", "PATCH", "DELETE"):
        document = {} if method == "PATCH" else None
        assert (await graph.refused(method, f"{kind}/{made['id']}", document))[0] == 404


@EACH
async def test_an_older_state_is_not_overwritten(graph, kind):
    made = await graph.post(kind, KINDS[kind])
    path, etag = f"{kind}/{made['id']}", made["@odata.etag"]
    assert (await graph.call("GET", path)).headers["ETag"] == etag
    await graph.patch(path, {"displayName": "First"}, status=of_status(kind), if_match=etag)
    for method, document in (("PATCH", {"displayName": "Second"}), ("DELETE", None)):
        assert (await graph.refused(method, path, document, if_match=etag))[0] == 412
    assert (await graph.get(path))["displayName"] == "First"


@EACH
async def test_another_calendars_are_not_there(graph, kind):
    await graph.world.save(closed())
    made = await graph.post(kind, KINDS[kind])
    organisation = graph.by_organisation()
    other = "/v1.0/solutions/bookingBusinesses/biz0closed"
    assert (await organisation.refused("GET", f"{other}/{kind}/{made['id']}"))[0] == 404
    assert (await graph.by(OUTSIDER).refused("GET", f"{kind}/{made['id']}"))[0] == 404


@EACH
async def test_only_administrators_change_settings_and_viewers_see_them(graph, kind):
    for email in (SAM, VAL):
        other = graph.by(email)
        assert len(await other.listed(kind)) > 0
        assert (await other.refused("POST", kind, KINDS[kind]))[0] == 403
    status = 403 if kind != "customQuestions" else 201
    assert (await graph.by(ADA, APPOINTMENTS).call("POST", kind, KINDS[kind])).status == status
    assert (await graph.by_application(WRITE).call("POST", kind, KINDS[kind])).status == 201


@EACH
async def test_counts_are_numbers(graph, kind):
    answer = await graph.call("GET", f"{kind}/$count")
    assert answer.body == str(len(await graph.listed(kind))).encode()


@pytest.mark.walk
@pytest.mark.parametrize(
    ("kind", "document", "target"),
    [
        ("services", {"displayName": None}, "/displayName"),
        ("services", {"defaultDuration": "PT0S"}, "/defaultDuration"),
        ("services", {"defaultDuration": "1 hour"}, "/defaultDuration"),
        ("services", {"defaultDuration": None}, "/defaultDuration"),
        ("services", {"preBuffer": "P2D"}, "/preBuffer"),
        ("services", {"defaultPrice": -1}, "/defaultPrice"),
        ("services", {"defaultPrice": "10"}, "/defaultPrice"),
        ("services", {"defaultPriceType": "cheap"}, "/defaultPriceType"),
        ("services", {"maximumAttendeesCount": 0}, "/maximumAttendeesCount"),
        ("services", {"maximumAttendeesCount": 1.5}, "/maximumAttendeesCount"),
        ("services", {"staffMemberIds": ["nobody"]}, "/staffMemberIds"),
        ("services", {"customQuestions": [{"questionId": "none"}]}, "/customQuestions/0/questionId"),
        ("services", {"defaultReminders": [{"offset": "PT1M", "message": ""}]}, "/defaultReminders/0/offset"),
        ("services", {"defaultReminders": [{"offset": "PT1H"}] * 11}, "/defaultReminders"),
        ("services", {"schedulingPolicy": {"timeSlotInterval": "PT3M"}}, "/schedulingPolicy/timeSlotInterval"),
        ("services", {"defaultLocation": {"coordinates": {"latitude": 91.0}}}, "/defaultLocation/coordinates/latitude"),
        ("services", {"defaultLocation": {"locationType": "moon"}}, "/defaultLocation/locationType"),
        ("services", {"color": "blue"}, "/color"),
        ("services", {"description": "x" * 8001}, "/description"),
        ("services", {"price": 3}, "/price"),
        ("staffMembers", {"role": "boss"}, "/role"),
        ("staffMembers", {"emailAddress": None}, "/emailAddress"),
        ("staffMembers", {"emailAddress": "nobody"}, "/emailAddress"),
        ("staffMembers", {"timeZone": "Mars"}, "/timeZone"),
        ("staffMembers", {"membershipStatus": "maybe"}, "/membershipStatus"),
        ("staffMembers", {"workingHours": [{"day": "monday", "timeSlots": [{"startTime": "12:00:00", "endTime": "11:00:00"}]}]}, "/workingHours"),
        ("staffMembers", {"colorIndex": -1}, "/colorIndex"),
        ("customQuestions", {"displayName": ""}, "/displayName"),
        ("customQuestions", {"answerInputType": "essay"}, "/answerInputType"),
        ("customQuestions", {"answerInputType": "radioButton", "answerOptions": []}, "/answerOptions"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_by_the_name_of_the_field(graph, kind, document, target):
    made = await graph.post(kind, KINDS[kind])
    for method, path, body in (
        ("PATCH", f"{kind}/{made['id']}", document),
        ("POST", kind, {**KINDS[kind], **document}),
    ):
        status, error = await graph.refused(method, path, body)
        assert (status, error["code"]) == (400, "BadRequest")
        assert target in {one["target"] for one in error["details"]}, error


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("services", "displayName"),
        ("staffMembers", "displayName"),
        ("staffMembers", "emailAddress"),
        ("staffMembers", "role"),
        ("customQuestions", "displayName"),
    ],
)
async def test_what_is_required_is_named(graph, kind, missing):
    sent = {name: value for name, value in KINDS[kind].items() if name != missing}
    _, error = await graph.refused("POST", kind, sent)
    assert [(one["target"], one["message"]) for one in error["details"]] == [(f"/{missing}", "required")]


async def test_lists_of_settings_are_filtered_sorted_and_selected(graph):
    url = "staffMembers?$filter=startswith(emailAddress,'clai') or displayName eq 'Omar'&$orderby=displayName desc&$select=displayName&$count=true"
    found = await graph.get(url.replace(" ", "%20"))
    assert found["@odata.count"] == 2
    assert [one["displayName"] for one in found["value"]] == ["Omar", "Claire"]
    assert all("@odata.type" in one and "emailAddress" not in one for one in found["value"])
