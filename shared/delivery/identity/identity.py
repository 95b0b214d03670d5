"""What the app trusts of an identity provider, and the port for checking its tokens.

`keys` fetches the provider's keys, `tokens` checks what they signed, `claims` reads who a token is about, and
`sign_in` signs people in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol


if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.access.permissions import Caller


class InvalidToken(Exception):
    """The token is not accepted; the message says why, for the log, and contains nothing secret of it."""


class ProviderAway(Exception):
    """The provider has not answered yet, so no signature of its can be checked."""


class Trust(NamedTuple):
    """The provider that is trusted, and for what.

    issuer        as its tokens name it; "{tenantid}" stands for the tenant if a provider serves several (Entra)
    audiences     the names by which tokens may be addressed to this app
    tenants       the only tenants whose tokens are accepted, if the provider has tenants
    email_claim   the claim with the address; any other than "email" is trusted without `email_verified`
    applications  subjects that are programs (Keycloak's service accounts), beside those that tokens mark as such
    """

    issuer: str
    audiences: frozenset[str]
    tenants: frozenset[str] = frozenset()
    email_claim: str = "email"
    applications: frozenset[str] = frozenset()


class Identity(Protocol):
    """Checks tokens."""

    async def verify(self, token: str, now: datetime) -> Caller:
        """Return the caller.

        Raise InvalidToken unless the token is genuine, for this app and valid now; ProviderAway.
        """
        ...


class NoProvider:
    """The identity of an app without a provider: no token is accepted."""

    async def verify(self, token: str, now: datetime) -> Caller:  # noqa: ARG002 - the protocol's
        """Raise InvalidToken."""
        raise InvalidToken("no identity provider is set")
