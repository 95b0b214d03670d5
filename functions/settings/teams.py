"""The settings of Microsoft Teams: the application in whose name Graph makes meetings.

OPENSLOT_TEAMS_TENANT         the organisation's tenant at Entra
OPENSLOT_TEAMS_CLIENT_ID      the application, with the permission OnlineMeetings.ReadWrite.All
OPENSLOT_TEAMS_CLIENT_SECRET  its secret
OPENSLOT_TEAMS_AUTHORITY      where it gets tokens (https://login.microsoftonline.com)
OPENSLOT_TEAMS_GRAPH          where Graph is (https://graph.microsoft.com)
"""

import re
from collections.abc import Mapping

from functions.settings.rules import is_safe, split_address
from shared.delivery.microsoft.account import GraphAccount


PREFIX = "OPENSLOT_TEAMS_"
NEEDED = ("TENANT", "CLIENT_ID", "CLIENT_SECRET")
PLACES = ("AUTHORITY", "GRAPH")
NAME = re.compile(r"[A-Za-z0-9.-]{1,255}")  # of a tenant or an application; it becomes part of a URL


def graph_names(prefix: str) -> tuple[str, ...]:
    """Return the names of the settings of an application that begin like this."""
    return tuple(f"{prefix}{name}" for name in (*NEEDED, *PLACES))


NAMES = graph_names(PREFIX)


def read_teams(environ: Mapping[str, str]) -> GraphAccount | None:
    """Return the account, None where none is set. Raises ValueError."""
    return read_graph_account(environ, PREFIX)


def read_graph_account(environ: Mapping[str, str], prefix: str) -> GraphAccount | None:
    """Return the application of the settings that begin like this, None where none is set. Raises ValueError."""
    values = {name: environ.get(f"{prefix}{name}", "") for name in NEEDED}
    if not any(values.values()):
        return None
    if missing := [name for name in NEEDED if not values[name]]:
        raise ValueError("; ".join(f"{prefix}{name} is not set" for name in missing))
    if odd := [name for name in NEEDED[:2] if not NAME.fullmatch(values[name])]:
        raise ValueError("; ".join(f"{prefix}{name} is not an id" for name in odd))
    places = {name: environ.get(f"{prefix}{name}", "").rstrip("/") for name in PLACES}
    for name, address in places.items():
        if address and not _is_safe(address):
            raise ValueError(f"{prefix}{name} is not an https address")
    given = {name.lower(): address for name, address in places.items() if address}
    return GraphAccount(values["TENANT"], values["CLIENT_ID"], values["CLIENT_SECRET"], **given)


def _is_safe(address: str) -> bool:
    parts = split_address(address)
    return parts is not None and is_safe(parts)
