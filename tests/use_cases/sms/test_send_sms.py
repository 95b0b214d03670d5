"""SMS to customers: who gets them, when, and what is known of each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.delivery.texts.sms import sms_text
from shared.domain.appointments.messages import OutboxEntry, SentMessage
from shared.domain.calendar.service import CustomerFields
from shared.domain.messages.segments import sms_size
from shared.records.codec import load_row
from shared.records.keys import FAILED, SENT, SMS, WORK
from shared.use_cases.appointments.send_new_link import send_new_link
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.messages.references import read_reference
from shared.use_cases.sms.opt_outs import code_of, is_opted_out, read_stop_token, record_opt_out
from tests.delivery.mail.letters import LANGUAGES, NOW, SENDER, letter, of_service
from tests.support.builders import MONDAY, SECRET, a_key
from tests.support.clinic import ANA, HALF, TEN, errors_of
from tests.support.faulty_table import Fault, times
from tests.support.virtual_time import virtually
from tests.use_cases.sms.world import DAY, MOBILE, WORDS, World


MINUTE = timedelta(minutes=1)


async def opt_out(world: World, number: str = MOBILE, **changes: object) -> bool:
    more = {"is_out": True, "by": "answer", **changes}
    return await record_opt_out(code_of(SECRET, number), store=world.store, now=world.now, **more)


@virtually
async def test_who_agreed_is_told_by_sms_beside_the_mail_and_the_words_are_kept():
    world = await World.texted()
    done = await world.book_by()
    tally = await world.tick()
    (text,) = world.telephones.texts
    assert (text.handover.number, text.handover.sender) == (MOBILE, "+15005550006")
    assert "Tue, Jan 12, 10:00" in text.text.replace(" AM", "")
    assert "Consultation" not in text.text, "others may see the screen"
    assert "Reply STOP" in text.text
    assert (tally.sent, world.postman.kinds(ANA)) == (4, ["confirmation"])
    seat = world.appointment(done.appointment).seat
    assert seat is not None
    assert seat.sms_consent is not None
    assert (seat.wants_sms, seat.sms_consent.text, seat.sms_consent.at) == (True, WORDS, MONDAY)
    (sent,) = world.sent()
    assert (sent.status, sent.kind, sent.product) == ("sent", "confirmation", "in_person")
    about = read_reference(SECRET, "sms", text.handover.reference)
    assert about is not None
    assert about.business == world.business
    notes = [load_row(SentMessage, row) for row in world.rows(SENT).values()]
    assert [one.sms for one in notes if one.recipient.kind == "phone"] == [about.key]


@virtually
async def test_who_did_not_agree_gets_none_and_neither_does_a_service_without():
    world = await World.texted()
    await world.book_by(sms_consent="")
    await world.tick()
    assert world.telephones.texts == []
    other = await World.texted(send_sms=False)
    assert await errors_of(other.book_by()) == ["/smsConsent"]


@virtually
async def test_a_number_that_does_not_exist_is_refused_at_its_field_when_sms_is_wanted():
    world = await World.texted()
    assert await errors_of(world.book_by("06 12 34")) == ["/customer/phone"]
    assert await errors_of(world.book_by("")) == ["/customer/phone"]
    assert await errors_of(world.book_by("06 12 34", sms_consent="")) == []


@virtually
async def test_change_and_cancellation_follow_by_sms():
    world = await World.texted()
    done = await world.book_by("06 12 34 56 70")
    await world.tick()
    done = await world.move(done.token, TEN + HALF)
    await world.tick()
    await world.cancel(done.token)
    await world.tick()
    said = world.telephones.said
    words = ("is confirmed", "has changed", "is cancelled")
    assert [word in one for word, one in zip(words, said, strict=True)] == [True] * 3
    assert {one.handover.number for one in world.telephones.texts} == {MOBILE}


@virtually
async def test_who_gives_no_email_hears_by_sms_of_what_was_cancelled_before_it_was_confirmed():
    world = await World.texted(customer_fields=CustomerFields(email="optional", phone="required"))
    booked = await world.book_by(email="")
    await world.cancel(booked.token)
    await world.tick()
    (said,) = world.telephones.said
    assert "is cancelled" in said


@virtually
async def test_a_sender_that_cannot_be_answered_gives_a_link_to_opt_out():
    world = await World.texted()
    await world.book_by("+447400123450")
    await world.tick()
    (text,) = world.telephones.texts
    assert text.handover.sender == "Clinic"
    assert f"https://book.example.org/o/{text.handover.stop}" in text.text
    assert read_stop_token(SECRET, text.handover.stop) == code_of(SECRET, "+447400123450")


@virtually
async def test_who_opted_out_gets_none_from_any_calendar_until_start():
    world = await World.texted()
    assert await opt_out(world)
    await world.book_by()
    tally = await world.tick()
    assert (world.telephones.texts, tally.dropped, world.rows(FAILED)) == ([], 1, {})
    (sent,) = world.sent()
    assert (sent.status, sent.reason) == ("failed", "opted_out")
    assert await opt_out(world, is_out=False)
    await world.book_by(start=TEN + DAY)
    await world.tick()
    assert len(world.telephones.texts) == 1


@virtually
async def test_a_start_that_is_sent_again_undoes_no_later_stop():
    world = await World.texted()
    code = code_of(SECRET, MOBILE)
    for is_out, message in ((True, "SM1"), (False, "SM2"), (True, "SM3")):
        assert await opt_out(world, is_out=is_out, message=message)
    assert not await opt_out(world, is_out=False, message="SM2")
    assert await is_opted_out(code, store=world.store)


@virtually
async def test_what_a_provider_refuses_is_shown_and_a_stop_of_its_carrier_counts_for_all():
    world = await World.texted()
    await world.book_by("+33612345673")
    assert (await world.tick()).failed == 1
    assert len(world.rows(FAILED)) == 1
    await world.book_by("+33612345676", start=TEN + DAY)
    assert (await world.tick()).dropped == 1
    assert await is_opted_out(code_of(SECRET, "+33612345676"), store=world.store)
    assert sorted(one.reason for one in world.sent()) == ["landline", "opted_out"]
    assert len(world.rows(FAILED)) == 1


@virtually
async def test_a_channel_that_is_away_holds_up_itself_alone():
    world = await World.texted()
    world.telephones.is_away = True
    await world.book_by()
    await world.tick()
    assert world.postman.kinds(ANA) == ["confirmation"]
    assert len(world.postman.letters) == 3
    assert world.sent() == [], "of a try that failed nothing is left"
    world.telephones.is_away, world.postman.is_away = False, True
    await world.book_by("+33612345671", start=TEN + DAY)
    await world.tick_for(5 * MINUTE)
    assert len(world.telephones.texts) == 2
    assert len(world.postman.letters) == 3


@pytest.mark.parametrize("fault", [Fault.DROPPED_BEFORE, Fault.DROPPED_AFTER])
@virtually
async def test_an_unclear_storage_holds_up_the_sms_alone_and_for_no_longer_than_that(fault):
    world = await World.texted()
    world.table.plan = times(1, fault, lambda call: call.writes(SMS))
    await world.book_by()
    await world.tick()
    await world.tick()
    assert world.postman.kinds(ANA) == ["confirmation"]
    assert len(world.postman.letters) == 3
    assert len(world.telephones.texts) == len(world.sent()) == 1


@virtually
async def test_a_marker_for_the_morning_that_cannot_be_written_is_written_by_the_next_run():
    world = await World.texted(reminders=[{"offset": timedelta(hours=12)}])
    await world.book_by(start=TEN + DAY)
    await world.tick()
    await world.wait_until(datetime(2027, 1, 12, 21, 0, 30, tzinfo=UTC))
    world.table.plan = times(1, Fault.DROPPED_BEFORE, lambda call: call.table == "due")
    await world.tick()
    (waiting,) = [load_row(OutboxEntry, row) for key, row in world.rows(WORK).items() if key.endswith("|r0")]
    assert (waiting.leased_by, waiting.attempts) == ("", 0)
    await world.tick()
    assert [key for key in world.rows(WORK) if key.startswith("M|202701130700")]


@virtually
async def test_a_reminder_waits_for_the_morning_where_its_reader_is_and_no_timer_looks_before():
    world = await World.texted(reminders=[{"offset": timedelta(hours=12)}])
    await world.book_by(start=TEN + DAY)  # reminded at 22:00
    await world.tick()
    await world.wait_until(datetime(2027, 1, 12, 21, 0, 30, tzinfo=UTC))
    await world.tick()
    assert world.postman.kinds(ANA) == ["confirmation", "reminder"]
    assert len(world.telephones.texts) == 1
    (key,) = (one for one in world.rows(WORK) if one.startswith("M|202701130700"))
    assert key.endswith("|r0")
    await world.wait_until(datetime(2027, 1, 13, 7, 0, 30, tzinfo=UTC))
    await world.tick()
    assert "reminder of your appointment" in world.telephones.said[1]
    assert not [one for one in world.rows(WORK) if one.endswith("|r0")]


@virtually
async def test_a_reminder_that_waited_is_not_sent_for_what_was_cancelled_meanwhile():
    world = await World.texted(reminders=[{"offset": timedelta(hours=12)}])
    done = await world.book_by(start=TEN + DAY)
    await world.tick()
    await world.wait_until(datetime(2027, 1, 12, 21, 0, 30, tzinfo=UTC))
    await world.tick()
    await world.cancel(done.token)
    await world.wait_until(datetime(2027, 1, 13, 7, 0, 30, tzinfo=UTC))
    await world.tick()
    assert ["is cancelled" in one for one in world.telephones.said] == [False, True]


@virtually
async def test_without_a_sender_for_a_country_it_is_said_and_not_hidden():
    world = await World.texted()
    await world.book_by()
    world.telephones.senders = (("+1", "+15005550006"),)
    assert (await world.tick()).failed == 1
    (sent,) = world.sent()
    assert sent.reason == "no_sender"


@virtually
async def test_a_new_link_reaches_who_wants_sms_by_one_too():
    world = await World.texted()
    booked = await world.book_by()
    await world.tick()
    about = {"editor": Actor("desk"), "key": a_key(), **world.args()}
    assert await send_new_link(booked.appointment, "customer", booked.id, **about)
    await world.tick()
    (_, text) = world.telephones.said
    assert "here's the new link" in text
    assert booked.token not in text
    assert "/manage/" in text
    assert [one.status for one in world.sent()] == ["sent", "sent"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_series_is_told_of_by_number_first_date_and_one_link_to_all(language: str) -> None:
    made = letter("series", language=language)
    text = sms_text(made, SENDER, NOW)
    assert "Clinique des Tilleuls" in text
    assert " 2 " in text
    assert text.count("https://") == 1
    assert text.endswith(f"/book/demo-clinic/manage/{made.manage_token}")
    assert sms_size(text).segments <= (3 if language == "ru" else 2)
    kept = of_service(
        replace(made, seat=made.seat.model_copy(update={"made_by": "staff"})), customers_may_manage=False
    )
    assert "https://" not in sms_text(kept, SENDER, NOW)
