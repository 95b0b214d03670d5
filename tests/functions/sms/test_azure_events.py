"""What Azure's Event Grid tells the app of SMS and mails: who shows the key is heard, in either schema."""

import json
from collections.abc import Sequence

from shared.delivery.mail.message import message_id
from shared.domain.appointments.messages import SentMessage
from shared.records.codec import load_row
from shared.records.keys import SENT
from shared.records.table import Operation, Row
from shared.use_cases.sms.take_report import TRIES
from tests.delivery.mail.letters import SENDER
from tests.functions.sms.phones import MOBILE, Texting
from tests.functions.sms.test_twilio import sent
from tests.support.fakes import MemoryTable


KEY = "0123456789abcdefghijklmnopqrstuv"
PLACE = f"/azure/events?key={KEY}"
REPORT, REPLY = "Microsoft.Communication.SMSDeliveryReportReceived", "Microsoft.Communication.SMSReceived"
MAIL_REPORT = "Microsoft.Communication.EmailDeliveryReportReceived"


def report(tag: str, status: str = "Failed", said: str = "The number is unreachable") -> dict:
    return {"eventType": REPORT, "data": {"tag": tag, "deliveryStatus": status, "deliveryStatusDetails": said}}


async def test_event_grid_is_given_proof_of_the_address_in_both_schemas():
    world = await Texting.opened("azure", KEY)
    kind = "Microsoft.EventGrid.SubscriptionValidationEvent"
    answer = await world.call("POST", PLACE, [{"eventType": kind, "data": {"validationCode": "abc"}}])
    assert answer.json() == {"validationResponse": "abc"}
    asked = await world.call("OPTIONS", PLACE, webhook_request_origin="eventgrid.azure.net")
    assert (asked.status, asked.headers["WebHook-Allowed-Origin"]) == (200, "eventgrid.azure.net")
    assert (await world.call("OPTIONS", "/azure/events", webhook_request_origin="x")).status == 403


async def test_reports_are_noted_once_and_about_what_is_not_known_passed_over():
    world = await Texting.opened("azure", KEY)
    reference = await world.booked()
    both = [report("nothing"), report(reference), report(reference), {"eventType": REPORT, "data": None}, {}]
    assert (await world.call("POST", PLACE, both)).json() == {"taken": 2}
    assert (sent(world).status, sent(world).reason) == ("failed", "unreachable")


async def test_a_cloud_event_and_the_key_in_a_header_are_the_same():
    world = await Texting.opened("azure", KEY)
    reference = await world.booked()
    event = {"specversion": "1.0", "type": REPORT, "source": "/x", "id": "1", "data": report(reference)["data"]}
    answer = await world.call("POST", "/azure/events", event, x_openslot_key=KEY)
    assert answer.json() == {"taken": 1}
    assert sent(world).status == "failed"


async def mailed() -> tuple[Texting, str]:
    """Ana was sent her confirmation by a provider that reports; return its Message-ID."""
    world = await Texting.opened("azure", KEY)
    world.postman.reports = True
    await world.booked()
    letter = next(one for one in world.postman.letters if one.to == "ana@example.com")
    return world, message_id(letter, SENDER, world.now)


def mail_report(name: str, status: str, at: str = "2026-02-09T19:46:12.2480265+00:00") -> dict:
    said = {"status": status, "internetMessageId": name, "deliveryAttemptTimestamp": at}
    return {"eventType": MAIL_REPORT, "data": said}


def noted(world: Texting) -> Row:
    found = [row for row in world.table.rows("bookings", "biz0clinic") if row.key.startswith(SENT)]
    (own,) = [row for row in found if load_row(SentMessage, row).recipient.kind == "customer"]
    return own


def note(world: Texting) -> SentMessage:
    return load_row(SentMessage, noted(world))


async def test_a_mail_that_came_back_is_undelivered_and_its_later_reports_change_nothing():
    world, name = await mailed()
    events = [
        mail_report(name, "OutForDelivery"),
        mail_report(name, "Bounced"),
        mail_report(name, "Bounced"),
        mail_report(name, "Delivered"),
        mail_report("<another@example.org>", "Bounced"),
        mail_report(f"{name[:-20]}x@example.org>", "Bounced"),
        {"eventType": MAIL_REPORT, "data": {"status": ["x"], "internetMessageId": 7}},
        {"eventType": MAIL_REPORT, "data": {}},
    ]
    assert (await world.call("POST", PLACE, events)).json() == {"taken": 3}
    assert (note(world).report, note(world).why, note(world).is_failed) == ("failed", "bounced", True)


async def test_what_each_state_of_a_mail_means():
    for status, wanted in {
        "Delivered": ("delivered", ""),
        "Expanded": ("delivered", ""),
        "FilteredSpam": ("failed", "filtered"),
        "Quarantined": ("failed", "filtered"),
        "Suppressed": ("failed", "suppressed"),
        "Failed": ("failed", "undeliverable"),
        "Something new": ("failed", "undeliverable"),
    }.items():
        world, name = await mailed()
        await world.call("POST", PLACE, mail_report(name, status))
        assert (note(world).report, note(world).why) == wanted


async def test_a_report_before_the_note_is_asked_for_again_with_the_rest_of_its_batch_taken():
    world, name = await mailed()
    kept = noted(world)
    await world.table.transact("bookings", "biz0clinic", [Operation("delete", kept.key, etag=kept.etag)])
    batch = [
        mail_report(name, "Delivered", world.now.isoformat()),
        report(world.telephones.texts[-1].handover.reference),
    ]
    assert (await world.call("POST", PLACE, batch)).status == 503
    assert sent(world).status == "failed"
    await world.table.transact("bookings", "biz0clinic", [Operation("insert", kept.key, kept.values)])
    assert (await world.call("POST", PLACE, batch)).json() == {"taken": 2}
    assert note(world).report == "delivered"


class Overtaken(MemoryTable):
    """Others write a row of a calendar just before whoever has read it, as often as `times` says."""

    times = 0

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        if table == "bookings" and self.times:
            self.times -= 1
            row = await self.get(table, partition, operations[0].key)
            assert row is not None
            await super().transact(table, partition, [Operation("replace", row.key, row.values, row.etag)])
        return await super().transact(table, partition, operations)


async def test_a_report_that_others_overtake_is_asked_for_again_with_the_rest_of_its_batch_taken():
    table = Overtaken()
    world = await Texting.opened("azure", KEY, table)
    reference = await world.booked()
    table.times = TRIES
    batch = [report(reference), report(reference)]
    assert (await world.call("POST", PLACE, batch)).status == 503
    assert (sent(world).status, table.times) == ("failed", 0)
    assert (await world.call("POST", PLACE, batch)).json() == {"taken": 2}


async def test_stop_is_confirmed_once_by_an_sms():
    world = await Texting.opened("azure", KEY)
    data = {"from": MOBILE, "to": "+15005550006", "message": "STOP", "messageId": "m1"}
    for _ in range(2):
        assert (await world.call("POST", PLACE, [{"eventType": REPLY, "data": data}])).status == 200
    ((handover, text),) = world.telephones.texts
    assert (handover.number, handover.sender, "START" in text) == (MOBILE, "+15005550006", True)


async def test_who_shows_no_key_or_sends_no_events_is_refused():
    world = await Texting.opened("azure", KEY)
    for place in ("/azure/events", "/azure/events?key=", f"{PLACE}x", "/azure/events?key=é"):
        assert (await world.call("POST", place, [])).status == 403
    assert (await world.call("POST", PLACE, [], x_openslot_key="another")).status == 403
    many, deep = json.dumps([{}] * 501).encode(), b"[" * 100_000
    for body in (b"", b"[1]", b"7", b"\xff", many, deep):
        assert (await world.call("POST", PLACE, body=body)).status == 400
    assert (await world.call("POST", PLACE, body=b"[" + b" " * 1_100_000 + b"]")).status == 413
    world.services = (await Texting.opened("azure")).services
    assert (await world.call("POST", PLACE, [])).status == 404, "without a key there is nothing there"
