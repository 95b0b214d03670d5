"""The rows of holds: in the calendar that is held, and, at home, what an appointment holds elsewhere."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.notices import NewEntry
from shared.domain.appointments.recipients import Recipient
from shared.domain.calendar.business import Workplace
from shared.domain.timeline.holds import Hold, holds_time, places_of
from shared.domain.timeline.ledger import Ledger, cut_by_month, to_bytes
from shared.domain.timeline.ticks import moment_of
from shared.records.appointments import Changes
from shared.records.codec import load
from shared.records.keys import (
    APPOINTMENT,
    LEDGER,
    hold_key,
    holdings_key,
    id_of,
    ledger_key,
    ledgers_of,
    month_of,
    subject_of,
)
from shared.records.table import Page, Range, Row, Rows, Values
from shared.records.work import work_rows


RELEASE = "release-"  # begins the subject of entries that give time back
NEVER = datetime.min.replace(tzinfo=UTC)


class Far(NamedTuple):
    """A row of another calendar, by its key, or a range of its rows."""

    calendar: str
    key: str | Range


def key_of(hold: Hold) -> str:
    """Return the key of a hold: the same command holds the same ticks once."""
    text = f"{hold.home} {hold.appointment} {hold.command} {hold.first} {hold.last}"
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return hold_key(hold.staff, moment_of(hold.first), digest)


def hold_values(hold: Hold) -> Values:
    """Return the columns of a hold."""
    return {
        "home": hold.home,
        "appointment": hold.appointment,
        "command": hold.command,
        "aliases": " ".join(hold.aliases),
        "fingerprint": hold.fingerprint,
        "first": hold.first,
        "last": hold.last,
    }


def read_hold(calendar: str, row: Row) -> Hold:
    """Return the hold of a row."""
    values, staff = row.values, row.key.split("|")[1]
    home, appointment, command = (str(values[name]) for name in ("home", "appointment", "command"))
    first, last, aliases = int(values["first"]), int(values["last"]), tuple(str(values["aliases"]).split())
    return Hold(calendar, staff, home, appointment, command, first, last, str(values["fingerprint"]), aliases)


def is_confirmed(row: Row) -> bool:
    """Return whether the appointment of a hold is known to have been made."""
    return bool(row.values.get("confirmed"))


def ledgers_held(hold: Hold) -> dict[str, int]:
    """Return, for each ledger that a hold is on, by its key, the mask of its ticks there."""
    return {ledger_key(month, hold.staff): mask for month, mask in cut_by_month(hold.first, hold.last).items()}


class Holdings(NamedTuple):
    """What an appointment holds elsewhere: by which command, and for each hold its calendar, key and ticks."""

    command: str = ""
    holds: tuple[tuple[str, str, int, int], ...] = ()

    @property
    def places(self) -> set[Workplace]:
        """Return where it holds time."""
        return {Workplace(calendar=calendar, staff=key.split("|")[1]) for calendar, key, _, _ in self.holds}

    def has(self, calendar: str, key: str) -> bool:
        """Return whether a hold of a calendar is one of these."""
        return any((calendar, key) == one[:2] for one in self.holds)


def read_holdings(values: Values | None) -> Holdings:
    """Return what an appointment holds by its row; nothing without one."""
    if values is None:
        return Holdings()
    holds = tuple((one[0], one[1], one[2], one[3]) for one in json.loads(str(values["holds"])))
    return Holdings(str(values["command"]), holds)


def holdings_of(holds: Sequence[Hold]) -> Values:
    """Return the columns of what an appointment holds."""
    listed = [[one.calendar, key_of(one), one.first, one.last] for one in holds]
    return {"command": holds[0].command, "holds": json.dumps(listed)}


@dataclass(frozen=True, slots=True)
class HoldPlan:
    """What a change has to hold first, and the rows at home that say so and have earlier holds released.

    `forced` are holds of what is claimed already, or overbooks on purpose: they are put where others lie too.
    """

    holds: tuple[Hold, ...]
    forced: frozenset[Hold]
    rows: Changes


def plan_holds(
    rows: Rows,
    written: Mapping[str, Values | None],
    elsewhere: Mapping[str, Sequence[Workplace]],
    blank: Hold,
) -> HoldPlan:
    """Return what the writes of a command hold elsewhere; `blank` has what all its holds have in common."""
    holds: list[Hold] = []
    forced: list[Hold] = []
    changes: Changes = {}
    for key in (one for one in written if one.startswith(APPOINTMENT)):
        before, after = _appointment(rows.values(key)), _appointment(written[key])
        known = read_holdings(rows.values(holdings_key(id_of(key))))
        is_kept = _is_kept(before, after)
        places = places_of(after.staff, elsewhere) if after and holds_time(after) else []
        if is_kept and set(places) == known.places:
            continue
        new = [_hold(blank, after, place) for place in places if after]
        holds += new
        if after and (is_kept or after.is_overbooked):
            forced += new
        changes |= _holdings_rows(id_of(key), known, new, blank.command)
    return HoldPlan(tuple(holds), frozenset(forced), changes)


def claims_of(written: Mapping[str, Values | None]) -> list[tuple[int, int]]:
    """Return the ticks that the appointments claim which a command writes."""
    found = [_appointment(values) for key, values in written.items() if key.startswith(APPOINTMENT)]
    return [one.claim for one in found if one and holds_time(one)]


def _appointment(values: Values | None) -> Appointment | None:
    return load(Appointment, values) if values else None


def _is_kept(before: Appointment | None, after: Appointment | None) -> bool:
    return before is not None and after is not None and before.is_where(after)


def _hold(blank: Hold, after: Appointment, place: Workplace) -> Hold:
    first, last = after.claim
    return blank._replace(calendar=place.calendar, staff=place.staff, appointment=after.id, first=first, last=last)


def _holdings_rows(appointment: str, known: Holdings, new: Sequence[Hold], command: str) -> Changes:
    key = holdings_key(appointment)
    if known.holds:
        rows: Changes = work_rows([release_entry(appointment, known, command)])
        return {**rows, key: holdings_of(new) if new else None}
    return {key: holdings_of(new)} if new else {}


def release_entry(appointment: str, known: Holdings, command: str) -> NewEntry:
    """Return the entry that has holds released which an appointment no longer needs."""
    recipients = tuple(_named(calendar, key) for calendar, key, _, _ in known.holds)
    work = OutboxEntry(kind="release", appointment=appointment, recipients=recipients)
    return NewEntry(None, f"{RELEASE}{appointment}", command[:12], work)


def _named(calendar: str, key: str) -> Recipient:
    return Recipient("hold", f"{calendar}|{key}")


def hold_named(recipient: Recipient) -> tuple[str, str]:
    """Return the calendar and the key of a hold that is to be released."""
    calendar, _, key = recipient.person.partition("|")
    return calendar, key


def holds_to_release(work: Row) -> list[tuple[str, str]]:
    """Return the holds that the row of an outbox entry has released; none for another entry."""
    if not subject_of(work.key).startswith(RELEASE):
        return []
    return [hold_named(one) for one in load(OutboxEntry, work.values).recipients]


def check_entry(holds: Sequence[Hold]) -> NewEntry:
    """Return the entry, for the calendar that is held, that has holds checked for having their appointment.

    Another try of the same command may hold other people's time: that has an entry of its own.
    """
    keys = [key_of(one) for one in holds]
    work = OutboxEntry(
        kind="hold",
        appointment=holds[0].appointment,
        recipients=tuple(Recipient("hold", key) for key in keys),
    )
    number = hashlib.sha256(" ".join(keys).encode()).hexdigest()[:16]
    return NewEntry(None, f"hold-{holds[0].command[:16]}", number, work)


def far_ledgers(wanted: Iterable[str | Range], elsewhere: Mapping[str, Sequence[Workplace]]) -> list[Far]:
    """Return the ledgers in other calendars of the people whose ledgers are wanted here."""
    found: dict[Far, None] = {}
    for one in wanted:
        if isinstance(one, Range):
            months = [month_of(one.low)] if one.low.startswith(LEDGER) else []
            others = (
                sorted({place.calendar for places in elsewhere.values() for place in places}) if months else []
            )
            found |= {Far(other, ledgers_of(month)): None for month in months for other in others}
        elif one.startswith(LEDGER):
            places = elsewhere.get(id_of(one), ())
            found |= {Far(place.calendar, ledger_key(month_of(one), place.staff)): None for place in places}
    return list(found)


def holdings_keys(rows: Rows) -> list[str]:
    """Return the keys of what the appointments hold that were read, by themselves."""
    return [holdings_key(id_of(key)) for key, row in rows.by_key.items() if key.startswith(APPOINTMENT) and row]


def own_masks(rows: Rows) -> dict[tuple[str, str], list[int]]:
    """Return the masks that appointments which were read hold already, by calendar and ledger."""
    masks: dict[tuple[str, str], list[int]] = {}
    for key in holdings_keys(rows):
        for calendar, hold, first, last in read_holdings(rows.values(key)).holds:
            staff = hold.split("|")[1]
            for month, mask in cut_by_month(first, last).items():
                masks.setdefault((calendar, ledger_key(month, staff)), []).append(mask)
    return masks


def with_away(rows: Rows, away: Mapping[str, int], less: Mapping[str, Sequence[int]]) -> Rows:
    """Return rows whose ledgers, by key, have what people are busy with elsewhere, and are `less` held.

    Absent ledgers get a row too. It is for deciding only: what is written depends on the rows as they were read.
    """
    by_key = {key: _seen(key, row, away, less) for key, row in rows.by_key.items()}
    return Rows(by_key, {one: _seen_page(one, page, away, less) for one, page in rows.ranges.items()})


def _seen(key: str, row: Row | None, away: Mapping[str, int], less: Mapping[str, Sequence[int]]) -> Row | None:
    if not away.get(key) and not less.get(key):
        return row
    ledger = without(Ledger.from_row(row.values if row else None), less.get(key, ()))
    values = ledger.to_row() | {"away": to_bytes(away.get(key, 0))}
    return Row(key, values, row.etag if row else "", row.written if row else NEVER)


def _seen_page(wanted: Range, page: Page, away: Mapping[str, int], less: Mapping[str, Sequence[int]]) -> Page:
    if not wanted.low.startswith(LEDGER):
        return page
    there = {row.key: row for row in page.rows}
    keys = sorted({*there, *(key for key in (*away, *less) if wanted.low <= key < wanted.high)})
    seen = (_seen(key, there.get(key), away, less) for key in keys)
    return page._replace(rows=[row for row in seen if row])


def without(ledger: Ledger, masks: Iterable[int]) -> Ledger:
    """Return a ledger without these holds, as far as it has them."""
    for mask in masks:
        held = mask & (ledger.held[0] if ledger.held else 0)
        ledger = ledger.unhold(held) if held == mask else ledger
    return ledger
