"""The composition root: the only place that picks concrete adapters. Nothing here can fail at import."""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from secrets import token_hex
from typing import TYPE_CHECKING

from functions.due_work import DueWork
from functions.http.events import switch_events, tell_also
from functions.http.invocation import own_of
from functions.http.rate_limits import RateLimiter
from functions.settings.app import AppSettings, SettingsMissing, read_settings, unknown_names
from functions.settings.platform import azure_origin
from functions.settings.rules import is_account_url
from shared.delivery.identity.identity import Identity, NoProvider
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.context import Context
from shared.use_cases.free_busy.outside import NoOwnCalendars
from shared.use_cases.reports.count_page_steps import PageCounter
from shared.use_cases.sms.texter import NoTexter


if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.delivery.identity.sign_in import SignIn
    from shared.delivery.identity.tokens import Provider
    from shared.delivery.microsoft.account import GraphAccount
    from shared.delivery.sms.account import SmsAccount
    from shared.delivery.sms.text_service import SmsProvider
    from shared.records.table import Table
    from shared.storage.platform_identity import PlatformIdentity
    from shared.use_cases.free_busy.outside import OwnCalendars
    from shared.use_cases.free_busy.read_calendar import ReadingRun
    from shared.use_cases.maintenance.back_up import Keeping
    from shared.use_cases.ports import Mailer
    from shared.use_cases.sms.texter import Texter
    from shared.use_cases.visits.make_meeting import Meetings

log = logging.getLogger("openslot")


@dataclass(frozen=True)
class Services:
    """What handlers work with. Callables are built when first called; `now` is one moment in an invocation."""

    settings: AppSettings
    store: TableStore
    limiter: RateLimiter
    mailer: Callable[[], Mailer]
    now: Callable[[], datetime]
    identity: Callable[[], Identity] = NoProvider
    sign_in: Callable[[], SignIn | None] = lambda: None
    meetings: Callable[[], Meetings] = lambda: _meetings(None)
    outside: Callable[[], OwnCalendars] = NoOwnCalendars
    texter: Callable[[], Texter] = NoTexter
    ring: Callable[[], None] = lambda: None
    page_counter: PageCounter = field(default_factory=PageCounter)
    keeping: Callable[[], Keeping] | None = None

    @property
    def due_work(self) -> DueWork:
        """Return what sends what is due."""
        by = (self.mailer, self.meetings, self.texter)
        return DueWork(self.store, *by, self.secret, self.now, self.keeping)

    @property
    def secret(self) -> str:
        return self.settings.secret

    @property
    def context(self) -> Context:
        """Return what the use cases of this invocation work with."""
        return Context(self.store, self.secret, self.now())

    def reading(self) -> ReadingRun:
        """Return what it takes to read people's own calendars, under a name that no other run has."""
        from shared.use_cases.free_busy.read_calendar import ReadingRun  # noqa: PLC0415 - pages read none

        settings = self.settings
        host, every = settings.mail_domain, settings.own_calendars.every
        return ReadingRun(self.store, self.outside(), self.secret, self.now(), token_hex(16), host, every)


def read_clock() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place where the clock is read


_given: ContextVar[Services | None] = ContextVar("services", default=None)


def services() -> Services:
    """Return the services of this invocation, else of this context or the process. Raises SettingsMissing."""
    return own_of(_given.get() or _of_process(), _at_one_moment)


def _at_one_moment(app: Services) -> Services:
    return replace(app, now=cache(app.now))


@contextmanager
def given(these: Services) -> Iterator[None]:
    """Use these services within the context: how a test brings its own store and clock."""
    token = _given.set(these)
    try:
        yield
    finally:
        _given.reset(token)


@cache
def _of_process() -> Services:
    settings = read_settings(os.environ)
    switch_events(on=settings.has_events)
    if settings.collector.is_on:
        from functions.telemetry import Telemetry  # noqa: PLC0415 - few apps have a collector

        tell_also(Telemetry(settings.collector).tell)
    for name in unknown_names(os.environ):
        log.warning("there is no setting %s; look for a typing error", name)
    tables = _tables(settings)
    limiter = RateLimiter(tables, settings.limits, settings.secret)
    mailer, provider = cache(lambda: _mailer(settings)), cache(lambda: _provider(settings))
    store, sign_in = TableStore(tables), cache(lambda: sign_in_by(provider(), settings))
    meetings = cache(lambda: _meetings(settings.teams))
    outside, texter = cache(lambda: _outside(settings)), cache(lambda: _texter(settings))
    keeping = cache(lambda: _keeping(settings)) if settings.backups else None
    ring = DueWork(store, mailer, meetings, texter, settings.secret, read_clock, keeping).ring
    return Services(
        settings,
        store,
        limiter,
        mailer,
        read_clock,
        provider,
        sign_in,
        meetings,
        outside,
        texter,
        ring,
        keeping=keeping,
    )


def ring() -> None:
    """Let due work be looked after, now that a request is answered."""
    with suppress(SettingsMissing):
        (_given.get() or _of_process()).ring()


def _outside(settings: AppSettings) -> OwnCalendars:
    from shared.delivery.free_busy.own_calendars import OutsideCalendars  # noqa: PLC0415 - few requests read any

    return OutsideCalendars(settings.secret, settings.own_calendars.hosts, settings.own_calendars.schedules)


def _tables(settings: AppSettings) -> Table:
    if settings.table_client == "sdk":
        from shared.storage.sdk_tables import SdkTables  # noqa: PLC0415 - loaded where it is chosen

        return SdkTables(settings.tables, settings.table_prefix, _credential(settings))
    return Tables(settings.tables, settings.table_prefix, _credential(settings))


def _credential(settings: AppSettings) -> PlatformIdentity | None:
    """Return the app's identity, None where the connection string has a key."""
    if settings.platform is None or not is_account_url(settings.tables):
        return None
    return _identity(settings)


def _identity(settings: AppSettings) -> PlatformIdentity:
    from shared.storage.platform_identity import PlatformIdentity  # noqa: PLC0415 - a key needs none

    where = settings.platform
    assert where is not None
    return PlatformIdentity(where.url, where.header, where.client_id, read_clock)


def _keeping(settings: AppSettings) -> Keeping:
    from shared.storage.backups.place import keeping_at  # noqa: PLC0415 - only a round that backs up keeps anything

    return keeping_at(settings.backups, _identity(settings) if settings.platform else None)


def _provider(settings: AppSettings) -> Provider | NoProvider:
    from shared.delivery.identity.tokens import Provider  # noqa: PLC0415 - booking pages ask nobody who they are

    return Provider(settings.identity.trust) if settings.identity.trust else NoProvider()


def sign_in_by(provider: Provider | NoProvider, settings: AppSettings) -> SignIn | None:
    """Return how people sign in to the console, None where no client of a provider is set up."""
    from shared.delivery.identity.sign_in import SignIn  # noqa: PLC0415 - the same

    client = settings.identity
    if isinstance(provider, NoProvider) or not client.client_id:
        return None
    return SignIn(provider, client.client_id, client.client_secret, f"{settings.public_url}/console/sign-in/done")


def _meetings(account: GraphAccount | None) -> Meetings:
    from shared.use_cases.visits.make_meeting import NoMeetings  # noqa: PLC0415 - only timers have meetings made

    if account is None:
        return NoMeetings()
    from shared.delivery.meetings.teams import Teams  # noqa: PLC0415 - few organisations have it

    return Teams(account)


def _texter(settings: AppSettings) -> Texter:
    account = settings.sms.account
    if account is None:
        return NoTexter()
    from shared.delivery.mail.sender import Sender  # noqa: PLC0415 - only timers send
    from shared.delivery.sms.text_service import TextService  # noqa: PLC0415 - the same

    sender = Sender(settings.mail_from, settings.public_url, settings.mail_domain)
    return TextService(account, _sms_provider(account, settings), sender)


def _sms_provider(account: SmsAccount, settings: AppSettings) -> SmsProvider:
    if account.kind == "azure":
        from shared.delivery.sms.azure import AzureSms  # noqa: PLC0415 - loaded where it is chosen

        return AzureSms(account, _identity(settings))
    from shared.delivery.sms.twilio import Twilio  # noqa: PLC0415 - the same

    return Twilio(account, f"{settings.public_url}/sms/twilio/report")


def _mailer(settings: AppSettings) -> Mailer:
    from shared.delivery.mail.message import Mail  # noqa: PLC0415 - heavy, and only timers send
    from shared.delivery.mail.sender import Sender  # noqa: PLC0415 - the same
    from shared.delivery.mail.smtp import SmtpMailer  # noqa: PLC0415 - the same

    sender = Sender(settings.mail_from, settings.public_url, settings.mail_domain)
    if origin := azure_origin(settings.smtp):
        from shared.delivery.mail.azure import AzureMailer  # noqa: PLC0415 - loaded where it is chosen

        return Mail(sender, AzureMailer(origin, _identity(settings)), reports=bool(settings.event_grid_key))
    return Mail(sender, SmtpMailer(settings.smtp))
