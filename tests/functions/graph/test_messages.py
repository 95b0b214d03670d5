"""Beside Graph: messages that did not reach anybody are mended, and a calendar's own words read and written."""

import pytest

from tests.functions.graph.app import SAM, VAL
from tests.functions.graph.appointments.bookings import booking
from tests.support.builders import a_key


CUSTOMER = "ada@example.com"
TEXT = "messageTexts/confirmation~en~"


async def a_refused_one(graph, *at: str) -> tuple[dict, str]:
    """The one message that is not delivered, and the address that refused it."""
    made = await graph.post("appointments", booking(*at))
    address = made["customers"][0]["emailAddress"]
    graph.world.postman.refused = {address}
    await graph.world.drain()
    (one,) = await graph.listed("undeliveredMessages")
    return one, address


async def test_a_message_that_was_refused_is_listed_and_sent_to_the_right_address(graph):
    one, address = await a_refused_one(graph)
    assert (one["recipient"], one["channel"], one["reason"], one["canBeCorrected"]) == (
        "customer",
        "mail",
        "refused",
        True,
    )
    assert one["address"] == address
    path = f"undeliveredMessages/{one['id']}"
    status, error = await graph.refused("POST", f"{path}/resend", {"address": "nowhere"})
    assert (status, error["details"][0]["target"]) == (400, "/address")
    assert await graph.listed("undeliveredMessages") == [one]
    await graph.post(f"{path}/resend", {"address": "right@example.com"}, 204)
    assert await graph.listed("undeliveredMessages") == []
    await graph.world.drain()
    assert graph.world.postman.kinds("right@example.com") == ["confirmation"]
    assert (await graph.get(f"appointments/{one['appointmentId']}"))["customers"][0]["emailAddress"] == (
        "right@example.com"
    )


async def test_the_customers_record_is_corrected_with_it_where_it_has_the_wrong_address(graph):
    for at, wanted, expected in (("14:00", False, "old"), ("16:00", True, "right@example.com")):
        one, address = await a_refused_one(graph, at)
        path, key = f"undeliveredMessages/{one['id']}", a_key()
        seat = (await graph.get(f"appointments/{one['appointmentId']}"))["customers"][0]
        body = {"address": "right@example.com", "inRecord": wanted}
        for _ in range(2):  # the same request again
            await graph.post(f"{path}/resend", body, 204, idempotency_key=key)
        record = await graph.get(f"customers/{seat['customerId']}")
        assert record["emailAddress"] == (address if expected == "old" else expected)
        await graph.world.drain()
    audit = await graph.listed("auditLog")
    assert [one["action"] for one in audit].count("customer changed") == 1


async def test_a_record_that_was_mended_already_keeps_what_it_has(graph):
    one, _ = await a_refused_one(graph)
    seat = (await graph.get(f"appointments/{one['appointmentId']}"))["customers"][0]
    await graph.patch(f"customers/{seat['customerId']}", {"emailAddress": "mended@example.com"}, 200)
    body = {"address": "right@example.com", "inRecord": True}
    await graph.post(f"undeliveredMessages/{one['id']}/resend", body, 204)
    assert (await graph.get(f"customers/{seat['customerId']}"))["emailAddress"] == "mended@example.com"


async def test_it_is_sent_again_or_put_away_and_then_it_is_gone(graph):
    one, address = await a_refused_one(graph)
    path = f"undeliveredMessages/{one['id']}"
    await graph.post(f"{path}/resend", None, 204)
    await graph.world.drain()  # refused again
    (again,) = await graph.listed("undeliveredMessages")
    await graph.post(f"undeliveredMessages/{again['id']}/dismiss", None, 204)
    assert await graph.listed("undeliveredMessages") == []
    for deed in ("resend", "dismiss"):
        assert (await graph.refused("POST", f"undeliveredMessages/{again['id']}/{deed}"))[0] == 404
    assert graph.world.postman.kinds(address) == []


@pytest.mark.parametrize("name", ["none", "é", "VXw=", "____", "a" * 900, "TXwwMDB8eHx5IGN1c3RvbWVy"])
async def test_an_id_that_is_none_is_as_one_that_is_gone(graph, name):
    for deed in ("resend", "dismiss"):
        assert (await graph.refused("POST", f"undeliveredMessages/{name}/{deed}", {}))[0] == 404
    assert (await graph.refused("POST", f"undeliveredMessages/{name}/resend", {"address": "a@b.example"}))[
        0
    ] == 404


async def test_a_text_is_read_set_in_part_and_taken_back(graph):
    assert await graph.listed("messageTexts") == []
    empty = await graph.get(TEXT)
    assert (empty["subject"], empty["body"], empty["serviceId"]) == ("", "", None)
    text = await graph.patch(TEXT, {"body": "Dear {customer}, see you {day}."}, 200)
    text = await graph.patch(TEXT, {"subject": "Soon"}, 200, if_match=text["@odata.etag"])
    assert (text["subject"], text["body"]) == ("Soon", "Dear {customer}, see you {day}.")
    (listed,) = await graph.listed("messageTexts")
    assert listed.items() <= text.items()
    status, _ = await graph.refused("PATCH", TEXT, {"sms": "Hi"}, if_match=empty["@odata.etag"])
    assert status == 412
    await graph.patch("messageTexts/reminder~fr~solo", {"sms": "Bientôt"}, 200)
    assert len(await graph.by(VAL).listed("messageTexts")) == 2
    await graph.delete(TEXT)
    assert [one["id"] for one in await graph.listed("messageTexts")] == ["reminder~fr~solo"]


@pytest.mark.parametrize(
    ("sent", "target"),
    [
        ({"body": "{custmer}"}, "body"),
        ({"subject": "{manage link}"}, "subject"),
        ({"sms": "x" * 641}, "sms"),
        ({"subject": 7}, "subject"),
        ({"head": "x"}, "head"),
    ],
)
async def test_what_is_no_template_is_refused_by_its_part(graph, sent, target):
    status, error = await graph.refused("PATCH", TEXT, sent)
    assert (status, [one["target"] for one in error["details"]]) == (400, [f"/{target}"])
    assert await graph.listed("messageTexts") == []


@pytest.mark.parametrize(
    "name",
    [
        "confirmation",
        "none~en~",
        "confirmation~de~",
        "confirmation~en~gone",
        "reminder~en~solo~17",
        "reminder~en~~x",
    ],
)
async def test_a_text_for_no_message_is_not_there(graph, name):
    for method, body in (("GET", None), ("PATCH", {"body": "Hi"}), ("DELETE", None)):
        assert (await graph.refused(method, f"messageTexts/{name}", body))[0] == 404


async def test_who_may_not_change_settings_reads_texts_and_mends_nothing(graph):
    one, _ = await a_refused_one(graph)
    assert (await graph.by(SAM).refused("PATCH", TEXT, {"body": "Hi"}))[0] == 403
    assert (await graph.by(SAM).refused("GET", "undeliveredMessages"))[0] == 403
    assert (await graph.by(SAM).refused("POST", f"undeliveredMessages/{one['id']}/dismiss"))[0] == 403
    assert (await graph.by(SAM).get(TEXT))["body"] == ""
