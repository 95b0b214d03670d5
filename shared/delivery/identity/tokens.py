"""Checks signed tokens: signature, issuer, audience and time."""

import math
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.delivery.identity.claims import Claims, as_caller
from shared.delivery.identity.identity import InvalidToken, Trust
from shared.delivery.identity.keys import Fetch, Keys, fetch_json
from shared.domain.access.permissions import Caller


if TYPE_CHECKING:
    from joserfc.jwk import Key
    from joserfc.jws import CompactSignature


ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""Asymmetric ones only: with "none" or a shared secret a token could be forged."""
TYPES = ("jwt", "at+jwt", "application/at+jwt")
GRACE = timedelta(seconds=60)


class Provider:
    """The identity of an app that trusts a provider."""

    def __init__(self, trust: Trust, fetch: Fetch = fetch_json) -> None:
        self.trust = trust
        self.keys = Keys(trust.issuer, fetch)

    async def verify(self, token: str, now: datetime) -> Caller:
        """Return the caller of an access token. Raise InvalidToken, ProviderAway."""
        return as_caller(await self.claims(token, self.trust.audiences, now), self.trust)

    async def claims(self, token: str, audiences: Collection[str], now: datetime) -> Claims:
        """Return the claims of a genuine token for one of these audiences. Raise InvalidToken, ProviderAway."""
        parsed = _parse(token)
        header = parsed.headers()
        if header.get("alg") not in ALGORITHMS:
            raise InvalidToken("its algorithm is not one of ours")
        if str(header.get("typ", "jwt")).lower() not in TYPES:
            raise InvalidToken("it is a token of another kind")
        key_id = header.get("kid")
        key = await self.keys.find(str(key_id) if key_id is not None else None, now)
        claims = _signed_claims(token, key)
        _check_issuer(claims, self.trust)
        _check_audience(claims, audiences)
        _check_times(claims, now)
        return claims


def _parse(token: str) -> "CompactSignature":
    from joserfc.errors import JoseError  # noqa: PLC0415 - heavy, and only callers with a token need it
    from joserfc.jws import extract_compact  # noqa: PLC0415 - the same

    try:
        return extract_compact(token.encode("ascii"))
    except (JoseError, ValueError, TypeError):
        raise InvalidToken("it cannot be read") from None


def _signed_claims(token: str, key: "Key") -> Claims:
    from joserfc import jwt  # noqa: PLC0415 - heavy, and only callers with a token need it
    from joserfc.errors import JoseError  # noqa: PLC0415 - the same

    try:
        return jwt.decode(token, key, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError):
        raise InvalidToken("its signature is not the provider's") from None


def _check_issuer(claims: Claims, trust: Trust) -> None:
    tenant = claims.get("tid")
    if trust.tenants and tenant not in trust.tenants:
        raise InvalidToken("it is of a tenant that is not ours")
    wanted, said = trust.issuer.replace("{tenantid}", str(tenant)), claims.get("iss")
    if said != wanted:
        raise InvalidToken(f"it is of another issuer: {said!r:.300}, not {wanted!r:.300}")


def _check_audience(claims: Claims, audiences: Collection[str]) -> None:
    said = claims.get("aud")
    meant = said if isinstance(said, list) else [said]
    if not any(isinstance(one, str) and one in audiences for one in meant):
        raise InvalidToken("it is meant for somebody else")


def _check_times(claims: Claims, now: datetime) -> None:
    moment, grace = now.timestamp(), GRACE.total_seconds()
    if moment >= _seconds(claims, "exp") + grace:
        raise InvalidToken("it has expired")
    if any(_seconds(claims, name) > moment + grace for name in ("nbf", "iat") if name in claims):
        raise InvalidToken("it is of the future")


def _seconds(claims: Claims, name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidToken(f"its {name} is no time")
    return float(value)
