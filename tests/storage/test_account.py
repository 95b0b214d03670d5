"""How a request shows that it may be made: by key, by a shared access signature, or by an identity."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from infra.local.pieces import ACCOUNT, ACCOUNT_KEY
from shared.records.table import Ambiguous, Operation
from shared.storage.account import read_account
from shared.storage.tables import Tables


if TYPE_CHECKING:
    from infra.local import pieces

KEY = f"AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY}"


@pytest.mark.parametrize(
    ("place", "endpoint"),
    [
        (KEY, f"https://{ACCOUNT}.table.core.windows.net"),
        (
            f"DefaultEndpointsProtocol=https;{KEY};EndpointSuffix=core.chinacloudapi.cn",
            f"https://{ACCOUNT}.table.core.chinacloudapi.cn",
        ),
        (f"{KEY};TableEndpoint=http://127.0.0.1:7/{ACCOUNT}/;", f"http://127.0.0.1:7/{ACCOUNT}"),
        (f"{KEY};TableEndpoint=book.table.core.windows.net", "https://book.table.core.windows.net"),
        ("UseDevelopmentStorage=true", f"http://127.0.0.1:10002/{ACCOUNT}"),
        (f" accountname={ACCOUNT} ; ACCOUNTKEY={ACCOUNT_KEY} ", f"https://{ACCOUNT}.table.core.windows.net"),
    ],
)
def test_a_connection_string_says_where_the_tables_are(place: str, endpoint: str) -> None:
    account = read_account(place)
    assert account.address("/bookings()?$top=1") == f"{endpoint}/bookings()?$top=1"
    assert account.key
    assert ACCOUNT_KEY[:8] not in repr(account)


def test_a_shared_access_signature_goes_with_every_address() -> None:
    account = read_account(
        "TableEndpoint=https://book.table.core.windows.net;SharedAccessSignature=?sv=1&sig=a%2Fb%3D"
    )
    assert account.address("/$batch") == "https://book.table.core.windows.net/$batch?sv=1&sig=a%2Fb%3D"
    assert account.address("/x()?$top=1").endswith("/x()?$top=1&sv=1&sig=a%2Fb%3D")


def test_a_text_without_an_account_is_said_to_be_none() -> None:
    with pytest.raises(ValueError, match="connection string"):
        read_account("AccountKey=abcd")


async def test_a_wrong_key_is_refused_and_a_right_one_is_not(azurite: pieces.Azurite) -> None:
    place = azurite.connection_string
    wrong, right = Tables(place.replace("AccountKey=E", "AccountKey=F"), "signed"), Tables(place, "signed")
    await right.transact("bookings", "biz", [Operation("insert", "A|1", {"n": 1})])
    assert await right.get("bookings", "biz", "A|1")
    with pytest.raises(Exception, match="403 Auth"):
        await wrong.get("bookings", "biz", "A|1")
    await wrong.close()
    await right.close()


@dataclass
class Token:
    token: str


class Identity:
    """Gives a token, after a while, unless it is away."""

    def __init__(self) -> None:
        self.is_away, self.is_closed, self.asked = False, False, []

    async def get_token(self, *scopes: str) -> Token:
        await asyncio.sleep(0)
        self.asked.append(scopes)
        if self.is_away:
            raise Ambiguous("the platform gave no token")
        return Token(f"token-{len(self.asked)}")

    async def close(self) -> None:
        self.is_closed = True


async def test_an_identity_is_asked_for_the_token_of_each_request() -> None:
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        body = b'{"odata.error": {"code": "ResourceNotFound", "message": {"value": "x"}}}'
        writer.write(b"HTTP/1.1 404 No\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()

    server, identity = await asyncio.start_server(serve, "127.0.0.1", 0), Identity()
    tables = Tables(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", "", identity)
    assert await tables.get("bookings", "biz", "a") is None
    assert await tables.get("bookings", "biz", "b") is None
    identity.is_away = True
    with pytest.raises(Ambiguous):
        await tables.get("bookings", "biz", "c")
    await tables.close()
    server.close()
    assert [b"Authorization: Bearer token-1" in seen[0], b"Authorization: Bearer token-2" in seen[1]] == [
        True,
        True,
    ]
    assert len(seen) == 2
    assert identity.asked[0] == ("https://storage.azure.com/.default",)
    assert identity.is_closed
