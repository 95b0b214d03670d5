"""A calendar's own font for its infographic: saved together with the settings that name it, and found."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from shared.domain.calendar.business import Business, Calendar
from shared.domain.calendar.toolkit import OwnFont
from shared.domain.errors import EditConflict, NotFound, Refusal
from shared.domain.toolkit.font_file import font_hash, read_font
from shared.records.audit import audit_row
from shared.records.calendars import business_row
from shared.records.codec import load
from shared.records.keys import BUSINESS, FONT_BOLD, FONT_REGULAR
from shared.records.table import Rows, Values
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from shared.use_cases.ports import Command, Store, Writes


PIECE = 60_000  # bytes of a column, which has 64 KiB at most


class FontFiles(NamedTuple):
    """The files of a font; without bytes there is none."""

    regular: bytes = b""
    bold: bytes = b""


async def save_font(
    files: FontFiles, *, author: Author, business: str, context: Context, seen: str | None = None
) -> None:
    """Store a font and use it, or remove it without a regular file.

    `seen` is the hash of the font that was there when the change was made, empty for none; None accepts any.
    Raise InvalidFields for a file that is no font or may not be embedded, EditConflict and NotFound.
    """
    font = await asyncio.to_thread(font_of, files)
    command = name_change(context.secret, business, "font", author, f"{font}")
    saving = FontCommand(files, font, seen, command, author.actor, context.now)
    await context.store.decide(command, saving.reads, saving.decide)
    await context.store.calendars.reload(business)


def font_of(files: FontFiles) -> OwnFont | None:
    """Return what the settings say of these files; None without any. Raise InvalidFields.

    It takes some time, so call it in a thread.
    """
    if not files.regular:
        return None
    family = read_font(files.regular).family
    if files.bold:
        read_font(files.bold)
    return OwnFont(
        family=family, regular=font_hash(files.regular), bold=font_hash(files.bold) if files.bold else ""
    )


async def find_fonts(calendar: Calendar, *, store: Store) -> FontFiles:
    """Return the files of the font that the infographic uses; one round trip, none without a font."""
    font = calendar.business.toolkit.font
    if font is None:
        return FontFiles()
    keys = [FONT_REGULAR, *([FONT_BOLD] if font.bold else [])]
    rows = await asyncio.gather(*(store.table.get("bookings", calendar.business.id, key) for key in keys))
    regular, bold = [*(_joined(row.values) if row else b"" for row in rows), b""][:2]
    if font_hash(regular) != font.regular:
        return FontFiles()
    return FontFiles(regular, bold if font_hash(bold) == font.bold else b"")


@dataclass(frozen=True, slots=True)
class FontCommand:
    """What saving or removing a font reads, and what it decides: pure."""

    files: FontFiles
    font: OwnFont | None
    seen: str | None
    command: Command
    actor: str
    now: datetime

    def reads(self, _: Rows) -> Iterable[str]:
        return (BUSINESS, FONT_REGULAR, FONT_BOLD)

    def decide(self, rows: Rows) -> Refusal | Writes:
        current = rows.values(BUSINESS)
        settings = load(Business, current) if current else None
        if settings is None or settings.deleted_at:
            return NotFound()
        if settings.toolkit.font == self.font:
            return Writes({}, {})
        before = settings.toolkit.font.regular if settings.toolkit.font else ""
        if self.seen not in (None, before):
            return EditConflict()
        version = self.command.hash[:12]
        toolkit = settings.toolkit.model_copy(update={"font": self.font})
        saved: dict[str, Values | None] = {
            BUSINESS: business_row(settings.model_copy(update={"toolkit": toolkit}), version)
        }
        for key, data in ((FONT_REGULAR, self.files.regular), (FONT_BOLD, self.files.bold)):
            if data or rows.values(key) is not None:
                saved[key] = _pieces(data) if data else None
        told = "font changed" if self.font else "font removed"
        return Writes(saved | audit_row(self.now, version, self.actor, told, self.command.business), {})


def _pieces(data: bytes) -> Values:
    starts = range(0, len(data), PIECE)
    return {f"data{number}": data[start : start + PIECE] for number, start in enumerate(starts)}


def _joined(values: Values) -> bytes:
    names = sorted((name for name in values if name.startswith("data")), key=lambda name: int(name[4:]))
    return b"".join(bytes(values[name]) for name in names)
