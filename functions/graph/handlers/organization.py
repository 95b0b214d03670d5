"""The organisation, beyond Graph: its settings, its directory of access, and deleted calendars."""

import hashlib
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, field_validator

from functions.graph.call import Collection, Entity, Export, GraphDocument, GraphRequest, graph_id
from functions.graph.models.patch import LineText
from functions.graph.models.properties import EntityTable, stored
from functions.graph.models.staff import SHOWN
from functions.graph.models.values import timestamp
from functions.spreadsheets.export import as_table
from shared.domain.access.organisation import Organisation
from shared.domain.calendar.business import Calendar
from shared.domain.errors import InvalidFields
from shared.use_cases.booking.check_form import is_email
from shared.use_cases.calendars.change_business import RECOVERABLE
from shared.use_cases.calendars.find_businesses import find_all, find_current
from shared.use_cases.commands import require_unchanged
from shared.use_cases.organisation.settings import change_organisation, find_organisation


COLUMNS = ("calendarId", "calendar", "person", "emailAddress", "role", "membershipStatus")


class OrganizationBody(EntityTable):
    """Lists hold addresses, domains such as @example.org, subjects of tokens, group:…, role:…, or * for all."""

    is_on: Annotated[bool, stored("is_on")]
    users: Annotated[list[LineText], Field(max_length=1000), stored("users", list)]
    creators: Annotated[list[LineText], Field(max_length=1000), stored("creators", list)]
    administrators: Annotated[list[LineText], Field(max_length=1000), stored("administrators", list)]
    mail_senders: Annotated[list[LineText], Field(max_length=1000), stored("mail_senders", list)]
    has_analytics: Annotated[bool, stored("has_analytics")]

    @field_validator("mail_senders")
    @classmethod
    def _senders(cls, names: list[str]) -> list[str]:
        """Return the names if they are addresses or domains: `*` would let anyone send as anybody."""
        if not all(is_email(f"a{name}" if name.startswith("@") else name) for name in names):
            raise ValueError("addresses, and domains such as @example.org")
        return names


async def get_organization(call: GraphRequest) -> Entity:
    """Return {isOn, users, creators, administrators, mailSenders, hasAnalytics}."""
    return Entity(OrganizationBody.document(await find_organisation(store=call.app.store)))


async def patch_organization(call: GraphRequest) -> Entity:
    """Change the organisation's settings, and return them.

    Raises InvalidFields where no administrator would be left.
    """
    sent = call.document()

    def edit(organisation: Organisation) -> Organisation:
        require_unchanged(organisation, call.etags)
        shown = OrganizationBody.document(organisation)
        after = OrganizationBody.parsed(shown, sent).changed(organisation)
        if organisation.administrators and not (after.administrators or call.app.settings.administrators):
            raise InvalidFields([("/administrators", "somebody is to be left")])
        return after

    number = hashlib.sha256(call.author.key.encode()).hexdigest()[:12]
    after = await change_organisation(
        edit, actor=call.author.actor, number=number, store=call.app.store, now=call.now
    )
    return Entity(OrganizationBody.document(after))


async def list_directory(call: GraphRequest) -> Collection | Export:
    """Return each calendar with everyone who has access to it, and their role; `format=csv` as a file."""
    lines = sorted(await find_all(store=call.app.store), key=lambda one: (one.name.casefold(), one.id))
    there = [one.id for one in lines if one.deleted_at is None]
    found = await find_current(there, store=call.app.store)
    wanted = call.req.params.get("format", "json")
    if wanted == "csv":
        return Export(_csv(found, call.app.settings.mail_domain), "text/csv", "calendars.csv")
    if wanted != "json":
        raise InvalidFields([("/format", "json or csv")])
    return Collection([_access(one, call.app.settings.mail_domain) for one in found])


def _access(calendar: Calendar, domain: str) -> GraphDocument:
    business = calendar.business
    return {
        "id": graph_id(business.id, domain),
        "displayName": business.name,
        "isPublished": business.page.is_published,
        "createdDateTime": timestamp(business.created_at),
        "access": [dict(zip(COLUMNS[2:], row[2:], strict=True)) for row in _rows(calendar, domain)],
    }


def _rows(calendar: Calendar, domain: str) -> Iterator[tuple[str, ...]]:
    name = graph_id(calendar.business.id, domain)
    for person in calendar.staff.values():
        role, email = SHOWN[person.role], person.email
        yield (
            name,
            calendar.business.name,
            person.name,
            email,
            role,
            "suspended" if person.is_suspended else person.membership,
        )


def _csv(calendars: list[Calendar], domain: str) -> str:
    return as_table([COLUMNS, *(row for calendar in calendars for row in _rows(calendar, domain))])


async def list_deleted(call: GraphRequest) -> Collection:
    """Return the calendars that can be restored, and until when."""
    domain, now = call.app.settings.mail_domain, call.now
    return Collection(
        [
            {
                "id": graph_id(one.id, domain),
                "displayName": one.name,
                "deletedDateTime": timestamp(one.deleted_at),
                "restorableUntil": timestamp(one.deleted_at + RECOVERABLE),
            }
            for one in await find_all(store=call.app.store)
            if one.deleted_at is not None and now - one.deleted_at <= RECOVERABLE
        ]
    )
