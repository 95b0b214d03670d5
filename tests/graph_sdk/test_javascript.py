"""The same life of a calendar by Microsoft's JavaScript SDK, which shows its token to https alone."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
import pytest_asyncio

from infra.local import pieces
from infra.local.demo.people import ORGANISATION_ADMINISTRATOR, SCOPES
from infra.local.demo.token import token
from tests.graph_sdk.tls import tls_in_front_of
from tests.support.app_settings import settings_of


if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Any

pytestmark = [pytest.mark.host, pytest.mark.azurite, pytest.mark.asyncio(loop_scope="session")]
PROGRAM = Path(__file__).with_name("life.mjs")
NODE = Path(__file__).parents[2] / ".venv" / "node" / "node"


class Secure(NamedTuple):
    """The app at an https address, whose certificate is by an authority of our own; and its token provider."""

    url: str
    issuer: str
    authority: Path


@pytest_asyncio.fixture(loop_scope="session")
async def secure(azurite: pieces.Azurite, tmp_path: Path) -> AsyncIterator[Secure]:
    port, outside = pieces.free_port(), pieces.free_port()
    url = f"https://localhost:{outside}"
    async with pieces.identity_provider(url) as provider:
        environ = settings_of(azurite.connection_string, "graphjs", url, **provider.settings)
        async with (
            pieces.host(port=port, env=environ, log=tmp_path / "host.log"),
            tls_in_front_of(port, tmp_path, outside) as authority,
        ):
            yield Secure(url, provider.url, authority)


def a_weekday() -> str:
    """Return a Tuesday that can be booked, whatever today is."""
    day = datetime.now(UTC).date() + timedelta(days=14)
    return (day + timedelta(days=(1 - day.weekday()) % 7)).isoformat()


async def the_life(secure: Secure, day: str) -> dict[str, Any]:
    run = await asyncio.create_subprocess_exec(
        str(NODE),
        str(PROGRAM),
        env={
            **os.environ,
            "APP": secure.url,
            "TOKEN": token(secure.issuer, ORGANISATION_ADMINISTRATOR, *SCOPES),
            "PROGRAM": token(secure.issuer, "app@demo.example", *SCOPES),
            "DAY": day,
            "NODE_EXTRA_CA_CERTS": str(secure.authority),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complaints = await run.communicate()
    assert run.returncode == 0, complaints.decode()
    return dict(json.loads(said))


async def test_a_calendar_lives_by_the_javascript_sdk_as_by_the_other(secure):
    day = a_weekday()
    seen = await the_life(secure, day)
    people, start = seen.pop("people"), seen.pop("start")
    assert people.pop("link").startswith(f"{secure.url}/v1.0/solutions/bookingBusinesses/")
    assert people == {"page": 2, "count": 6, "names": ["Ada", "Bea", "Carl", "Dora", "Eve"]}
    assert start["timeZone"] == "UTC"
    assert start["dateTime"][:16] in (f"{day}T16:00", f"{day}T17:00")  # by the season
    assert seen.pop("published").startswith(f"{secure.url}/book/contoso")
    assert seen == {
        "zone": "Pacific Standard Time",
        "twice": [409, "Conflict"],
        "service": ["undefined", False, True],
        "description": "Try it on.",
        "taken": [409, "Conflict"],
        "appointments": [0, 1, 2, 3, 4],
        "view": 5,
        "notes": "Bring the blue one.",
        "states": ["booked", "cancelled", "cancelled"],
        "left": 3,
        "free": [True] * 5,
        "currencies": [True, None, True],
        "gone": [404, "ErrorItemNotFound"],
    }
