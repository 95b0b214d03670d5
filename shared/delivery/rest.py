"""One request to a provider's REST interface, and when to ask again."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import aiohttp

from shared.use_cases.ports import MailUnavailable


PATIENCE = 15.0  # seconds
LARGEST = 256 * 1024
LONGEST_WAIT = timedelta(hours=1)


class RestAnswer(NamedTuple):
    """The status of an answer, its JSON, and how long it asks to wait."""

    status: int
    document: Mapping[str, Any]
    wait: timedelta | None


async def post(url: str, headers: Mapping[str, str], data: Any) -> RestAnswer:
    """Return the answer. Raise MailUnavailable if there is none that can be read."""
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, headers=headers, data=data, allow_redirects=False) as answer,
        ):
            text = await answer.content.read(LARGEST)
            return RestAnswer(answer.status, _document(text), _wait(answer.headers.get("Retry-After", "")))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise MailUnavailable(type(error).__name__) from None


def _document(text: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _wait(text: str) -> timedelta | None:
    return min(timedelta(seconds=int(text)), LONGEST_WAIT) if text.isdecimal() and len(text) < 9 else None
