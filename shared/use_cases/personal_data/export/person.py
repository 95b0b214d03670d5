"""What the organisation keeps about an address beside the staff of calendars: where it is named, what it did."""

import asyncio
from typing import Any, NamedTuple

from shared.domain.access.organisation import Organisation, lists_naming
from shared.domain.calendar.business import Calendar
from shared.domain.personal_data.fields import ACCOUNT
from shared.domain.personal_data.personal_part import personal_part
from shared.domain.text.addresses import folded
from shared.use_cases.calendars.find_businesses import find_all, find_current
from shared.use_cases.organisation.accounts import find_accounts
from shared.use_cases.organisation.seal_audit import OF_ORGANISATION, AuditPlace
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.personal_data.staff_trail import find_connected, find_done, find_signed_in
from shared.use_cases.ports import Store


SIDE_BY_SIDE = 8  # audits


class KeptOfPerson(NamedTuple):
    """What the organisation keeps about an address, and of which calendars something is in it."""

    document: dict[str, Any]
    calendars: frozenset[str]


async def export_person(email: str, *, store: Store) -> KeptOfPerson:
    """Return what the organisation keeps about an address, without what there is nothing of."""
    organisation, accounts, sessions, connected, summaries = await asyncio.gather(
        find_organisation(store=store, within=0),
        find_accounts(store=store),
        find_signed_in(email, store=store),
        find_connected(email, store=store),
        find_all(store=store),
    )
    there = [one.id for one in summaries]
    calendars, activity = await asyncio.gather(
        find_current(there, store=store, with_deleted=True),
        _activity(email, {one.id: one.name for one in summaries}, store),
    )
    named = {calendar.business.id: one for calendar in calendars if (one := _in_calendar(calendar, email))}
    found = {
        "named": named_by(organisation, email),
        "calendars": list(named.values()),
        "accounts": [personal_part(one, ACCOUNT) for one in accounts if folded(email) in one.profile.addresses],
        "sessions": sessions,
        "ownCalendar": connected,
        "activity": [one for _, one in activity],
    }
    document = {name: one for name, one in found.items() if one}
    return KeptOfPerson(document, frozenset(named) | {business for business, _ in activity if business})


def named_by(organisation: Organisation, email: str) -> list[str]:
    """Return the lists of the organisation that name an address, one by one, and its report by mail."""
    is_reader = organisation.report_mail.is_read_by(email)
    return [*lists_naming(organisation, email), *(["report_mail"] if is_reader else [])]


def _in_calendar(calendar: Calendar, email: str) -> dict[str, Any]:
    business = calendar.business
    named = {
        "audience": folded(email) in map(folded, business.page.audience),
        "reportByMail": business.report_mail.is_read_by(email),
    }
    return {"calendar": business.name, **named} if any(named.values()) else {}


async def _activity(email: str, calendars: dict[str, str], store: Store) -> list[tuple[str, dict[str, Any]]]:
    """Return what the activity of the organisation and of all calendars says that they did, the newest first.

    With each entry is the id of its calendar, empty for the organisation's own.
    """
    several = asyncio.Semaphore(SIDE_BY_SIDE)

    async def done(place: AuditPlace, business: str, name: str) -> list[tuple[str, dict[str, Any]]]:
        async with several:
            found = await find_done(email, place=place, store=store)
        return [(business, {"calendar": name, **one} if name else one) for one in found]

    places = [
        done(OF_ORGANISATION, "", ""),
        *(done(AuditPlace(business), business, name) for business, name in calendars.items()),
    ]
    found = [one for each in await asyncio.gather(*places) for one in each]
    return sorted(found, key=lambda one: str(one[1]["at"]), reverse=True)
