"""Text messages at the console: what was not delivered, sent again, on the appointment's page and in the report."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from functions.settings.sms import SmsSettings
from shared.use_cases.context import Context
from shared.use_cases.customers.find_customers import read_all
from shared.use_cases.messages.take_mail_report import take_mail_report
from shared.use_cases.sms.take_report import take_report
from tests.functions.console.app import START, Console
from tests.support.builders import SECRET, a_calendar, a_key, a_person, a_service
from tests.support.telephones import ACCOUNT, Telephones


HOME = "/console/calendars/biz0clinic"


@pytest.fixture
async def console():
    world = Console()
    world.telephones = Telephones()
    settings = replace(world.services.settings, sms=SmsSettings(ACCOUNT))
    world.services = replace(world.services, settings=settings, texter=lambda: world.telephones.service)
    people = [a_person("claire"), a_person("desk", role="administrator"), a_person("member", role="team_member")]
    await world.save(a_calendar(staff=people, services=[a_service(send_sms=True)]))
    customer = {"name": "Ana", "email": "ana@example.com", "phone": "+33612345670"}
    made = await world.book(START, service="consultation", customer=customer, smsConsent="Text me!")
    assert made.status == 201, made.body
    world.appointment = made.json()["id"]
    await world.services.due_work.send()
    return world


async def shown(console, path, who="desk"):
    answer = await console.open(who, path)
    assert answer.status == 200, (path, answer.status)
    return re.sub(r"<[^>]*>|\s+", " ", answer.body.decode())


async def fail(console):
    reference = console.telephones.texts[-1].handover.reference
    assert await take_report(reference, "failed", "unreachable", store=console.store, secret=SECRET) == "taken"


def failed(page):
    """The first failed message of the page and its recipient, as the form names them."""
    names = ("message", "recipient")
    return {one: re.search(rf'name="{one}" value="([^"]+)"', page)[1].replace("&#43;", "+") for one in names}


async def test_what_a_carrier_could_not_deliver_is_seen_and_sent_again(console):
    assert "undelivered message" not in await shown(console, HOME)
    await fail(console)
    for path in (HOME, "/console"):
        assert "1 undelivered message" in await shown(console, path)
    assert f'href="{HOME}/undelivered"' in (await console.open("desk", "/console")).body.decode()
    assert "undelivered" not in await shown(console, "/console", "member")
    page = (await console.open("desk", f"{HOME}/undelivered")).body.decode()
    assert "Text message: the phone wasn’t reached." in page
    assert "+33612345670" in page
    assert (await console.send("desk", f"{HOME}/undelivered", do="resend", **failed(page))).status == 303
    await console.services.due_work.send()
    first, second = console.telephones.said
    assert first == second
    for path in (HOME, "/console"):
        assert "undelivered message" not in await shown(console, path)


async def test_a_mail_that_came_back_is_seen_beside_the_text_each_with_its_own_reason(console):
    console.postman.reports = True
    customer = {"name": "Bo", "email": "bo@example.com", "phone": "+33612345680"}
    later = START + timedelta(days=1)
    made = await console.book(later, service="consultation", customer=customer, smsConsent="Text me!", key=a_key())
    assert made.status == 201, made.body
    await console.services.due_work.send()
    (letter,) = console.postman.to("bo@example.com")
    about = Context(console.store, SECRET, console.now)
    assert await take_mail_report(letter.reference, "failed", "bounced", console.now, context=about) == "taken"
    await fail(console)
    page = await shown(console, f"{HOME}/undelivered")
    assert "Email: the recipient’s email server sent it back." in page
    assert "Text message: the phone wasn’t reached." in page
    page = await shown(console, f"/console/queue/biz0clinic/{made.json()['id']}")
    assert "Not delivered – the recipient’s email server sent it back" in page
    form = failed((await console.open("desk", f"{HOME}/undelivered")).body.decode())
    sent = await console.send("desk", f"{HOME}/undelivered", do="resend", address="bo@right.example", **form)
    assert sent.status == 303
    await console.services.due_work.send()
    assert [one.resent for one in console.postman.to("bo@right.example")] == [1]


async def test_a_wrong_number_is_corrected_where_it_failed_and_the_text_goes_to_the_right_one(console):
    path = f"{HOME}/undelivered"
    await fail(console)
    line = console.telephones.texts
    fields = failed(page := (await console.open("desk", path)).body.decode())
    assert 'type="tel"' in page
    for typed in ("", "+33 999", "ana@example.com", "1" * 99):
        answer = await console.send("desk", path, do="resend", address=typed, **fields)
        html = unescape(answer.body.decode())
        assert answer.status == 422
        assert "Enter a phone number such as" in html
        assert f'value="{typed}"' in html
        assert 'name="record" value="yes"><label' in html, "as it was sent: without the tick"
    assert len(line) == 1
    assert 'name="record" value="yes" checked><label' in page
    more = {"address": " +33 6 12 34 56 80 ", "record": "yes"}
    sent = await console.send("desk", path, do="resend", **more, **fields)
    assert (sent.status, sent.headers["Location"]) == (303, f"{path}?news=resend")
    await console.services.due_work.send()
    assert [one.handover.number for one in line] == ["+33612345670", "+33612345680"]
    assert "+33 6 12 34 56 80" in await shown(console, f"/console/queue/biz0clinic/{console.appointment}")
    (customer,) = await read_all(business="biz0clinic", store=console.services.store)
    assert customer.record.phone == "+33 6 12 34 56 80"
    late = await console.send("desk", path, do="resend", address="+33 6", **fields)
    assert (late.status, late.headers["Location"]) == (303, f"{path}?news=gone")
    odd = await console.send("desk", path, do="resend", address="+33", message=fields["message"], recipient="?")
    assert (odd.status, odd.headers["Location"]) == (303, f"{path}?news=gone")


async def test_a_cancellation_that_nobody_got_is_named_and_reaches_the_right_address(console):
    console.postman.refused = {"ana@example.com"}
    path = f"/console/queue/biz0clinic/{console.appointment}/cancel"
    assert (await console.send("desk", path, message="", telling="now")).status == 303
    await console.services.due_work.send()
    page = (await console.open("desk", f"{HOME}/undelivered")).body.decode()
    assert "Cancellation" in page
    more = {"do": "resend", "address": "ana@right.example"}
    assert (await console.send("desk", f"{HOME}/undelivered", **more, **failed(page))).status == 303
    await console.services.due_work.send()
    assert [one.kind for one in console.postman.to("ana@right.example")] == ["cancellation"]


async def test_the_appointment_says_what_reached_whom_and_what_was_agreed_to(console):
    path = f"/console/queue/biz0clinic/{console.appointment}"
    page = await shown(console, path)
    assert "Confirmation by text" in page
    assert "Text me!" in page
    await fail(console)
    assert "Not delivered – the phone wasn’t reached" in await shown(console, path)


async def test_the_report_lists_texts_with_their_outcome_also_as_a_file(console):
    page = await shown(console, f"{HOME}/reports?tab=texts")
    assert "Sent, no report" in page
    await fail(console)
    answer = await console.open("desk", f"{HOME}/reports?tab=texts&format=csv")
    heading, line = answer.body.decode("utf-8-sig").strip().splitlines()
    assert heading.replace(chr(34), "") == "Sent (UTC),Sent from,Message,Appointment,Status"
    assert line.replace(chr(34), "").endswith("Confirmation,In person,Not delivered – the phone wasn’t reached")
    assert (await console.open("desk", f"{HOME}/reports?tab=texts&days=days&from=x&to=")).status == 422
    assert (await console.open("member", f"{HOME}/reports?tab=texts")).status == 403
    assert "Text messages" not in await shown(console, f"{HOME}/reports", "member")
