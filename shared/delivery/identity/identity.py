"""Who vouches for callers: what the app trusts, and what it asks of whoever checks tokens.

`identity_keys` fetches the provider's keys, `identity_tokens` checks what they signed, `identity_claims` reads
whom it speaks of, and `identity_flow` signs people in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol


if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.access.permissions import Caller


class InvalidToken(Exception):
    """The token vouches for nobody here; the message says why, for the log, and holds nothing of the token."""


class ProviderAway(Exception):
    """The provider has never answered yet, so that nothing it signed can be checked."""


class Trust(NamedTuple):
    """The provider that is believed, and about what.

    issuer        as its tokens name it; "{tenantid}" stands for the tenant where a provider serves several (Entra)
    audiences     the names under which tokens may be meant for us
    tenants       the only tenants whose tokens count, where the provider has tenants
    email_claim   where the address is; one other than "email" is believed without `email_verified`
    applications  subjects that are programs (Keycloak's service accounts), beside those that can be told anyway
    """

    issuer: str
    audiences: frozenset[str]
    tenants: frozenset[str] = frozenset()
    email_claim: str = "email"
    applications: frozenset[str] = frozenset()


class Identity(Protocol):
    """Whoever checks tokens."""

    async def verify(self, token: str, now: datetime) -> Caller:
        """Raise InvalidToken unless the token is genuine, meant for us, and of this moment; ProviderAway."""
        ...


class NoProvider:
    """The identity of an app that was told of no provider: nobody is anybody."""

    async def verify(self, token: str, now: datetime) -> Caller:  # noqa: ARG002 - the protocol's
        raise InvalidToken("no identity provider is set")
