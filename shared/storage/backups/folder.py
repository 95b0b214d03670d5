"""Backups in a folder."""

import os
from pathlib import Path

from shared.use_cases.maintenance.back_up import NotKept


PART = ".part"  # the end of a name that is being written


class Folder:
    """For those without Azure: put it on another disk, and copy it away from there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def write(self, name: str, content: bytes) -> None:
        path = self._folder / name
        part = path.with_name(f"{path.name}{PART}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.link(part, path)  # all of it or nothing, and only where nothing is
            part.unlink()
        except OSError as error:
            raise NotKept(f"{name} could not be written: {error.strerror}") from None

    async def read(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except OSError as error:
            raise NotKept(f"{name} could not be read: {error.strerror}") from None

    async def names(self, folder: str = "") -> list[str]:
        found = (self._folder / folder).rglob("*")
        return sorted(
            one.relative_to(self._folder).as_posix() for one in found if one.is_file() and one.suffix != PART
        )

    async def close(self) -> None:
        """There is nothing to close."""
