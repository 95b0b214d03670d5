"""The processes of a development system, each an async context manager: for `make run`, the tests and the benches.

    async with azurite() as tables, mailbox() as mail:                      # free ports, nothing kept
        async with host(env={"OPENSLOT_TABLES": tables.connection_string, "OPENSLOT_SMTP": mail.smtp}) as app:
            … app.url, app.process …

Ports are free ones unless given. A piece is ready when its context is entered, and gone when it is left, or when
the process (to be exact: the thread) that started it dies, however it dies.
"""

from __future__ import annotations

import contextlib
import json
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local.demo import people as demo_people
from infra.local.processes import (
    ROOT,
    Piece,
    PieceFailed,
    PortInUse,
    free_port,
    is_listening,
    python,
    running,
    start,
)


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

# Who starts pieces needs no other module.
__all__ = [
    "ROOT",
    "Azurite",
    "IdentityProvider",
    "Mailbox",
    "Piece",
    "PieceFailed",
    "PortInUse",
    "azurite",
    "caldav",
    "embed_demo",
    "free_port",
    "host",
    "identity_provider",
    "is_listening",
    "mailbox",
    "sms_service",
]
NODE = ROOT / ".venv" / "node" / "node"
AZURITE = ROOT / "infra/local/node_modules/azurite/dist/src/table/main.js"
NODE_22 = ROOT / "infra/local/node_modules/node/bin/node"
PROVIDER = ROOT / "infra/local/identity/provider.mjs"
AUDIENCE = "api://openslot"
CLIENT, CLIENT_SECRET = "openslot-console", "a-secret-that-everybody-may-know"  # the demo's, on this machine alone
SMS_USER, SMS_TOKEN = f"AC{'0' * 32}", "a-token-that-everybody-may-know"
# Azurite's account, the same on every machine in the world.
ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


@dataclass(frozen=True)
class Azurite(Piece):
    @property
    def connection_string(self) -> str:
        endpoint = f"http://127.0.0.1:{self.port}/{ACCOUNT}"
        account = f"AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY}"
        return f"DefaultEndpointsProtocol=http;{account};TableEndpoint={endpoint};"


@dataclass(frozen=True)
class Mailbox(Piece):
    smtp_port: int = 0

    @property
    def smtp(self) -> str:
        return f"smtp://127.0.0.1:{self.smtp_port}"


@dataclass(frozen=True)
class SmsPiece(Piece):
    @property
    def settings(self) -> dict[str, str]:
        """What the app is told of it: in Germany a name sends, which cannot be answered; elsewhere a number."""
        return {
            "OPENSLOT_SMS": f"twilio+http://{SMS_USER}:{SMS_TOKEN}@127.0.0.1:{self.port}",
            "OPENSLOT_SMS_SENDERS": "+49=Openslot,*=+15005550006",
        }


@dataclass(frozen=True)
class IdentityProvider(Piece):
    @property
    def settings(self) -> dict[str, str]:
        """What the app is told of it."""
        return {
            "OPENSLOT_OIDC_ISSUER": self.url,
            "OPENSLOT_OIDC_AUDIENCE": AUDIENCE,
            "OPENSLOT_OIDC_CLIENT_ID": CLIENT,
            "OPENSLOT_OIDC_CLIENT_SECRET": CLIENT_SECRET,
            "OPENSLOT_ADMINISTRATORS": demo_people.ORGANISATION_ADMINISTRATOR,
        }


@contextlib.asynccontextmanager
async def azurite(
    port: int | None = None, data_dir: Path | None = None, certificate: Path | None = None
) -> AsyncIterator[Azurite]:
    """The table service; in memory without a `data_dir`. It writes to disk every 5 s and when it is stopped.

    With a certificate, in a file with its key, it speaks TLS and takes tokens, of whomever, beside its key.
    """
    port = port or free_port()
    options = ["--tablePort", str(port), "--silent", "--disableTelemetry", "--skipApiVersionCheck"]
    with tempfile.TemporaryDirectory() as scratch:
        where = data_dir or Path(scratch)
        where.mkdir(parents=True, exist_ok=True)
        options += ["--location", str(where)] if data_dir else ["--inMemoryPersistence"]
        if certificate:
            options += ["--oauth", "basic", "--cert", str(certificate), "--key", str(certificate)]
        # Its table service saves on SIGINT; SIGTERM it does not handle.
        command = [str(NODE), str(AZURITE), *options]
        process = start("Azurite", command, [port], where / "azurite.log", death=signal.SIGINT)
        async with running(Azurite("Azurite", port, process, where / "azurite.log"), signal.SIGINT) as piece:
            yield piece


@contextlib.asynccontextmanager
async def mailbox(
    port: int | None = None, smtp_port: int | None = None, data_dir: Path | None = None
) -> AsyncIterator[Mailbox]:
    """The mail catcher: a page, a JSON list and a switch for faults on `url`, SMTP on `smtp`."""
    port, smtp_port = port or free_port(), smtp_port or free_port()
    with tempfile.TemporaryDirectory() as scratch:
        where = data_dir or Path(scratch)
        command = ["infra.local.mailbox", "--port", str(port), "--smtp-port", str(smtp_port), "--data", str(where)]
        process = start("the mail catcher", python(*command), [port, smtp_port], None)
        async with running(Mailbox("the mail catcher", port, process, None, smtp_port)) as piece:
            yield piece


@contextlib.asynccontextmanager
async def sms_service(app: str, port: int | None = None) -> AsyncIterator[SmsPiece]:
    """The SMS service for the app at an address: Twilio's REST, signed callbacks, and a page with a reply box."""
    port = port or free_port()
    account = ["--user", SMS_USER, "--token", SMS_TOKEN, "--replies", f"{app}/sms/twilio/reply"]
    process = start("the SMS service", python("infra.local.sms", "--port", str(port), *account), [port], None)
    async with running(SmsPiece("the SMS service", port, process, None)) as piece:
        yield piece


@contextlib.asynccontextmanager
async def caldav(port: int | None = None, data_dir: Path | None = None) -> AsyncIterator[Piece]:
    """A CalDAV server; the name of each of its users is their password."""
    port = port or free_port()
    with tempfile.TemporaryDirectory() as scratch:
        where = data_dir or Path(scratch)
        where.mkdir(parents=True, exist_ok=True)
        users = where / "users"
        users.write_text("claire:claire\n")
        options = {
            "config": "",
            "server-hosts": f"127.0.0.1:{port}",
            "storage-filesystem-folder": where / "collections",
            "auth-type": "htpasswd",
            "auth-htpasswd-filename": users,
            "auth-htpasswd-encryption": "plain",
            "auth-delay": "0",
            "logging-level": "warning",
        }
        command = python(
            "radicale", *(part for name, value in options.items() for part in (f"--{name}", str(value)))
        )
        process = start("the CalDAV server", command, [port], where / "radicale.log")
        async with running(Piece("the CalDAV server", port, process, where / "radicale.log")) as piece:
            yield piece


@contextlib.asynccontextmanager
async def identity_provider(
    app: str, port: int | None = None, data_dir: Path | None = None, life: int = 3600
) -> AsyncIterator[IdentityProvider]:
    """The demo's OpenID provider for the app at an address; its tokens have a `life` of seconds."""
    port = port or free_port()
    with tempfile.TemporaryDirectory() as scratch:
        where = data_dir or Path(scratch)
        where.mkdir(parents=True, exist_ok=True)
        options = {
            "port": port,
            "app": app,
            "keys": str(where / "identity-keys.json"),
            "life": life,
            "audience": AUDIENCE,
            "client": CLIENT,
            "secret": CLIENT_SECRET,
            "scopes": demo_people.SCOPES,
            "people": [{"email": one.email, "name": one.name, "what": one.said} for one in demo_people.PEOPLE],
            "heading": demo_people.SIGN_IN,
            "second": demo_people.SECOND_FACTOR,
            "application": {
                "name": demo_people.APPLICATION,
                "secret": CLIENT_SECRET,
                "roles": demo_people.APPLICATION_ROLES,
            },
        }
        node, log = NODE_22 if NODE_22.exists() else NODE, where / "identity.log"
        process = start("the identity provider", [str(node), str(PROVIDER), json.dumps(options)], [port], log)
        async with running(IdentityProvider("the identity provider", port, process, log)) as piece:
            yield piece


@contextlib.asynccontextmanager
async def host(
    app_dir: Path = ROOT,
    port: int | None = None,
    env: Mapping[str, str] | None = None,
    data_dir: Path | None = None,
    log: Path | None = None,
) -> AsyncIterator[Piece]:
    """The development host with the app in `app_dir`; what it writes goes to `log`, else to our own output."""
    port = port or free_port()
    with tempfile.TemporaryDirectory() as scratch:
        where = data_dir or Path(scratch)
        command = python("infra.local.host", "--app", str(app_dir), "--port", str(port), "--data", str(where))
        process = start("the Functions host", command, [port], log, env=env)
        async with running(Piece("the Functions host", port, process, log)) as piece:
            yield piece


@contextlib.asynccontextmanager
async def embed_demo(public_url: str, port: int | None = None) -> AsyncIterator[Piece]:
    """A site on another origin that embeds the booking pages of `public_url`."""
    port = port or free_port()
    command = python("infra.local.embed", "--port", str(port), "--public", public_url)
    process = start("the embed demo", command, [port], None)
    async with running(Piece("the embed demo", port, process, None)) as piece:
        yield piece
