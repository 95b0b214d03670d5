"""Where the tables are reached by an identity of the platform, and no key: the endpoint that gives its tokens.

OPENSLOT_TABLES      the URL of the account's table service: https://ACCOUNT.table.core.windows.net
AZURE_CLIENT_ID      the identity's client id, where the app has one that was made before it (user-assigned)
IDENTITY_ENDPOINT    set by Azure for an app that has an identity, and so is IDENTITY_HEADER
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from functions.settings.rules import is_account_url


@dataclass(frozen=True, slots=True)
class IdentityEndpoint:
    """What a token is asked for with. The header shows the platform that it is the app that asks."""

    url: str
    header: str = field(repr=False)
    client_id: str = ""


def read_identity_endpoint(environ: Mapping[str, str]) -> IdentityEndpoint | None:
    """Return the endpoint where the tables are given as a URL, None otherwise. Raises ValueError."""
    if not is_account_url(environ.get("OPENSLOT_TABLES", "")):
        return None
    url, header = environ.get("IDENTITY_ENDPOINT", ""), environ.get("IDENTITY_HEADER", "")
    if not (url and header):
        raise ValueError(
            "OPENSLOT_TABLES is a URL, and the platform gives the app no identity (no IDENTITY_ENDPOINT)"
        )
    return IdentityEndpoint(url, header, environ.get("AZURE_CLIENT_ID", ""))
