"""Mails over real SMTP, and what becomes of those a server does not take."""

import asyncio
from email import message_from_bytes
from email.policy import default

import pytest

from shared.delivery.mail.message import Mail
from shared.delivery.mail.smtp import SmtpMailer
from shared.use_cases.ports import MailUnavailable, NotAccepted
from tests.delivery.mail.letters import NOW, SENDER, letter
from tests.delivery.mail.reading import event_of, text_of
from tests.delivery.mail.surroundings import free_port


def mail_to(server, **options) -> Mail:
    return Mail(SENDER, SmtpMailer(f"smtp://127.0.0.1:{server.port}", **options))


async def test_a_letter_arrives_whole_at_its_one_reader(mail_server):
    await mail_to(mail_server).deliver(letter(language="ru", text=".\n..dots at the start"), NOW)
    (envelope,) = mail_server.handler.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("bookings@openslot.test", ["ada@example.test"])
    message = message_from_bytes(envelope.content, policy=default)
    assert "Ваша запись подтверждена" in text_of(message)
    assert "\n..dots at the start" in text_of(message)
    assert event_of(message)["UID"] == "seat1@openslot.test"


@pytest.mark.parametrize("code", [550, 551, 552, 553, 554])
async def test_a_reader_whom_the_server_refuses_is_not_accepted(mail_server, code):
    with pytest.raises(NotAccepted, match=str(code)):
        await mail_to(mail_server).deliver(letter(to=f"{code}@example.test"), NOW)


@pytest.mark.parametrize("code", [421, 450, 451, 452, 503, 530])
async def test_what_may_go_better_later_is_unavailable(mail_server, code):
    with pytest.raises(MailUnavailable):
        await mail_to(mail_server).deliver(letter(to=f"{code}@example.test"), NOW)


async def test_a_message_that_the_server_refuses_is_not_accepted(mail_server):
    with pytest.raises(NotAccepted, match="554"):
        await mail_to(mail_server).deliver(letter(text="answer 554"), NOW)


async def test_a_server_that_is_not_there_is_unavailable():
    with pytest.raises(MailUnavailable):
        await Mail(SENDER, SmtpMailer(f"smtp://127.0.0.1:{free_port()}")).deliver(letter(), NOW)


async def test_a_server_that_says_nothing_is_unavailable_in_time():
    gone = asyncio.Event()

    async def say_nothing(reader, writer):
        await reader.read()
        writer.close()
        await writer.wait_closed()
        gone.set()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(MailUnavailable):
            await Mail(SENDER, SmtpMailer(f"smtp://127.0.0.1:{port}", timeout=0.3)).deliver(letter(), NOW)
        await asyncio.wait_for(gone.wait(), 5)


async def test_a_server_without_encryption_is_unavailable_to_who_insists_on_it(mail_server):
    mailer = SmtpMailer(f"smtp://127.0.0.1:{mail_server.port}?starttls=1")
    with pytest.raises(MailUnavailable):
        await Mail(SENDER, mailer).deliver(letter(), NOW)


async def test_a_server_that_takes_no_password_is_unavailable(mail_server):
    mailer = SmtpMailer(f"smtp://us%40er:pa%3Ass@127.0.0.1:{mail_server.port}")
    with pytest.raises(MailUnavailable):
        await Mail(SENDER, mailer).deliver(letter(), NOW)


@pytest.mark.parametrize("url", ["", "http://x", "smtp:", "127.0.0.1:25"])
def test_a_mail_server_is_given_as_a_url(url):
    with pytest.raises(ValueError, match="mail server"):
        SmtpMailer(url)
