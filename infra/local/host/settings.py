"""Settings of the host: host.json, and the environment with local.settings.json behind it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from infra.local.host.engine import AppRefused


if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class HostSettings:
    route_prefix: str = "api"
    custom_headers: dict[str, str] = field(default_factory=dict)


def read_host_json(app: Path) -> HostSettings:
    document = _read(app / "host.json")
    if document.get("version") != "2.0":
        raise AppRefused(f'{app / "host.json"} is missing or does not say "version": "2.0".')
    http = document.get("extensions", {}).get("http", {})
    return HostSettings(http.get("routePrefix", "api").strip("/"), http.get("customHeaders", {}))


def apply_local_settings(app: Path) -> None:
    """What the environment says already, stays."""
    values = _read(app / "local.settings.json").get("Values", {})
    for name, value in values.items():
        os.environ.setdefault(name, str(value))


def is_disabled(function: str) -> bool:
    names = (f"AzureWebJobs.{function}.Disabled", f"AzureWebJobs__{function}__Disabled")
    return any(os.environ.get(name, "").lower() in {"1", "true"} for name in names)


def has_homepage() -> bool:
    return os.environ.get("AzureWebJobsDisableHomepage", "").lower() != "true"  # noqa: SIM112 – its name there


def _read(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        return json.loads(file.read_text("utf-8-sig"))
    except ValueError as bad:
        raise AppRefused(f"{file} is not JSON: {bad}") from None
