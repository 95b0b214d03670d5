"""Reads OPENSLOT_SMTP: the mail server, its encryption and the credentials."""

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from shared.domain.loopback import is_loopback


HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9.])?|[0-9a-f:]+(?:%\w+)?", re.ASCII)
WISHES = {"": None, "0": False, "1": True}


class SmtpServer(NamedTuple):
    """`start_tls` requires encryption (True), does without (False), or uses it if it is offered (None)."""

    host: str
    port: int
    is_encrypted: bool
    start_tls: bool | None
    username: str | None
    password: str | None


def read_smtp(url: str) -> SmtpServer:
    """Read smtp://user:password@host:port (587) or smtps://… (465, encrypted from the start).

    Credentials are sent to another machine only encrypted, unless ?starttls=0 says otherwise. Raise ValueError,
    which does not show the credentials.
    """
    try:
        parts = urlsplit(url)
        host, port, query = parts.hostname or "", parts.port, parse_qsl(parts.query, True, True)
    except ValueError:
        raise ValueError("the address of the mail server cannot be read") from None
    if not url.isprintable() or " " in url:  # urlsplit drops some of them
        raise ValueError("a space or a sign that cannot be printed is written as in %20")
    if parts.scheme not in ("smtp", "smtps") or not HOST.fullmatch(host) or port == 0:
        raise ValueError("a mail server is given as smtp://host:port or smtps://host:port")
    if parts.path not in ("", "/") or parts.fragment or [name for name, _ in query] not in ([], ["starttls"]):
        raise ValueError("nothing but ?starttls=0 or 1 follows the host of a mail server")
    if (parts.username is None) != (parts.password is None) or parts.username == "":
        raise ValueError("the mail server needs both a user and a password, or neither")
    is_encrypted, wish = parts.scheme == "smtps", query[0][1] if query else ""
    if wish not in WISHES or (is_encrypted and wish == "0"):
        raise ValueError("starttls is 0 or 1, and 0 only for smtp://")
    start_tls = WISHES[wish]
    # Offered is not enough for credentials: an attacker in between could remove the offer.
    if start_tls is None and parts.username and not is_loopback(host):
        start_tls = True
    return SmtpServer(
        host=host,
        port=port or (465 if is_encrypted else 587),
        is_encrypted=is_encrypted,
        start_tls=False if is_encrypted else start_tls,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password is not None else None,
    )
