"""The mail catcher: takes mail, keeps it, shows it safely, and fails when it is asked to."""

# ruff: noqa: ASYNC210 – the catcher is a process of its own; nothing here runs beside a request

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import httpx
import pytest

from infra.local import pieces


CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


def mail(to="ann@example.org", subject="Réservation confirmée <b>"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Clinic <bookings@openslot.example>", to, subject
    message.set_content("Bonjour <script>\n")
    message.add_alternative("<p>Bonjour <script>alert(1)</script></p>", subtype="html")
    message.add_attachment(CALENDAR.encode(), maintype="text", subtype="calendar", filename="invite.ics")
    return message


def send(box, *messages, timeout=5.0):
    with smtplib.SMTP("127.0.0.1", box.smtp_port, timeout=timeout) as client:
        for message in messages:
            client.send_message(message)


def listed(box, to=""):
    return httpx.get(f"{box.url}/api/messages", params={"to": to}).json()


async def test_mails_are_listed_newest_first_and_survive_a_restart(tmp_path):
    async with pieces.mailbox(data_dir=tmp_path) as box:
        send(box, mail(), mail("bob@example.org", "Second"))
        before = listed(box)
    async with pieces.mailbox(data_dir=tmp_path) as box:
        assert listed(box) == before
        assert [entry["subject"] for entry in before] == ["Second", "Réservation confirmée <b>"]
        assert [entry["to"] for entry in listed(box, "ANN@")] == [["ann@example.org"]]
        page = httpx.get(box.url, params={"to": "bob"}).text
        assert "Second" in page
        assert "confirmée" not in page


async def test_what_was_sent_can_be_read_back_as_it_was(tmp_path):
    async with pieces.mailbox() as box:
        send(box, mail())
        entry = listed(box)[0]
        raw = httpx.get(box.url + entry["raw"]).content
        assert raw.startswith(b"From: Clinic")
        assert b"X-Mailbox" not in raw
        attachment = httpx.get(f"{box.url}{entry['page']}/attachments/0")
        assert attachment.text == CALENDAR
        assert attachment.headers["Content-Disposition"] == 'attachment; filename="invite.ics"'
        assert httpx.get(f"{box.url}{entry['page']}/attachments/1").status_code == 404


async def test_what_a_mail_holds_can_do_nothing_on_the_page():
    async with pieces.mailbox() as box:
        send(box, mail())
        entry = listed(box)[0]
        page = httpx.get(box.url + entry["page"])
        assert "Réservation confirmée &lt;b&gt;" in page.text
        assert "Bonjour &lt;script&gt;" in page.text
        assert "script-src" not in page.headers["Content-Security-Policy"]
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
        html = httpx.get(f"{box.url}{entry['page']}/html")
        assert html.headers["Content-Security-Policy"].startswith("sandbox allow-popups ")
        assert "default-src 'none'" in html.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/mail/..%2F..%2Fsecret", "/mail/none", "/mail/none/raw", "/mail/none/html", "/nowhere"]
)
async def test_what_is_not_there_is_not_found(path):
    async with pieces.mailbox() as box:
        assert httpx.get(box.url + path).status_code == 404


async def test_faults_are_counted_and_end():
    async with pieces.mailbox() as box:
        assert httpx.post(f"{box.url}/faults", json={"mode": "refuse", "count": 1}).status_code == 204
        with pytest.raises(smtplib.SMTPDataError, match="451"):
            send(box, mail())
        send(box, mail())
        httpx.post(f"{box.url}/faults", json={"mode": "reject"})
        with pytest.raises(smtplib.SMTPDataError, match="550"):
            send(box, mail())
        httpx.post(f"{box.url}/faults", json={"mode": "ok"})
        send(box, mail())
        assert len(listed(box)) == 2


@pytest.mark.parametrize(("mode", "kept"), [("timeout", 0), ("accept-then-timeout", 1)])
async def test_a_server_that_does_not_answer_may_have_kept_the_mail_or_not(mode, kept):
    async with pieces.mailbox() as box:
        httpx.post(f"{box.url}/faults", json={"mode": mode, "count": 1})
        with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
            send(box, mail(), timeout=0.5)
        assert len(listed(box)) == kept


@pytest.mark.parametrize("wanted", ['{"mode": "odd"}', "{}", "[]", "x", '{"mode": "ok", "count": "1"}'])
async def test_a_fault_that_is_not_known_is_refused(wanted):
    async with pieces.mailbox() as box:
        assert httpx.post(f"{box.url}/faults", content=wanted).status_code == 400


async def test_the_mailbox_can_be_emptied():
    async with pieces.mailbox() as box:
        send(box, mail())
        assert httpx.delete(f"{box.url}/api/messages").status_code == 204
        assert listed(box) == []
        assert "Nothing yet" in httpx.get(box.url).text


async def test_the_embed_demo_embeds_in_every_way():
    async with pieces.embed_demo("http://localhost:7071") as demo:
        page = httpx.get(demo.url).text
    assert 'src="http://localhost:7071/book/demo-clinic?embed=1"' in page
    assert 'src="http://localhost:7071/embed.js"' in page
    assert all(f'data-openslot-mode="{mode}"' in page for mode in ("inline", "popup", "button"))
