"""What a run on this machine uses: ports, folders and settings, from `PORT`, `DATA_DIR` and `LIMITS`."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from infra.local import pieces


if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PARTS = ("azurite", "mail", "sms", "identity", "caldav", "host", "embed")
LAST_PORT = 65535


class CannotRun(pieces.PieceFailed):
    """What the environment asks for cannot be; the message says what to set."""


class Plan:
    """One run: `only` these parts, of the app in the folder `app`."""

    def __init__(self, only: set[str], app: Path) -> None:
        self.only, self.app = only, app
        self.data = (pieces.ROOT / os.environ.get("DATA_DIR", ".data")).resolve()
        self.host = _port(os.environ.get("PORT", "7071"))
        ports = (self.host + n for n in range(1, 8))
        self.mail, self.smtp, self.tables, self.embed, self.identity, self.caldav, self.sms = ports
        self.url = f"http://localhost:{self.host}"
        self.identity_url = f"http://localhost:{self.identity}"

    @classmethod
    def of_here(cls) -> Plan:
        """The whole run that the environment speaks of."""
        return cls(set(PARTS), pieces.ROOT)

    @contextmanager
    def sole_user(self) -> Iterator[None]:
        """Hold the data folder: two Azurites in one would overwrite each other's rows. Raises CannotRun."""
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            lock = (self.data / "lock").open("w")
        except OSError as error:
            raise CannotRun(f"{self.data} cannot be used ({error.strerror}). Set DATA_DIR to another.") from None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CannotRun(f"{self.data} is in use by another run. Set DATA_DIR to another.") from None
            yield

    def ports(self) -> dict[int, str]:
        all_ports = {
            "host": {self.host: "the app"},
            "sms": {self.sms: "the SMS service"},
            "mail": {self.mail: "the mailbox", self.smtp: "SMTP"},
            "azurite": {self.tables: "the table service"},
            "embed": {self.embed: "the embed demo"},
            "identity": {self.identity: "the identity provider"},
            "caldav": {self.caldav: "the CalDAV server"},
        }
        return {port: use for part in self.only for port, use in all_ports[part].items()}

    def settings(self, connection_string: str) -> dict[str, str]:
        """What the app and the seed read."""
        return {
            "OPENSLOT_TABLES": connection_string,
            "OPENSLOT_SECRET": self._secret(),
            "OPENSLOT_PUBLIC_URL": self.url,
            "OPENSLOT_SMTP": f"smtp://127.0.0.1:{self.smtp}",
            "OPENSLOT_MAIL_FROM": "bookings@openslot.example",
            "OPENSLOT_LIMITS": os.environ.get("LIMITS", "on"),
            "EMBED_DEMO": f"http://localhost:{self.embed}",
        }

    def _secret(self) -> str:
        file = self.data / "secret"
        if not file.exists():
            self.data.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(48))
        return file.read_text()


def _port(text: str) -> int:
    if re.fullmatch(r"[0-9]{1,5}", text) and 0 < int(text) <= LAST_PORT - len(PARTS):
        return int(text)
    raise CannotRun(f"PORT is {text!r}. Set it to a number from 1 to {LAST_PORT - len(PARTS)}.")
