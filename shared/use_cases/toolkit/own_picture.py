"""A calendar's own pictures on its infographic: saved together with the settings that name them, and found."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from shared.domain.calendar.business import Business, Calendar
from shared.domain.calendar.logo import logo_hash
from shared.domain.calendar.toolkit import LONGEST_ALT, OwnPicture, PicturePlace
from shared.domain.errors import EditConflict, InvalidFields, NotFound, Refusal
from shared.domain.toolkit.picture_file import NO_ALT, read_picture
from shared.records.audit import audit_row
from shared.records.calendars import business_row
from shared.records.codec import load
from shared.records.keys import BUSINESS, own_picture_key
from shared.records.table import Rows, Values
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from shared.use_cases.ports import Command, Store, Writes


class PictureEdit(NamedTuple):
    """What is to become of one place: without an `alt` its picture is removed, without `data` it is kept.

    `seen` is the hash of the picture that was there when the change was made; empty for none.
    """

    place: PicturePlace
    seen: str
    data: bytes = b""
    alt: str = ""


async def save_picture(edit: PictureEdit, *, author: Author, business: str, context: Context) -> None:
    """Store a picture with what it shows, change what it shows, or remove it.

    Raise InvalidFields for what is no picture that can be drawn, EditConflict where another one is there by now,
    and NotFound.
    """
    if edit.data and not 0 < len(edit.alt) <= LONGEST_ALT:
        raise InvalidFields([NO_ALT.at("/alt")])
    kind = await asyncio.to_thread(read_picture, edit.data, fills=edit.place == "top") if edit.data else ""
    file = logo_hash(edit.data) if edit.data else ""
    body = f"{edit.seen} {file} {edit.alt}"
    command = name_change(context.secret, business, f"picture {edit.place}", author, body)
    saving = PictureCommand(edit, file, kind, command, author.actor, context.now)
    await context.store.decide(command, saving.reads, saving.decide)
    await context.store.calendars.reload(business)


async def find_picture(calendar: Calendar, file: str, *, store: Store) -> tuple[bytes, str]:
    """Return the bytes and the media type of a picture by its hash. Raise NotFound for one not used now."""
    used = calendar.business.toolkit.pictures
    place = next((place for place, one in used.items() if one.file == file), None)
    found = await find_pictures(calendar, store=store, places=[place]) if place else {}
    if place is None or place not in found:
        raise NotFound
    return found[place], used[place].media_type


async def find_pictures(
    calendar: Calendar, *, store: Store, places: Iterable[PicturePlace] | None = None
) -> Mapping[PicturePlace, bytes]:
    """Return the files of the pictures that the infographic uses, by their places; one round trip."""
    used = calendar.business.toolkit.pictures
    wanted = list(used if places is None else places)
    keys = (own_picture_key(place) for place in wanted)
    rows = await asyncio.gather(*(store.table.get("bookings", calendar.business.id, key) for key in keys))
    found = {place: bytes(row.values["data"]) for place, row in zip(wanted, rows, strict=True) if row}
    return {place: data for place, data in found.items() if logo_hash(data) == used[place].file}


@dataclass(frozen=True, slots=True)
class PictureCommand:
    """What the change of a picture reads, and what it decides: pure. `file` is the hash of what was sent."""

    edit: PictureEdit
    file: str
    media_type: str
    command: Command
    actor: str
    now: datetime

    def reads(self, _: Rows) -> Iterable[str]:
        return (BUSINESS, own_picture_key(self.edit.place))

    def decide(self, rows: Rows) -> Refusal | Writes:
        current = rows.values(BUSINESS)
        settings = load(Business, current) if current else None
        if settings is None or settings.deleted_at:
            return NotFound()
        place, used = self.edit.place, settings.toolkit.pictures
        before, after = used.get(place), self._after(used.get(place))
        if before == after:
            return Writes({}, {})
        if (before.file if before else "") != self.edit.seen:
            return EditConflict()
        others = {one: picture for one, picture in used.items() if one != place}
        pictures = others | ({place: after} if after else {})
        version = self.command.hash[:12]
        toolkit = settings.toolkit.model_copy(update={"pictures": pictures})
        saved: dict[str, Values | None] = {
            BUSINESS: business_row(settings.model_copy(update={"toolkit": toolkit}), version)
        }
        if after is None or self.edit.data:
            saved[own_picture_key(place)] = {"data": self.edit.data} if after else None
        told = "picture changed" if after else "picture removed"
        return Writes(saved | audit_row(self.now, version, self.actor, told, self.command.business), {})

    def _after(self, before: OwnPicture | None) -> OwnPicture | None:
        """Return what the settings say of the place then."""
        if self.edit.data:
            return OwnPicture(file=self.file, media_type=self.media_type, alt=self.edit.alt)
        if before is None or not self.edit.alt:
            return None
        return before.model_copy(update={"alt": self.edit.alt})
