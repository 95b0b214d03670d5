"""The app's settings, from the environment, read once and frozen.

OPENSLOT_TABLES        connection string of the storage account (or Azurite)
OPENSLOT_SECRET        32 or more random characters: signs links, names commands
OPENSLOT_PUBLIC_URL    where the pages live, as visitors see it: https://book.example.org
OPENSLOT_SMTP          smtp://user:password@host:port, smtps://…, ?starttls=1
OPENSLOT_MAIL_FROM     the mailbox that sends for calendars without one of their own
OPENSLOT_LIMITS        on (default), off, or address=BURST/PER_SECOND,calendar=…,reads=…
OPENSLOT_ADMINISTRATORS  organisation administrators: addresses, subjects, role:NAME, group:NAME, with commas
OPENSLOT_STUN          servers by which browsers in a visit learn their address: stun:HOST:PORT, with commas
OPENSLOT_TURN          servers that relay a visit's pictures and sound: turn:HOST:PORT, turns:…, with commas
OPENSLOT_TURN_SECRET   what those servers share with us (coturn's static-auth-secret)
OPENSLOT_TABLE_PREFIX  put in front of table names, so that several apps share an account
OPENSLOT_SCIM_TOKEN    what the identity provider shows that tells of accounts: 32 or more characters
OPENSLOT_OIDC_…        who signs people and programs in: see settings_identity.py
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from functions.room_servers import RoomServers, read_room_servers
from functions.settings_identity import IdentitySettings, read_identity
from functions.settings_teams import read_teams
from shared.delivery.teams_account import TeamsAccount
from shared.domain.addresses import folded


class Rule(NamedTuple):
    """At most `burst` at once, refilled at `per_second`."""

    burst: int
    per_second: float


class Limits(NamedTuple):
    """Generous enough for a clinic behind one address; reads are pages and slots, the rest is bookings.

    `codes` and `tries` are for one mail address of one calendar: mails sent to it, and wrong codes given for it.
    """

    address: Rule = Rule(60, 1)
    calendar: Rule = Rule(600, 20)
    reads: Rule = Rule(600, 20)
    codes: Rule = Rule(5, 1 / 60)
    tries: Rule = Rule(10, 1 / 60)
    are_on: bool = True


@dataclass(frozen=True, slots=True)
class Settings:
    tables: str
    secret: str
    public_url: str
    smtp: str
    mail_from: str
    table_prefix: str = ""
    limits: Limits = field(default_factory=Limits)
    administrators: frozenset[str] = frozenset()
    room: RoomServers = field(default_factory=RoomServers)
    identity: IdentitySettings = field(default_factory=IdentitySettings)
    teams: TeamsAccount | None = None
    scim_token: str = field(default="", repr=False)

    @property
    def mail_domain(self) -> str:
        return self.mail_from.rpartition("@")[2] or urlsplit(self.public_url).hostname or "localhost"


class SettingsMissing(Exception):
    """Some settings are missing or wrong; the message names them all."""


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings. Raises SettingsMissing with every problem in one message."""
    problems = [
        f"{name} is not set"
        for name in ("OPENSLOT_TABLES", "OPENSLOT_SECRET", "OPENSLOT_PUBLIC_URL")
        if not environ.get(name)
    ]
    problems += [
        f"{name} is shorter than 32 characters"
        for name in ("OPENSLOT_SECRET", "OPENSLOT_SCIM_TOKEN")
        if 0 < len(environ.get(name, "")) < 32
    ]
    limits, identity, room, teams = Limits(), IdentitySettings(), RoomServers(), None
    try:
        room = read_room_servers(environ)
        limits = read_limits(environ.get("OPENSLOT_LIMITS", "on"))
        identity = read_identity(environ)
        teams = read_teams(environ)
    except ValueError as error:
        problems.append(str(error))
    if problems:
        raise SettingsMissing("; ".join(problems))
    return Settings(
        tables=environ["OPENSLOT_TABLES"],
        secret=environ["OPENSLOT_SECRET"],
        public_url=environ["OPENSLOT_PUBLIC_URL"].rstrip("/"),
        smtp=environ.get("OPENSLOT_SMTP", "smtp://127.0.0.1:25"),
        mail_from=environ.get("OPENSLOT_MAIL_FROM", "bookings@localhost"),
        table_prefix=environ.get("OPENSLOT_TABLE_PREFIX", ""),
        limits=limits,
        administrators=read_names(environ.get("OPENSLOT_ADMINISTRATORS", "")),
        identity=identity,
        room=room,
        teams=teams,
        scim_token=environ.get("OPENSLOT_SCIM_TOKEN", ""),
    )


def read_names(text: str) -> frozenset[str]:
    """Parse names with commas between; addresses count whatever the case."""
    names = (part.strip() for part in text.split(","))
    return frozenset(folded(name) if "@" in name else name for name in names if name)


def read_limits(text: str) -> Limits:
    """Parse "on", "off" or "address=60/1,calendar=600/20,reads=600/20"; what is not named keeps its default."""
    if text in ("on", "off", ""):
        return Limits(are_on=text != "off")
    limits = Limits()
    for part in text.split(","):
        match = re.fullmatch(r"\s*(address|calendar|reads)=(\d{1,6})/(\d{1,6}(?:\.\d+)?)\s*", part)
        if not match or not int(match[2]) or not float(match[3]):
            raise ValueError(f"OPENSLOT_LIMITS: {part.strip()!r} is not like address=60/1")
        rule = Rule(int(match[2]), float(match[3]))
        limits = {
            "address": limits._replace(address=rule),
            "calendar": limits._replace(calendar=rule),
            "reads": limits._replace(reads=rule),
        }[match[1]]
    return limits
