"""The private address at which a person's own calendar program reads their appointments, of all calendars."""

import asyncio
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.appointments.appointment import Appointment
from shared.domain.errors import NotFound, TryAgain
from shared.domain.links import SignedLink, read_link, sign
from shared.records.free_busy.own_calendars import PARTITION, feed_key, person_of
from shared.records.organisation import ORGANISATION
from shared.records.table import Ambiguous, Operation, Stale
from shared.use_cases.appointments.find_appointments import Span, find_appointments
from shared.use_cases.context import Context
from shared.use_cases.free_busy.workplaces import StaffEntry, entries_of
from shared.use_cases.ports import Store
from shared.use_cases.single_write import write_alone


BACK, AHEAD = timedelta(days=30), timedelta(days=3660)
MOST = 2000  # of one calendar
NOBODY, KIND = "people", "feed"


class StaffFeed(NamedTuple):
    """A person's feed. Its address is void once the version has grown, which closing does too."""

    email: str
    version: int
    has_names: bool
    is_open: bool


class FedAppointment(NamedTuple):
    """An appointment, and the entry on a staff by which it is the person's."""

    entry: StaffEntry
    appointment: Appointment
    changed_at: datetime


async def find_feed(email: str, *, store: Store) -> StaffFeed | None:
    """Return a person's feed, open or closed; None if they never had one."""
    row = await store.table.get(ORGANISATION, PARTITION, feed_key(person_of(email))) if email else None
    if row is None:
        return None
    values = row.values
    return StaffFeed(values["email"], values["version"], values["names"], values["open"])


async def change_feed(email: str, *, is_open: bool, has_names: bool = False, store: Store) -> None:
    """Open a person's feed at a new address, or close it; the address before is void. Raise TryAgain."""
    before = await find_feed(email, store=store)
    version = before.version + 1 if before else 1
    values = {"email": email, "version": version, "names": has_names, "open": is_open}
    key = feed_key(person_of(email))
    try:
        await write_alone(store.table, ORGANISATION, PARTITION, Operation("upsert", key, values))
    except (Ambiguous, Stale):
        raise TryAgain from None


def feed_token(feed: StaffFeed, secret: str) -> str:
    """Return the secret part of a feed's address."""
    return sign(secret, SignedLink("feed", NOBODY, person_of(feed.email), KIND, feed.version, 0))


async def open_feed(token: str, *, context: Context) -> StaffFeed:
    """Return the feed of an address. Raise NotFound for one that is forged, void or closed."""
    link = read_link(context.secret, token, "feed", context.now)
    row = await context.store.table.get(ORGANISATION, PARTITION, feed_key(link.appointment)) if link else None
    if link is None or row is None or not row.values["open"] or row.values["version"] != link.link_version:
        raise NotFound
    return StaffFeed(row.values["email"], row.values["version"], row.values["names"], is_open=True)


async def appointments_of_person(email: str, *, store: Store, now: datetime) -> list[FedAppointment]:
    """Return a person's appointments of the last 30 days and all that are to come, in all calendars.

    Raise NotFound for one whose account is disabled.
    """

    async def of_entry(entry: StaffEntry) -> list[FedAppointment]:
        found = await find_appointments(
            Span(now - BACK, now + AHEAD),
            "",
            MOST,
            lambda one: entry.person.id in one.appointment.staff,
            calendar=entry.calendar,
            store=store,
        )
        return [FedAppointment(entry, one.appointment, one.changed_at) for one in found]

    entries = await entries_of(email, store=store)
    if any(entry.person.is_suspended for entry in entries):
        raise NotFound
    return [one for each in await asyncio.gather(*(of_entry(entry) for entry in entries)) for one in each]
