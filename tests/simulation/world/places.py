"""What each commit makes of places of sessions whose change people do not know of yet."""

import json
from collections.abc import Iterator

from shared.domain.appointments.appointment import Seat
from shared.domain.appointments.messages import OutboxEntry
from shared.records.codec import load_row
from shared.records.keys import AUDIT, SEAT, work_key
from shared.records.table import Row
from tests.simulation.world.service import Changes, Service


KNOWN = ("session", "start", "session_changes", "seat_version", "since")


class Places:
    """Holds further changes to what people know, and pages to the change that they show."""

    def __init__(self, service: Service, business: str) -> None:
        self.service, self.business = service, business
        self._undone: set[tuple[str, int]] = set()

    def problems(self, changes: Changes) -> Iterator[str]:
        """Name the notices that tell of a place which was changed again since, and what was undone wrongly."""
        rows: dict[str, list[tuple[Row | None, Row | None]]] = {}
        for key, change in changes.items():
            if key.startswith(SEAT):
                rows.setdefault(key.split("|")[2], []).append(change)
        for name, seats in rows.items():
            before, after = (_place([change[side] for change in seats]) for side in (0, 1))
            if before and after and before[1].has_pending_notice:
                yield from self._changed(name, before[1], *after, changes)

    def _changed(self, name: str, old: Seat, session: str, new: Seat, changes: Changes) -> Iterator[str]:
        assert old.pending is not None
        if not _is_by_staff(changes):
            return
        if new.version < old.version:
            if (name, old.version) in self._undone:
                yield f"the place {name} is undone at {old.version} again: a page of the first time would do it too"
            self._undone.add((name, old.version))
            if (session, new.version) != (old.pending.session, old.pending.seat_version):
                yield f"the place {name} is undone, and not where people know it"
        elif new.version == old.version or not self._waited(name, old, changes):
            return
        elif new.pending and any(getattr(old.pending, one) != getattr(new.pending, one) for one in KNOWN):
            yield f"the place {name} was changed again, and what people know of it is lost"
        for key in _notices(name, old):
            if self.service.row(key, self.business):
                yield f"the place {name} was changed again, and its earlier notice stays"

    def _waited(self, name: str, old: Seat, changes: Changes) -> bool:
        """Tell whether no worker had taken a notice of the change."""
        found = [self._was(key, changes) for key in _notices(name, old)]
        works = [load_row(OutboxEntry, row) for row in found if row]
        due = old.pending.due if old.pending else None
        return len(works) == len(found) and all(one.not_before == due and not one.leased_by for one in works)

    def _was(self, key: str, changes: Changes) -> Row | None:
        return changes[key][0] if key in changes else self.service.row(key, self.business)


def _place(rows: list[Row | None]) -> tuple[str, Seat] | None:
    """Return where a seat is, and the seat; rows of where it was lead there."""
    found = [(row.key.split("|")[1], load_row(Seat, row)) for row in rows if row]
    return next((one for one in found if one[1].status != "moved"), None)


def _notices(name: str, seat: Seat) -> list[str]:
    assert seat.pending is not None
    numbers = [seat.pending.entry, *([f"{seat.pending.entry}left"] if seat.status == "booked" else [])]
    return [work_key(None, name, number) for number in numbers]


def _is_by_staff(changes: Changes) -> bool:
    """Tell whether staff have moved, cancelled or undone: what customers do stands by itself."""
    said = (
        json.loads(after.values["body"]) for key, (_, after) in changes.items() if key[0] == AUDIT[0] and after
    )
    return any(
        one["action"].split(",")[0] in ("moved", "cancelled", "undone") and one["actor"] == "desk" for one in said
    )
