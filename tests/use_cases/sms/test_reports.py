"""What providers report of SMS: late, twice, in any order, about what is not known, or never."""

from datetime import timedelta

from shared.records.keys import FAILED
from shared.use_cases.messages.find_undelivered import list_undelivered
from shared.use_cases.messages.references import MessageReference, reference_of
from shared.use_cases.sms.take_report import take_report
from tests.support.builders import SECRET
from tests.support.clinic import TEN
from tests.support.virtual_time import virtually
from tests.use_cases.sms.world import World


async def told(world: World) -> str:
    await world.book_by()
    await world.tick()
    return world.telephones.texts[-1].handover.reference


@virtually
async def test_the_first_final_report_stands_whatever_comes_later_or_twice():
    world = await World.texted()
    reference = await told(world)
    args = {"store": world.store, "secret": SECRET}
    assert await take_report(reference, "delivered", "", **args) == "taken"
    assert await take_report(reference, "delivered", "", **args) == "known"
    assert await take_report(reference, "failed", "unreachable", **args) == "known"
    (sent,) = world.sent()
    assert (sent.status, sent.reason) == ("delivered", "")
    assert world.rows(FAILED) == {}


@virtually
async def test_what_was_not_delivered_is_shown_once_with_its_reason_and_can_be_sent_again():
    world = await World.texted()
    reference = await told(world)
    args = {"store": world.store, "secret": SECRET}
    assert await take_report(reference, "failed", "unreachable", **args) == "taken"
    assert await take_report(reference, "failed", "unreachable", **args) == "known"
    (one,) = await list_undelivered(world.business, 20, store=world.store, now=world.now)
    assert (one.recipient.kind, one.appointment.start if one.appointment else None) == ("phone", TEN)
    assert str(one.recipient) == "+phone", "a confirmation is sent again as one"


@virtually
async def test_no_report_is_no_failure():
    world = await World.texted()
    await told(world)
    await world.tick_for(timedelta(hours=1), every=600)
    (sent,) = world.sent()
    assert sent.status == "sent"


@virtually
async def test_reports_on_what_is_not_known_change_nothing():
    world = await World.texted()
    reference = await told(world)
    args = {"store": world.store, "secret": SECRET}
    forged = f"{reference[:-2]}xx"
    others = [
        reference_of(SECRET, "sms", MessageReference(world.business, key))
        for key in ("P|202701110700|0123456789abcdef", "0biz", "A|x")
    ]
    before = dict(world.rows(""))
    for name in (
        forged,
        "",
        "x.y",
        reference_of("another" * 8, "sms", MessageReference(world.business, "P|202701110700|00")),
        *others,
    ):
        assert await take_report(name, "failed", "other", **args) == "unknown"
    assert world.rows("") == before
