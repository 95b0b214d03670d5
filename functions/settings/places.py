"""Where data goes by the settings: each provider that is configured, as the public page names it."""

from typing import TYPE_CHECKING, Literal, NamedTuple
from urllib.parse import urlsplit

from shared.delivery.mail.smtp_server import read_smtp
from shared.domain.loopback import is_loopback


if TYPE_CHECKING:
    from functions.settings.app import AppSettings

PlaceKind = Literal[
    "storage", "backups", "mail", "sms", "stun", "turn", "identity", "teams", "calendars", "telemetry"
]
SERVER = 1  # where the parts of stun:HOST:PORT have the host


class DataPlace(NamedTuple):
    """One place: what it is for, its host, and its region where that is known."""

    kind: PlaceKind
    host: str
    region: str = ""


def data_places(settings: "AppSettings") -> list[DataPlace]:
    """Return every place that the settings send data to, the storage first."""
    found = [
        DataPlace("storage", _storage_host(settings.tables), settings.region),
        *([DataPlace("backups", _shown(urlsplit(settings.backups).hostname or ""))] if settings.backups else []),
        DataPlace("mail", _shown(read_smtp(settings.smtp).host)),
    ]
    if settings.sms.account:
        found.append(DataPlace("sms", _shown(urlsplit(settings.sms.account.origin).hostname or "")))
    found += [DataPlace("stun", _server(one)) for one in settings.room.stun]
    found += [DataPlace("turn", _server(one)) for one in settings.room.turn]
    if settings.identity.trust:
        found.append(DataPlace("identity", _shown(urlsplit(settings.identity.trust.issuer).hostname or "")))
    if settings.teams:
        found.append(DataPlace("teams", "graph.microsoft.com"))
    found.append(DataPlace("calendars", ""))
    if settings.has_telemetry:
        found.append(DataPlace("telemetry", "Application Insights"))
    found += [DataPlace("telemetry", _shown(urlsplit(one).hostname or "")) for one in settings.collector if one]
    return list(dict.fromkeys(found))


def _storage_host(tables: str) -> str:
    """Return the host of the table service, and nothing of what else a connection string holds."""
    if tables.lower().startswith(("http://", "https://")):
        return _shown(urlsplit(tables).hostname or "")
    parts = dict(part.strip().partition("=")[::2] for part in tables.split(";"))
    given = {name.lower(): value for name, value in parts.items()}
    if endpoint := given.get("tableendpoint"):
        return _shown(urlsplit(endpoint).hostname or "")
    if name := given.get("accountname"):
        return f"{name}.table.{given.get('endpointsuffix', 'core.windows.net')}"
    return ""


def _server(address: str) -> str:
    return _shown(address.partition("?")[0].split(":", 1)[SERVER].rsplit(":", 1)[0].strip("[]"))


def _shown(host: str) -> str:
    """Return a host; empty for this machine, which is where the app itself is."""
    return "" if is_loopback(host) else host
