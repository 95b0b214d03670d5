"""Microsoft's Functions runtime as the engine: it indexes the app and runs its functions, in this process.

What this engine refuses, the cloud refuses. It expects the protocol's records from its host; plain classes here
stand in for the few that it touches. One app per process, as in the cloud.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any


class AppRefused(Exception):
    """The app cannot be loaded; the message says why."""


class Record:
    """A protocol record with whatever fields the engine gives it."""

    def __init__(self, **fields: Any) -> None:
        self.__dict__.update(fields)


class BindingInfo(Record):
    undefined = 0
    out = 1
    inout = 2


class StatusResult(Record):
    Failure = 0
    Success = 1


class RpcHttpCookie(Record):
    SameSite = SimpleNamespace(Lax="lax", Strict="strict", ExplicitNone="none", **{"None": ""})


PROTOCOL = SimpleNamespace(
    BindingInfo=BindingInfo,
    StatusResult=StatusResult,
    RpcHttpCookie=RpcHttpCookie,
    **dict.fromkeys(
        [
            *("WorkerInitResponse", "WorkerMetadata", "RpcException", "RpcFunctionMetadata", "RpcRetryOptions"),
            *("FunctionMetadataResponse", "NullableString", "NullableBool", "NullableDouble"),
            *("NullableTimestamp", "Timestamp"),
        ],
        Record,
    ),
)


@dataclass(frozen=True)
class Function:
    """One function of the app and the bindings its decorators gave it."""

    name: str
    id: str
    bindings: list[dict[str, Any]]

    def trigger(self, kind: str) -> dict[str, Any] | None:
        """The binding named like `httpTrigger` or `timerTrigger`."""
        return next((b for b in self.bindings if b["type"].lower() == kind.lower()), None)


async def load(app: Path) -> list[Function]:
    """Index the app, in the order in which the host tries its functions; raises AppRefused."""
    if not (app / "function_app.py").is_file():
        raise AppRefused(f"There is no function_app.py in {app}.")
    _make_importable(app)
    os.chdir(app)
    functions = await _index(app)
    if not functions:
        raise AppRefused(f"function_app.py in {app} declares no functions.")
    return sorted(functions, key=lambda function: function.name.lower())


def _make_importable(app: Path) -> None:
    """The app's folder comes last, as in the cloud; the folder we were started from is not the app's business."""
    here = str(Path.cwd())
    sys.path[:] = [entry for entry in sys.path if os.path.realpath(entry or here) not in {here, str(app)}]
    sys.path.append(str(app))


async def _index(app: Path) -> list[Function]:
    import azure_functions_runtime as engine

    init = Record(capabilities={}, function_app_directory=str(app))
    request = Record(
        request=Record(worker_init_request=init), properties={"host": "127.0.0.1", "protos": PROTOCOL}
    )
    answer = await engine.worker_init_request(request)
    if answer.result.status != StatusResult.Success:
        raise AppRefused(f"The Functions runtime refuses the app: {answer.result.exception.message}")
    engine.start_threadpool_executor()
    found = (await engine.functions_metadata_request(None)).function_metadata_results or []
    return [Function(f.name, f.function_id, [json.loads(b) for b in f.raw_bindings]) for f in found]
