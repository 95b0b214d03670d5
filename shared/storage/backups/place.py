"""Where backups are kept: a container of blobs in another account, or a folder. Nothing is ever written twice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shared.storage.backups.blobs import Blobs
from shared.storage.backups.folder import Folder
from shared.use_cases.maintenance.back_up import Keeping, NotKept


if TYPE_CHECKING:
    from shared.storage.service import TokenSource


def keeping_at(place: str, tokens: TokenSource | None) -> Keeping:
    """Blobs of a container for a URL, files of a folder for anything else. Raises NotKept."""
    if "://" not in place:
        return Folder(Path(place))
    if not place.startswith("https://") or tokens is None:
        raise NotKept(f"{place} is reached by https and an identity alone: a command has one by OPENSLOT_TOKEN")
    return Blobs(place.rstrip("/"), tokens)
