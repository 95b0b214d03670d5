"""What a report is about and for whom: its calendars, and whose visits of them the reader may see."""

from __future__ import annotations

from asyncio import gather
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from functions.console.organisation.context import searched
from functions.console.shell import KNOWN_FOR, own_calendars
from shared.domain.access.permissions import Permission
from shared.domain.calendar.time_zone import is_known_zone
from shared.domain.errors import Forbidden
from shared.i18n.formats import Formats
from shared.use_cases.calendars.find_businesses import find_all, find_current
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.reports.report_columns import find_choice


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from gettext import NullTranslations

    import azure.functions as func

    from functions.auth.access import Access
    from functions.console.context import CalendarContext, ConsoleContext
    from shared.domain.access.organisation import Organisation
    from shared.domain.access.permissions import Caller
    from shared.domain.calendar.business import Calendar


class ReportSource(NamedTuple):
    """A calendar that somebody may read about; `people` are those whose visits they see, None for all.

    `opens` says that they can also open its visits.
    """

    id: str
    name: str
    people: frozenset[str] | None
    opens: bool


@dataclass(frozen=True)
class ReportScope:
    """What a report is about, by the clock of a zone. `choices` are the calendars that one can choose from.

    `group` are those of them that the reader once chose instead of all, by their ids.
    `known` are the calendars of which services and people have names here.
    """

    context: ConsoleContext
    way: tuple[str, ...]
    sources: Sequence[ReportSource]
    zone: str
    known: Mapping[str, Calendar] = field(default_factory=dict)
    choices: Sequence[ReportSource] = ()
    group: frozenset[str] = frozenset()

    @property
    def texts(self) -> NullTranslations:
        """The texts in the reader's language."""
        return self.context.texts

    @property
    def req(self) -> func.HttpRequest:
        """The request."""
        return self.context.req

    @property
    def one(self) -> Calendar | None:
        """The calendar that the report is about, if it is one."""
        return self.known.get(self.sources[0].id) if len(self.sources) == 1 else None

    @cached_property
    def staff(self) -> Mapping[str, str]:
        """The names of the people whose visits may be chosen, where the report is about one calendar."""
        known, people = self.one.staff.values() if self.one else (), self.sources[0].people
        return {one.id: one.name for one in known if people is None or one.id in people}

    @cached_property
    def services(self) -> Mapping[str, str]:
        """The names of its services."""
        return {one.id: one.name for one in self.one.services.values()} if self.one else {}

    @cached_property
    def formats(self) -> Formats:
        """Formats in the reader's language, by the clock of the report's days."""
        return Formats(self.context.visitor.region_tag, self.zone, self.texts)

    @cached_property
    def named(self) -> Mapping[str, ReportSource]:
        """The calendars by their ids."""
        return {one.id: one for one in self.sources}

    def here(self, **query: str) -> str:
        """Return the address of this report."""
        return self.context.link(*self.way, **query)

    def visit_link(self, business: str, meeting: str) -> str:
        """Return the address of a visit; empty where the reader cannot open it."""
        return self.context.link("queue", business, meeting) if self.named[business].opens else ""

    def service(self, business: str, service: str) -> str:
        """Return the name of a service; empty if it is gone."""
        found = self.known[business].services.get(service) if business in self.known else None
        return found.name if found else ""

    def people(self, business: str, staff: Sequence[str]) -> str:
        """Return the names of people, without those who are gone."""
        known = [self.known[business].person(one) for one in staff] if business in self.known else []
        return ", ".join(one.name for one in known if one)


def scope_of_calendar(context: CalendarContext) -> ReportScope:
    """Return the scope of the report of one calendar."""
    business = context.business
    sources = [_source(context.access)]
    way = ("calendars", business.id, "reports")
    zone = zone_of(context, business.time_zone)
    return ReportScope(context, way, sources, zone, {business.id: context.calendar})


async def scope_of_all(context: ConsoleContext) -> ReportScope:
    """Return the scope of the report of a reader's group of calendars, or of one of them; without a group of all.

    Raises Forbidden for none.
    """
    choices, chosen = await gather(
        find_sources(context), find_choice(context.caller.subject, store=context.app.store)
    )
    if not choices:
        raise Forbidden
    wanted = context.req.params.get("calendar", "")
    group = frozenset(chosen.calendars) & {one.id for one in choices}
    sources = [one for one in choices if one.id == wanted] or [
        one for one in choices if not group or one.id in group
    ]
    first = await find_current([sources[0].id], store=context.app.store, within=KNOWN_FOR)
    zone = zone_of(context, first[0].business.time_zone if first else "Etc/UTC")
    return ReportScope(
        context, ("reports",), sources, zone, {one.business.id: one for one in first}, choices, group
    )


def zone_of(context: ConsoleContext, otherwise: str) -> str:
    """Return the time zone of the days: the one that is asked for, if there is such a zone."""
    asked = searched(context.req, "zone")
    return asked if is_known_zone(asked) else otherwise


def _source(access: Access) -> ReportSource:
    business = access.calendar.business
    people = None if access.may(Permission.READ_REPORT) else access.people
    return ReportSource(business.id, business.name, people, opens=True)


async def find_sources(context: ConsoleContext) -> list[ReportSource]:
    """Return what the reader may read about, by name: of their calendars, and what they are named for."""
    store, caller = context.app.store, context.caller
    organisation = await find_organisation(store=store)
    own = [one for one in await own_calendars(caller, store=store) if one.may(Permission.READ_OWN_REPORT)]
    found = {one.id: one for one in map(_source, own)}
    named = readable_by(organisation, caller)
    if named is None or named:
        for one in await find_all(store=store):
            if not one.deleted_at and (named is None or one.id in named):
                opens = caller.is_organisation_administrator or one.id in found
                found[one.id] = ReportSource(one.id, one.name, None, opens=opens)
    return sorted(found.values(), key=lambda one: (one.name.casefold(), one.id))


def readable_by(organisation: Organisation, caller: Caller) -> frozenset[str] | None:
    """Return the calendars of which somebody may read the report beside their own; None for all."""
    return None if caller.is_organisation_administrator else organisation.reports_for(caller)
