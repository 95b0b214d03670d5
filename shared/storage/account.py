"""Where a storage account is, and how a request shows that it may be made: by key, by signature or by identity."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from email.utils import formatdate
from urllib.parse import urlsplit

from shared.storage.service import AUDIENCE, TokenSource


DEVELOPMENT = {  # Azurite's account, the same on every machine in the world
    "accountname": "devstoreaccount1",
    "accountkey": "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
    "tableendpoint": "http://127.0.0.1:10002/devstoreaccount1",
}
MOST_KNOWN = 500  # signatures of one second


@dataclass
class StorageAccount:
    """`endpoint` is the address of its tables, `query` the shared access signature if that is what it is given."""

    endpoint: str
    name: str = ""
    key: bytes = field(default=b"", repr=False)
    query: str = field(default="", repr=False)
    identity: TokenSource | None = None

    def __post_init__(self) -> None:
        self._path = urlsplit(self.endpoint).path
        self._signed: dict[tuple[str, str], str] = {}

    def address(self, path: str) -> str:
        """Return the whole address of a path below the account, which may have a query."""
        if not self.query:
            return self.endpoint + path
        return f"{self.endpoint}{path}{'&' if '?' in path else '?'}{self.query}"

    async def permission(self, path: str) -> dict[str, str]:
        """Return the headers by which a request for this path is allowed. Raises Ambiguous if no token is had."""
        date = formatdate(usegmt=True)
        headers = {"x-ms-date": date}
        if self.identity is not None:
            headers["Authorization"] = f"Bearer {(await self.identity.get_token(f'{AUDIENCE}/.default')).token}"
        elif self.key:
            headers["Authorization"] = self._signature(date, path.partition("?")[0])
        return headers

    def _signature(self, date: str, path: str) -> str:
        """Return the signature by the account's key (SharedKeyLite): of the date, to the second, and the path."""
        if (known := self._signed.get((date, path))) is None:
            if len(self._signed) >= MOST_KNOWN or (self._signed and next(iter(self._signed))[0] != date):
                self._signed.clear()
            text = f"{date}\n/{self.name}{self._path}{path}"
            digest = base64.b64encode(hmac.digest(self.key, text.encode(), hashlib.sha256)).decode()
            known = self._signed[date, path] = f"SharedKeyLite {self.name}:{digest}"
        return known


def read_account(place: str, identity: TokenSource | None = None) -> StorageAccount:
    """Return the account of a connection string, or with an identity the one at this URL. Raises ValueError."""
    if identity is not None:
        return StorageAccount(place.rstrip("/"), identity=identity)
    parts = {name.strip().lower(): value.strip() for name, _, value in map(_split, place.strip().split(";"))}
    if parts.get("usedevelopmentstorage") == "true":
        parts = DEVELOPMENT
    name, scheme = parts.get("accountname", ""), parts.get("defaultendpointsprotocol", "https")
    suffix = parts.get("endpointsuffix", "core.windows.net")
    endpoint = parts.get("tableendpoint") or (f"{scheme}://{name}.table.{suffix}" if name else "")
    if not endpoint:
        raise ValueError("this is not the connection string of a storage account")
    if "://" not in endpoint:
        endpoint = f"{scheme}://{endpoint}"
    key = base64.b64decode(parts.get("accountkey", ""))
    query = "" if key else parts.get("sharedaccesssignature", "").lstrip("?")
    return StorageAccount(endpoint.rstrip("/"), name, key, query)


def _split(part: str) -> tuple[str, str, str]:
    return part.partition("=")
