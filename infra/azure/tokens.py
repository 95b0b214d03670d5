"""The identity by which a command reaches tables and blobs.

It is the platform's where there is one, and elsewhere OPENSLOT_TOKEN, a token of yours:
`az account get-access-token --resource https://storage.azure.com --query accessToken --output tsv`.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.storage.platform_identity import CLIENT, ENDPOINT, HEADER, Grant, PlatformIdentity


if TYPE_CHECKING:
    from shared.storage.service import TokenSource


class OwnToken:
    """A token that somebody has got for an hour."""

    def __init__(self, token: str) -> None:
        self._grant = Grant(token, 2**31)

    async def get_token(self, *_: str, **__: Any) -> Grant:
        return self._grant

    async def close(self) -> None:
        """There is nothing to close."""


def token_source() -> TokenSource | None:
    """The identity that the environment gives; None where there is none, and connection strings have keys."""
    if token := os.environ.get("OPENSLOT_TOKEN"):
        return OwnToken(token)
    endpoint, header = os.environ.get(ENDPOINT), os.environ.get(HEADER)
    if endpoint and header:
        return PlatformIdentity(endpoint, header, os.environ.get(CLIENT, ""), lambda: datetime.now(UTC))
    return None


def for_tables(tokens: TokenSource | None) -> TokenSource | None:
    """Only a URL is reached by tokens."""
    return tokens if os.environ["OPENSLOT_TABLES"].startswith("https://") else None
