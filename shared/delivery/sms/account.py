"""Who sends SMS: a provider's account, and the number or name that is shown in each country."""

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import unquote, urlsplit

from shared.domain.loopback import is_loopback


NUMBER = re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,8}")  # in E.164, or a short code
NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}")  # what networks show in place of a number
PREFIX = re.compile(r"\+[1-9][0-9]{0,6}|\*")
HOST = re.compile(r"[A-Za-z0-9.-]{1,253}")
EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class SmsAccount:
    """`kind` is the provider's; `origin` where its API is. Twilio's account has a `user` and a `token`.

    `senders` are pairs of the beginning of a number and what sends to it: a number, which can be answered, or a
    name, which cannot.
    """

    kind: Literal["twilio", "azure"]
    origin: str
    user: str = ""
    token: str = field(default="", repr=False)
    senders: tuple[tuple[str, str], ...] = ()

    def sender_for(self, number: str) -> str:
        """Return what sends to a number in E.164, by its longest known beginning; empty if nothing does."""
        fits = [one for one in self.senders if one[0] == EVERYWHERE or number.startswith(one[0])]
        return max(fits, key=lambda one: len(one[0]) if one[0] != EVERYWHERE else 0, default=("", ""))[1]


def read_account(url: str, senders: str) -> SmsAccount:
    """Return the account of twilio://SID:TOKEN@api.twilio.com or azure://NAME.communication.azure.com.

    `twilio+http` is for a service on this machine. Raise ValueError, without a value in its words.
    """
    parts = urlsplit(url)
    kind, _, plain = parts.scheme.partition("+")
    if not HOST.fullmatch(parts.hostname or "") or parts.path not in ("", "/") or parts.query:
        raise ValueError("OPENSLOT_SMS is not like twilio://SID:TOKEN@api.twilio.com")
    if plain and (plain != "http" or not is_loopback(parts.hostname or "")):
        raise ValueError("OPENSLOT_SMS is not encrypted")
    port = f":{parts.port}" if parts.port else ""
    origin = f"{plain or 'https'}://{parts.hostname}{port}"
    found = read_senders(senders)
    if kind == "twilio" and parts.username and parts.password:
        return SmsAccount("twilio", origin, unquote(parts.username), unquote(parts.password), found)
    if kind == "azure" and not parts.username:
        return SmsAccount("azure", origin, senders=found)
    raise ValueError("OPENSLOT_SMS is neither twilio:// with SID and token nor azure:// without")


def read_senders(text: str) -> tuple[tuple[str, str], ...]:
    """Return the senders of "+1=+15551230000, +49=Praxis, *=+447700900000". Raise ValueError."""
    found = [tuple(part.strip() for part in one.partition("=")[::2]) for one in text.split(",") if one.strip()]
    wrong = [
        one
        for one in found
        if not PREFIX.fullmatch(one[0]) or not (NUMBER.fullmatch(one[1]) or NAME.fullmatch(one[1]))
    ]
    if wrong or not found or len({one[0] for one in found}) < len(found):
        raise ValueError("OPENSLOT_SMS_SENDERS is not like +1=+15551230000,+49=Praxis,*=+447700900000")
    return tuple((prefix, sender) for prefix, sender in found)
