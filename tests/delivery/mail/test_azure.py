"""Mail by Azure's REST interface, against a service that answers as Microsoft documents it."""

import base64
import uuid
from contextlib import asynccontextmanager
from email.message import EmailMessage

import pytest
from aiohttp import web

from shared.delivery.mail.azure import AzureMailer
from shared.delivery.mail.message import POLICY
from shared.records.table import Ambiguous
from shared.use_cases.ports import MailUnavailable, NotAccepted


class Identity:
    is_away = False

    async def get_token(self, *scopes):
        if self.is_away:
            raise Ambiguous("no token")
        self.token = f"token for {scopes[0]}"
        return self


def a_mail(to="ana@example.com"):
    mail = EmailMessage(policy=POLICY)
    mail["From"], mail["To"], mail["Reply-To"] = "Clinic <book@example.org>", to, "desk@example.org"
    mail["Subject"], mail["Message-ID"] = "Confirmed: été", "<1@example.org>"
    mail.set_content("plain")
    mail.add_alternative("<p>html</p>", subtype="html")
    mail.add_attachment(b"BEGIN:VCALENDAR", maintype="application", subtype="ics", filename="invite.ics")
    return mail


@asynccontextmanager
async def service(*answers):
    taken, left = [], list(answers)

    async def send(request):
        taken.append((request.headers, await request.json()))
        status, document, headers = left.pop(0) if left else (202, {}, {})
        return web.json_response(document, status=status, headers=headers)

    app = web.Application()
    app.router.add_post("/emails:send", send)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield AzureMailer(f"http://127.0.0.1:{runner.addresses[0][1]}", Identity()), taken
    finally:
        await runner.cleanup()


def error(code, message="", status=400, **headers):
    return status, {"error": {"code": code, "message": message}}, headers


async def test_a_mail_has_its_parts_and_the_ids_by_which_a_copy_is_known():
    async with service() as (mailer, taken):
        await mailer.send(a_mail())
        await mailer.send(a_mail())
    (headers, body), (again, _) = taken
    assert headers["Authorization"] == "Bearer token for https://communication.azure.com/.default"
    assert headers["Operation-Id"] == again["Operation-Id"] == str(uuid.UUID(headers["Operation-Id"]))
    assert body["senderAddress"] == "book@example.org"
    assert body["recipients"] == {"to": [{"address": "ana@example.com"}]}
    assert body["replyTo"] == [{"address": "desk@example.org"}]
    assert (body["content"]["subject"], body["content"]["plainText"].strip()) == ("Confirmed: été", "plain")
    assert "<p>html</p>" in body["content"]["html"]
    (file,) = body["attachments"]
    assert (file["name"], base64.b64decode(file["contentInBase64"])) == ("invite.ics", b"BEGIN:VCALENDAR")
    assert body["headers"]["Message-ID"] == "<1@example.org>"
    assert body["headers"]["x-ms-acsemail-validate-message-id"] == "true"


async def test_a_copy_that_the_service_refuses_was_sent():
    async with service(error("InvalidRequest", "Duplicate Message-ID header")) as (mailer, _):
        await mailer.send(a_mail())


async def test_too_many_stop_that_sender_until_its_time_and_no_other():
    async with service(error("TooManyRequests", status=429, **{"Retry-After": "40"})) as (mailer, taken):
        for _ in range(3):
            with pytest.raises(MailUnavailable) as busy:
                await mailer.send(a_mail())
            assert busy.value.later is not None
            assert 35 < busy.value.later.total_seconds() <= 40
        assert len(taken) == 1
        other = a_mail()
        other.replace_header("From", "other@example.org")
        await mailer.send(other)
        assert len(taken) == 2


async def test_who_cannot_be_reached_is_told_from_what_can_be_tried_again():
    wrong = error("InvalidRecipients", "The recipient address is invalid")
    others = [error("Unauthorized", status=401), error("InvalidSender"), (500, {}, {}), (202, {}, {})]
    async with service(wrong, *others) as (mailer, _):
        with pytest.raises(NotAccepted):
            await mailer.send(a_mail("nobody@example.com"))
        for _ in others[:3]:
            with pytest.raises(MailUnavailable) as later:
                await mailer.send(a_mail())
            assert later.value.later is None
        await mailer.send(a_mail())


async def test_without_a_token_or_an_answer_it_is_tried_again():
    away = Identity()
    away.is_away = True
    for mailer in (AzureMailer("http://127.0.0.1:9", away), AzureMailer("http://127.0.0.1:9", Identity())):
        with pytest.raises(MailUnavailable):
            await mailer.send(a_mail())
