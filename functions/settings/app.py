"""The app's settings, from the environment, read once and frozen.

OPENSLOT_TABLES        connection string of the storage account (or Azurite), or its URL: see platform.py
OPENSLOT_SECRET        32 or more random characters: signs links and names commands; while it is rotated, the new
                       secret and the previous ones, with commas or white space between them
OPENSLOT_PUBLIC_URL    the URL of the app as visitors see it: https://book.example.org
OPENSLOT_SMTP          smtp://user:password@host:port, smtps://…, ?starttls=1 or 0; azure://NAME.communication.azure.com
OPENSLOT_MAIL_FROM     the mailbox that sends for calendars without one of their own
OPENSLOT_SMS, OPENSLOT_SMS_…  the provider of SMS: see sms.py
OPENSLOT_EVENT_GRID_KEY  the key by which Azure's Event Grid shows that its events are for this app
OPENSLOT_CLIENT_ADDRESS  which header has the client's address: see client_address.py
OPENSLOT_LIMITS        on (default), off, or address=BURST/PER_SECOND,calendar=…,reads=…
OPENSLOT_ADMINISTRATORS  organisation administrators: addresses, subjects, role:NAME, group:NAME, with commas
OPENSLOT_STUN          STUN servers for visits: stun:HOST:PORT, with commas
OPENSLOT_TURN          TURN servers, which relay a visit's video: turn:HOST:PORT, turns:…, with commas
OPENSLOT_TURN_SECRET   the secret of those servers (coturn's static-auth-secret)
OPENSLOT_IDLE          minutes without any use after which a session at the console ends: 120; 0 for never
OPENSLOT_SIGN_IN_AGAIN minutes after which who exports or erases a person's data signs in again: 0, never
OPENSLOT_BACKUPS       where a backup is kept each day: a folder, or https://ACCOUNT.blob.core.windows.net/CONTAINER
OPENSLOT_REGION        where the storage is, in words, for the public page about data
OPENSLOT_TABLE_PREFIX  a prefix of table names, so that several apps can share a storage account
OPENSLOT_TABLE_CLIENT  how the storage is reached: own (default), or sdk, by Azure's SDK
OPENSLOT_CALENDAR_…    where and how often people's own calendars are read: see own_calendars.py
OPENSLOT_SCIM_TOKEN    the bearer token of the identity provider for SCIM: 32 or more characters
OPENSLOT_OPERATOR_KEY  the bearer token of whoever runs the app, for /tasks/due, /metrics: 32 or more characters
OPENSLOT_EVENTS        on: the log has a line of figures for each request and round; off (default)
OPENSLOT_OIDC_…        the identity provider: see identity.py
OTEL_…                 where traces and figures are sent: see collector.py
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from functions.settings.client_address import ClientAddress, read_client_address
from functions.settings.collector import Collector, read_collector
from functions.settings.ice_servers import RoomServers, read_room_servers
from functions.settings.identity import NAMES as IDENTITY_NAMES
from functions.settings.identity import PREFIX as OIDC
from functions.settings.identity import IdentitySettings, read_identity
from functions.settings.own_calendars import NAMES as OWN_CALENDAR_NAMES
from functions.settings.own_calendars import OwnCalendarSettings, read_own_calendars
from functions.settings.platform import AZURE, IdentityEndpoint, azure_origin, read_identity_endpoint
from functions.settings.rules import (
    administrators_problem,
    backups_problem,
    client_problem,
    idle_problem,
    mailbox_problem,
    prefix_problem,
    proof_problem,
    public_url_problem,
    region_problem,
    secret_problem,
    secrets_problem,
    shared_secrets,
    split_address,
    tables_problem,
    token_problem,
)
from functions.settings.sms import NAMES as SMS_NAMES
from functions.settings.sms import SmsSettings, read_sms
from functions.settings.teams import NAMES as TEAMS_NAMES
from functions.settings.teams import read_teams
from shared.delivery.mail.smtp_server import read_smtp
from shared.delivery.microsoft.account import GraphAccount
from shared.domain.loopback import is_loopback
from shared.domain.secrets import read_secrets
from shared.domain.text.addresses import folded


TELEMETRY = "APPLICATIONINSIGHTS_CONNECTION_STRING"  # with which the platform sends logs away
IDLE = "120"
SMTP, MAIL_FROM = "smtp://127.0.0.1:25", "bookings@localhost"


class RateLimit(NamedTuple):
    """At most `burst` at once, refilled at `per_second`."""

    burst: int
    per_second: float


class Limits(NamedTuple):
    """The rate limits: generous enough for a clinic behind one address.

    `reads` are pages and slots, `address` and `calendar` are changes. `mails` are bookings that mail one address,
    or text one number. `codes` and `tries` are for one address in one calendar: sent to it, and wrong by a client.
    """

    address: RateLimit = RateLimit(60, 1)
    calendar: RateLimit = RateLimit(600, 20)
    reads: RateLimit = RateLimit(600, 20)
    mails: RateLimit = RateLimit(10, 1 / 600)
    codes: RateLimit = RateLimit(5, 1 / 60)
    tries: RateLimit = RateLimit(10, 1 / 60)
    are_on: bool = True


@dataclass(frozen=True, slots=True)
class AppSettings:
    """All settings, valid. `secret` and `tables` are not to be logged."""

    tables: str
    secret: str
    public_url: str
    smtp: str
    mail_from: str
    table_prefix: str = ""
    table_client: str = "own"
    limits: Limits = field(default_factory=Limits)
    administrators: frozenset[str] = frozenset()
    room: RoomServers = field(default_factory=RoomServers)
    identity: IdentitySettings = field(default_factory=IdentitySettings)
    teams: GraphAccount | None = None
    sms: SmsSettings = field(default_factory=SmsSettings)
    own_calendars: OwnCalendarSettings = field(default_factory=OwnCalendarSettings)
    scim_token: str = field(default="", repr=False)
    operator_key: str = field(default="", repr=False)
    event_grid_key: str = field(default="", repr=False)
    has_events: bool = False
    has_telemetry: bool = False
    collector: Collector = field(default_factory=Collector)
    region: str = ""
    backups: str = ""
    idle: timedelta = timedelta()
    proof_lasts: timedelta = timedelta()
    client: ClientAddress = field(default_factory=ClientAddress)
    platform: IdentityEndpoint | None = None

    @property
    def mail_domain(self) -> str:
        """The domain after the @ in the ids of calendars and messages."""
        return self.mail_from.rpartition("@")[2] or urlsplit(self.public_url).hostname or "localhost"


class SettingsMissing(Exception):
    """Some settings are missing or wrong. The message names them all, and shows no value."""


Value = TypeVar("Value")


def read_settings(environ: Mapping[str, str]) -> AppSettings:
    """Return the settings. Raises SettingsMissing with all problems in one message, which shows no value."""
    given = {name: value for name, value in environ.items() if value}
    # collected, and not raised at the first: who deploys the app sees all of them at once
    problems = list(_problems(given))

    def read(reader: Callable[[Mapping[str, str]], Value], otherwise: Value) -> Value:
        try:
            return reader(given)
        except ValueError as error:
            problems.append(str(error))
            return otherwise

    limits = read(lambda them: read_limits(them.get("OPENSLOT_LIMITS", "on")), Limits())
    identity, teams = read(read_identity, IdentitySettings()), read(read_teams, None)
    own_calendars, sms = read(read_own_calendars, OwnCalendarSettings()), read(read_sms, SmsSettings())
    room, client = read(read_room_servers, RoomServers()), read(read_client_address, ClientAddress())
    platform, collector = read(read_identity_endpoint, None), read(read_collector, Collector())
    if problems:
        raise SettingsMissing("; ".join(problems))
    return replace(
        _texts(given),
        limits=limits,
        identity=identity,
        room=room,
        teams=teams,
        sms=sms,
        own_calendars=own_calendars,
        client=client,
        platform=platform,
        collector=collector,
    )


def _texts(given: Mapping[str, str]) -> AppSettings:
    """Return the settings that are one text each, once nothing is wrong with them."""
    return AppSettings(
        tables=given["OPENSLOT_TABLES"],
        secret=read_secrets(given["OPENSLOT_SECRET"]),
        public_url=given["OPENSLOT_PUBLIC_URL"].rstrip("/").lower(),  # scheme and host are case-insensitive
        smtp=given.get("OPENSLOT_SMTP", SMTP),
        mail_from=given.get("OPENSLOT_MAIL_FROM", MAIL_FROM),
        table_prefix=given.get("OPENSLOT_TABLE_PREFIX", ""),
        table_client=given.get("OPENSLOT_TABLE_CLIENT", "own"),
        administrators=read_names(given.get("OPENSLOT_ADMINISTRATORS", "")),
        scim_token=given.get("OPENSLOT_SCIM_TOKEN", ""),
        operator_key=given.get("OPENSLOT_OPERATOR_KEY", ""),
        event_grid_key=given.get("OPENSLOT_EVENT_GRID_KEY", ""),
        has_events=given.get("OPENSLOT_EVENTS") == "on",
        has_telemetry=TELEMETRY in given,
        region=given.get("OPENSLOT_REGION", ""),
        backups=given.get("OPENSLOT_BACKUPS", ""),
        idle=timedelta(minutes=int(given.get("OPENSLOT_IDLE", IDLE))),
        proof_lasts=timedelta(minutes=int(given.get("OPENSLOT_SIGN_IN_AGAIN", "0"))),
    )


def _problems(given: Mapping[str, str]) -> Iterator[str]:
    yield from (f"{name} is not set" for name in NEEDED if name not in given)
    for name, rule in RULES.items():
        if name in given and (wrong := rule(given[name])):
            yield f"{name} {wrong}"
    for name in sorted(KNOWN & set(given)):
        if given[name].startswith(UNRESOLVED):  # it would make a secret that everybody can guess
            yield f"{name} is a reference to a vault, which the platform could not follow"
    yield from shared_secrets({name: given.get(name, "") for name in SECRETS})
    if given.get("OPENSLOT_SMS", "").startswith(AZURE) and "OPENSLOT_EVENT_GRID_KEY" not in given:
        yield "OPENSLOT_EVENT_GRID_KEY is not set"
    yield from _beside_the_public_url(given)


def _beside_the_public_url(given: Mapping[str, str]) -> Iterator[str]:
    """Yield a problem if a public app trusts a provider on this machine.

    That is the demo's provider, which signs in anyone as anybody.
    """
    page, issuer = (split_address(given.get(f"OPENSLOT_{name}", "")) for name in ("PUBLIC_URL", "OIDC_ISSUER"))
    if page and issuer and is_loopback(issuer.hostname or "") and not is_loopback(page.hostname or ""):
        yield "OPENSLOT_OIDC_ISSUER is on this machine, and OPENSLOT_PUBLIC_URL is not"


def unknown_names(environ: Mapping[str, str]) -> list[str]:
    """Return names that begin with our prefix but are no setting, probably typing errors."""
    return sorted(name for name in environ if name.upper().startswith("OPENSLOT_") and name not in KNOWN)


def _smtp_problem(text: str) -> str:
    if text.startswith(AZURE):
        return "" if azure_origin(text) else "is not like azure://NAME.communication.azure.com"
    try:
        read_smtp(text)
    except ValueError as error:
        return f"is not right: {error}"
    return ""


UNRESOLVED = "@Microsoft.KeyVault("
NEEDED = ("OPENSLOT_TABLES", "OPENSLOT_SECRET", "OPENSLOT_PUBLIC_URL")
SECRETS = (
    "OPENSLOT_SECRET",
    "OPENSLOT_SCIM_TOKEN",
    "OPENSLOT_OPERATOR_KEY",
    "OPENSLOT_EVENT_GRID_KEY",
    "OPENSLOT_TURN_SECRET",
    f"{OIDC}CLIENT_SECRET",
)
RULES: Mapping[str, Callable[[str], str]] = {
    "OPENSLOT_TABLES": tables_problem,
    "OPENSLOT_SECRET": secrets_problem,
    "OPENSLOT_SCIM_TOKEN": token_problem,
    "OPENSLOT_OPERATOR_KEY": token_problem,
    "OPENSLOT_EVENT_GRID_KEY": token_problem,
    "OPENSLOT_TURN_SECRET": lambda text: secret_problem(text, shortest=16),
    "OPENSLOT_EVENTS": lambda text: "" if text in ("on", "off") else "is neither on nor off",
    "OPENSLOT_IDLE": idle_problem,
    "OPENSLOT_SIGN_IN_AGAIN": proof_problem,
    "OPENSLOT_REGION": region_problem,
    "OPENSLOT_BACKUPS": backups_problem,
    "OPENSLOT_PUBLIC_URL": public_url_problem,
    "OPENSLOT_SMTP": _smtp_problem,
    "OPENSLOT_MAIL_FROM": mailbox_problem,
    "OPENSLOT_TABLE_PREFIX": prefix_problem,
    "OPENSLOT_TABLE_CLIENT": client_problem,
    "OPENSLOT_ADMINISTRATORS": lambda text: administrators_problem(read_names(text)),
}
KNOWN = frozenset(
    {*NEEDED, *RULES, "OPENSLOT_LIMITS", "OPENSLOT_CLIENT_ADDRESS", "OPENSLOT_STUN", "OPENSLOT_TURN"}
    | set(IDENTITY_NAMES)
    | set(TEAMS_NAMES)
    | set(SMS_NAMES)
    | set(OWN_CALENDAR_NAMES)
)


def read_names(text: str) -> frozenset[str]:
    """Return the names in a list with commas; mail addresses in one spelling, to compare without case."""
    names = (part.strip() for part in text.split(","))
    return frozenset(folded(name) if "@" in name else name for name in names if name)


def read_limits(text: str) -> Limits:
    """Return the limits of "on", "off" or "address=60/1,calendar=600/20,mails=10/0.002".

    What is not named keeps its default. Raises ValueError.
    """
    if text in ("on", "off", ""):
        return Limits(are_on=text != "off")
    rules: dict[str, Any] = {}
    for part in text.split(","):
        match = re.fullmatch(r"\s*(address|calendar|reads|mails)=(\d{1,6})/(\d{1,6}(?:\.\d+)?)\s*", part)
        if not match or not int(match[2]) or not float(match[3]):
            raise ValueError("OPENSLOT_LIMITS is not on, off or like address=60/1,calendar=600/20,reads=600/20")
        rules[match[1]] = RateLimit(int(match[2]), float(match[3]))
    return Limits(**rules)
