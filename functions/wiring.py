"""The composition root: the only place that picks concrete adapters. Nothing here runs, or fails, at import."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from functions.rate_limits import RateLimiter
from functions.settings import Settings, read_settings
from shared.delivery.identity import Identity, NoProvider
from shared.delivery.identity_flow import SignIn
from shared.delivery.identity_tokens import Provider
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.ports import Mailer


@dataclass(frozen=True)
class Services:
    """What handlers work with. `now` is read once per invocation; `mailer` is built when it is first needed."""

    settings: Settings
    store: TableStore
    limiter: RateLimiter
    mailer: Callable[[], Mailer]
    now: Callable[[], datetime]
    identity: Identity = field(default_factory=NoProvider)
    sign_in: SignIn | None = None

    @property
    def secret(self) -> str:
        return self.settings.secret


def read_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the one place where the clock is read


_given: ContextVar[Services | None] = ContextVar("services", default=None)


def services() -> Services:
    """Return the services given to this context, else the process's. Raises SettingsMissing."""
    return _given.get() or _of_process()


@contextmanager
def given(these: Services) -> Iterator[None]:
    """Let what runs within work with these services: how a test brings its own store and clock."""
    token = _given.set(these)
    try:
        yield
    finally:
        _given.reset(token)


@cache
def _of_process() -> Services:
    settings = read_settings(os.environ)
    tables = Tables(settings.tables, settings.table_prefix)
    limiter = RateLimiter(tables, settings.limits, settings.secret)
    mailer, trust = cache(lambda: _mailer(settings)), settings.identity.trust
    store = TableStore(tables)
    if trust is None:
        return Services(settings, store, limiter, mailer, read_clock)
    provider = Provider(trust)
    return Services(settings, store, limiter, mailer, read_clock, provider, sign_in_by(provider, settings))


def sign_in_by(provider: Provider, settings: Settings) -> SignIn | None:
    """Return how people sign in to the console, or nothing where the app is no client of the provider."""
    client = settings.identity
    back = f"{settings.public_url}/console/sign-in/done"
    return SignIn(provider, client.client_id, client.client_secret, back) if client.client_id else None


def _mailer(settings: Settings) -> Mailer:
    from shared.delivery.mail import Mail  # noqa: PLC0415 - heavy, and only timers send
    from shared.delivery.sender import Sender  # noqa: PLC0415 - the same
    from shared.delivery.smtp import SmtpMailer  # noqa: PLC0415 - the same

    sender = Sender(settings.mail_from, settings.public_url, settings.mail_domain)
    return Mail(sender, SmtpMailer(settings.smtp))
