"""Signs people in: the OpenID Connect code flow with PKCE, from the provider's page to the caller."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import urlencode

import aiohttp

from shared.delivery.identity.claims import Claims, as_caller
from shared.delivery.identity.identity import InvalidToken
from shared.delivery.identity.keys import PATIENCE
from shared.delivery.identity.levels import asking_for, levels_of
from shared.delivery.identity.tokens import Provider
from shared.domain.access.permissions import Caller
from shared.domain.signed_text import url_text


SCOPE = "openid email profile"
FOREVER = 2**37  # seconds: about the last year that a date can have


class Proven(NamedTuple):
    """Who signed in, when they last proved it to the provider, and how strongly, where it says so."""

    caller: Caller
    at: datetime | None
    levels: frozenset[str] = frozenset()


class SignInRefused(Exception):
    """The provider's answer is not accepted; the message says why, for the log."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What binds an answer to its request; all but `state` stay with this app."""

    state: str
    nonce: str
    verifier: str

    @property
    def challenge(self) -> str:
        """Return the PKCE challenge (RFC 7636, method S256) of the verifier."""
        return url_text(sha256(self.verifier.encode()).digest())


@dataclass(frozen=True)
class SignIn:
    """One app's registration at a provider; `back` is the address to which the provider sends people back."""

    provider: Provider
    client_id: str
    client_secret: str = field(repr=False)
    back: str

    async def address(
        self,
        attempt: Attempt,
        language: str,
        now: datetime,
        within: timedelta | None = None,
        levels: Sequence[str] = (),
    ) -> str:
        """Return the address of the sign-in page. Raise ProviderAway.

        Who has not proven `within` this time who they are is asked to do so again (`max_age`), and to do so by one
        of the `levels`.
        """
        document = await self.provider.keys.document(now)
        query = {
            "client_id": self.client_id,
            "response_type": "code",
            "redirect_uri": self.back,
            "scope": SCOPE,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
            "ui_locales": language,
            **({"max_age": str(int(within.total_seconds()))} if within else {}),
            **asking_for(levels, document, is_entra=bool(self.provider.trust.tenants)),
        }
        return _with_query(document["authorization_endpoint"], query)

    async def finish(self, code: str, attempt: Attempt, now: datetime) -> Proven:
        """Return who signed in, a person, when and how. Raise SignInRefused, ProviderAway."""
        document = await self.provider.keys.document(now)
        try:
            answer = await self._exchange(document, code, attempt)
            claims = await self.provider.claims(str(answer["id_token"]), {self.client_id}, now)
            _check_nonce(claims, attempt)
            more = await self._more(document, claims, str(answer.get("access_token", "")))
            caller = as_caller({**claims, **more}, self.provider.trust)
        except (InvalidToken, aiohttp.ClientError, TimeoutError, LookupError, TypeError, ValueError) as error:
            said = str(error) if isinstance(error, InvalidToken) else type(error).__name__
            raise SignInRefused(said) from None
        if caller.is_application:
            raise SignInRefused("a program is nobody to sign in")
        return Proven(caller, _proven_at(claims, now), levels_of(claims))

    async def sign_out_address(self, after: str, now: datetime) -> str:
        """Return where people sign out of the provider too; empty if it has no such page. Raise ProviderAway."""
        endpoint = (await self.provider.keys.document(now)).get("end_session_endpoint", "")
        query = {"client_id": self.client_id, "post_logout_redirect_uri": after}
        return _with_query(str(endpoint), query) if endpoint else ""

    async def _exchange(self, document: Mapping[str, Any], code: str, attempt: Attempt) -> Any:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back,
            "code_verifier": attempt.verifier,
        }
        methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        headers = {}
        if not self.client_secret or "client_secret_basic" not in methods:
            form["client_id"] = self.client_id
            form |= {"client_secret": self.client_secret} if self.client_secret else {}
        else:
            headers = {"Authorization": _basic(self.client_id, self.client_secret)}
        return await _ask("POST", str(document["token_endpoint"]), headers, form)

    async def _more(self, document: Mapping[str, Any], claims: Claims, access_token: str) -> Mapping[str, Any]:
        """Request address and name if the identity token omits them, as it may with standard providers."""
        endpoint = document.get("userinfo_endpoint")
        if self.provider.trust.email_claim in claims or not endpoint or not access_token:
            return {}
        found = await _ask("GET", str(endpoint), {"Authorization": f"Bearer {access_token}"})
        if found.get("sub") != claims.get("sub"):  # it may be about another person: OpenID Connect Core, 5.3.2
            raise InvalidToken("the provider tells of somebody else")
        told = (self.provider.trust.email_claim, "email_verified", "name")
        return {name: found[name] for name in told if name in found}


def _proven_at(claims: Claims, now: datetime) -> datetime | None:
    """Return the moment in `auth_time`, now at the latest, as the provider's clock may be ahead."""
    at = claims.get("auth_time")
    if isinstance(at, bool) or not isinstance(at, int | float) or not 0 < at < FOREVER:
        return None
    return min(datetime.fromtimestamp(at, UTC), now)


def _check_nonce(claims: Claims, attempt: Attempt) -> None:
    if claims.get("nonce") != attempt.nonce:
        raise InvalidToken("its nonce is not ours")


async def _ask(method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None) -> Any:
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.request(
            method, url, headers=headers, data=form, allow_redirects=False, raise_for_status=True
        ) as one,
    ):
        return await one.json(content_type=None)


def _basic(client: str, secret: str) -> str:
    """Return credentials as RFC 6749 has them: form-encoded before they are joined."""
    login, password = (urlencode({"": part})[1:] for part in (client, secret))
    return f"Basic {b64encode(f'{login}:{password}'.encode()).decode()}"


def _with_query(address: str, query: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"
