"""The settings of Microsoft Teams: the application in whose name Graph makes meetings.

OPENSLOT_TEAMS_TENANT         the organisation's tenant at Entra
OPENSLOT_TEAMS_CLIENT_ID      the application, with the permission OnlineMeetings.ReadWrite.All
OPENSLOT_TEAMS_CLIENT_SECRET  its secret
OPENSLOT_TEAMS_AUTHORITY      where it gets tokens (https://login.microsoftonline.com)
OPENSLOT_TEAMS_GRAPH          where Graph is (https://graph.microsoft.com)
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from shared.delivery.teams_account import TeamsAccount


PREFIX = "OPENSLOT_TEAMS_"
NEEDED = ("TENANT", "CLIENT_ID", "CLIENT_SECRET")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def read_teams(environ: Mapping[str, str]) -> TeamsAccount | None:
    """Return the account, or nothing where none is set. Raises ValueError."""
    values = {name: environ.get(f"{PREFIX}{name}", "") for name in NEEDED}
    if not any(values.values()):
        return None
    if missing := [name for name in NEEDED if not values[name]]:
        raise ValueError("; ".join(f"{PREFIX}{name} is not set" for name in missing))
    places = {name: environ.get(f"{PREFIX}{name}", "").rstrip("/") for name in ("AUTHORITY", "GRAPH")}
    for name, address in places.items():
        if address and not _is_safe(address):
            raise ValueError(f"{PREFIX}{name} is not an https address")
    given = {name.lower(): address for name, address in places.items() if address}
    return TeamsAccount(values["TENANT"], values["CLIENT_ID"], values["CLIENT_SECRET"], **given)


def _is_safe(address: str) -> bool:
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    )
