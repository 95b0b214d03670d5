"""What Azure's Event Grid tells the app of SMS: who shows the key is heard."""

from tests.functions.sms.phones import MOBILE, Texting
from tests.functions.sms.test_twilio import sent


KEY = "0123456789abcdefghijklmnopqrstuv"
PLACE = f"/sms/azure/events?key={KEY}"
REPORT, REPLY = "Microsoft.Communication.SMSDeliveryReportReceived", "Microsoft.Communication.SMSReceived"


def report(tag: str, status: str = "Failed", said: str = "The number is unreachable") -> dict:
    return {"eventType": REPORT, "data": {"tag": tag, "deliveryStatus": status, "deliveryStatusDetails": said}}


async def test_event_grid_is_given_proof_of_the_address():
    world = await Texting.opened("azure", KEY)
    kind = "Microsoft.EventGrid.SubscriptionValidationEvent"
    answer = await world.call("POST", PLACE, [{"eventType": kind, "data": {"validationCode": "abc"}}])
    assert answer.json() == {"validationResponse": "abc"}


async def test_reports_are_noted_once_and_about_what_is_not_known_passed_over():
    world = await Texting.opened("azure", KEY)
    reference = await world.booked()
    both = [report("nothing"), report(reference), report(reference), {"eventType": REPORT, "data": None}, {}]
    assert (await world.call("POST", PLACE, both)).json() == {"taken": 2}
    assert (sent(world).status, sent(world).reason) == ("failed", "unreachable")


async def test_stop_is_confirmed_once_by_an_sms():
    world = await Texting.opened("azure", KEY)
    data = {"from": MOBILE, "to": "+15005550006", "message": "STOP", "messageId": "m1"}
    for _ in range(2):
        assert (await world.call("POST", PLACE, [{"eventType": REPLY, "data": data}])).status == 200
    ((handover, text),) = world.telephones.texts
    assert (handover.number, handover.sender, "START" in text) == (MOBILE, "+15005550006", True)


async def test_who_shows_no_key_or_sends_no_events_is_refused():
    world = await Texting.opened("azure", KEY)
    for place in ("/sms/azure/events", "/sms/azure/events?key=", f"{PLACE}x", "/sms/azure/events?key=é"):
        assert (await world.call("POST", place, [])).status == 403
    for body in (b"", b"{}", b"[1]", b"\xff"):
        assert (await world.call("POST", PLACE, body=body)).status == 400
    assert (await world.call("POST", PLACE, body=b"[" + b" " * 70_000 + b"]")).status == 413
