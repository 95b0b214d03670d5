"""Where services are reached by an identity of the platform, and no key: the endpoint that gives its tokens.

OPENSLOT_TABLES      the URL of the account's table service: https://ACCOUNT.table.core.windows.net
OPENSLOT_SMS, _SMTP  azure://NAME.communication.azure.com
OPENSLOT_BACKUPS     the URL of a container: https://ACCOUNT.blob.core.windows.net/CONTAINER
AZURE_CLIENT_ID      the identity's client id, where the app has one that was made before it (user-assigned)
IDENTITY_ENDPOINT    set by Azure for an app that has an identity, and so is IDENTITY_HEADER
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from functions.settings.rules import is_account_url


SERVICES = ("OPENSLOT_SMS", "OPENSLOT_SMTP")
AZURE = "azure://"
RESOURCE = re.compile(r"azure://([a-z0-9-]{1,63}(\.[a-z0-9-]{1,63}){1,6})/?")


def azure_origin(url: str) -> str:
    """Return where the service of azure://NAME.communication.azure.com is; empty if it is none."""
    found = RESOURCE.fullmatch(url)
    return f"https://{found[1]}" if found else ""


@dataclass(frozen=True, slots=True)
class IdentityEndpoint:
    """What a token is asked for with. The header shows the platform that it is the app that asks."""

    url: str
    header: str = field(repr=False)
    client_id: str = ""


def read_identity_endpoint(environ: Mapping[str, str]) -> IdentityEndpoint | None:
    """Return the endpoint where something is reached by identity, None otherwise. Raises ValueError."""
    by_identity = [
        *(["OPENSLOT_TABLES"] if is_account_url(environ.get("OPENSLOT_TABLES", "")) else []),
        *(name for name in SERVICES if environ.get(name, "").startswith(AZURE)),
        *(["OPENSLOT_BACKUPS"] if is_account_url(environ.get("OPENSLOT_BACKUPS", "")) else []),
    ]
    if not by_identity:
        return None
    url, header = environ.get("IDENTITY_ENDPOINT", ""), environ.get("IDENTITY_HEADER", "")
    if not (url and header):
        raise ValueError(
            f"{by_identity[0]} is a URL, and the platform gives the app no identity (no IDENTITY_ENDPOINT)"
        )
    return IdentityEndpoint(url, header, environ.get("AZURE_CLIENT_ID", ""))
