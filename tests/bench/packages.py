"""A folder with just the packages that a deployed app and the host have, without what tests and tools bring."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from infra.local.pieces import ROOT


if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LISTS = (ROOT / "requirements.txt", ROOT / "infra/local/engine.txt")
OF_THE_HOST = ("croniter",)


def link_deployed(folder: Path) -> None:
    """Fill a folder with links to the packages of requirements.txt, of the engine, and all that they need."""
    listed = [
        line.rstrip("\\ ") for file in LISTS for line in file.read_text().splitlines() if re.match(r"\w", line)
    ]
    for name in _with_needs([*listed, *OF_THE_HOST]):
        for path in _tops(name):
            if not (folder / path.name).exists():
                (folder / path.name).symlink_to(path)


def _with_needs(requirements: list[str]) -> set[str]:
    found: set[str] = set()
    waiting = [Requirement(line) for line in requirements]
    while waiting:
        one = waiting.pop()
        extras = one.extras or {""}
        if one.name in found or (one.marker and not any(one.marker.evaluate({"extra": it}) for it in extras)):
            continue
        try:
            needs = distribution(one.name).requires or []
        except PackageNotFoundError:
            continue
        found.add(one.name)
        parsed = [Requirement(line) for line in needs]
        waiting += [
            it for it in parsed if it.marker is None or any(it.marker.evaluate({"extra": e}) for e in extras)
        ]
    return found


def _tops(name: str) -> Iterator[Path]:
    dist = distribution(name)
    tops = {path.parts[0] for path in dist.files or () if path.parts[0] not in ("..", "__pycache__")}
    for top in tops:
        yield dist.locate_file(top)  # type: ignore[misc]
