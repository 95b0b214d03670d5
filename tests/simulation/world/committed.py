"""What a commit says and does: who is not told of it, what it takes back, which links it should have ended."""

import json
from collections.abc import Iterator

from shared.domain.appointments.appointment import Appointment, PendingNotice, Seat
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.personal_data.erasing import is_erased
from shared.records.codec import load_row
from shared.records.keys import APPOINTMENT, AUDIT, SEAT
from shared.records.table import Row
from tests.simulation.world.service import Changes


Holds = tuple[object, int]
"""Whose something is, and the version of the links to it."""


def said_how(changes: Changes) -> str:
    """Return what a commit says of who is not told of what it changes; empty where all are told."""
    said = (
        json.loads(after.values["body"]) for key, (_, after) in changes.items() if key.startswith(AUDIT) and after
    )
    how = (one["action"].rpartition(", ")[2] for one in said)
    return next((one for one in how if one in ("not told", "told to some")), "")


def is_erasure(old: Appointment, new: Appointment) -> bool:
    """Tell whether an appointment lost its customer, and nothing else of it changed but what was for them."""
    if old.seat is None or new.seat is None or not is_erased(new.seat):
        return False
    same = {"seat": new.seat, "terms": new.terms, "wish": new.wish, "status": new.status}
    return new == old.model_copy(update=same) and new.seat.id == old.seat.id


def is_waiting(notice: OutboxEntry, pending: PendingNotice) -> bool:
    """Tell whether no worker has taken a notice yet, nor given it back."""
    return notice.not_before == pending.due and not notice.leased_by


def is_taken_back(old: Appointment, new: Appointment) -> bool:
    """Tell whether an appointment is again where people know it, who were not told of the change in between."""
    return old.has_pending_notice and not new.has_pending_notice and new.is_where(old.as_known())


def is_called_off(old: Appointment, new: Appointment) -> bool:
    """Tell whether an appointment is cancelled where people know it, who were not told of the change in between."""
    is_live = {"status": old.status}
    return old.has_pending_notice and not new.is_live and new.model_copy(update=is_live).is_where(old.as_known())


def void_links(changes: Changes) -> Iterator[str]:
    """Name the links that should have died with a commit: of another person, of others who serve, or renewed."""
    raised = 0
    for key, (before, after) in changes.items():
        if before is None or after is None or not key.startswith((APPOINTMENT, SEAT)):
            continue
        for what, old, new in _held(key, before, after):
            raised += new[1] > old[1]
            if new[1] < old[1] or (new[0] != old[0] and new[1] == old[1]):
                yield f"the links to {what} are still those of {old[0]}, and it is now {new[0]}'s"
    actions = [
        json.loads(after.values["body"])["action"]
        for key, (_, after) in changes.items()
        if key[0] == "Z" and after
    ]
    if "sent a new link" in actions and not raised:
        yield "a new link was sent, and the one before still works"


def _held(key: str, before: Row, after: Row) -> Iterator[tuple[str, Holds, Holds]]:
    """Yield what links hold by a row, with whose they are and their version before and after."""
    if key.startswith(SEAT):
        seats = load_row(Seat, before), load_row(Seat, after)
    else:
        old, new = load_row(Appointment, before), load_row(Appointment, after)
        if is_taken_back(old, new) or is_called_off(old, new):  # nobody had the links of the change in between
            return
        yield f"hold {new.id}", (set(old.staff), old.link_version), (set(new.staff), new.link_version)
        if old.seat is None or new.seat is None:
            return
        seats = old.seat, new.seat
    first, last = ((one.customer.identity, one.link_version) for one in seats)
    yield f"{seats[1].id}", first, last
