"""Hands a mail over to a mail server, each by its own connection, and reports the result."""

from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from shared.delivery.mail.smtp_server import read_smtp
from shared.use_cases.ports import MailUnavailable, NotAccepted


if TYPE_CHECKING:
    from email.message import EmailMessage

PARTING = 2  # seconds that a server has to answer QUIT
ABOUT_US = range(500, 540)  # syntax, authentication and the like: no fault of the recipient, so worth a retry


class SmtpMailer:
    """`url` is as `read_smtp` takes it. `timeout` is in seconds and covers one sending as a whole.

    A certificate that does not prove the server's name ends the connection before anything is sent.
    """

    def __init__(self, url: str, timeout: float = 30) -> None:
        server = read_smtp(url)
        self._timeout = timeout
        self._options: dict[str, Any] = {
            "hostname": server.host,
            "port": server.port,
            "use_tls": server.is_encrypted,
            "start_tls": server.start_tls,
            "username": server.username,
            "password": server.password,
            "timeout": timeout,
        }

    async def send(self, message: EmailMessage) -> None:
        """Return once the server has accepted the mail; otherwise raise NotAccepted or MailUnavailable."""
        import aiosmtplib  # noqa: PLC0415 - only who sends needs it

        client = aiosmtplib.SMTP(**self._options)
        try:
            async with asyncio.timeout(self._timeout):
                await client.connect()
                await client.sendmail(_only(message, "From"), [_only(message, "To")], message.as_bytes())
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refusal(error.recipients[0]) from error
        except aiosmtplib.SMTPDataError as error:
            raise _refusal(error) from error
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ssl.SSLError) as error:
            raise MailUnavailable(f"{type(error).__name__}: {error}"[:300]) from error
        finally:
            await _part(client)


async def _part(client: Any) -> None:
    """Close the connection. An accepted mail stays accepted, whatever goes wrong here."""
    with suppress(Exception):
        async with asyncio.timeout(PARTING):
            await client.quit()
    client.close()


def _refusal(error: Any) -> NotAccepted | MailUnavailable:
    is_definite = 500 <= error.code < 600 and error.code not in ABOUT_US
    said = f"{error.code} {error.message}"[:300]
    return NotAccepted(said) if is_definite else MailUnavailable(said)


def _only(message: EmailMessage, header: str) -> str:
    (address,) = message[header].addresses
    return str(address.addr_spec)
