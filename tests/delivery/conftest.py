"""A mail server that listens, and the compiled template where the build has not been run."""

import pytest
from aiosmtpd.controller import Controller
from mjml import mjml2html

from tests.delivery.mail.surroundings import DELIVERY, free_port


class Sink:
    """Keeps what arrives; an address that begins with a number is answered with that code."""

    def __init__(self):
        self.envelopes = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's names
        if address[:3].isdigit():
            return f"{address[:3]} as was asked for"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if b"answer 554" in envelope.content:
            return "554 no such letters here"
        self.envelopes.append(envelope)
        return "250 OK"


@pytest.fixture
def mail_server():
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture(scope="session", autouse=True)
def compiled_template():
    source, target = DELIVERY / "templates" / "letter.mjml", DELIVERY / "built" / "letter.html"
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        target.parent.mkdir(exist_ok=True)
        target.write_text(mjml2html(source.read_text("utf-8"), disable_comments=True, fonts={}), "utf-8")
