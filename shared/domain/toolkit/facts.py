"""What the answers to customers' questions are drawn from: the facts of a calendar's settings that they state."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple

from shared.domain.calendar.business import Business, Calendar
from shared.domain.calendar.service import Price, Service
from shared.domain.visits.on_demand import on_demand_service


Fact = Literal[
    "name", "contact", "place", "services", "prices", "payment", "page", "people", "changing", "room", "portal"
]
DIGEST = 12


class OfferedService(NamedTuple):
    """A service that customers see; `hours` before its start it can last be changed, None if only by staff."""

    name: str
    is_online: bool
    price: Price
    hours: int | None


class OfferedPerson(NamedTuple):
    """Someone whom customers can choose, and for which kinds of appointments."""

    name: str
    is_online: bool
    is_in_person: bool


class ToolkitFacts(NamedTuple):
    """What a calendar's answers state: of its services and people only those that customers see."""

    business: Business
    services: tuple[OfferedService, ...]
    people: tuple[OfferedPerson, ...]
    provider: str
    has_walk_ins: bool

    def of_kind(self, *, is_online: bool) -> list[OfferedService]:
        """Return the services that take place online, or those that do not."""
        return [one for one in self.services if one.is_online == is_online]


def facts_of(calendar: Calendar) -> ToolkitFacts:
    """Return the facts of a calendar's settings."""
    offered = calendar.offered_services
    services = tuple(
        OfferedService(one.name, one.is_online, one.price, _changeable(calendar, one)) for one in offered
    )
    providers = {calendar.meeting_of(one).provider for one in offered if one.is_online}
    provider = providers.pop() if len(providers) == 1 else ""
    return ToolkitFacts(
        calendar.business, services, _people(calendar, offered), provider, on_demand_service(calendar) is not None
    )


def _changeable(calendar: Calendar, service: Service) -> int | None:
    if not service.customers_may_manage:
        return None
    return int(calendar.policy_of(service).minimum_lead_time.total_seconds()) // 3600


def _people(calendar: Calendar, offered: Iterable[Service]) -> tuple[OfferedPerson, ...]:
    serving: dict[str, set[bool]] = {}
    for service in offered:
        if calendar.policy_of(service).allow_staff_selection and service.assignment == "one":
            for person in calendar.staff_of(service):
                if person.is_listed:
                    serving.setdefault(person.name, set()).add(service.is_online)
    return tuple(OfferedPerson(name, True in kinds, False in kinds) for name, kinds in sorted(serving.items()))


READ: Mapping[Fact, Callable[[ToolkitFacts], Any]] = {
    "name": lambda facts: facts.business.name,
    "contact": lambda facts: [facts.business.phone, facts.business.email],
    "place": lambda facts: str(facts.business.address),
    "services": lambda facts: [[one.name, one.is_online] for one in facts.services],
    "prices": lambda facts: [
        facts.business.currency,
        *([one.name, one.is_online, one.price.kind, str(one.price.amount)] for one in facts.services),
    ],
    "payment": lambda facts: [
        facts.business.toolkit.billing_url,
        facts.business.toolkit.paid_online,
        facts.business.toolkit.paid_in_person,
    ],
    "page": lambda facts: [facts.business.slug, facts.has_walk_ins],
    "people": lambda facts: [list(one) for one in facts.people],
    "changing": lambda facts: sorted(
        {(one.is_online, -1 if one.hours is None else one.hours) for one in facts.services}
    ),
    "room": lambda facts: facts.provider,
    "portal": lambda facts: facts.business.toolkit.portal_url,
}


def digests(facts: ToolkitFacts, names: Iterable[Fact]) -> dict[str, str]:
    """Return a short digest of each of these facts: two of them differ where the setting was changed."""
    return {name: _digest(READ[name](facts)) for name in names}


def _digest(fact: Any) -> str:
    return hashlib.sha256(json.dumps(fact, ensure_ascii=False).encode()).hexdigest()[:DIGEST]
