"""Requests that schemathesis makes from the OpenAPI document, right and wrong ones: an answer each time, and no fault."""

from __future__ import annotations

import asyncio
import copy
from collections import Counter
from typing import TYPE_CHECKING, Any

import requests
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode

from functions.openapi import document
from infra.local.host.routes import decode
from tests.functions.graph.app import ADA, staffed_clinic
from tests.support.edge import ORGANISATION_ADMINISTRATOR, World, routes
from tests.support.fakes import MemoryTable


if TYPE_CHECKING:
    from collections.abc import Callable

WHOLE_FOR = 40  # requests before the calendar is made whole again
HERE = "http://here"
CALENDARS = ("biz0clinic", "biz0clinic@example.org")


def prove_requests(count: int, number: int, tell: Callable[[str], object]) -> bool:
    """Send so many, half of them right by the document, half about what there is; return whether none was a fault."""
    with asyncio.Runner() as runner:
        table, manage = runner.run(_filled())
        sender = _Sender(runner, table)
        about = (copy.deepcopy(document()), _narrowed(copy.deepcopy(document()), manage))
        operations = [
            (operation.ok(), mode)
            for described in about
            for operation in schemathesis.openapi.from_dict(described).get_all_operations()
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        ]
        for turn in range(4):  # an operation without parameters has few requests: others make up for it
            if sender.sent >= count:
                break
            each = (count - sender.sent) // len(operations) + 1
            for operation, mode in operations:
                _run(operation, mode, each, number + turn, sender)
    told = ", ".join(f"{kind}xx {times:,}" for kind, times in sorted(sender.statuses.items()))
    tell(f"{sender.sent:,} requests for {len(operations) // 4} operations: {len(sender.faults)} × 5xx ({told})")
    for one in sender.faults[:20]:
        tell(f"  {one}")
    return not sender.faults and sender.sent >= count


class _Sender:
    """Sends requests to the app in process, and counts the answers."""

    def __init__(self, runner: asyncio.Runner, table: MemoryTable) -> None:
        self.runner, self.table, self.world = runner, table, World(table.copied())
        self.sent, self.faults, self.statuses = 0, list[str](), Counter[int]()

    def send(self, case: schemathesis.Case) -> None:
        made = requests.Request(**case.as_transport_kwargs(base_url=HERE)).prepare()
        url = str(made.url).removeprefix(HERE)
        path = decode(url.partition("?")[0])
        if not any(made.method in one.methods and one.template.match(path) is not None for one in routes()):
            return
        if self.sent % WHOLE_FOR == 0:
            self.world = World(self.table.copied())
        self.sent += 1
        body = made.body.encode() if isinstance(made.body, str) else made.body or b""
        headers = {name.lower().replace("-", "_"): str(value) for name, value in made.headers.items()}
        if url.startswith("/v1.0"):
            asking = ORGANISATION_ADMINISTRATOR if self.sent % 3 == 0 else ADA
            headers["authorization"] = self.world.tokens.of(asking)
        answer = self.runner.run(self.world.call(str(made.method), url, body=body, **headers))
        self.statuses[answer.status // 100] += 1
        if answer.status >= 500:
            self.faults.append(f"{answer.status} at {made.method} {url} of {body!r}"[:600])


def _run(operation: Any, mode: GenerationMode, examples: int, number: int, sender: _Sender) -> None:
    @seed(number)
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def made(case: schemathesis.Case) -> None:
        sender.send(case)

    made()


def _narrowed(described: dict[str, Any], manage: str) -> dict[str, Any]:
    """Return the document about what there is, so that requests get beyond the door."""
    parameters = described["components"]["parameters"]
    known = {
        "business": ["clinic"],
        "calendar": list(CALENDARS),
        "token": [manage, "forged"],
        "service": ["consultation", "solo", "course", "detailed", "secret"],
        "staff": ["claire", "omar", "vera"],
        "id": ["consultation", "claire", "before"],
    }
    for name, values in known.items():
        if name in parameters:
            parameters[name]["schema"] = {"enum": values}
    return described


async def _filled() -> tuple[MemoryTable, str]:
    table = MemoryTable()
    world = World(table)
    await world.save(staffed_clinic())
    return table, await world.token()
