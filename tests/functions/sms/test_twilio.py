"""What Twilio tells the app: only what it has signed counts, and what comes twice counts once."""

import html
import re

from shared.domain.appointments.sent_sms import SentSms
from shared.domain.messages.opt_out_words import language_of
from shared.i18n import translator
from shared.records.codec import load_row
from shared.records.keys import FAILED, SMS
from shared.records.organisation import OPTED_OUT, ORGANISATION
from shared.use_cases.sms.opt_outs import code_of, stop_token
from tests.functions.sms.phones import MOBILE, Texting
from tests.support.edge import World


STOPPED = "You will get no more texts about appointments. Reply START to get them again."


def sent(world: Texting) -> SentSms:
    (row,) = (row for row in world.table.rows("bookings", "biz0clinic") if row.key.startswith(SMS))
    return load_row(SentSms, row)


async def test_a_signed_report_is_noted_and_a_late_one_changes_nothing():
    world = await Texting.opened()
    path = f"/sms/twilio/report/{await world.booked()}"
    assert (await world.signed(path, MessageStatus="sent")).status == 204
    assert sent(world).status == "sent"
    assert (await world.signed(path, MessageStatus="undelivered", ErrorCode="30003")).status == 204
    assert (sent(world).status, sent(world).reason) == ("failed", "unreachable")
    assert (await world.signed(path, MessageStatus="delivered")).status == 204
    assert sent(world).status == "failed"
    assert [row.key for row in world.table.rows("bookings", "biz0clinic") if row.key.startswith(FAILED)]


async def test_a_forged_report_and_one_about_nothing_are_refused():
    world = await Texting.opened()
    path = f"/sms/twilio/report/{await world.booked()}"
    fields = {"MessageStatus": "delivered"}
    assert (await world.signed(path, "another token", **fields)).status == 403
    assert (await world.call("POST", path, body=b"MessageStatus=delivered")).status == 403
    assert (await world.call("POST", path, body=b"\xff=\xff", x_twilio_signature="é")).status == 403
    assert sent(world).status == "sent"
    assert (await world.signed("/sms/twilio/report/nothing.known", **fields)).status == 404


async def test_a_reply_is_answered_once_and_one_that_is_sent_again_does_nothing():
    world = await Texting.opened()
    reply = {"From": MOBILE, "To": "+15005550006", "Body": "Stop", "MessageSid": "SM1"}
    first = await world.signed("/sms/twilio/reply", **reply)
    assert (first.status, first.headers["Content-Type"]) == (200, "text/xml")
    assert "Vous ne recevrez plus" in first.body.decode()
    for again in (reply, {**reply, "MessageSid": "SM2"}, {**reply, "Body": "Merci <&>", "MessageSid": "SM3"}):
        assert "<Message>" not in (await world.signed("/sms/twilio/reply", **again)).body.decode()
    assert (await world.signed("/sms/twilio/reply", "forged", **reply)).status == 403
    started = await world.signed("/sms/twilio/reply", **{**reply, "Body": "START", "MessageSid": "SM4"})
    assert "<Message>" in started.body.decode()


async def test_it_is_confirmed_in_the_language_of_the_word_whatever_the_numbers_country():
    for number, word in enumerate(("СТОП!", "pare", "Arrêt")):
        world = await Texting.opened()
        reply = {"From": MOBILE, "To": "+15005550006", "Body": word, "MessageSid": f"SM{number}"}
        answer = (await world.signed("/sms/twilio/reply", **reply)).body.decode()
        assert language_of(word) in ("ru", "pt_BR", "fr")
        wanted = translator(language_of(word)).gettext(STOPPED).replace("\u202f", " ").replace("\u00a0", " ")
        assert wanted.replace("’", "'") in html.unescape(answer)
    assert language_of("STOP") == language_of("Start") == ""


async def test_without_the_provider_there_is_nothing_there():
    world = World()
    for path in ("/sms/twilio/reply", "/sms/twilio/report/x", "/azure/events"):
        assert (await world.call("POST", path, body=b"a=b")).status == 404
    assert (await (await Texting.opened("azure", "k" * 32)).signed("/sms/twilio/reply", a="b")).status == 404


async def test_the_link_of_an_sms_changes_nothing_until_its_button_is_pressed():
    world = await Texting.opened()
    token = stop_token(world.services.secret, code_of(world.services.secret, MOBILE))
    page = await world.call("GET", f"/o/{token}", accept_language="fr")
    assert (page.status, "Arrêter les SMS" in page.body.decode()) == (200, True)
    assert "Arrêter les SMS" in (await world.call("GET", f"/o/{token}", accept_language="fr")).body.decode()
    action = re.search(r'action="(/o/[^"]+)"', page.body.decode())
    assert action is not None
    done = await world.call("POST", action[1].replace("&amp;", "&"), accept_language="fr")
    assert "Vous ne recevez pas de SMS" in done.body.decode()
    again = re.search(r'action="(/o/[^"]+)"', done.body.decode())
    assert again is not None
    await world.call("POST", again[1].replace("&amp;", "&"))
    assert "Stop text messages?" in (await world.call("GET", f"/o/{token}")).body.decode()
    before = world.table.rows(ORGANISATION, OPTED_OUT)
    altered = token[:-1] + ("a" if token[-1] != "a" else "b")
    for odd in ("x", "abcdefghijkl", token[:12], token.upper(), altered, token + "a"):
        for method in ("GET", "POST"):
            assert (await world.call(method, f"/o/{odd}")).status == 404
    assert world.table.rows(ORGANISATION, OPTED_OUT) == before
