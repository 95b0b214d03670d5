"""Credentials of the mail server: they cross a network encrypted, or not at all."""

import asyncio
import ssl
from base64 import b64encode
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.delivery.mail.message import Mail
from shared.delivery.mail.smtp import SmtpMailer
from shared.delivery.mail.smtp_server import read_smtp
from shared.use_cases.ports import MailUnavailable
from tests.delivery.mail.letters import NOW, SENDER, letter


ANOTHER_MACHINE = "0.0.0.0"  # Linux leads here, and it is no loopback address
LOGIN = b64encode(b"\0user\0s3cret").decode()


class Server:
    """An SMTP server that offers to take a password, and answers STARTTLS as a test has it."""

    def __init__(self, starttls: str = "", context: ssl.SSLContext | None = None) -> None:
        self.starttls, self.context = starttls, context
        self.heard: list[str] = []
        self.calls: list = []
        self.port = 0

    async def serve(self, reader, writer):
        self.calls.append(asyncio.current_task())
        with suppress(OSError):  # the client ends a handshake that does not prove our name
            await self._talk(reader, writer)
        await end(writer)

    async def _talk(self, reader, writer):
        writer.write(b"220 test\r\n")
        while line := await reader.readline():
            text = line.decode("latin-1").rstrip("\r\n")
            self.heard.append(text)
            verb = text.partition(" ")[0].upper()
            if verb == "STARTTLS":
                writer.write(f"{self.starttls}\r\n".encode())
                if self.context and self.starttls.startswith("220"):
                    await writer.start_tls(self.context)
            elif verb == "DATA":
                writer.write(b"354 go on\r\n")
                while await reader.readline() not in (b".\r\n", b""):
                    pass
                writer.write(b"250 taken\r\n")
            else:
                writer.write(self._answer(verb))

    def _answer(self, verb: str) -> bytes:
        offers = "250-STARTTLS\r\n" if self.starttls else ""
        known = {
            "EHLO": f"250-test\r\n{offers}250 AUTH PLAIN LOGIN\r\n",
            "AUTH": "235 yes\r\n",
            "QUIT": "221 bye\r\n",
        }
        return known.get(verb, "250 OK\r\n").encode()

    @property
    def verbs(self) -> list[str]:
        return [line.partition(" ")[0].upper() for line in self.heard]


async def end(writer):
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


@asynccontextmanager
async def serving(*args):
    one = Server(*args)
    async with await asyncio.start_server(one.serve, "127.0.0.1", 0) as server:
        one.port = server.sockets[0].getsockname()[1]
        yield one
        await asyncio.wait_for(asyncio.gather(*one.calls), 10)


async def send(url: str) -> None:
    await Mail(SENDER, SmtpMailer(url, timeout=5)).deliver(letter(), NOW)


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory):
    """A server's TLS whose certificate nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=36500))
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(
        made.add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.mark.parametrize(
    "starttls",
    ["", "454 not now", "501 no", "220 go on, said somebody who speaks no TLS", "250 as if it were done"],
)
async def test_no_password_is_told_where_encryption_was_stripped_or_fails(starttls):
    async with serving(starttls) as server:
        with pytest.raises(MailUnavailable):
            await send(f"smtp://user:s3cret@{ANOTHER_MACHINE}:{server.port}")
    assert not {"AUTH", "MAIL", "RCPT", "DATA"} & set(server.verbs)
    assert not any(LOGIN in line or "s3cret" in line for line in server.heard)


@pytest.mark.parametrize(
    "url", ["smtp://user:s3cret@{}:{}", "smtp://user:s3cret@{}:{}?starttls=1", "smtp://{}:{}"]
)
async def test_nothing_is_told_to_a_server_that_cannot_prove_its_name(self_signed, url):
    async with serving("220 go on", self_signed) as server:
        for host in ("localhost", ANOTHER_MACHINE):
            with pytest.raises(MailUnavailable):
                await send(url.format(host, server.port))
    assert not {"AUTH", "MAIL"} & set(server.verbs)


async def test_nothing_is_told_over_smtps_to_a_server_that_cannot_prove_its_name(self_signed):
    heard = []

    async def serve(reader, writer):
        heard.append(await reader.read())
        await end(writer)

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=self_signed) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(MailUnavailable):
            await send(f"smtps://user:s3cret@localhost:{port}")
    assert heard in ([], [b""])


@pytest.mark.parametrize(
    "url", ["smtp://user:s3cret@127.0.0.1:{}", f"smtp://user:s3cret@{ANOTHER_MACHINE}:{{}}?starttls=0"]
)
async def test_a_password_is_told_in_the_clear_on_this_machine_and_where_it_was_asked_for(url):
    async with serving() as server:
        await send(url.format(server.port))
    assert f"AUTH PLAIN {LOGIN}" in server.heard
    assert "DATA" in server.verbs


async def test_without_a_password_a_server_without_encryption_takes_mail():
    async with serving() as server:
        await send(f"smtp://{ANOTHER_MACHINE}:{server.port}")
    assert "DATA" in server.verbs


@pytest.mark.parametrize(
    ("url", "start_tls"),
    [
        ("smtp://u:p@mail.example", True),
        ("smtp://u:p@192.0.2.1", True),
        ("smtp://u:p@[2001:db8::1]:587", True),
        ("smtp://u:p@localhost.example", True),
        ("smtp://u:p@mail.example?starttls=1", True),
        ("smtp://u:p@mail.example?starttls=0", False),
        ("smtp://u:p@mail.example?starttls=", True),
        ("smtp://u:p@localhost", None),
        ("smtp://u:p@[::1]", None),
        ("smtp://u:p@127.8.8.8:25", None),
        ("smtp://mail.example", None),
        ("smtp://mail.example?starttls=1", True),
        ("smtps://u:p@mail.example", False),
        ("smtps://u:p@mail.example?starttls=1", False),
    ],
)
def test_encryption_is_insisted_on_where_a_password_leaves_this_machine(url, start_tls):
    server = read_smtp(url)
    assert server.start_tls is start_tls
    assert server.is_encrypted == url.startswith("smtps")
