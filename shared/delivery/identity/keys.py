"""A provider's discovery document and keys: fetched when needed, kept while the provider is not available."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp

from shared.delivery.identity.identity import InvalidToken, ProviderAway


if TYPE_CHECKING:
    from joserfc.jwk import Key


KEYS_LAST = timedelta(hours=1)
BETWEEN_FETCHES = timedelta(minutes=5)  # however many tokens name unknown keys
FIRST_FETCHES = timedelta(seconds=10)  # while there are no keys at all
PATIENCE = 5.0
LARGEST = 512 * 1024
SIGNING = ("RSA", "EC", "OKP")
NEVER = datetime.min.replace(tzinfo=UTC)
Fetch = Callable[[str], Awaitable[Any]]
LONGEST_NAMED = 300  # characters of a name in the log
log = logging.getLogger("openslot")


async def fetch_json(url: str) -> Any:
    """Return the document at an address. Raise aiohttp's errors, TimeoutError, ValueError for any other answer."""
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(timeout=timeout) as session:  # noqa: SIM117 - one thing after the other
        # A redirect could lead anywhere: only the provider's own answers are trusted.
        async with session.get(url, allow_redirects=False, raise_for_status=True) as answer:
            if answer.status != 200:
                raise ValueError(f"{answer.status} is no answer")
            body = await answer.content.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise ValueError("the answer is too long")
    return json.loads(body)


class OtherIssuer(ValueError):
    """The provider names another issuer than the settings, be it by a slash; the message has its name."""


class Keys:
    """The keys of one issuer, by their ids."""

    def __init__(self, issuer: str, fetch: Fetch = fetch_json) -> None:
        self._issuer, self._fetch = issuer, fetch
        self._document: Mapping[str, Any] = {}
        self._keys: dict[str, Key] = {}
        self._fetched = self._tried = NEVER
        self._gate = asyncio.Lock()

    async def find(self, key_id: str | None, now: datetime) -> "Key":
        """Return a key; without an id, the only one. Raise InvalidToken if there is none, and ProviderAway."""
        if self._find(key_id) is None or now - self._fetched > KEYS_LAST:
            await self._refresh(now)
        if found := self._find(key_id):
            return found
        if not self._keys:
            raise ProviderAway
        raise InvalidToken("it was signed with a key that the provider does not have")

    async def endpoint(self, name: str, now: datetime) -> str:
        """Return an address of the discovery document; empty if it has none of this name. Raise ProviderAway."""
        return str((await self.document(now)).get(name, ""))

    async def document(self, now: datetime) -> Mapping[str, Any]:
        """Return the discovery document. Raise ProviderAway."""
        if not self._document:
            await self._refresh(now)
        if not self._document:
            raise ProviderAway
        return self._document

    def _find(self, key_id: str | None) -> "Key | None":
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(key_id or "")

    async def _refresh(self, now: datetime) -> None:
        """Fetch again, unless that was done just now; concurrent calls wait for the same answer."""
        # Old keys are kept if the answer is bad: an outage of the provider must not void every token.
        async with self._gate:
            if now - self._tried < (BETWEEN_FETCHES if self._keys else FIRST_FETCHES):
                return
            self._tried = now
            try:
                document = await self._fetch(discovery_address(self._issuer))
                self._require_own(document)
                self._keys = read_keys(await self._fetch(str(document["jwks_uri"]))) or self._keys
                self._document, self._fetched = document, now
            except OtherIssuer as other:
                log.warning("OPENSLOT_OIDC_ISSUER is %r, and the provider says that it is %s", self._issuer, other)
            except (aiohttp.ClientError, TimeoutError, ValueError, LookupError, TypeError) as error:
                log.warning("the identity provider did not answer well: %s", type(error).__name__)

    def _require_own(self, document: Mapping[str, Any]) -> None:
        if not isinstance(document, Mapping):
            raise TypeError
        if document["issuer"] != self._issuer:
            raise OtherIssuer(repr(document["issuer"])[:LONGEST_NAMED])


def discovery_address(issuer: str) -> str:
    """Return the address of the discovery document; Entra's for many tenants is under "organizations"."""
    return f"{issuer.replace('{tenantid}', 'organizations').rstrip('/')}/.well-known/openid-configuration"


def read_keys(document: Mapping[str, Any]) -> "dict[str, Key]":
    """Return the public signing keys of a key set by their ids, without those that cannot be read."""
    from joserfc.errors import JoseError  # noqa: PLC0415 - heavy, and only callers with a token need it
    from joserfc.jwk import JWKRegistry  # noqa: PLC0415 - the same

    keys: dict[str, Key] = {}
    for one in document["keys"]:
        if not isinstance(one, dict) or one.get("kty") not in SIGNING or one.get("use", "sig") != "sig":
            continue
        try:
            key = JWKRegistry.import_key(one)
        except (JoseError, ValueError, TypeError):
            continue
        keys[str(one.get("kid", ""))] = key
    return keys
