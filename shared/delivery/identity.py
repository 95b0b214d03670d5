"""Who a bearer token vouches for."""

from datetime import datetime
from typing import NamedTuple, Protocol

from shared.domain.permissions import Caller


class InvalidToken(Exception):
    """The token vouches for nobody here; the message says why, for the log, and holds nothing of the token."""


class Vouched(NamedTuple):
    """What a token says of its bearer; `roles` are those that the provider gives them in this app."""

    caller: Caller
    roles: frozenset[str] = frozenset()


class Identity(Protocol):
    """Whoever checks tokens."""

    async def verify(self, token: str, now: datetime) -> Vouched:
        """Raise InvalidToken unless the token is genuine, meant for us, and of this moment."""
        ...


class NoProvider:
    """The identity of an app that was told of no provider: nobody is anybody."""

    async def verify(self, token: str, now: datetime) -> Vouched:  # noqa: ARG002 - the protocol's
        raise InvalidToken("no identity provider is set")
