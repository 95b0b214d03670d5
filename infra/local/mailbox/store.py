"""Caught mails: one .eml file each, named by arrival, with the envelope in headers of our own on top."""

from __future__ import annotations

import itertools
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.utils import getaddresses
from pathlib import Path
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

RECIPIENT, SENDER = "X-Mailbox-Recipient", "X-Mailbox-Sender"


@dataclass(frozen=True)
class Attachment:
    name: str
    media_type: str
    content: bytes

    @property
    def text(self) -> str | None:
        """Where it can be read: calendar files and plain text."""
        return self.content.decode("utf-8", "replace") if self.media_type.startswith("text/") else None


@dataclass(frozen=True)
class Mail:
    """A caught mail with what the pages show of it."""

    id: str
    received: datetime
    recipients: list[str]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "(no subject)")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def html(self) -> str | None:
        part = self.message.get_body(("html",))
        return part.get_content() if part else None

    @property
    def text(self) -> str | None:
        part = self.message.get_body(("plain",))
        return part.get_content() if part else None

    @property
    def attachments(self) -> list[Attachment]:
        """Also the calendar part that sits among the alternatives, which readers take as an invitation."""
        return [
            Attachment(
                part.get_filename() or f"part-{number}.{'ics' if kind == 'text/calendar' else 'bin'}",
                kind,
                part.get_payload(decode=True) or b"",
            )
            for number, part in enumerate(self.message.walk())
            if (kind := part.get_content_type()) == "text/calendar" or part.is_attachment()
        ]

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items() if not name.startswith("X-Mailbox-")]


class Store:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._parsed: dict[str, Mail] = {}
        self._order = itertools.count()

    def add(self, raw: bytes, sender: str, recipients: list[str]) -> None:
        now = datetime.now(UTC)
        name = f"{now:%Y%m%dT%H%M%S%f}-{next(self._order):04d}-{secrets.token_hex(3)}"
        envelope = "".join(f"{RECIPIENT}: {address}\r\n" for address in recipients) + f"{SENDER}: {sender}\r\n"
        fresh = self._folder / f"{name}.new"
        fresh.write_bytes(envelope.encode() + raw)
        fresh.rename(self._folder / f"{name}.eml")

    def all(self, recipient: str = "") -> list[Mail]:
        """Newest first; `recipient` is a part of an address."""
        names = sorted((file.stem for file in self._folder.glob("*.eml")), reverse=True)
        mails = [self._read(name) for name in names]
        wanted = recipient.lower()
        return [mail for mail in mails if not wanted or any(wanted in r.lower() for r in mail.recipients)]

    def find(self, mail_id: str) -> Mail | None:
        known = re.fullmatch(r"[0-9TA-Za-z-]+", mail_id) and (self._folder / f"{mail_id}.eml").exists()
        return self._read(mail_id) if known else None

    def raw(self, mail_id: str) -> bytes:
        """As it came, without the envelope."""
        content = (self._folder / f"{mail_id}.eml").read_bytes()
        return re.sub(rb"\A(?:X-Mailbox-[^\n]*\n)+", b"", content)

    def clear(self) -> None:
        for file in self._folder.glob("*.eml"):
            file.unlink()
        self._parsed.clear()

    def _read(self, name: str) -> Mail:
        if name not in self._parsed:
            message = message_from_bytes((self._folder / f"{name}.eml").read_bytes(), policy=policy.default)
            recipients = [address for _, address in getaddresses(message.get_all(RECIPIENT, []))]
            received = datetime.strptime(name.partition("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
            self._parsed[name] = Mail(name, received, recipients, message)
        return self._parsed[name]


@dataclass
class Faults:
    """What goes wrong with the next `count` mails; `count` None stands for all."""

    mode: str = "ok"
    count: int | None = None

    MODES = ("ok", "refuse", "reject", "timeout", "accept-then-timeout")

    def take(self) -> str:
        if self.mode == "ok":
            return "ok"
        if self.count is not None:
            if self.count == 0:
                self.mode = "ok"
                return "ok"
            self.count -= 1
        return self.mode
