"""Writes the headers that contain people's words: each is encoded as a whole, so that no space is lost.

The standard library's own folding (3.11, 3.12) drops spaces between encoded words and the quotes around names.
"""

from __future__ import annotations

from email.header import Header
from email.policy import EmailPolicy
from email.utils import formataddr
from typing import Any


LONGEST = 76


class Careful(EmailPolicy):
    """The policy for SMTP, with its own encoding of Subject and From; all other headers are ASCII."""

    def fold(self, name: str, value: Any) -> str:
        """Return a header as lines that end with CRLF."""
        if name.lower() == "subject":
            return f"{name}: {_encoded(str(value), name)}\r\n"
        if name.lower() == "from":
            return f"{name}: {_sender(value)}\r\n"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        """Return the same as bytes."""
        return self.fold(name, value).encode("ascii", "surrogateescape")


def _sender(value: Any) -> str:
    (address,) = value.addresses
    if address.display_name.isascii():
        return formataddr((address.display_name, address.addr_spec))
    return f"{_encoded(address.display_name, 'From')}\r\n <{address.addr_spec}>"


def _encoded(text: str, name: str) -> str:
    charset = "us-ascii" if text.isascii() else "utf-8"
    return Header(text, charset, maxlinelen=LONGEST, header_name=name).encode(linesep="\r\n")
